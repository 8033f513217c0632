"""Milliseconds from a key to the first byte of what it changes, while the model works.

usage: keys.py PROGRAM STUDIES [PRESSES]
"""

import fcntl
import os
import pty
import select
import struct
import sys
import tempfile
import termios
import time


def main(program, studies, presses=300):
    # A state of its own: nothing is known yet, so that there is work to do.
    state = tempfile.mkdtemp()
    child, master = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", XDG_STATE_HOME=state)
        os.execv(program, [program, studies, "--graphics", "grey"])
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    seen = b""

    def read(seconds):
        nonlocal seen
        ready, _, _ = select.select([master], [], [], seconds)
        if not ready:
            return b""
        data = os.read(master, 1 << 16)
        seen = (seen + data)[-200_000:]
        return data

    end = time.time() + 60
    while b"\x1b[c" not in seen and time.time() < end:
        read(1)
    os.write(master, b"\x1b[?62c")
    while b"/min" not in seen and time.time() < end:
        read(1)
    os.write(master, b" ")
    taken = []
    for _ in range(presses):
        # Until nothing moves: what comes then is the key's.
        while read(0.04):
            pass
        begin = time.perf_counter()
        os.write(master, b"i")
        if read(2):
            taken.append((time.perf_counter() - begin) * 1000)
    # The whole screen once more: is there still work?
    seen = b""
    os.write(master, b"\x0c\x1b[?62c")
    while read(0.5):
        pass
    running = b"running" in seen
    os.write(master, b"q")
    end = time.time() + 5
    while time.time() < end:
        try:
            if not read(0.5):
                break
        except OSError:
            break
    os.waitpid(child, 0)
    taken.sort()
    print(
        f"{len(taken)} keys   median {taken[len(taken) // 2]:.1f} ms   99 % {taken[int(len(taken) * 0.99)]:.1f} ms   "
        f"largest {taken[-1]:.1f} ms   {'while the model worked' if running else 'the model was done'}"
    )


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))
