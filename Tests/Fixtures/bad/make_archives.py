"""Makes the room of archives anew. Wants nothing but Python; make.py calls it with an image for the members."""
import bz2
import gzip
import io
import lzma
import os
import shutil
import struct
import tarfile
import warnings
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOM = os.path.join(HERE, "archives")


def write(name, data):
    with open(os.path.join(ROOM, name), "wb") as file:
        file.write(data)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as made:
        # Of a name that comes twice.
        warnings.simplefilter("ignore")
        for name, data in members:
            info = zipfile.ZipInfo("_", (2026, 1, 1, 0, 0, 0))
            # Set behind its back: a ZipInfo mends names.
            info.filename = name
            info.compress_type = method
            made.writestr(info, data)
    return out.getvalue()


def tarred(members):
    """A member is (name, content), or (name, None, target of a link)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as made:
        for name, data, *target in members:
            info = tarfile.TarInfo(name)
            if target:
                info.type, info.linkname = tarfile.SYMTYPE, target[0]
                made.addfile(info)
            else:
                info.size = len(data)
                made.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zstd(data):
    """One frame of raw blocks (RFC 8878): nothing here compresses so."""
    blocks = [data[i:i + 100_000] for i in range(0, len(data), 100_000)]
    out = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data))
    for i, block in enumerate(blocks):
        out += struct.pack("<I", len(block) << 3 | (i == len(blocks) - 1))[:3] + block
    return out


def changed(data, at, byte):
    return data[:at] + bytes([byte]) + data[at + 1:]


def flagged(data, bits=0, method=None):
    """Every header of a zip with more flags, or another method (APPNOTE 4.3.7 and 4.3.12)."""
    out = bytearray(data)
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = out.find(signature)
        while at >= 0:
            out[at + flags] |= bits
            if method is not None:
                out[at + flags + 2] = method
            at = out.find(signature, at + 4)
    return bytes(out)


def pair(image):
    """A head of NIfTI-1 whose numbers lie in an .img, and those."""
    head = bytearray(348)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, 4, 8, 8, 3, 4, 1, 1, 1)
    struct.pack_into("<2h", head, 70, 4, 16)
    struct.pack_into("<8f", head, 76, 1, 2, 2, 8, 40, 0, 0, 0)
    head[344:348] = b"ni1\0"
    return [("p.hdr", bytes(head)), ("p.img", image)]


def make(image):
    """`image`: a whole DICOM file."""
    shutil.rmtree(ROOM, ignore_errors=True)
    os.makedirs(ROOM)
    two = [("scan/IM1", image), ("scan/IM2", image + bytes(0)), ("notes.txt", b"no image\n")]
    plain, tar = zipped(two), tarred(two)
    stored = zipped([("IM1", image)], zipfile.ZIP_STORED)
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"
    files = {
        "whole.zip": plain, "whole.tar": tar, "whole.tgz": gzip.compress(tar, mtime=0),
        "whole.tar.bz2": bz2.compress(tar), "whole.tar.xz": lzma.compress(tar), "whole.tar.zst": zstd(tar),
        "whole.dcm.gz": gzip.compress(image, mtime=0), "pair.zip": zipped(pair(bytes(8 * 8 * 3 * 4 * 2))),
        "names.zip": zipped([("../../etc/IM1", image), ("/etc/IM2", image), ("a\x1b[2Jb", image), ("x", image), ("x", image)]),
        "names.tar": tarred([("./a/./b", image), ("\u00e9", image), ("../up", image)]),
        "links.tar": tarred([("a/IM1", image), ("b/to", None, "../a/IM1"), ("b/folder", None, "../a"),
                             ("b/annexed", None, "../.git/annex/objects/k/k"), ("b/gone", None, "nothing")]),
        "pointer.zip": zipped([("IM1", image), ("IM2.nii.gz", pointer)]),
        "nothing.zip": zipped([]), "notes_only.zip": zipped([("notes.txt", b"no image\n")]),
        "notes.txt.gz": gzip.compress(b"no image\n", mtime=0),
        "document.docx": zipped([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]),
        "cut.zip": plain[:len(plain) // 2], "cut_in_directory.zip": plain[:-30], "cut.tar": tar[:2000],
        "cut.tgz": gzip.compress(tar, mtime=0)[:-400], "cut.dcm.gz": gzip.compress(image, mtime=0)[:-60],
        "cut_in_trailer.dcm.gz": gzip.compress(image, mtime=0)[:-4],
        "checksum_wrong.zip": changed(stored, stored.find(b"DICM") + 300, 0xAA),
        "checksum_wrong.dcm.gz": changed(gzip.compress(image, mtime=0), -8 + len(gzip.compress(image, mtime=0)), 1),
        "checksum_wrong.tgz": changed(gzip.compress(tar, mtime=0), -8 + len(gzip.compress(tar, mtime=0)), 1),
        "damaged.dcm.gz": changed(changed(gzip.compress(image, mtime=0), 10, 0xFF), 11, 0xFF),
        "encrypted.zip": flagged(stored, bits=1), "method_unknown.zip": flagged(stored, method=96),
        "nested.zip": zipped([("IM1", image), ("inner.zip", stored), ("other.tgz", gzip.compress(tar, mtime=0)),
                              ("table.csv.gz", gzip.compress(b"1,2\n", mtime=0)),
                              ("report.docx", zipped([("[Content_Types].xml", b"<Types/>")]))]),
        "nested.dcm.gz.gz": gzip.compress(gzip.compress(image, mtime=0), mtime=0),
        "first_of_parts.zip": b"PK\x07\x08" + plain, "seven.7z": b"7z\xbc\xaf\x27\x1c" + bytes(60),
        "rar.rar": b"Rar!\x1a\x07\x01\0" + bytes(60), "disc.iso": bytes(32768) + b"\1CD001\1" + bytes(2041),
        # 160 MiB of nothing behind the beginning of an image.
        "bomb.dcm.bz2": bz2.compress(image[:132] + bytes(160 << 20)),
    }
    for name, data in files.items():
        write(name, data)


if __name__ == "__main__":
    with open(os.path.join(HERE, "dicom", "whole.dcm"), "rb") as whole:
        make(whole.read())
