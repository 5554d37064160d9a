"""TIFF for `cargo xtask bench`: the files, and tifffile with imagecodecs, in as many threads as it takes by itself."""

import io
import os
import struct
import zlib

import numpy as np
import tifffile

CODECS = {"lzw": "lzw", "deflate": "zlib", "zstd": "zstd"}


def make(folder, scale, photograph):
    random = np.random.default_rng(9)
    os.makedirs(os.path.join(folder, "many_tiff"), exist_ok=True)
    rows = max(64, int(16384 * scale))
    plain = random.integers(0, 4096, (1, rows, 16384), dtype=np.uint16)
    tifffile.imwrite(os.path.join(folder, "plain.tif"), plain[0])
    part = plain[0, : max(64, rows // 4)]
    tifffile.imwrite(os.path.join(folder, "quarter.tif"), part)
    side = max(256, int(4096 * scale))
    photo = photograph(side, side).astype(np.uint8)
    tifffile.imwrite(os.path.join(folder, "photo.tif"), photo, photometric="rgb")
    for name, codec in CODECS.items():
        for layout, how in (("strips", {}), ("tiles", {"tile": (256, 256)})):
            path = os.path.join(folder, f"{name}_{layout}.tif")
            tifffile.imwrite(path, photo, photometric="rgb", compression=codec, predictor=True, **how)
    huge(os.path.join(folder, "huge.tif"))
    stack = random.integers(0, 4096, (1000, 128, 256), dtype=np.uint16)
    tifffile.imwrite(os.path.join(folder, "stack.tif"), stack, photometric="minisblack")
    for n in range(1000):
        path = os.path.join(folder, "many_tiff", f"{n:04}.tif")
        about = {"description": f"number {n}", "software": "bench", "resolution": (72, 72)}
        tifffile.imwrite(path, stack[n, :32, :32], photometric="minisblack", **about)


def huge(path, side=100_000, tile=512):
    """A BigTIFF of `side` x `side` pixels of 8 bits in Deflate tiles, whose index names the same few tiles again and again."""
    across, tags = -(-side // tile), 10
    count, random = across * across, np.random.default_rng(4)
    noise = random.integers(0, 8, (8, tile, tile), dtype=np.uint8)
    tiles = [zlib.compress((np.arange(tile, dtype=np.uint8) // 2 + part).tobytes()) for part in noise]
    index = 16 + 8 + tags * 20 + 8
    places, at = [], index + count * 12
    for data in tiles:
        places.append((at, len(data)))
        at += len(data)
    entries = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1), (277, 3, 1, 1)]
    entries += [(322, 4, 1, tile), (323, 4, 1, tile), (324, 16, count, index), (325, 4, count, index + count * 8)]
    with open(path, "wb") as out:
        out.write(struct.pack("<2sHHHQQ", b"II", 43, 8, 0, 16, tags))
        for entry in entries:
            out.write(struct.pack("<HHQQ", *entry))
        out.write(bytes(8))
        for kind, column in (("<u8", 0), ("<u4", 1)):
            out.write(np.array([places[n % len(places)][column] for n in range(count)], kind).tobytes())
        out.write(b"".join(tiles))


def iterate(path):
    with tifffile.TiffFile(path) as opened:
        for page in opened.pages:
            last = page.asarray()
        return last


def about(path):
    """The flags and every tag of the first page, as imageio's plugin reports them."""
    with tifffile.TiffFile(path) as opened:
        page = opened.pages[0]
        found = {"is_" + flag: getattr(opened, "is_" + flag) for flag in tifffile.TIFF.FILE_FLAGS}
        return {**found, **{tag.name: tag.value for tag in page.tags}}


class Written:
    """A file that is gone once nobody holds it, which is off the clock."""

    def __init__(self, path):
        self.path, self.nbytes = path, 0

    def __del__(self):
        os.remove(self.path)


def write(array, setting, to=None):
    out = to.path if to else io.BytesIO()
    how = {"compression": setting, "predictor": True} if setting else {}
    tifffile.imwrite(out, array, photometric="rgb" if array.ndim == 3 else "minisblack", **how)
    return to or out.getbuffer()


def work(op, path, setting):
    if op == "meta_all":
        paths = sorted(os.path.join(path, name) for name in os.listdir(path))
        return lambda: [about(name) for name in paths]
    if op == "write":
        array = tifffile.imread(path)
        return lambda: write(array, setting)
    if op in ("save", "replace"):
        array, to = tifffile.imread(path), path + ".theirs"
        old = Written(to) if op == "replace" else None
        return lambda: write(array, setting, old or Written(to))
    # By itself it takes half of the cores.
    workers = 2 if setting == "two" else None
    return (lambda: iterate(path)) if op == "iter" else lambda: tifffile.imread(path, maxworkers=workers)
