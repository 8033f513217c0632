// What a process gives up before it reads foreign bytes.
#ifndef CSANDBOX_H
#define CSANDBOX_H
#include <stddef.h>

/// From here on: so many seconds of CPU, so many bytes of memory, no new file content, no core dump, no other process, no
/// network, no file opened for writing, no new rights. 1 where the kernel also filters the calls, 0 where it can't.
int csandbox_enter(unsigned seconds, size_t memory);
#endif
