// OpenBLAS as Debian installs it: CBLAS plus openblas_set_num_threads and openblas_get_corename.
#include <cblas.h>
