"""Weights of the museum that PyTorch itself would read: what a checkpoint holds beside tensors, views, shards."""
import io
import pickle
import struct
from collections import Counter, OrderedDict

NUMBERS = struct.pack("<4f", 1, 2, 3, 4)


class Named:
    """Stands for something of torch that a pickle calls by its name."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Call:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments


class Pickler(pickle._Pickler):
    """Protocol 2, as torch.save writes; names are not looked up."""

    def save(self, value, save_persistent_id=True):
        if isinstance(value, Named):
            self.write(b"c" + value.module.encode() + b"\n" + value.name.encode() + b"\n")
        elif isinstance(value, Call):
            self.save(value.function)
            self.save(tuple(value.arguments))
            self.write(b"R")
        elif isinstance(value, Stored):
            self.save(("storage", value.kind, "0", "cpu", value.count))
            self.write(b"Q")
        else:
            super().save(value, save_persistent_id)


class Stored:
    def __init__(self, kind="FloatStorage", count=4):
        self.kind, self.count = Named("torch.storage" if kind == "UntypedStorage" else "torch", kind), count


def dumps(value):
    out = io.BytesIO()
    Pickler(out, 2).dump(value)
    return out.getvalue()


def tensor(shape=(4,), strides=(1,), offset=0, storage=None):
    return Call(Named("torch._utils", "_rebuild_tensor_v2"), storage or Stored(), offset, shape, strides, False,
                OrderedDict())


def utils(name, *arguments):
    return Call(Named("torch._utils", name), *arguments)


def files(archive):
    dtype, device = Named("torch", "float32"), Call(Named("torch", "device"), "cuda", 0)
    untyped = Stored("UntypedStorage", 16)
    beside = {
        "counter": Counter({10: 1, 20: 1}), "ordered": OrderedDict([("a", 1)]), "dtype": dtype, "device": device,
        "set": {1, 2}, "size": Call(Named("torch", "Size"), (4,)), "complex": 1 + 2j, "bytes": b"abc",
        "bytearray": bytearray(b"abc"), "layout": Call(Named("torch.serialization", "_get_layout"), "torch.strided"),
        "uint16": Named("torch", "uint16"), "class": Named("torch", "FloatTensor"),
        "quantised": Named("torch", "per_tensor_affine"),
        "sparse": utils("_rebuild_sparse_tensor", Call(Named("torch.serialization", "_get_layout"), "torch.sparse_coo"),
                        (tensor(), tensor(), (4,))),
        "complex_numbers": {"c": tensor((2,), storage=Stored("ComplexFloatStorage", 2))},
    }
    good = {
        "as_data_" + name: {"w": tensor(), "beside": [value, {"again": value}]} for name, value in beside.items()
    }
    good |= {
        "expanded": {"w": tensor((2, 4), (0, 1)), "v": tensor((3, 2), (1, 1))},
        "parameter": {"w": utils("_rebuild_parameter", tensor(), True, OrderedDict())},
        "parameter_with_state": {"w": utils("_rebuild_parameter_with_state", tensor(), True, OrderedDict(), {"tag": 1})},
        "parameter_called": {"w": Call(Named("torch.nn.parameter", "Parameter"), tensor(), True)},
        "of_a_class": {"w": Call(Named("torch._tensor", "_rebuild_from_type_v2"), Named("torch._utils", "_rebuild_tensor_v2"),
                                 Named("torch.nn.parameter", "Parameter"),
                                 (Stored(), 0, (4,), (1,), False, OrderedDict()), {"tag": 1})},
        "untyped": {"w": utils("_rebuild_tensor_v3", untyped, 0, (4,), (1,), False, OrderedDict(), dtype)},
        "below_net": {"epoch": 3, "net": {"state_dict": OrderedDict([("module.w", tensor())])}},
    }
    made = {name + ".pt": archive(dumps(value), NUMBERS) for name, value in good.items()}
    made |= {
        "frozenset.pt": archive(dumps({"w": tensor(), "beside": frozenset([1])}), NUMBERS),
        "default_dictionary.pt": archive(dumps({"w": tensor(), "beside": Call(Named("collections", "defaultdict"), None)}),
                                         NUMBERS),
        "partial.pt": archive(dumps({"w": tensor(), "beside": Call(Named("functools", "partial"), dtype)}), NUMBERS),
        "device_imitated.pt": archive(dumps({"w": tensor(), "beside": Call(Named("torch.device", "system"), "x")}), NUMBERS),
        "dtype_called.pt": archive(dumps({"w": Call(dtype, 1)}), NUMBERS),
        "expanded_to_8_gib.pt": archive(dumps({"w": tensor((1 << 29, 4), (0, 1))}), NUMBERS),
        "expanded_beyond.pt": archive(dumps({"w": tensor((2, 5), (0, 1))}), NUMBERS),
        "untyped_short.pt": archive(
            dumps({"w": utils("_rebuild_tensor_v3", Stored("UntypedStorage", 15), 0, (4,), (1,), False, OrderedDict(), dtype)}),
            NUMBERS),
        "class_in_class.pt": archive(dumps({"w": Call(Named("torch._tensor", "_rebuild_from_type_v2"),
                                                      Named("torch._tensor", "_rebuild_from_type_v2"), None, ())}), NUMBERS),
    }
    return made
