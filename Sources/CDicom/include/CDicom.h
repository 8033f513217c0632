// DCMTK for Swift: the few calls that Cinecor needs, as plain C over memory; no call opens a file. No C++ exception
// leaves: every call that can fail returns a status and writes a sentence into `message` (which may be NULL). Handles
// belong to the caller and are given back with their close or free call; pointers from a handle live until its next
// call. A handle is used by one thread at a time; different handles may be used at once.
#ifndef CDICOM_H
#define CDICOM_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

enum {
  CDICOM_OK = 0,
  /// The bytes end before their own lengths say.
  CDICOM_TRUNCATED = 1,
  /// No decoder or encoder for this transfer syntax.
  CDICOM_UNSUPPORTED = 2,
  CDICOM_FAILED = 3
};

/// Loads dictionary, codecs and character sets, so that no later call opens a file.
void cdicom_prepare(void);

/// 1 when DCMTK's data dictionary was found; without it values have no types.
int cdicom_dictionary_loaded(void);

typedef struct cdicom_file cdicom_file;

/// Parses a data set (no preamble, no group 0002) encoded as the transfer syntax says. The bytes are copied.
int cdicom_open(const uint8_t *bytes, size_t count, const char *transfer_syntax, cdicom_file **file, char *message,
                size_t capacity);
void cdicom_close(cdicom_file *file);

/// A value as text, its parts joined by backslashes, in UTF-8 where (0008,0005) names a character set that can be
/// decoded, else as it is; NULL where the element is absent.
const char *cdicom_text(cdicom_file *file, uint16_t group, uint16_t element);

/// A value of a private block (PS3.5 section 7.8.1): `element` is its low byte, the high one is what `creator` reserves in
/// this data set. NULL where the creator reserves nothing, or the element is absent.
const char *cdicom_private_text(cdicom_file *file, uint16_t group, const char *creator, uint8_t element);

/// How many items a sequence of the data set has; 0 where there is none.
int cdicom_items(cdicom_file *file, uint16_t group, uint16_t element);
/// A value of one of them.
const char *cdicom_item_text(cdicom_file *file, uint16_t sequence_group, uint16_t sequence_element, uint32_t item,
                             uint16_t group, uint16_t element);
/// A value of one frame's functional group (PS3.3 C.7.6.16): from item `frame` of (5200,9230), else from Shared
/// Functional Groups (5200,9229). `sequence_*` names the macro's sequence. NULL where neither has it.
const char *cdicom_frame_text(cdicom_file *file, uint32_t frame, uint16_t sequence_group, uint16_t sequence_element,
                              uint16_t group, uint16_t element);

/// Decodes one JPEG stream of `precision` bits (baseline, extended or lossless; ITU-T T.81) into `out`: samples
/// interleaved, of 1 or 2 bytes each, in native order. CDICOM_TRUNCATED where the data end before the picture does, be
/// they closed by an end marker or not.
int cdicom_decode_jpeg(const uint8_t *bytes, size_t count, int precision, uint8_t *out, size_t size,
                       int *bytes_per_sample, char *message, size_t capacity);

/// Inflates raw deflated bytes (PS3.5 section A.5). `out` is the caller's, given back with cdicom_free_bytes; more than
/// `limit` bytes are refused.
int cdicom_inflate(const uint8_t *bytes, size_t count, size_t limit, uint8_t **out, size_t *out_count, int *is_whole,
                   char *message, size_t capacity);
void cdicom_free_bytes(uint8_t *bytes);

typedef struct cdicom_dataset cdicom_dataset;

/// An empty data set, or NULL.
cdicom_dataset *cdicom_new(void);
void cdicom_free(cdicom_dataset *dataset);
/// Sets an element from text, whatever its VR. Elements of group 0002 go to the file's meta information.
int cdicom_put(cdicom_dataset *dataset, uint16_t group, uint16_t element, const char *value);
/// Copies `count` 16-bit pixels.
int cdicom_put_pixels(cdicom_dataset *dataset, const uint16_t *pixels, size_t count);
/// Copies one compressed frame, of an even number of bytes, as the only fragment of the pixels.
int cdicom_put_fragment(cdicom_dataset *dataset, const char *transfer_syntax, const uint8_t *bytes, size_t count);
/// The whole file's bytes in the given transfer syntax: uncompressed, deflated, RLE, or that of its fragment. `out` as
/// in cdicom_inflate.
int cdicom_encode(cdicom_dataset *dataset, const char *transfer_syntax, uint8_t **out, size_t *out_count, char *message,
                  size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
