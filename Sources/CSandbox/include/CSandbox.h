// What a process needs to lock itself up and to pass open descriptors: system calls whose macros and variable arguments
// Swift does not import. Linux only. No call keeps a pointer that it is given.
#ifndef CSANDBOX_H
#define CSANDBOX_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Starts a program with `socket` as its descriptor 3, nothing else open, and stdin, stdout and stderr at /dev/null.
/// `arguments` and `environment` end with NULL. Its process number, or -errno.
pid_t csandbox_start(const char *program, char *const *arguments, char *const *environment, int socket);

/// Sends bytes with one or two descriptors attached (the second may be -1), without waiting. Bytes sent, or -errno.
ssize_t csandbox_send(int socket, const void *bytes, size_t count, const int descriptors[2]);

/// Waits for bytes; `descriptors` become those that came with them, or -1. Bytes received, 0 at the end, or -errno.
ssize_t csandbox_receive(int socket, void *bytes, size_t count, int descriptors[2]);

/// Memory of so many bytes that two processes can share, as a descriptor of a file without a name: it takes room as it is
/// written, and its size stays, unless it is 0. To be closed by the caller. -errno where there is none.
int csandbox_memory(size_t size);

/// From now on nobody can change such memory. 0, or -errno where somebody still may.
int csandbox_seal(int memory);

/// What the kernel granted, as bits.
enum {
  /// Resource limits and no core dump.
  CSANDBOX_LIMITS = 1,
  /// No new privileges, not to be looked into by others.
  CSANDBOX_PRIVILEGES = 2,
  /// Only the system calls that reading needs.
  CSANDBOX_SYSTEM_CALLS = 4,
  /// No path can be opened or made.
  CSANDBOX_PATHS = 8
};

/// Takes everything from this process that reading bytes does not need: no file can be opened or grow, no network, no
/// other program, thread or process. For good. Returns the bits that the kernel granted.
int csandbox_lock(void);

/// Lets this process use so many bytes of memory at most, and so many seconds of processor time from now on.
void csandbox_allow(uint64_t memory, uint64_t seconds);

/// Bytes of address space in use, 0 where that cannot be told. To be asked before the lock.
uint64_t csandbox_address_space(void);
#endif
