"""One peer's times, as JSON: `peers.py NAME THREADS`. A process each, so that peak memory is the peer's own.

`compare.py` runs them all; weights are random, since times do not depend on them.
"""
import json
import os
import resource
import sys
import tempfile
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

# Others look whether torchvision is there and would believe it.
for name in [name for name in sys.modules if name.startswith("torchvision")]:
    del sys.modules[name]

# MViT-B 16x4, as in Sources/Networks/MViTConfiguration.swift.
PUBLISHED = dict(
    spatial_size=224, temporal_size=16, embed_dim_mul=[[1, 2.0], [3, 2.0], [14, 2.0]],
    atten_head_mul=[[1, 2.0], [3, 2.0], [14, 2.0]], pool_q_stride_size=[[1, 1, 2, 2], [3, 1, 2, 2], [14, 1, 2, 2]],
    pool_kv_stride_adaptive=[1, 8, 8], pool_kvq_kernel=[3, 3, 3])
# The shape of DefaultModel.video in Sources/cinecor/Train/DefaultModel.swift.
DEFAULT = dict(
    spatial_size=64, temporal_size=16, depth=6, patch_embed_dim=32, num_heads=1,
    embed_dim_mul=[[1, 2.0], [3, 2.0]], atten_head_mul=[[1, 2.0], [3, 2.0]],
    pool_q_stride_size=[[0, 1, 2, 2], [2, 1, 2, 2]], pool_kv_stride_adaptive=[1, 8, 8], pool_kvq_kernel=[3, 3, 3])


def seconds(runs, body):
    """The best of some runs, after two that warm up: what others do on the machine only ever adds."""
    body()
    body()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return min(times)


def encoder(shape, projection):
    model = create_multiscale_vision_transformers(**shape)
    model.head.proj = torch.nn.Linear(model.head.proj.in_features, projection)
    return model.eval()


def video_times(run, side=224):
    one, eight = torch.randn(1, 3, 16, side, side), torch.randn(8, 3, 16, side, side)
    return {"clip_s": seconds(7, lambda: run(one)), "study_of_8_s": seconds(2, lambda: [run(x) for x in eight.split(1)])}


def eager(threads):
    return video_times(encoder(PUBLISHED, 512))


def compiled(threads):
    return video_times(torch.compile(encoder(PUBLISHED, 512)))


def bfloat16(threads):
    model = encoder(PUBLISHED, 512).bfloat16()
    return video_times(lambda x: model(x.bfloat16()))


def onnx_session(model, example, names, threads, batch=None):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        torch.onnx.export(model, example, path, input_names=names, opset_version=17, dynamo=False,
                          dynamic_axes={batch: {0: "batch"}} if batch else None)
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def onnx(threads):
    session = onnx_session(encoder(PUBLISHED, 512), (torch.randn(1, 3, 16, 224, 224),), ["clip"], threads)
    return video_times(lambda x: session.run(None, {"clip": x.numpy()}))


def onnx_text(threads):
    from transformers import BertConfig, BertModel

    class ClassToken(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = BertModel(BertConfig(attn_implementation="eager")).eval()

        def forward(self, ids, mask):
            return self.bert(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0]

    ids, mask = torch.randint(1000, 20000, (1, 64)), torch.ones(1, 64, dtype=torch.long)
    session = onnx_session(ClassToken(), (ids, mask), ["ids", "mask"], threads)
    return {"sentence_s": seconds(15, lambda: session.run(None, {"ids": ids.numpy(), "mask": mask.numpy()}))}


def default(threads):
    """The default model's encoder, and its training."""
    model = encoder(DEFAULT, 128)
    batch = torch.randn(32, 3, 16, 64, 64)
    torch.set_num_threads(1)
    with torch.inference_mode():
        one = torch.randn(1, 3, 16, 64, 64)
        clip = seconds(9, lambda: model(one))
    torch.set_num_threads(threads)
    with torch.inference_mode():
        eight = torch.randn(8, 3, 16, 64, 64)
        study = seconds(5, lambda: model(eight))

    def step():
        model.zero_grad()
        torch.nn.functional.normalize(model(batch), dim=1).sum().backward()

    return {"clip_s": clip, "study_of_8_s": study, "step_of_32_s": seconds(3, step)}


def unet():
    """The segmentation network as its goldens have it, on weights that every process draws alike."""
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests/TrainingTests/Goldens"))
    from segmentation import UNet

    torch.manual_seed(7)
    model = UNet(1, 6, [20, 40, 80, 80])
    for name, buffer in model.named_buffers():
        if "running" in name:
            buffer.uniform_(0.5, 1.5) if name.endswith("var") else buffer.uniform_(-0.5, 0.5)
    return model.eval()


def segmentation_weights(path):
    """Weights, two pictures and their logits, for the other side to take and to be held against."""
    from safetensors.torch import save_file

    model = unet()
    tensors = {"segmentation." + k: v for k, v in model.state_dict().items() if v.is_floating_point()}
    pictures = torch.randn(2, 1, 128, 128)
    with torch.no_grad():
        save_file(tensors | {"pictures": pictures, "logits": model(pictures)}, path)
    return {"file": path}


def stack_times(run, set_threads, threads):
    """A frame on one thread; a stack of 300 on all, by the better of one and twelve frames at a time."""
    one, twelve = torch.randn(1, 1, 128, 128), torch.randn(12, 1, 128, 128)
    set_threads(1)
    frame = seconds(30, lambda: run(one))
    set_threads(threads)
    stacks = [300 * seconds(20, lambda: run(one)), 25 * seconds(5, lambda: run(twelve))]
    return {"frame_s": frame, "stack_s": min(stacks)}


def segmentation(threads):
    model, labels = unet(), torch.randint(0, 6, (16, 128, 128))
    with torch.inference_mode():
        times = stack_times(model, torch.set_num_threads, threads)
    model.train()
    batch = torch.randn(16, 1, 128, 128)

    def step():
        model.zero_grad()
        torch.nn.functional.cross_entropy(model(batch), labels).backward()

    return times | {"step_of_16_s": seconds(5, step)}


def onnx_segmentation(threads):
    sessions = {n: onnx_session(unet(), (torch.randn(12, 1, 128, 128),), ["x"], n, batch="x") for n in {1, threads}}
    current = {}
    return stack_times(
        lambda x: current["session"].run(None, {"x": x.numpy()}), lambda n: current.update(session=sessions[n]), threads)


def headers(folder):
    """Seconds for pydicom to read the head of every file, from a warm cache."""
    import pydicom

    files = [os.path.join(where, name) for where, _, names in os.walk(folder) for name in names if name.endswith(".dcm")]
    body = lambda: [pydicom.dcmread(file, stop_before_pixels=True) for file in files]
    return {"files": len(files), "headers_s": seconds(1, body)}


PEERS = {
    "eager": eager, "compiled": compiled, "bfloat16": bfloat16, "onnx": onnx, "onnx_text": onnx_text,
    "default": default, "segmentation": segmentation, "onnx_segmentation": onnx_segmentation,
}

if __name__ == "__main__":
    if sys.argv[1] in ("headers", "segmentation_weights"):
        print(json.dumps(globals()[sys.argv[1]](sys.argv[2])))
        sys.exit()
    threads = int(sys.argv[2])
    torch.set_num_threads(threads)
    if sys.argv[1] in ("default", "segmentation"):
        result = PEERS[sys.argv[1]](threads)
    else:
        with torch.no_grad():
            result = PEERS[sys.argv[1]](threads)
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(result))
