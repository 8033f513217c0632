#include "CHDF5.h"
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct chdf5_file {
  hid_t id;
  char name[1024];
  char value[4096];
};

// h5py's filter, which libhdf5 does not bring. Its third value is the size of a chunk.
static size_t lzf_filter(unsigned flags, size_t count, const unsigned values[], size_t bytes, size_t *size, void **buffer) {
  if (!(flags & H5Z_FLAG_REVERSE)) return 0;
  size_t capacity = count > 2 ? values[2] : 0;
  if (capacity == 0 || capacity > (size_t)1 << 30) return 0;
  uint8_t *out = malloc(capacity);
  size_t made = out ? chdf5_lzf(*buffer, bytes, out, capacity) : 0;
  if (made == 0) {
    free(out);
    return 0;
  }
  free(*buffer);
  *buffer = out;
  *size = capacity;
  return made;
}

void chdf5_prepare(void) {
  static int done = 0;
  if (done) return;
  done = 1;
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  static const H5Z_class2_t lzf = {H5Z_CLASS_T_VERS, 32000, 0, 1, "lzf", NULL, NULL, lzf_filter};
  H5Zregister(&lzf);
}

chdf5_file *chdf5_open(int descriptor) {
  chdf5_prepare();
  char number[16];
  snprintf(number, sizeof number, "%d", descriptor);
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  hid_t id = H5Pset_driver(access, chdf5_driver(), NULL) < 0 ? -1 : H5Fopen(number, H5F_ACC_RDONLY, access);
  H5Pclose(access);
  if (id < 0) return NULL;
  chdf5_file *file = calloc(1, sizeof *file);
  if (!file) {
    H5Fclose(id);
    return NULL;
  }
  file->id = id;
  return file;
}

void chdf5_close(chdf5_file *file) {
  if (!file) return;
  H5Fclose(file->id);
  free(file);
}

int chdf5_count(chdf5_file *file, const char *group) {
  H5G_info_t info;
  if (H5Gget_info_by_name(file->id, group, &info, H5P_DEFAULT) < 0 || info.nlinks > 100000) return -1;
  return (int)info.nlinks;
}

int chdf5_link_at(chdf5_file *file, const char *group, int index, chdf5_link *link) {
  memset(link, 0, sizeof *link);
  link->name = file->name;
  link->target = link->file = "";
  const hsize_t n = (hsize_t)index;
  H5L_info_t info;
  if (H5Lget_info_by_idx(file->id, group, H5_INDEX_NAME, H5_ITER_INC, n, &info, H5P_DEFAULT) < 0) return 1;
  ssize_t length = H5Lget_name_by_idx(file->id, group, H5_INDEX_NAME, H5_ITER_INC, n, file->name, sizeof file->name,
                                      H5P_DEFAULT);
  if (length <= 0 || (size_t)length >= sizeof file->name) return 1;
  if (info.type == H5L_TYPE_HARD) {
    link->address = info.u.address;
    link->kind = CHDF5_DAMAGED;
    // By its place, not by its name, as that may hold anything.
    H5O_info_t object;
    if (H5Oget_info_by_idx2(file->id, group, H5_INDEX_NAME, H5_ITER_INC, n, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
      return 0;
    link->kind = object.type == H5O_TYPE_GROUP ? CHDF5_GROUP : object.type == H5O_TYPE_DATASET ? CHDF5_SET : CHDF5_OTHER;
    return 0;
  }
  link->kind = info.type == H5L_TYPE_SOFT ? CHDF5_SOFT : CHDF5_ELSEWHERE;
  if (info.u.val_size == 0 || info.u.val_size >= sizeof file->value ||
      H5Lget_val_by_idx(file->id, group, H5_INDEX_NAME, H5_ITER_INC, n, file->value, sizeof file->value, H5P_DEFAULT) < 0)
    return 0;
  file->value[sizeof file->value - 1] = 0;
  if (info.type == H5L_TYPE_SOFT) link->target = file->value;
  unsigned flags;
  if (info.type == H5L_TYPE_EXTERNAL &&
      H5Lunpack_elink_val(file->value, info.u.val_size, &flags, &link->file, &link->target) < 0)
    link->file = link->target = "";
  return 0;
}

/// Keeps the number and name of a filter that is not there.
static void find_filter(hid_t creation, chdf5_info *info) {
  const int count = H5Pget_nfilters(creation);
  for (int i = 0; i < count && i < 32; i++) {
    unsigned flags, config;
    size_t values = 0;
    char name[sizeof info->filter_name] = "";
    const H5Z_filter_t id = H5Pget_filter2(creation, (unsigned)i, &flags, &values, NULL, sizeof name, name, &config);
    if (id < 0 || H5Zfilter_avail(id) > 0) continue;
    info->filter = id;
    memcpy(info->filter_name, name, sizeof name);
    info->filter_name[sizeof name - 1] = 0;
    return;
  }
}

int chdf5_describe(chdf5_file *file, const char *name, chdf5_info *info) {
  memset(info, 0, sizeof *info);
  info->boundaries = -1;
  hid_t set = H5Dopen2(file->id, name, H5P_DEFAULT);
  if (set < 0) return 2;
  int failed = 1;
  hid_t space = H5Dget_space(set), type = H5Dget_type(set), creation = H5Dget_create_plist(set);
  hsize_t dims[H5S_MAX_RANK];
  if (space >= 0 && type >= 0 && creation >= 0 && H5Sget_simple_extent_ndims(space) <= 8 &&
      (info->rank = H5Sget_simple_extent_dims(space, dims, NULL)) >= 0) {
    for (int i = 0; i < info->rank; i++) info->dims[i] = dims[i];
    H5T_class_t kind = H5Tget_class(type);
    info->floating = kind == H5T_FLOAT;
    info->is_signed = kind == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2;
    info->size = (int)H5Tget_size(type);
    failed = kind != H5T_FLOAT && kind != H5T_INTEGER;
    info->elsewhere = H5Pget_external_count(creation) != 0 || H5Pget_layout(creation) == H5D_VIRTUAL;
    find_filter(creation, info);
  }
  if (!failed && H5Aexists(set, "slice_frames") > 0) {
    hid_t attribute = H5Aopen(set, "slice_frames", H5P_DEFAULT);
    hid_t extent = attribute < 0 ? -1 : H5Aget_space(attribute);
    hssize_t count = extent < 0 ? -1 : H5Sget_simple_extent_npoints(extent);
    if (count >= 0 && count <= 100000) info->boundaries = (int)count;
    if (extent >= 0) H5Sclose(extent);
    if (attribute >= 0) H5Aclose(attribute);
  }
  if (creation >= 0) H5Pclose(creation);
  if (type >= 0) H5Tclose(type);
  if (space >= 0) H5Sclose(space);
  H5Dclose(set);
  return failed;
}

int chdf5_boundaries(chdf5_file *file, const char *name, int32_t *values, int count) {
  hid_t set = H5Dopen2(file->id, name, H5P_DEFAULT);
  hid_t attribute = set < 0 ? -1 : H5Aopen(set, "slice_frames", H5P_DEFAULT);
  hid_t extent = attribute < 0 ? -1 : H5Aget_space(attribute);
  int failed = extent < 0 || H5Sget_simple_extent_npoints(extent) != count ||
               H5Aread(attribute, H5T_NATIVE_INT32, values) < 0;
  if (extent >= 0) H5Sclose(extent);
  if (attribute >= 0) H5Aclose(attribute);
  if (set >= 0) H5Dclose(set);
  return failed;
}

/// Reads a part of a set as numbers of a type in memory.
static int read_part(hid_t set, hid_t type, const uint64_t *start, const uint64_t *count, void *buffer) {
  hid_t space = H5Dget_space(set);
  int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
  hsize_t from[8], size[8];
  hid_t memory = -1;
  int failed = 1;
  if (rank > 0 && rank <= 8) {
    for (int i = 0; i < rank; i++) from[i] = start[i], size[i] = count[i];
    memory = H5Screate_simple(rank, size, NULL);
    failed = memory < 0 || H5Sselect_hyperslab(space, H5S_SELECT_SET, from, NULL, size, NULL) < 0 ||
             H5Dread(set, type, memory, space, H5P_DEFAULT, buffer) < 0;
  }
  if (memory >= 0) H5Sclose(memory);
  if (space >= 0) H5Sclose(space);
  return failed;
}

int chdf5_read_floats(chdf5_file *file, const char *name, const uint64_t *start, const uint64_t *count, float *buffer) {
  hid_t set = H5Dopen2(file->id, name, H5P_DEFAULT);
  if (set < 0) return 1;
  int failed = read_part(set, H5T_NATIVE_FLOAT, start, count, buffer);
  H5Dclose(set);
  return failed;
}

int chdf5_read_raw(chdf5_file *file, const char *name, const uint64_t *start, const uint64_t *count, uint8_t *buffer,
                   size_t size) {
  hid_t set = H5Dopen2(file->id, name, H5P_DEFAULT);
  if (set < 0) return 1;
  hid_t stored = H5Dget_type(set), space = H5Dget_space(set);
  hid_t native = stored < 0 ? -1 : H5Tget_native_type(stored, H5T_DIR_ASCEND);
  int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
  // The numbers in memory may be wider than the stored ones.
  size_t wanted = native < 0 || rank <= 0 || rank > 8 ? 0 : H5Tget_size(native);
  for (int i = 0; wanted && i < rank; i++) wanted = count[i] && wanted <= SIZE_MAX / count[i] ? wanted * count[i] : 0;
  int failed = wanted == 0 || wanted != size || read_part(set, native, start, count, buffer);
  if (native >= 0) H5Tclose(native);
  if (space >= 0) H5Sclose(space);
  if (stored >= 0) H5Tclose(stored);
  H5Dclose(set);
  return failed;
}
