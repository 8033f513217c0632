// libhdf5 for Swift: the few calls that Cinecor needs, as plain C. Nothing is ever written. The library is not safe for
// threads: callers take turns. Handles belong to the caller.
#ifndef CHDF5_H
#define CHDF5_H
#include <stddef.h>
#include <stdint.h>

typedef struct chdf5_file chdf5_file;

typedef struct {
  int rank;
  uint64_t dims[8];
  /// 1 for floating point, 0 for integers.
  int floating;
  int is_signed;
  /// Bytes of one value.
  int size;
  /// Number of boundaries in the attribute slice_frames; -1 where there is no such attribute.
  int boundaries;
  /// 1 where its numbers are kept in other files.
  int elsewhere;
  /// Number of a filter that it needs and that is not there, and what the file calls it; 0 where all are there.
  int filter;
  char filter_name[64];
} chdf5_info;

enum { CHDF5_GROUP, CHDF5_SET, CHDF5_OTHER, CHDF5_DAMAGED, CHDF5_SOFT, CHDF5_ELSEWHERE };

typedef struct {
  /// One of the above: soft links lead to a path, those elsewhere to another file. Neither is ever followed.
  int kind;
  /// Pointers live until the next call; names may hold any bytes. Empty where there is none.
  const char *name;
  const char *target;
  const char *file;
  /// Of the object's head, counted from where the HDF5 data begin: the same for all names of an object.
  uint64_t address;
} chdf5_link;

/// Starts the library, so that no later call looks for anything.
void chdf5_prepare(void);

/// Opens an HDF5 file by its descriptor, which stays the caller's. NULL where it is none or damaged.
chdf5_file *chdf5_open(int descriptor);
void chdf5_close(chdf5_file *file);

/// How many links lie in a group ("/" is the top), -1 where that is damaged; and one of them, by name's bytes. 0 where
/// all went well. The group's path must be one of hard links.
int chdf5_count(chdf5_file *file, const char *group);
int chdf5_link_at(chdf5_file *file, const char *group, int index, chdf5_link *link);

/// 0 for a data set of numbers, 1 for one of anything else, 2 where it cannot be opened.
int chdf5_describe(chdf5_file *file, const char *name, chdf5_info *info);
/// 0 where all went well.
int chdf5_boundaries(chdf5_file *file, const char *name, int32_t *values, int count);
/// Some of a data set as float: `start` and `count` have its rank. `buffer` holds the product of `count`.
int chdf5_read_floats(chdf5_file *file, const char *name, const uint64_t *start, const uint64_t *count, float *buffer);
/// The same as stored, in native byte order: `size` bytes, or it fails.
int chdf5_read_raw(chdf5_file *file, const char *name, const uint64_t *start, const uint64_t *count, uint8_t *buffer,
                   size_t size);

/// LZF as h5py writes it (filter 32000): the bytes that it makes, or 0 where the input is damaged or they do not fit.
size_t chdf5_lzf(const uint8_t *in, size_t count, uint8_t *out, size_t capacity);
#endif
