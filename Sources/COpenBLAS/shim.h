// OpenBLAS as Debian installs it: CBLAS plus openblas_set_num_threads and openblas_get_corename.
#include <cblas.h>

// The instruction sets that this build takes for granted, as /proc/cpuinfo spells them; empty for a generic build.
static inline const char *cinecor_built_for(void) {
  return ""
#ifdef __AVX__
         "avx "
#endif
#ifdef __AVX2__
         "avx2 "
#endif
#ifdef __FMA__
         "fma "
#endif
#ifdef __F16C__
         "f16c "
#endif
#ifdef __BMI2__
         "bmi2 "
#endif
#ifdef __AVX512F__
         "avx512f "
#endif
#ifdef __AVX512DQ__
         "avx512dq "
#endif
#ifdef __AVX512BW__
         "avx512bw "
#endif
#ifdef __AVX512VL__
         "avx512vl "
#endif
#ifdef __AVX512CD__
         "avx512cd "
#endif
#ifdef __AVX512VBMI__
         "avx512vbmi "
#endif
      ;
}
