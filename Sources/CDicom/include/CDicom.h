// DCMTK for Swift: the few calls that Cinecor needs, as plain C. No C++ exception leaves; every call that can fail
// returns a status and writes a sentence into `message`. Handles belong to the caller and are given back with their
// close or free call; pointers from a handle live until its next call.
#ifndef CDICOM_H
#define CDICOM_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

enum {
  CDICOM_OK = 0,
  /// The file is no DICOM at all.
  CDICOM_NOT_DICOM = 1,
  /// It ends before its own lengths say.
  CDICOM_TRUNCATED = 2,
  /// No decoder for its transfer syntax.
  CDICOM_UNSUPPORTED = 3,
  CDICOM_FAILED = 4
};

/// True when DCMTK's data dictionary was found; without it no file can be read.
int cdicom_dictionary_loaded(void);

typedef struct cdicom_file cdicom_file;

/// Parses the file behind an open descriptor, which stays the caller's. Pixels stay on disk until asked for.
int cdicom_open(int descriptor, cdicom_file **file, char *message, size_t capacity);
void cdicom_close(cdicom_file *file);

/// A value as text, all of its parts joined by backslashes, UTF-8 where the character set could be decoded; NULL where
/// the element is absent.
const char *cdicom_text(cdicom_file *file, uint16_t group, uint16_t element);
/// Transfer Syntax UID as read; never NULL.
const char *cdicom_transfer_syntax(cdicom_file *file);
int cdicom_has(cdicom_file *file, uint16_t group, uint16_t element);

/// All decoded pixel bytes, native byte order, valid until the file is closed.
int cdicom_pixels(cdicom_file *file, const uint8_t **bytes, size_t *count, char *message, size_t capacity);

typedef struct cdicom_dataset cdicom_dataset;

cdicom_dataset *cdicom_new(void);
void cdicom_free(cdicom_dataset *dataset);
/// Sets an element from text, whatever its VR.
int cdicom_put(cdicom_dataset *dataset, uint16_t group, uint16_t element, const char *value);
/// Copies `count` 16-bit pixels.
int cdicom_put_pixels(cdicom_dataset *dataset, const uint16_t *pixels, size_t count);
/// Writes the file, uncompressed or JPEG-LS lossless.
int cdicom_save(cdicom_dataset *dataset, const char *path, int compressed, char *message, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
