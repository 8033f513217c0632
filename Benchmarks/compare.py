"""The default video encoder in PyTorch and in Cinecor, one after the other on one machine, and the ratios.

`make bench` makes the virtual environment that this needs and runs it.
"""
import json
import statistics
import subprocess
import sys
import time
import types

import torch


class Torchvision(types.ModuleType):
    """Stands in for torchvision, which pytorchvideo imports everywhere and the encoder uses nowhere."""

    __path__ = []

    def __getattr__(self, name):
        return type(name, (torch.nn.Module,), {})


for name in ("", ".ops", ".ops.boxes", ".transforms", ".transforms.functional", ".transforms.functional_tensor",
             ".transforms._functional_video", ".transforms._transforms_video", ".models", ".io", ".utils"):
    sys.modules["torchvision" + name] = Torchvision("torchvision" + name)
from pytorchvideo.models.vision_transformers import create_multiscale_vision_transformers

# The shape of DefaultModel.video in Sources/cinecor/Train/DefaultModel.swift.
SHAPE = dict(
    spatial_size=64, temporal_size=16, depth=6, patch_embed_dim=32, num_heads=1,
    embed_dim_mul=[[1, 2.0], [3, 2.0]], atten_head_mul=[[1, 2.0], [3, 2.0]],
    pool_q_stride_size=[[0, 1, 2, 2], [2, 1, 2, 2]], pool_kv_stride_adaptive=[1, 8, 8], pool_kvq_kernel=[3, 3, 3])


def median(runs, body):
    body()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    ours = json.loads(subprocess.run([sys.argv[1], "bench", "--json"], check=True, capture_output=True, text=True).stdout)
    model = create_multiscale_vision_transformers(**SHAPE)
    model.head.proj = torch.nn.Linear(model.head.proj.in_features, 128)
    one, eight, batch = (torch.randn(n, 3, 16, 64, 64) for n in (1, 8, 32))

    def forward(x):
        with torch.inference_mode():
            model(x)

    def step():
        model.zero_grad()
        torch.nn.functional.normalize(model(batch), dim=1).sum().backward()

    model.eval()
    torch.set_num_threads(1)
    clip = median(9, lambda: forward(one))
    torch.set_num_threads(ours["threads"])
    study = median(5, lambda: forward(eight))
    training = median(3, step)
    print(f"PyTorch {torch.__version__}; OpenBLAS {ours['core']}; {ours['threads']} threads")
    print(f"{'':34}{'PyTorch':>10}{'Cinecor':>10}{'ratio':>8}")
    for name, theirs, key in [
        ("one clip, one thread", clip, "clip_s"), ("a study of 8 clips", study, "study_of_8_s"),
        ("forward and backward, 32 clips", training, "step_of_32_s"),
    ]:
        print(f"{name:34}{theirs * 1000:8.1f}ms{ours[key] * 1000:8.1f}ms{theirs / ours[key]:7.1f}×")


main()
