"""Makes every file of this folder anew: a file a defect. Wants h5py, imagecodecs and Pillow; see README.md."""
import gzip
import io
import json
import os
import pickle
import shutil
import struct
import zipfile
import zlib

import h5py
import imagecodecs
import numpy as np
from PIL import Image

import checkpoints
import codestreams
import make_archives

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, data):
    path = os.path.join(HERE, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


# DICOM, explicit little endian

PREAMBLE = bytes(128) + b"DICM"
UNDEFINED = b"\xff\xff\xff\xff"
RLE, JPEG, J2K, DEFLATED = ("1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.90",
                            "1.2.840.10008.1.2.1.99")


def tag(group, element):
    return struct.pack("<HH", group, element)


def element(group, number, vr, value):
    head = tag(group, number) + vr.encode()
    if vr in ("OB", "OV", "OW", "SQ", "UN"):
        return head + b"\0\0" + struct.pack("<I", len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def us(number, value):
    return element(0x28, number, "US", struct.pack("<H", value))


def meta(syntax):
    uid = syntax.encode()
    return PREAMBLE + element(2, 0x10, "UI", uid + b"\0" * (len(uid) & 1))


def head(before=b"", **changes):
    """An image of 16 by 16 pixels of 16 bits."""
    values = {"samples": 1, "rows": 16, "columns": 16, "allocated": 16, "stored": 12, "high": 11, "signed": 0} | changes
    frames = element(0x28, 8, "IS", values["frames"].encode()) if "frames" in values else b""
    return (element(8, 0x60, "CS", b"MR") + before + us(2, values["samples"])
            + element(0x28, 4, "CS", b"MONOCHROME2 ") + frames + us(0x10, values["rows"]) + us(0x11, values["columns"])
            + us(0x100, values["allocated"]) + us(0x101, values["stored"]) + us(0x102, values["high"]) + us(0x103, values["signed"]))


PIXELS = element(0x7FE0, 0x10, "OW", bytes(i * 7 & 255 if i % 2 == 0 else 0 for i in range(512)))


def fragments(*parts, table=b""):
    items = b"".join(tag(0xFFFE, 0xE000) + struct.pack("<I", len(p)) + p for p in (table, *parts))
    return tag(0x7FE0, 0x10) + b"OB\0\0" + UNDEFINED + items + tag(0xFFFE, 0xE0DD) + bytes(4)


def even(data):
    return data + b"\0" * (len(data) & 1)


def picture(kind, size=16):
    out = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (size, size), dtype=np.uint8)
    Image.fromarray(noise).save(out, kind, **({"quality": 80} if kind == "JPEG" else {}))
    return out.getvalue()


def nested(depth):
    return (tag(8, 0x1140) + b"SQ\0\0" + UNDEFINED + tag(0xFFFE, 0xE000) + UNDEFINED) * depth


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def ramp():
    """High-throughput JPEG 2000, which few programs write: 16 by 16 pixels, each 7 more than the one before, of 12 bits."""
    made = bytes(imagecodecs.htj2k_encode((np.arange(256, dtype=np.uint16) * 7 % 4096).reshape(16, 16)))
    return made[made.index(b"\xff\x4f\xff\x51"):]


def dicom():
    whole = PREAMBLE + head() + PIXELS
    small = {"allocated": 8, "stored": 8, "high": 7}
    jpeg, j2k = picture("JPEG"), picture("JPEG2000")
    rle = bytes([15] + [1] * 0) + bytes(range(16))
    files = {
        "empty": b"", "text": b"Notes on the study\n" * 20, "preamble_only": PREAMBLE,
        "whole": whole,
        "cut_in_header": whole[:200], "cut_in_pixels": whole[:-100], "pixels_too_few": PREAMBLE + head(rows=20) + PIXELS,
        "no_pixels": PREAMBLE + head(), "meta_only": meta("1.2.840.10008.1.2.1"),
        "rows_none": PREAMBLE + head(rows=0) + PIXELS,
        "size_of_8_gib": PREAMBLE + head(rows=65535, columns=65535) + PIXELS,
        "frames_of_letters": PREAMBLE + head(frames="1A") + PIXELS,
        "frames_negative": PREAMBLE + head(frames="-1") + PIXELS,
        "frames_999999999": PREAMBLE + head(frames="999999999 ") + PIXELS,
        "bits_stored_beyond": PREAMBLE + head(stored=17) + PIXELS, "bits_of_12": PREAMBLE + head(allocated=12) + PIXELS,
        "samples_of_7": PREAMBLE + head(samples=7) + PIXELS,
        "length_beyond_the_end": PREAMBLE + head(tag(8, 0x70) + b"UN\0\0\x00\xff\xff\xff") + PIXELS,
        "length_odd": PREAMBLE + head(element(8, 0x70, "LO", b"odd")) + PIXELS,
        "vr_unknown": PREAMBLE + head(tag(8, 0x70) + b"ZZ\x02\x00ab") + PIXELS,
        "group_length_lies": PREAMBLE + element(2, 0, "UL", struct.pack("<I", 9999)) + meta("1.2.840.10008.1.2.1")[132:]
        + head() + PIXELS,
        "nested_200": PREAMBLE + nested(200), "sequence_never_closed": PREAMBLE + nested(3) + head() + PIXELS,
        "says_big_endian": meta("1.2.840.10008.1.2.2") + head() + PIXELS,
        "syntax_unknown": meta("1.2.3.4") + head() + fragments(bytes(64)),
        "syntax_mpeg2": meta("1.2.840.10008.1.2.4.100") + head(**small) + fragments(bytes(64)),
        "character_set_absurd": PREAMBLE + element(8, 5, "CS", b"ISO_IR 9999 ") + head() + PIXELS,
        "escape_in_name": PREAMBLE + head(element(0x10, 0x10, "PN", b"A\x1b[2J\x1b]0;x\x07^B")) + PIXELS,
        "numbers_that_are_none": PREAMBLE + head(element(0x18, 0x1060, "DS", b"nan ")
                                                 + element(0x20, 0x32, "DS", b"inf\\1e999\\-")) + PIXELS,
        "deflated_cut": meta(DEFLATED) + deflated(head() + PIXELS)[:60],
        "deflated_bomb": meta(DEFLATED) + deflated(bytes(8 << 20)),
        "deflated_nonsense": meta(DEFLATED) + b"\xff" * 64,
        "rle_segments_lie": meta(RLE) + head() + fragments(struct.pack("<I", 99) + bytes(60) + rle),
        "rle_cut": meta(RLE) + head() + fragments(struct.pack("<16I", 2, 64, 80, *[0] * 13) + rle),
        "rle_frames_missing": meta(RLE) + head(frames="3 ") + fragments(struct.pack("<16I", 2, 64, 80, *[0] * 13) + rle),
        "jpeg_whole": meta(JPEG) + head(**small) + fragments(even(jpeg)),
        "jpeg_cut": meta(JPEG) + head(**small) + fragments(even(jpeg[:len(jpeg) * 2 // 3])),
        "jpeg_of_other_size": meta(JPEG) + head(rows=32, columns=32, **small) + fragments(even(jpeg)),
        "jpeg_nonsense": meta(JPEG) + head(**small) + fragments(bytes(200)),
        "jpeg_frames_missing": meta(JPEG) + head(frames="3 ", **small) + fragments(even(jpeg)),
        "jpeg_without_delimiter": meta(JPEG) + head(**small) + fragments(even(jpeg))[:-8],
        "jpeg_2000_cut": meta(J2K) + head(**small) + fragments(even(j2k[:len(j2k) // 2])),
        "jpeg_2000_of_other_size": meta(J2K) + head(rows=32, columns=32, **small) + fragments(even(j2k)),
        "jpeg_2000_nonsense": meta(J2K) + head(**small) + fragments(bytes(200)),
        "htj2k_whole": meta("1.2.840.10008.1.2.4.201") + head() + fragments(even(ramp())),
        "htj2k_cut": meta("1.2.840.10008.1.2.4.201") + head() + fragments(even(ramp()[:-60])),
        "offset_table_lies": meta(J2K) + head(frames="2 ", **small)
        + fragments(even(j2k), even(j2k), even(j2k), table=struct.pack("<II", 0, 0xFFFFFF00)),
    }
    files |= codestreams.files(meta, head, fragments, element, even)
    for name, data in files.items():
        write(f"dicom/{name}.dcm", data)


# HDF5

def hdf5_file(name, fill):
    path = os.path.join(HERE, "hdf5", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with h5py.File(path, "w", libver=("earliest", "v108")) as file:
        fill(file)
    with open(path, "rb") as made:
        return made.read()


def hdf5():
    cine = np.random.default_rng(2).integers(0, 9, (8, 16, 16), dtype=np.uint8).repeat(2, axis=2)

    def stack(compression):
        def fill(file):
            made = file.create_dataset("SAX", data=cine, compression=compression, chunks=(4, 16, 32))
            made.attrs["slice_frames"] = np.array([3], dtype=np.int32)
        return fill

    whole = hdf5_file("whole.h5", stack("gzip"))
    packed = hdf5_file("whole_lzf.h5", stack("lzf"))
    write("hdf5/cut.h5", whole[:len(whole) * 2 // 3])
    write("hdf5/superblock_damaged.h5", whole[:8] + b"\xff" * 24 + whole[32:])
    write("hdf5/heap_damaged.h5", whole.replace(b"HEAP", b"LEAP"))
    write("hdf5/tree_damaged.h5", whole.replace(b"TREE", b"TREF"))
    with h5py.File(os.path.join(HERE, "hdf5/whole_lzf.h5")) as file:
        chunk = file["SAX"].id.get_chunk_info(0)
    at, size = chunk.byte_offset, chunk.size
    write("hdf5/lzf_chunk_damaged.h5", packed[:at] + b"\xff" * size + packed[at + size:])
    hdf5_file("nothing_in_it.h5", lambda f: None)
    hdf5_file("texts_only.h5", lambda f: f.create_dataset("notes", data=[b"a", b"b"]))
    hdf5_file("five_dimensions.h5", lambda f: f.create_dataset("SAX", data=np.zeros((1, 2, 2, 4, 4), np.uint8)))
    hdf5_file("nobody_s_channels.h5", lambda f: f.create_dataset("SAX", data=np.zeros((5, 2, 4, 4), np.uint8)))
    hdf5_file("size_of_petabytes.h5",
              lambda f: f.create_dataset("SAX", (1 << 24, 1 << 14, 1 << 14), np.uint8, chunks=(1, 64, 64)))

    def falling(file):
        stack("gzip")(file)
        file["SAX"].attrs["slice_frames"] = np.array([5, 3], dtype=np.int32)
    hdf5_file("slice_frames_fall.h5", falling)

    def beyond(file):
        stack("gzip")(file)
        file["SAX"].attrs["slice_frames"] = np.array([99], dtype=np.int32)
    hdf5_file("slice_frames_beyond.h5", beyond)
    hdf5_file("link_to_another_file.h5", lambda f: f.__setitem__("SAX", h5py.ExternalLink("/etc/passwd", "/")))
    hdf5_file("data_in_another_file.h5",
              lambda f: f.create_dataset("SAX", (4, 8, 8), np.uint8, external=[("/etc/passwd", 0, 256)]))


# NIfTI

    # Groups, links and what a library of another age or build reads.
    def cohort(file):
        for patient in ("patient_001", "patient_002"):
            for view in ("4CH", "SAX"):
                file.create_dataset(f"{patient}/{view}", data=cine, compression="gzip", chunks=(4, 16, 32))
    hdf5_file("groups.h5", cohort)

    def ring(file):
        cohort(file)
        file["patient_001/again"] = file["patient_001"]
        file["patient_002/top"] = file["/"]
        file["patient_002/SAX_too"] = file["patient_002/SAX"]
    hdf5_file("groups_in_a_ring.h5", ring)

    def alias(file):
        cohort(file)
        file["SAX"] = h5py.SoftLink("/patient_001/SAX")
        file["first"] = h5py.SoftLink("patient_001")
        file["over_two"] = h5py.SoftLink("/first/4CH")
    hdf5_file("soft_links.h5", alias)
    hdf5_file("soft_link_to_nothing.h5", lambda f: f.__setitem__("SAX", h5py.SoftLink("/not/there")))

    def foreign(number):
        def fill(file):
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_chunk((4, 16, 32))
            plist.set_filter(number, h5py.h5z.FLAG_OPTIONAL, (1, 2))
            made = h5py.h5d.create(file.id, b"SAX", h5py.h5t.NATIVE_UINT8, h5py.h5s.create_simple(cine.shape), plist)
            for first in (0, 4):
                made.write_direct_chunk((first, 0, 0), cine[first:first + 4].tobytes(), 0)
        return fill
    for name, number in (("blosc", 32001), ("zstandard", 32015), ("of_nobody", 31999)):
        hdf5_file(f"filter_{name}.h5", foreign(number))

    def two_shapes(file):
        stack("gzip")(file)
        file.create_dataset("extra", data=np.zeros((7, 5, 6, 4)))
    hdf5_file("one_of_two_shapes.h5", two_shapes)
    with h5py.File(os.path.join(HERE, "hdf5/layout_5.h5"), "w", libver="latest") as file:
        file.create_dataset("SAX", data=cine, compression="gzip", chunks=(4, 16, 32))
    with open(os.path.join(HERE, "hdf5/layout_5.h5"), "rb") as made:
        later = bytearray(made.read())
    later[8] = 5
    write("hdf5/superblock_5.h5", bytes(later))


def nifti_head(dims=(4, 8, 8, 3, 4, 1, 1, 1), code=4, offset=352.0, slope=1.0, magic=b"n+1\0", bits=16):
    made = bytearray(348)
    struct.pack_into("<i", made, 0, 348)
    struct.pack_into("<8h", made, 40, *dims)
    struct.pack_into("<hh", made, 70, code, bits)
    struct.pack_into("<8f", made, 76, 1, 1.5, 1.5, 8, 0.04, 0, 0, 0)
    struct.pack_into("<fff", made, 108, offset, slope, 0)
    made[344:348] = magic
    return bytes(made)


def nifti():
    data = bytes(4) + b"".join(struct.pack("<h", i % 200) for i in range(8 * 8 * 3 * 4))
    whole = nifti_head() + data
    files = {
        "whole.nii": whole, "cut.nii": whole[:-10], "cut_in_header.nii": whole[:300],
        "magic_wrong.nii": nifti_head(magic=b"nope") + data,
        "size_of_18_gb.nii": nifti_head(dims=(4, 32767, 32767, 9, 1, 1, 1, 1)) + bytes(29),
        "size_negative.nii": nifti_head(dims=(4, -8, 8, 3, 4, 1, 1, 1)) + data,
        "dimensions_none.nii": nifti_head(dims=(0, 8, 8, 3, 4, 1, 1, 1)) + data,
        "dimensions_five.nii": nifti_head(dims=(5, 8, 8, 3, 2, 2, 1, 1)) + data,
        "offset_absurd.nii": nifti_head(offset=1e30) + data, "offset_negative.nii": nifti_head(offset=-8) + data,
        "offset_nan.nii": nifti_head(offset=float("nan")) + data,
        "slope_nan.nii": nifti_head(slope=float("nan")) + data,
        "complex_numbers.nii": nifti_head(code=32, bits=64) + data * 4,
        "cut.nii.gz": gzip.compress(whole, mtime=0)[:-40], "checksum_wrong.nii.gz": gzip.compress(whole, mtime=0)[:-8] + bytes(8),
        "bomb.nii.gz": gzip.compress(nifti_head(dims=(4, 8192, 8192, 32, 1, 1, 1, 1)) + bytes(8 << 20), mtime=0),
        "image_missing.hdr": nifti_head(magic=b"ni1\0", offset=0),
        "PAIR.HDR": nifti_head(magic=b"ni1\0", offset=0), "PAIR.IMG": data[4:],
    }
    for name, made in files.items():
        write("nifti/" + name, made)


# Weights

def tensors(header, data=bytes(64)):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def weight(begin=0, end=64, shape=(4, 4), kind="F32"):
    return {"dtype": kind, "shape": list(shape), "data_offsets": [begin, end]}


def archive(pickled, storage=struct.pack("<4f", 1, 2, 3, 4), compression=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, data in (("archive/data.pkl", pickled), ("archive/data/0", storage), ("archive/version", b"3\n")):
            made.writestr(zipfile.ZipInfo(name), data, compression)
    return out.getvalue()


def state(count=4, shape=(4,), stride=(1,), offset=0):
    """A state dictionary of one tensor in PyTorch's own opcodes (protocol 2)."""
    def whole(n):
        return b"J" + struct.pack("<i", n)

    def text(t):
        return b"X" + struct.pack("<I", len(t)) + t.encode()

    def several(values):
        return b"(" + b"".join(map(whole, values)) + b"t"
    storage = (b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + whole(count) + b"tQ")
    tensor = (b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + whole(offset) + several(shape) + several(stride)
              + b"\x89ccollections\nOrderedDict\n)RtR")
    return b"\x80\x02}" + text("w") + tensor + b"s."


class Evil:
    def __reduce__(self):
        return os.system, ("true",)


def weights():
    good = archive(state())
    files = {
        "whole.safetensors": tensors({"w": weight()}),
        "header_of_1_eib.safetensors": struct.pack("<Q", 1 << 60) + b"{}",
        "header_of_17_mb.safetensors": struct.pack("<Q", 17 << 20) + b"{}",
        "header_no_json.safetensors": tensors(b"not json at all"),
        "header_nested.safetensors": tensors(b"[" * 5000),
        "offsets_outside.safetensors": tensors({"w": weight(end=6400)}),
        "offsets_backwards.safetensors": tensors({"w": weight(64, 0)}),
        "offsets_overlap.safetensors": tensors({"v": weight(), "w": weight()}),
        "shape_disagrees.safetensors": tensors({"w": weight(shape=(4, 5))}),
        "shape_overflows.safetensors": tensors({"w": weight(shape=(1 << 62, 1 << 62))}),
        "shape_negative.safetensors": tensors({"w": weight(shape=(-4, -4))}),
        "type_unknown.safetensors": tensors({"w": weight(kind="F13")}),
        "cut.safetensors": tensors({"w": weight()})[:-10],
        "whole.pt": good, "cut.pt": good[:len(good) // 2],
        "directory_outside.pt": good[:-6] + b"\xff\xff\xff\x7f\0\0",
        "compressed.pt": archive(state(), compression=zipfile.ZIP_DEFLATED),
        "code.pt": archive(pickle.dumps(Evil(), 2)),
        "opcode_unknown.pt": archive(b"\x80\x02\xfe."), "pickle_without_end.pt": archive(state()[:-1]),
        "pickle_nested.pt": archive(b"\x80\x02" + b"(" * 20000 + b"."),
        "pickle_memo_missing.pt": archive(b"\x80\x02h\x07."),
        "tensor_outside.pt": archive(state(offset=3)), "tensor_negative.pt": archive(state(shape=(-4,))),
        "stride_outside.pt": archive(state(stride=(1 << 30,))), "storage_lies.pt": archive(state(count=1 << 30, shape=(1 << 30,))),
        "shape_overflows.pt": archive(state(shape=(1 << 30, 1 << 30, 1 << 30), stride=(0, 0, 0))),
        "nothing.pt": b"",
    }
    files |= checkpoints.files(archive)
    for name, made in files.items():
        write("weights/" + name, made)


for folder in ("dicom", "hdf5", "nifti", "weights"):
    shutil.rmtree(os.path.join(HERE, folder), ignore_errors=True)
dicom()
hdf5()
nifti()
weights()
with open(os.path.join(HERE, "dicom", "whole.dcm"), "rb") as whole:
    make_archives.make(whole.read())
