"""Gaps between the frames that a terminal receives while the viewer plays, and while its reading processes are killed.

    python3 Benchmarks/frames.py .build/release/cinecor PATH [KILLS]

Runs the viewer in a terminal of its own, in a home of its own, so that inference begins anew. Linux only.
"""
import fcntl
import os
import pty
import random
import select
import signal
import struct
import sys
import tempfile
import termios
import time

COLUMNS, ROWS = 120, 36


def start(program, path, home):
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", XDG_CACHE_HOME=home, XDG_DATA_HOME=home, XDG_STATE_HOME=home,
                          XDG_CONFIG_HOME=home, HOME=home)
        os.execv(program, [program, path])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    return child, terminal


def workers(parent):
    """Reading processes of one viewer."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                isWorker = b"--worker" in file.read().split(b"\0")
            with open(f"/proc/{name}/stat") as file:
                isOwn = int(file.read().rsplit(")", 1)[1].split()[1]) == parent
        except (OSError, IndexError):
            continue
        if isWorker and isOwn:
            found.append(int(name))
    return found


class Frames:
    """Times at which the terminal received something, a frame being all that comes within 2 ms."""

    def __init__(self, terminal):
        self.terminal, self.times, self.last = terminal, [], 0.0

    def watch(self, seconds, each=lambda: None):
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            each()
            if not select.select([self.terminal], [], [], 0.005)[0]:
                continue
            if not os.read(self.terminal, 1 << 16):
                raise SystemExit("the viewer ended")
            now = time.monotonic()
            if now - self.last > 0.002:
                self.times.append(now)
            self.last = now

    def untilPlaying(self):
        """The first picture comes once all heads are read."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            self.watch(0.5)
            if len(self.times) > 20 and max(b - a for a, b in zip(self.times[-20:], self.times[-19:])) < 0.1:
                return
        raise SystemExit("nothing was played within a minute")

    def gaps(self):
        return sorted(1000 * (b - a) for a, b in zip(self.times, self.times[1:]))


def report(name, gaps):
    n = len(gaps)
    print(f"{name:24}{n:7} frames   median gap {gaps[n // 2]:5.1f} ms   99 % {gaps[n * 99 // 100]:5.1f} ms"
          f"   largest {gaps[-1]:5.1f} ms")


def main():
    program, path = sys.argv[1:3]
    wanted = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    random.seed(1)
    with tempfile.TemporaryDirectory() as home:
        child, terminal = start(program, path, home)
        try:
            Frames(terminal).untilPlaying()
            killed, due = 0, 0.0

            def kill():
                nonlocal killed, due
                if killed >= wanted or time.monotonic() < due:
                    return
                for worker in workers(child):
                    os.kill(worker, signal.SIGKILL)
                    killed += 1
                due = time.monotonic() + random.uniform(0.02, 0.15)

            struck, plain = Frames(terminal), Frames(terminal)
            begun = time.monotonic()
            while killed < wanted and time.monotonic() - begun < 120:
                struck.watch(1, kill)
            plain.watch(10)
            os.write(terminal, b"q")
        finally:
            time.sleep(0.3)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    report("playing", plain.gaps())
    report(f"{killed} kills meanwhile", struck.gaps())


main()
