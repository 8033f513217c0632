#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

pid_t csandbox_start(const char *program, char *const *arguments, char *const *environment, int socket) {
  posix_spawn_file_actions_t actions;
  int failed = posix_spawn_file_actions_init(&actions);
  if (failed) return -failed;
  // A socket that is 3 already would be closed by its own flag: dup2 onto itself keeps it.
  failed = posix_spawn_file_actions_adddup2(&actions, socket, 3);
  for (int fd = 0; fd < 3 && !failed; fd++)
    failed = posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", fd ? O_WRONLY : O_RDONLY, 0);
  if (!failed) failed = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
  // Signals that this process ignores or holds back are the other's as by default, and a Ctrl-C is not for it.
  posix_spawnattr_t attributes;
  if (!failed) failed = posix_spawnattr_init(&attributes);
  if (!failed) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    pid_t child = 0;
    failed = posix_spawn(&child, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    if (!failed) {
      posix_spawn_file_actions_destroy(&actions);
      return child;
    }
  }
  posix_spawn_file_actions_destroy(&actions);
  return -failed;
}

ssize_t csandbox_send(int socket, const void *bytes, size_t count, const int descriptors[2]) {
  union {
    char bytes[CMSG_SPACE(2 * sizeof(int))];
    struct cmsghdr aligned;
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {(void *)bytes, count};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control};
  const size_t size = descriptors[1] < 0 ? sizeof(int) : 2 * sizeof(int);
  message.msg_controllen = CMSG_SPACE(size);
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(head), descriptors, size);
  const ssize_t n = sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  return n < 0 ? -errno : n;
}

ssize_t csandbox_receive(int socket, void *bytes, size_t count, int descriptors[2]) {
  union {
    char bytes[CMSG_SPACE(2 * sizeof(int))];
    struct cmsghdr aligned;
  } control;
  struct iovec part = {bytes, count};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  descriptors[0] = descriptors[1] = -1;
  ssize_t n;
  do n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n < 0) return -errno;
  for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head))
    if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS && head->cmsg_len >= CMSG_LEN(sizeof(int)))
      memcpy(descriptors, CMSG_DATA(head), head->cmsg_len > CMSG_LEN(sizeof(int)) ? 2 * sizeof(int) : sizeof(int));
  return n;
}

int csandbox_memory(size_t size) {
  const int memory = memfd_create("cinecor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return -errno;
  if (size && (ftruncate(memory, (off_t)size) || fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW))) {
    const int failed = errno;
    close(memory);
    return -failed;
  }
  return memory;
}

int csandbox_seal(int memory) {
  return fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) ? -errno : 0;
}
