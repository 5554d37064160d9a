"""The other side of the TIFF files that we write: arrays to write, and what other software reads of them.

One JSON request a line on standard input, one JSON answer a line on standard output.
{"make": PATH, "dtype": NAME, "shape": "5x7x3"} makes an array that the program then converts; {"read": PATH}
reads what it has made with tifffile, Pillow and libtiff's `tiffcp` (through tifffile again), and compares.
Answer: {"readers": {NAME: [[WHAT, DETAIL], …]}}, where a reader that does not know the type is left out.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
import warnings

import numpy as np
import tifffile
from PIL import Image, ImageSequence

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
# What Pillow reads as it stands; other types it refuses or changes.
PILLOW = {("uint8", 2), ("uint8", 3), ("uint16", 2), ("int32", 2), ("float32", 2), ("bool", 2)}
# Types and codecs that the C library takes apart.
LIBTIFF = "bool uint8 uint16 uint32 int8 int16 int32 float32 float64".split()
made = None


def array(dtype, shape):
    shape = tuple(map(int, shape.split("x")))
    numbers = np.random.default_rng(sum(shape)).integers(0, 2**31, shape)
    if dtype == "bool":
        return numbers % 3 == 0
    if dtype.startswith("float"):
        return (numbers % 997 / 8 - 50).astype(dtype)
    if dtype.startswith("complex"):
        return (numbers % 997 / 8 + 1j * (numbers % 77)).astype(dtype)
    return (numbers * (2**33 + 1 if dtype.endswith("64") else 1)).astype(dtype)


def compared(theirs):
    # Pillow and libtiff know pages, not the axes that they lie along.
    if theirs.size == made.size and theirs.ndim < made.ndim:
        theirs = theirs.reshape(made.shape)
    if theirs.shape != made.shape:
        return [["shape", f"{theirs.shape}, written {made.shape}"]]
    found = []
    if theirs.dtype != made.dtype:
        found.append(["dtype", f"{theirs.dtype}, written {made.dtype}"])
    if not np.array_equal(theirs, made):
        found.append(["pixels", f"{np.count_nonzero(theirs != made)} of {made.size} differ"])
    return found


def with_tifffile(path):
    with tifffile.TiffFile(path) as opened:
        if len(opened.series) != 1:
            raise ValueError(f"{len(opened.series)} series")
        return opened.asarray()


def with_pillow(path):
    with Image.open(path) as image:
        frames = [np.asarray(frame).copy() for frame in ImageSequence.Iterator(image)]
    frames = frames[0] if len(frames) == 1 else np.stack(frames)
    # Black is 1 in the truth values of a TIFF, and 0 in those of Pillow.
    return ~frames if made.dtype == bool else frames.astype(made.dtype)


def with_libtiff(path):
    copy = path + ".copy.tif"
    done = subprocess.run(["tiffcp", "-c", "none", path, copy], capture_output=True, text=True)
    if done.returncode:
        raise ValueError(done.stderr.strip()[-150:])
    # The copy's pages no longer lie as its description promises, so they are read one by one.
    with tifffile.TiffFile(copy) as opened:
        pages = [page.asarray() for page in opened.pages]
    return pages[0] if len(pages) == 1 else np.stack(pages)


def readers(path):
    yield "tifffile", with_tifffile
    with tifffile.TiffFile(path) as opened:
        page = opened.pages[0]
        planes = page.planarconfig == 2 and page.samplesperpixel > 1
        samples = page.shape[-1] if page.samplesperpixel > 1 and not planes else 1
        kind = 3 if samples in (3, 4) else 2
        predicted, compression = page.predictor, int(page.compression)
        swapped = opened.byteorder == ">" and compression != 1 and page.dtype.itemsize == 4
        tiled = page.is_tiled
    simple = not planes and (made.dtype.name, kind) in PILLOW and compression != 34925
    # Pillow swaps numbers of 32 bits again that libtiff has swapped already.
    if simple and not swapped and not (made.dtype.kind == "f" and predicted == 3):
        yield "pillow", with_pillow
    # tiffcp gives up on planes in tiles.
    if shutil.which("tiffcp") and made.dtype.name in LIBTIFF and not (planes and tiled):
        yield "libtiff", with_libtiff


def answer_to(request):
    global made
    if "make" in request:
        made = array(request["dtype"], request["shape"])
        np.savez(request["make"], made)
        return {"frames": 1}
    found = {}
    for name, reader in readers(request["read"]):
        try:
            found[name] = compared(reader(request["read"]))
        except Exception as e:  # noqa: BLE001 - a refusal is an answer, whatever its type
            found[name] = [["refused", f"{type(e).__name__}: {e}"[:200]]]
    return {"readers": found}


def main():
    answers = os.fdopen(os.dup(1), "w")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    for line in sys.stdin:
        answers.write(json.dumps(answer_to(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
