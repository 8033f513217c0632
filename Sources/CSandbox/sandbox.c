#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

static int limit(int resource, rlim_t value) {
  const struct rlimit both = {value, value};
  return setrlimit(resource, &both) == 0;
}

/// RLIMIT_NPROC counts all of the user's processes: none of them may be added to by this one.
static int set_limits(void) {
  return limit(RLIMIT_FSIZE, 0) & limit(RLIMIT_CORE, 0) & limit(RLIMIT_NOFILE, 16) & limit(RLIMIT_NPROC, 0) &
         limit(RLIMIT_MEMLOCK, 0) & limit(RLIMIT_MSGQUEUE, 0);
}

/// Landlock: every right to a path is handled, and no rule grants one.
static int lock_paths(void) {
  const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return 0;
  // The 13 rights of version 1; later ones are REFER (2), TRUNCATE (3), and IOCTL_DEV (5).
  uint64_t rights = (1u << 13) - 1;
  if (version >= 2) rights |= 1u << 13;
  if (version >= 3) rights |= 1u << 14;
  if (version >= 5) rights |= 1u << 15;
  // The first field alone is a whole version 1 of the structure.
  const int rules = (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0);
  if (rules < 0) return 0;
  const int granted = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  close(rules);
  return granted;
}

#ifdef OWN_ARCHITECTURE
#define FIELD(name) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, name))
// Arguments are 64 bits; little-endian machines hold the low word first.
#define ARGUMENT(n) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 8 * (n))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define REFUSED (SECCOMP_RET_ERRNO | EPERM)
#define ALLOW(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), RETURN(SECCOMP_RET_ALLOW)
// Allowed where the argument's bits under the mask are the value.
#define ALLOW_IF(name, n, mask, value)                                                                                 \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 5), ARGUMENT(n), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask),       \
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1), RETURN(SECCOMP_RET_ALLOW), RETURN(REFUSED)

static int lock_system_calls(void) {
  const struct sock_filter code[] = {
      FIELD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0), RETURN(SECCOMP_RET_KILL_PROCESS),
      FIELD(nr),
      // Open descriptors.
      ALLOW(read), ALLOW(pread64), ALLOW(readv), ALLOW(recvmsg), ALLOW(recvfrom), ALLOW(write), ALLOW(writev),
      ALLOW(sendto), ALLOW(sendmsg), ALLOW(close), ALLOW(lseek), ALLOW(fstat), ALLOW(newfstatat), ALLOW(fadvise64),
      ALLOW_IF(fcntl, 1, ~0u, F_GETFL), ALLOW(dup),
      // Memory, none of it code.
      ALLOW(brk), ALLOW(munmap), ALLOW(mremap), ALLOW(madvise), ALLOW_IF(mmap, 2, PROT_EXEC, 0),
      ALLOW_IF(mprotect, 2, PROT_EXEC, 0),
      // Time, locks, chance, and the end.
      ALLOW(futex), ALLOW(clock_gettime), ALLOW(getrusage), ALLOW(getrandom), ALLOW(sched_yield), ALLOW(rt_sigaction),
      ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(getpid), ALLOW(gettid), ALLOW(exit), ALLOW(exit_group),
      ALLOW_IF(tgkill, 0, ~0u, (uint32_t)getpid()),
      // Its own limits, not those of others.
      ALLOW_IF(prlimit64, 0, ~0u, 0), RETURN(REFUSED)};
  const struct sock_fprog program = {sizeof code / sizeof *code, (struct sock_filter *)code};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}
#else
static int lock_system_calls(void) { return 0; }
#endif

/// What was granted is tried: a kernel may accept a filter and not heed it, as emulators do.
static int holds(void) {
  const int socket = (int)syscall(SYS_socket, 2, 1, 0);
  const int file = open("/", O_RDONLY | O_CLOEXEC);
  if (socket >= 0) close(socket);
  if (file >= 0) close(file);
  return socket < 0 && file < 0;
}

int csandbox_lock(void) {
  int granted = set_limits() ? CSANDBOX_LIMITS : 0;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
    granted |= CSANDBOX_PRIVILEGES;
  if (lock_paths()) granted |= CSANDBOX_PATHS;
  if (lock_system_calls() && holds()) granted |= CSANDBOX_SYSTEM_CALLS;
  return granted;
}

void csandbox_allow(uint64_t memory, uint64_t seconds) {
  struct rlimit value = {memory, RLIM_INFINITY};
  setrlimit(RLIMIT_AS, &value);
  struct rusage used;
  if (getrusage(RUSAGE_SELF, &used) != 0) return;
  value.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1) + seconds;
  setrlimit(RLIMIT_CPU, &value);
}

uint64_t csandbox_address_space(void) {
  unsigned long pages = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (!file) return 0;
  if (fscanf(file, "%lu", &pages) != 1) pages = 0;
  fclose(file);
  return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
