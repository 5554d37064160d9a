"""The reference side of `cargo xtask parity`: what Python makes of a file.

One JSON request a line on standard input, {"path", "kind", "npy"}, one JSON answer a line on standard output.
The array goes to the file `npy`. Semantics: palettes are applied (RGB, or RGBA where there is transparency), GIF and APNG
give all frames stacked, one bit a pixel is bool; the rest is what Pillow stores. Metadata is what imageio reports.
Radiance HDR and colour PFM, which Pillow does not read, come from OpenCV, and OpenEXR from its own package; these have
no metadata to compare.
"""

import base64
import datetime
import json
import os
import signal
import sys
import warnings

import imageio.v3 as iio
import numpy as np
import parity_arrays
import parity_dicom
import parity_fits
import parity_lytro
import parity_swf
import parity_tiff
import parity_video
from PIL import GifImagePlugin, Image, ImageFile, ImageSequence

warnings.filterwarnings("ignore")
Image.MAX_IMAGE_PIXELS = None
LIMIT_S = 30
ALL_FRAMES = ("GIF",)


def native(array):
    # Of an array without axes, a contiguous copy would have one.
    return np.asarray(array.astype(array.dtype.newbyteorder("="), copy=False), order="C")


def colours(frame):
    """Palettes applied."""
    if frame.mode in ("P", "PA"):
        seen_through = frame.mode == "PA" or "transparency" in frame.info or frame.palette.mode == "RGBA"
        return frame.convert("RGBA" if seen_through else "RGB")
    return frame


def same_mode(frames):
    """One mode for all: frames after the first may have gained alpha or colour."""
    modes = {frame.mode for frame in frames}
    if len(modes) < 2:
        return frames
    mode = "RGBA" if modes & {"RGBA", "LA"} else "RGB"
    return [frame.convert(mode) for frame in frames]


def is_batch(image):
    return image.format in ALL_FRAMES or (image.format == "PNG" and getattr(image, "is_animated", False))


def pillow(path):
    GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_ALWAYS
    with Image.open(path) as image:
        answer = {"format": image.format, "mode": image.mode, "lossy": image.format in ("JPEG", "MPO")}
        if is_batch(image):
            frames, durations = [], []
            for frame in ImageSequence.Iterator(image):
                frames.append(colours(frame).copy())
                durations.append(frame.info.get("duration"))
            array = np.stack([np.asarray(frame) for frame in same_mode(frames)])
            answer["durations"] = durations
        else:
            array = np.asarray(colours(image))
    # As released, and as a user meets it.
    GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_AFTER_FIRST
    with iio.imopen(path, "r", plugin="pillow") as opened:
        if answer["format"] in ("PNG", "WEBP"):
            # Pillow sees what stands behind the pixels only after it has decoded them.
            opened._image.load()
        answer["metadata"] = opened.metadata()
    return array, answer


def spe(path):
    with iio.imopen(path, "r", plugin="SPE") as opened:
        return opened.read(index=...), {"format": "SPE", "lossy": False, "metadata": opened.metadata()}


def opencv(path):
    import cv2

    array = cv2.imread(path, cv2.IMREAD_UNCHANGED)
    if array is None:
        raise ValueError("OpenCV reads nothing")
    if array.ndim == 3:
        array = array[..., [2, 1, 0, 3][: array.shape[2]]]
    return array, {"format": "OpenCV", "lossy": False, "metadata": None}


def pnm(path):
    try:
        return pillow(path)
    except Exception:
        # PFM in colour; of PAM it takes the order of the colours wrongly.
        if path.endswith(".pfm"):
            return opencv(path)
        raise


def openexr(path):
    """The first part: R, G, B and A, or else Y, or else all channels, of the channels that belong to no layer or,
    where there are none, to the first layer."""
    import OpenEXR

    try:
        opened = OpenEXR.File(path, separate_channels=True)
    except RuntimeError:
        return opencv(path)
    with opened:
        part = opened.parts[0]
        layer_of = {name: name.rpartition(".")[0] for name in part.channels}
        layer = "" if "" in layer_of.values() else min(layer_of.values())
        channels = {
            name.rpartition(".")[2]: channel for name, channel in part.channels.items() if layer_of[name] == layer
        }
        if "Y" in channels and "BY" in channels:
            raise ValueError("the package does not turn luminance and chroma into colours")
        gray = () if {"X", "Z"} <= channels.keys() else ("YA", "Y")
        known = (names for names in ("RGBA", "RGB", *gray) if set(names) <= channels.keys())
        names = next(known, tuple(channels))
        if any(channel.pixels.dtype == object for channel in channels.values()):
            raise ValueError("deep data")
        left, top = part.header["dataWindow"][0]
        right, bottom = part.header["dataWindow"][1]
        planes = []
        for name in names:
            channel = channels[name]
            x, y = channel.xSampling, channel.ySampling
            # A sample stands where its coordinate is a multiple of the sampling.
            rows = np.arange(top, bottom + 1) // y - -(-top // y)
            columns = np.arange(left, right + 1) // x - -(-left // x)
            planes.append(np.asarray(channel.pixels)[rows.clip(0)][:, columns.clip(0)])
    kinds = {plane.dtype for plane in planes}
    if len(kinds) > 1:
        kind = np.float64 if any(one.kind == "u" for one in kinds) else np.float32
        planes = [plane.astype(kind) for plane in planes]
    array = planes[0] if len(planes) == 1 else np.stack(planes, axis=-1)
    return array, {"format": "OpenEXR", "lossy": False, "metadata": None}


READERS = {"spe": spe, "hdr": opencv, "exr": openexr, "pfm": pnm, "pnm": pnm}
READERS |= {"npz": parity_arrays.npz, "npy": parity_arrays.npz, "bsdf": parity_arrays.read_bsdf}
READERS |= {"video": parity_video.read}
READERS |= {"swf": parity_swf.read, "lytro": parity_lytro.read, "fits": parity_fits.read, "dicom": parity_dicom.dicom}
READERS |= dict.fromkeys(("tiff", "stk", "lsm"), parity_tiff.read)


def plain(value):
    """What JSON can say, in the spelling of `imageio info --json`."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, np.generic):
        return plain(value.item())
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else {"$float": str(value)}
    if hasattr(value, "numerator") and hasattr(value, "denominator"):
        return {"$rational": [value.numerator, value.denominator]}
    return str(value)


def answer_to(request):
    signal.alarm(LIMIT_S)
    try:
        array, answer = READERS.get(request["kind"], pillow)(request["path"])
        array = native(array)
        with open(request["npy"], "wb") as out:
            np.save(out, array)
        answer["metadata"] = plain(answer["metadata"])
        return {**answer, "shape": list(array.shape), "dtype": array.dtype.name}
    except BaseException as e:  # noqa: BLE001 - a refusal is an answer, whatever its type
        return {"error": f"{type(e).__name__}: {e}"[:300]}
    finally:
        signal.alarm(0)


def too_long(*_):
    raise TimeoutError(f"over {LIMIT_S} s")


def main():
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    signal.signal(signal.SIGALRM, too_long)
    answers = os.fdopen(os.dup(1), "w")
    # Libraries in C print warnings where they like; the answers keep their own channel.
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    for line in sys.stdin:
        answers.write(json.dumps(answer_to(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
