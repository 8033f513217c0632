#ifndef CHDF5_DRIVER_H
#define CHDF5_DRIVER_H
#include <hdf5/serial/hdf5.h>

/// The driver whose files are named by the numbers of open descriptors; below 0 where it cannot be had.
hid_t chdf5_driver(void);
#endif
