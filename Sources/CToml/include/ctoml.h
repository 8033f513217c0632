#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads TOML 0.5 of `text`, ended by 0. `visit` gets every value as text, its name with the tables before it
/// ("keys.next-slice"); of lists the values one after another. Both are the callee's for the call alone.
/// Returns 0; or -1 where it is no TOML, with the reason in `why`, ended by 0. No exception leaves it.
int ctoml_read(
    const char *text, void *context, void (*visit)(void *context, const char *name, const char *value), char *why,
    size_t size);

#ifdef __cplusplus
}
#endif

#endif
