"""Compressed pixels of the museum: frames over several fragments, streams cut short, samples beyond those stored."""
import ctypes
import struct

import imagecodecs
import numpy as np

SYNTAX = "1.2.840.10008.1.2.4."
RLE = "1.2.840.10008.1.2.5"
EIGHT = {"allocated": 8, "stored": 8, "high": 7}
CLOSED = b"\xff\xd9"


def smooth(seed=0):
    """A picture of 16 by 16 pixels of 8 bits with some noise, so that its data have many bytes."""
    y, x = np.mgrid[:16, :16]
    noise = np.random.default_rng(seed).normal(0, 4, (16, 16))
    return (120 + 50 * np.sin(x / 3 + seed) + 40 * np.cos(y / 4) + noise).astype(np.uint8)


def rle(picture):
    """One segment of a picture of 8 bits, all of it written as it is."""
    flat = picture.tobytes()
    data = b"".join(bytes([127]) + flat[i:i + 128] for i in range(0, len(flat), 128))
    return struct.pack("<16I", 1, 64, *[0] * 14) + data


def coded(kind, picture):
    wide = picture.astype(np.uint16) * 16 + 5
    made = {
        "50": lambda: imagecodecs.jpeg8_encode(picture, level=90),
        "51": lambda: imagecodecs.jpeg_encode(wide, level=90, bitspersample=12),
        "57": lambda: imagecodecs.ljpeg_encode(wide, bitspersample=12),
        "70": lambda: imagecodecs.ljpeg_encode(picture, bitspersample=8),
        "80": lambda: imagecodecs.jpegls_encode(picture),
        "81": lambda: imagecodecs.jpegls_encode(wide, level=2),
        "90": lambda: imagecodecs.jpeg2k_encode(picture, codecformat="j2k", reversible=True, level=0),
        "91": lambda: imagecodecs.jpeg2k_encode(wide, codecformat="j2k", level=40),
        "rle": lambda: rle(picture),
    }
    return bytes(made[kind]())


def jpeg_ls(picture, bits):
    """Of any number of bits, which only CharLS itself offers (libcharls2)."""
    charls = ctypes.CDLL("libcharls.so.2")
    charls.charls_jpegls_encoder_create.restype = ctypes.c_void_p
    encoder = ctypes.c_void_p(charls.charls_jpegls_encoder_create())
    rows, columns = picture.shape
    info = struct.pack("<IIii", columns, rows, bits, 1)
    out, count = ctypes.create_string_buffer(1 << 16), ctypes.c_size_t()
    data = picture.tobytes()
    for status in (
            charls.charls_jpegls_encoder_set_frame_info(encoder, info),
            charls.charls_jpegls_encoder_set_destination_buffer(encoder, out, ctypes.c_size_t(len(out))),
            charls.charls_jpegls_encoder_encode_from_buffer(encoder, data, ctypes.c_size_t(len(data)), 0),
            charls.charls_jpegls_encoder_get_bytes_written(encoder, ctypes.byref(count))):
        assert status == 0, status
    charls.charls_jpegls_encoder_destroy(encoder)
    return out.raw[:count.value]


def uid(kind):
    return RLE if kind == "rle" else SYNTAX + kind


def files(meta, head, fragments, element, even):
    made = {}

    # Three frames, each in two fragments, with every kind of table: all have the same pixels.
    for kind in ("50", "80", "90", "rle"):
        frames = [even(coded(kind, smooth(seed))) for seed in range(3)]
        halves = []
        for data in frames:
            middle = len(data) // 2 & ~1
            halves += [data[:middle], data[middle:]]
        starts, at = [], 0
        for i, data in enumerate(halves):
            if i % 2 == 0:
                starts.append(at)
            at += 8 + len(data)
        first = meta(uid(kind)) + head(frames="3 ", **EIGHT)
        offsets = struct.pack("<3I", *starts)
        extended = element(0x7FE0, 1, "OV", struct.pack("<3Q", *starts)) + element(
            0x7FE0, 2, "OV", struct.pack("<3Q", *map(len, frames)))
        # The second frame lies first.
        turned = [halves[i] for i in (2, 3, 0, 1, 4, 5)]
        moved = struct.pack("<3I", 16 + len(frames[1]), 0, starts[2])
        made |= {
            f"frames_{kind}_plain": first + fragments(*frames),
            f"frames_{kind}_table": first + fragments(*halves, table=offsets),
            f"frames_{kind}_extended_table": first + extended + fragments(*halves),
            f"frames_{kind}_no_table": first + fragments(*halves),
            f"frames_{kind}_table_lies": first + fragments(*halves, table=struct.pack("<3I", 0, 8, 16)),
            f"frames_{kind}_other_order": first + fragments(*turned, table=moved),
            f"frames_{kind}_one_missing": meta(uid(kind)) + head(frames="4 ", **EIGHT) + fragments(*halves),
            f"frames_{kind}_last_cut": first + fragments(*halves[:-1], halves[-1][:len(halves[-1]) // 4 * 2]),
        }
    # A preview in a marker's segment, at whose start a fragment begins.
    picture = coded("50", smooth())
    preview = b"\xff\xe1" + struct.pack(">H", 2 + len(picture)) + picture
    frame = even(picture[:2] + preview + picture[2:])
    made["frames_50_previews"] = meta(uid("50")) + head(frames="2 ", **EIGHT) + fragments(
        frame[:6], frame[6:], frame[:6], frame[6:])

    # Cut short, and closed by an end marker as if nothing were missing.
    for kind in ("50", "51", "57", "70", "80", "81", "90", "91"):
        data = coded(kind, smooth())
        body = data.index(b"\xff\x93" if kind[0] == "9" else b"\xff\xda")
        short = data[:body + (len(data) - body) // 2]
        values = EIGHT if kind in ("50", "70", "80", "90") else {}
        first = meta(uid(kind)) + head(**values)
        made[f"cut_{kind}_closed"] = first + fragments(even(short + CLOSED))
        made[f"cut_{kind}_open"] = first + fragments(even(short))
        made[f"cut_{kind}_not"] = first + fragments(even(data))
    data = rle(smooth())
    made["cut_rle_open"] = meta(RLE) + head(**EIGHT) + fragments(data[:-30])
    made["fragments_two_rle"] = meta(RLE) + head(**EIGHT) + fragments(data[:100], data[100:])

    # Few bits.
    for bits in (2, 3, 5, 7):
        few = jpeg_ls((np.arange(256, dtype=np.uint8) % (1 << bits)).reshape(16, 16), bits)
        for allocated in (8, 16):
            made[f"jpeg_ls_{bits}_bits_in_{allocated}"] = meta(SYNTAX + "80") + head(
                allocated=allocated, stored=bits, high=bits - 1) + fragments(even(few))

    # 12 bits stored, 16 in the stream, and samples beyond.
    steps = np.arange(256).reshape(16, 16)
    beyond = steps * 20
    signed = steps * 20 - 2550
    short = (steps * 16 - 2048) & 0xFFF

    def j2k(numbers):
        return bytes(imagecodecs.jpeg2k_encode(numbers, codecformat="j2k", reversible=True, level=0))

    def jls(numbers):
        return bytes(imagecodecs.jpegls_encode(numbers.astype(np.uint16)))
    for name, code, sign, data in (
            ("unsigned_90", "90", 0, j2k(beyond.astype(np.uint16))), ("unsigned_80", "80", 0, jls(beyond)),
            ("signed_90", "90", 1, j2k(signed.astype(np.int16))), ("signed_80", "80", 1, jls(signed & 0xFFFF)),
            ("short_80", "80", 1, jls(short)), ("short_90", "90", 1, j2k(short.astype(np.uint16)))):
        made[f"beyond_{name}"] = meta(SYNTAX + code) + head(signed=sign) + fragments(even(data))
    return made
