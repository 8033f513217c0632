"""PyTorch and ONNX Runtime beside Cinecor, one after another on one machine, with the ratios.

`make bench` makes the virtual environment that this needs and runs it. Every row is a process of its own.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

CINECOR = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        print(f"{' '.join(command)} failed:\n{result.stderr[-2000:]}", file=sys.stderr)
        return None
    return json.loads(result.stdout[result.stdout.index("{"):])


def ours(*what):
    result = run(CINECOR, "bench", *what, "--json")
    if result is None:
        sys.exit(4)
    return result


def peer(name, threads):
    return run(sys.executable, os.path.join(HERE, "peers.py"), name, str(threads))


def row(name, result, own):
    if result is None:
        print(f"{name:28}  did not run")
        return
    cells = [f"{result[key] * 1000:9.0f} ms {result[key] / own[key]:5.2f}×" for key in ("clip_s", "study_of_8_s")]
    print(f"{name:28}{cells[0]}{cells[1]}{result['peak_mb']:9} MB")


def main():
    published = ours("published")
    threads = published["threads"]
    print(f"mvit_b_16x4, float32, {threads} threads, OpenBLAS {published['core']}; × says how many times as long as Cinecor")
    print(f"{'':28}{'a clip':>19}{'eight clips':>19}{'peak':>12}")
    row("Cinecor", published, published)
    for name, title in [("eager", "PyTorch"), ("compiled", "PyTorch, torch.compile"), ("onnx", "ONNX Runtime")]:
        row(title, peer(name, threads), published)
    sgemm = ours("sgemm")
    print(f"Cinecor reaches {sgemm['sgemm_s'] / published['clip_s']:.0%} of plain sgemm on the network's products "
          f"({sgemm['sgemm_s'] * 1000:.0f} ms)\n")

    half = ours("published", "--precision", "bfloat16")
    print(f"mvit_b_16x4, bfloat16, {threads} threads")
    row("Cinecor", half, half)
    row("PyTorch", peer("bfloat16", threads), half)

    print(f"\nBERT base, a sentence of 64 tokens, float32, {threads} threads")
    text, onnx = ours("text"), peer("onnx_text", threads)
    print(f"{'Cinecor':28}{text['sentence_s'] * 1000:9.1f} ms")
    if onnx:
        print(f"{'ONNX Runtime':28}{onnx['sentence_s'] * 1000:9.1f} ms {onnx['sentence_s'] / text['sentence_s']:5.2f}×")

    print(f"\nthe default model's encoder, float32, {threads} threads")
    small, torch = ours("default"), peer("default", threads)
    for title, key in [("a clip, one thread", "clip_s"), ("a study of 8 clips", "study_of_8_s"),
                       ("forward and backward, 32 clips", "step_of_32_s")]:
        theirs = f"PyTorch {torch[key] * 1000:7.1f} ms {torch[key] / small[key]:5.2f}×" if torch else ""
        print(f"{title:32}{small[key] * 1000:7.1f} ms   {theirs}")

    segmentation(threads)
    catalogue(threads)


def segmentation(threads):
    """All three on the same weights; PyTorch's step has plain cross-entropy, ours the partial labels and Dice too."""
    with tempfile.TemporaryDirectory() as folder:
        weights = os.path.join(folder, "weights.safetensors")
        made = run(sys.executable, os.path.join(HERE, "peers.py"), "segmentation_weights", weights)
        own = ours("segmentation", *(["--weights", weights] if made else []))
    others = {"PyTorch": peer("segmentation", threads), "ONNX Runtime": peer("onnx_segmentation", threads)}
    print(f"\nthe segmentation network on 128×128 pixels, float32, {threads} threads")
    for title, key in [("a frame, one thread", "frame_s"), ("a stack of 12 × 25 frames", "stack_s"),
                       ("loss and gradient, 16 frames", "step_of_16_s")]:
        theirs = [f"{name} {times[key] * 1000:7.1f} ms {times[key] / own[key]:5.2f}×"
                  for name, times in others.items() if times and key in times]
        print(f"{title:32}{own[key] * 1000:7.1f} ms   {'   '.join(theirs)}")
    if "difference" in own:
        print(f"largest difference from PyTorch's logits {own['difference']:.1e}")


def catalogue(threads):
    """Heads of files into studies, for pydicom without the studies."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([CINECOR, "phantom", "--out", folder, "--count", "24"], check=True, capture_output=True)
        command = [CINECOR, "qa", folder, "--headers", "--json"]
        times = []
        for _ in range(4):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times.append(time.perf_counter() - start)
        theirs = run(sys.executable, os.path.join(HERE, "peers.py"), "headers", folder)
    if theirs:
        print(f"\nheads of {theirs['files']} DICOM files, {threads} threads, program's start and end and all")
        print(f"{'Cinecor':28}{theirs['files'] / min(times):9.0f} a second")
        print(f"{'pydicom':28}{theirs['files'] / theirs['headers_s']:9.0f} a second {theirs['headers_s'] / min(times):5.2f}×")


main()
