"""PyTorch's values for a small segmentation network: segmentation.safetensors beside this file.

Run in an environment with `pip install torch==2.13.0+cpu numpy safetensors`. Weights follow from their names as in
FormulaWeights.swift, and so do pictures and labels, so the file holds none. Written from the architecture in Sources/Networks/Segmentation:

    forward.UNIT, backward.UNIT            each unit's output, and the loss's gradient by it
    logits, dlogits, loss, crossEntropy, dice
    gradient.NAME, statistics.NAME         of every weight; running means and variances after the step
    eval.logits                            with the running statistics after the step
"""
import os

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

WIDTHS, CHANNELS, CLASSES = [5, 6, 7], 2, 6
COUNT, HEIGHT, WIDTH = 3, 16, 24
M = np.uint64


def unit(name, n):
    h = 0xCBF29CE484222325
    for b in name.encode():
        h = ((h ^ b) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        z = M(h) + np.arange(1, n + 1, dtype=np.uint64) * M(0x9E3779B97F4A7C15)
        z = (z ^ (z >> M(30))) * M(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> M(27))) * M(0x94D049BB133111EB)
        z = z ^ (z >> M(31))
    return 2.0 * ((z >> M(40)).astype(np.float64) / float(1 << 24)) - 1.0


def values(name, shape):
    v = unit(name, int(np.prod(shape)))
    if len(shape) == 1:
        v = 1.0 + 0.1 * v if name.endswith(".weight") and "norm" in name else 0.05 * v
    else:
        v = v * np.sqrt(3.0 / float(np.prod(shape[1:])))
    return torch.from_numpy(v.astype(np.float32).reshape(shape))


class Level(torch.nn.Module):
    def __init__(self, inner, out):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(inner, out, 3, padding=1, bias=False)
        self.norm1 = torch.nn.BatchNorm2d(out)
        self.conv2 = torch.nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.norm2 = torch.nn.BatchNorm2d(out)

    def forward(self, x, name, see):
        x = see(name + "1", F.relu(self.norm1(self.conv1(x))))
        return see(name + "2", F.relu(self.norm2(self.conv2(x))))


class UNet(torch.nn.Module):
    def __init__(self, channels, classes, widths):
        super().__init__()
        ins = [4 * channels] + widths[:-1]
        self.down = torch.nn.ModuleList(Level(i, o) for i, o in zip(ins, widths))
        self.up = torch.nn.ModuleList(Level(a + b, b) for a, b in zip(widths[1:], widths))
        self.head = torch.nn.Conv2d(widths[0], 4 * classes, 1)
        self.see = lambda name, x: x

    def forward(self, x):
        x, skips = F.pixel_unshuffle(x, 2), []
        for i, level in enumerate(self.down):
            x = level(F.max_pool2d(x, 2) if i else x, f"segmentation.down.{i}.", self.see)
            skips.append(x)
        for i in reversed(range(len(self.up))):
            x = torch.cat([F.interpolate(x, scale_factor=2, mode="nearest"), skips[i]], 1)
            x = self.up[i](x, f"segmentation.up.{i}.", self.see)
        return F.pixel_shuffle(self.head(x), 2)


def loss(logits, labels, smoothing=1.0):
    """labels: bit masks of the classes that a pixel may be."""
    p = logits.softmax(1)
    allowed = torch.stack([(labels >> c) & 1 for c in range(CLASSES)], 1).bool()
    number = allowed.sum(1, keepdim=True)
    known = (number > 0) & (number < CLASSES)
    chance = (p * allowed).sum(1, keepdim=True)
    entropy = -chance[known].log().mean()
    decided = known & (~allowed | (number == 1))
    target = (allowed & (number == 1)).float()
    common, predicted, actual = [(x * decided).sum((0, 2, 3)) for x in (p * target, p, target)]
    dice = (2 * common + smoothing) / (predicted + actual + smoothing)
    counted = (actual > 0) & (torch.arange(CLASSES) > 0)
    dice = torch.where(actual > 0, dice, torch.nan)
    return entropy + 1 - dice[counted].mean(), entropy, dice


def main():
    torch.set_num_threads(1)
    net = UNet(CHANNELS, CLASSES, WIDTHS)
    for name, p in net.named_parameters():
        p.data = values("segmentation." + name, tuple(p.shape))
    pictures = values("golden.pictures", (COUNT, CHANNELS, HEIGHT, WIDTH)) * 20
    # Certain labels of classes 0 to 4 (nobody certainly is 5), partial ones, and nothing known by no bit and by all.
    kinds = torch.tensor([1, 2, 4, 8, 16, 0b111001, 0b110000, 0, 63], dtype=torch.uint8)
    chosen = (unit("embeddings.golden.labels", COUNT * HEIGHT * WIDTH) + 1) / 2 * len(kinds)
    labels = kinds[torch.from_numpy(chosen.astype(np.int64))].reshape(COUNT, HEIGHT, WIDTH)
    out, units = {}, {}

    def see(name, x):
        x.retain_grad()
        units[name] = x
        return x

    net.see = see
    logits = net(pictures)
    logits.retain_grad()
    total, entropy, dice = loss(logits, labels.int())
    total.backward()
    for name, x in units.items():
        out["forward." + name], out["backward." + name] = x.detach(), x.grad
    out |= {"logits": logits.detach(), "dlogits": logits.grad}
    out |= {"loss": total.detach()[None], "crossEntropy": entropy.detach()[None], "dice": dice.detach()}
    for name, p in net.named_parameters():
        out["gradient.segmentation." + name] = p.grad
    for name, b in net.named_buffers():
        if "running" in name:
            out["statistics.segmentation." + name] = b
    net.eval()
    net.see = lambda name, x: x
    with torch.no_grad():
        out["eval.logits"] = net(pictures)
    out = {k: np.ascontiguousarray(v.numpy()) for k, v in out.items()}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "segmentation.safetensors")
    save_file(out, path)
    os.chmod(path, 0o644)
    print("loss", total.item(), "dice", dice.tolist())


if __name__ == "__main__":
    main()
