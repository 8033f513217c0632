// DCMTK for Swift: the few calls that Cinecor needs, as plain C. Every call catches all C++ exceptions.
#ifndef CDICOM_H
#define CDICOM_H
#ifdef __cplusplus
extern "C" {
#endif
/// True when DCMTK's data dictionary was found; without it no file can be read.
int cdicom_dictionary_loaded(void);
#ifdef __cplusplus
}
#endif
#endif
