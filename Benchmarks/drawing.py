"""Ways of drawing beside other players: chafa and timg, on the same frames of one synthetic heart.

    .bench/bin/python Benchmarks/drawing.py .build/release/cinecor

Bytes are all that goes to the terminal, a frame; frames a second are by processor time on one core, since players sleep
between frames. Theirs has the start of a process and the reading of a GIF in it; Cinecor's cells are differences from the
frame before, its sixels are encoded anew and its kitty pictures are placed, as in every beat but the first. The picture is a square of 21, 33 or 57 rows of 10×20 pixels: what windows of 80×24, 120×36 and 200×60 hold.
"""
import fcntl
import glob
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import threading

from PIL import Image

ROWS = {"80x24": 21, "120x36": 33, "200x60": 57}
# Cinecor's name, chafa's options, timg's pixelation.
WAYS = [
    ("kitty", ["-f", "kitty"], "k"),
    ("sixel", ["-f", "sixels"], None),
    ("half", ["-f", "symbols", "--symbols", "vhalf", "-c", "full"], "h"),
    ("grey", ["-f", "symbols", "--symbols", "vhalf", "-c", "256"], None),
    ("quarter", ["-f", "symbols", "--symbols", "quad+half", "-c", "256"], "q"),
    ("braille", ["-f", "symbols", "--symbols", "braille", "-c", "256"], None),
]


def movie(folder, path):
    """The frames as a GIF, a fiftieth of a second each: players do not dawdle."""
    frames = [Image.open(name).convert("L") for name in sorted(glob.glob(folder + "/*.png"))]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=20, loop=0)
    return len(frames)


def play(command, rows, columns):
    """Bytes that a player sends to a terminal of that size, and its processor time; None where it does not run."""
    master, slave = pty.openpty()
    size = struct.pack("HHHH", rows + 3, columns + 2, 10 * (columns + 2), 20 * (rows + 3))
    fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
    count = 0

    def drain():
        nonlocal count
        while True:
            try:
                got = os.read(master, 1 << 16)
            except OSError:
                return
            if not got:
                return
            count += len(got)

    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL,
                                   env=os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    except OSError:
        return None
    os.close(slave)
    reader = threading.Thread(target=drain)
    reader.start()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    reader.join(5)
    os.close(master)
    return (count, usage.ru_utime + usage.ru_stime) if status == 0 and count else None


def cell(bytes_, seconds):
    return f"{bytes_ / 1000:9.2f} kB{1 / seconds:8.0f} fps" if seconds > 0 else f"{bytes_ / 1000:9.2f} kB         "


def main():
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run([sys.argv[1], "bench", "drawing", "--json", "--frames", folder], capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(result.stderr)
        ours = json.loads(result.stdout)
        film = folder + "/film.gif"
        frames = movie(folder, film)
        own = {(row["mode"], row["size"]): row for row in ours["drawing"]}
        print(f"\nbytes a frame and frames a second of processor time, {frames} frames")
        print(f"{'':18}{'Cinecor':>23}{'chafa':>25}{'timg':>25}")
        for mode, chafa, timg in WAYS:
            for size, rows in ROWS.items():
                columns = 2 * rows
                row = own[(mode, size)]
                text = f"{mode + ' ' + size:18}" + cell(row["bytes"], row["seconds"])
                commands = [["chafa", *chafa, "--animate", "on", "-d", "0", "-s", f"{columns}x{rows}", "--work", "1", film],
                            ["timg", f"-p{timg}", "--loops=1", f"-g{columns}x{rows}", film] if timg else None]
                for command in commands:
                    played = play(command, rows, columns) if command else None
                    text += "  " + (cell(played[0] / frames, played[1] / frames) if played else f"{'–':>12}{'':12}")
                if mode == "kitty":
                    text += f"   after {row['first_bytes'] / 1000:.0f} kB a frame once"
                print(text, flush=True)
        print(f"twelve panes at 30 frames a second by kitty: {ours['twelve_panes_bytes_a_second'] / 1000:.1f} kB a second")


main()
