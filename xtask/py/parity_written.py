"""The other side of the second part of `cargo xtask parity`: pictures to write, and what other software reads of them.

One JSON request a line on standard input, one JSON answer a line on standard output.
{"make": PATH, "source": NAME} makes a picture that the program then converts; {"read": PATH, "source": NAME, "lossy"}
reads the written file with Pillow, OpenCV and OpenEXR and compares. Answers: {"frames"} or {"error"}, and
{"readers": {NAME: [[WHAT, DETAIL], …]}}, where a reader that does not know the format is left out.
Pictures are compared as colours with alpha: gray is three equal colours, what has no alpha is opaque.
"""

import json
import os
import sys
import warnings

import cv2
import numpy as np
import OpenEXR
import parity_arrays
from PIL import Image, ImageSequence

warnings.filterwarnings("ignore")
CHANNELS = {"gray": 1, "graya": 2, "rgb": 3, "rgba": 4}
LOSSY_MAX = 40.0
LOSSY_MEAN = 4.0
# What an extension means to each reader; those it does not know are not asked.
PILLOW = "png apng jpg mpo gif bmp dib webp pbm pgm ppm pnm tga ico cur qoi".split()
OPENCV = "png apng jpg gif bmp webp pbm pgm ppm pnm pam pfm hdr".split()


def picture(source):
    """`rgb_uint8_5x3`, or `rgb_uint8_5x3_4` for four frames: smooth, so that a lossy codec keeps it."""
    kind, dtype, size, *frames = source.split("_")
    width, height = map(int, size.split("x"))
    count, channels = int(frames[0]) if frames else 1, CHANNELS[kind]
    n, y, x, c = np.meshgrid(*map(np.arange, (count, height, width, channels)), indexing="ij")
    values = 0.1 + 0.5 * x / max(width, 2) + 0.3 * y / max(height, 2) * (c % 3 + 1) / 3 + 0.05 * n / count
    if kind in ("graya", "rgba"):
        values[..., -1] = np.where((x + n)[..., -1] % 5 == 4, 0.0, 1.0) if dtype == "uint8" else 0.75
    if dtype == "bool":
        array = (x + y + n) % 3 == 0
    elif dtype.startswith("uint"):
        array = np.round(values * np.iinfo(dtype).max).astype(dtype)
    else:
        # Powers of two and steps of 1/64 of them, which Radiance HDR and half floats hold exactly.
        array = (np.round(values * 64) / 64).astype(dtype)
    return array


def make(path, source):
    array = picture(source)
    count, height, width, channels = array.shape
    if array.dtype.kind == "f" or array.dtype == np.uint32:
        names = {1: "Y", 2: "YA", 3: "RGB", 4: "RGBA"}[channels]
        planes = {name: np.ascontiguousarray(array[0, ..., at]) for at, name in enumerate(names)}
        header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        OpenEXR.File(header, planes).write(path)
        return count
    kind = {1: "GRAYSCALE", 2: "GRAYSCALE_ALPHA", 3: "RGB", 4: "RGB_ALPHA"}[channels]
    kind = "BLACKANDWHITE" if array.dtype == bool else kind
    largest = 1 if array.dtype == bool else np.iinfo(array.dtype).max
    stored = array.astype(">u2") if array.dtype == np.uint16 else array.astype(np.uint8)
    with open(path, "wb") as out:
        for frame in stored:
            head = f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {channels}\nMAXVAL {largest}\nTUPLTYPE {kind}\nENDHDR\n"
            out.write(head.encode() + frame.tobytes())
    return count


def rgba(frames):
    """Colours with alpha as floats, 1.0 the largest number of an integer type; and the type."""
    array = np.asarray(frames)
    dtype = array.dtype
    if array.ndim == 3:
        array = array[..., None]
    largest = 1.0 if dtype.kind in "fb" or dtype == np.uint32 else float(np.iinfo(dtype).max)
    array = array.astype(np.float64) / largest
    channels = array.shape[-1]
    colours = array[..., :3] if channels >= 3 else np.repeat(array[..., :1], 3, axis=-1)
    alpha = array[..., -1:] if channels in (2, 4) else np.ones_like(array[..., :1])
    return np.concatenate([colours, alpha], axis=-1), dtype


def with_pillow(path):
    with Image.open(path) as image:
        frames = []
        for frame in ImageSequence.Iterator(image):
            # The first frame of a GIF has a palette, the next ones may have none.
            if frame.mode in ("P", "PA") or path.endswith(".gif"):
                frame = frame.convert("RGBA")
            frames.append(np.asarray(frame).copy())
    array = np.stack(frames)
    # Pillow holds more than 8 bits of gray as int32.
    return array.astype(np.uint16) if array.dtype == np.int32 else array


def with_opencv(path):
    if path.endswith((".gif", ".png", ".apng", ".webp")):
        whole, frames = cv2.imreadmulti(path, flags=cv2.IMREAD_UNCHANGED)
    else:
        frame = cv2.imread(path, cv2.IMREAD_UNCHANGED)
        whole, frames = frame is not None, [frame]
    if not whole:
        raise ValueError("OpenCV reads nothing")
    array = np.stack(frames)
    return array[..., [2, 1, 0, 3][: array.shape[3]]] if array.ndim == 4 and array.shape[3] > 2 else array


def with_openexr(path):
    with OpenEXR.File(path, separate_channels=True) as opened:
        frames = []
        for part in opened.parts:
            names = next(names for names in ("RGBA", "RGB", "YA", "Y") if set(names) <= set(part.channels))
            frames.append(np.stack([part.channels[name].pixels for name in names], axis=-1))
    return np.stack(frames)


def readers(path):
    extension = path.rpartition(".")[2]
    if extension in PILLOW:
        yield "pillow", with_pillow
    if extension in OPENCV:
        yield "opencv", with_opencv
    if extension == "exr":
        yield "openexr", with_openexr
    yield from parity_arrays.READERS.get(extension, {}).items()


def differences(reader, array, source, lossy):
    (theirs, dtype), (ours, of) = rgba(array), rgba(picture(source))
    if theirs.shape[0] != ours.shape[0]:
        return [["frames", f"{theirs.shape[0]}, written {ours.shape[0]}"]]
    if theirs.shape != ours.shape:
        return [["shape", f"{theirs.shape}, written {ours.shape}"]]
    found = []
    # Pillow has no 16-bit colour and keeps the high byte.
    kept = {dtype.name, of.name} == {"bool", "uint8"} or (reader == "pillow" and of == np.uint16)
    if dtype != of and not kept:
        found.append(["dtype", f"{dtype}, written {of}"])
    # The colour of what is wholly transparent is nobody's promise.
    seen = (ours[..., 3:] > 0) | (theirs[..., 3:] > 0)
    off = np.abs(np.where(seen, theirs, 0)[..., :3] - np.where(seen, ours, 0)[..., :3])
    off = np.concatenate([off, np.abs(theirs - ours)[..., 3:]], axis=-1) * 255
    step = 1.0 if of == np.uint16 and dtype == np.uint8 else 1e-9
    fits = off.max() <= LOSSY_MAX and off.mean() <= LOSSY_MEAN if lossy else off.max() <= step
    if not fits:
        found.append(["pixels", f"at most {off.max():.3f} of 255, {off.mean():.4f} on average"])
    return found


def answer_to(request):
    if "make" in request:
        return {"frames": make(request["make"], request["source"])}
    found = {}
    for name, reader in readers(request["read"]):
        try:
            found[name] = differences(name, reader(request["read"]), request["source"], request["lossy"])
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
