// libhdf5 over a descriptor that is open already, so that nothing is opened by name: a virtual file driver that reads.
#include "driver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  H5FD_t common;
  int descriptor;
  haddr_t end;
  haddr_t allocated;
} source;

/// The name is the descriptor's number.
static H5FD_t *source_open(const char *name, unsigned flags, hid_t access, haddr_t most) {
  (void)access, (void)most;
  struct stat status;
  int descriptor;
  if ((flags & H5F_ACC_RDWR) || sscanf(name, "%d", &descriptor) != 1 || fstat(descriptor, &status) != 0) return NULL;
  source *made = calloc(1, sizeof *made);
  if (!made) return NULL;
  made->descriptor = descriptor;
  made->end = (haddr_t)status.st_size;
  return &made->common;
}

static herr_t source_close(H5FD_t *file) {
  free(file);
  return 0;
}

static int source_compare(const H5FD_t *a, const H5FD_t *b) {
  const int x = ((const source *)a)->descriptor, y = ((const source *)b)->descriptor;
  return x < y ? -1 : x > y;
}

static herr_t source_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA_READ | H5FD_FEAT_DATA_SIEVE;
  return 0;
}

static haddr_t source_allocated(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const source *)file)->allocated;
}

static herr_t source_allocate(H5FD_t *file, H5FD_mem_t type, haddr_t address) {
  (void)type;
  ((source *)file)->allocated = address;
  return 0;
}

static haddr_t source_end(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const source *)file)->end;
}

static herr_t source_read(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type, (void)transfer;
  const source *from = (const source *)file;
  if (address > from->end || size > from->end - address) return -1;
  for (size_t have = 0; have < size;) {
    const ssize_t n = pread(from->descriptor, (char *)buffer + have, size - have, (off_t)(address + have));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    have += (size_t)n;
  }
  return 0;
}

static herr_t source_write(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                           const void *buffer) {
  (void)file, (void)type, (void)transfer, (void)address, (void)size, (void)buffer;
  return -1;
}

hid_t chdf5_driver(void) {
  static const H5FD_class_t class = {
      .name = "descriptor",
      .maxaddr = (haddr_t)1 << 62,
      .fc_degree = H5F_CLOSE_STRONG,
      .open = source_open,
      .close = source_close,
      .cmp = source_compare,
      .query = source_query,
      .get_eoa = source_allocated,
      .set_eoa = source_allocate,
      .get_eof = source_end,
      .read = source_read,
      .write = source_write,
      .fl_map = H5FD_FLMAP_DICHOTOMY,
  };
  static hid_t driver = -1;
  if (driver < 0) driver = H5FDregister(&class);
  return driver;
}
