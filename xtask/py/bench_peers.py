"""The Python side of `cargo xtask bench`: makes the files, and times Pillow, OpenCV and imageio on them.

One JSON request a line on standard input, {"op", "lib", "path", …}, one JSON answer a line on standard output,
{"cpu_ns": [one a repeat], "wall_ns": [the same], "peak": bytes above the start, "output": bytes of the result}.
`bench_peers.py make FOLDER SCALE` makes the files instead.
"""

import gc
import io
import json
import os
import struct
import sys
import time

import cv2
import imageio.v3 as iio
import numpy as np
from PIL import Image, ImageSequence

Image.MAX_IMAGE_PIXELS = None
cv2.setNumThreads(1)


# The files.


def picture(height, width, seed=1):
    """Colours that flow, with some noise: neither flat nor random, as photographs are."""
    random = np.random.default_rng(seed)
    y = np.linspace(0, 9, height, dtype=np.float32)[:, None, None]
    x = np.linspace(0, 12, width, dtype=np.float32)[None, :, None]
    phase = np.array([0.0, 1.3, 2.9], np.float32)
    waves = 110 + 70 * np.sin(x + phase + seed * 0.1) * np.cos(y * 1.7 - phase)
    noise = random.integers(-6, 7, (height, width, 1), dtype=np.int16)
    return np.clip(waves + noise, 0, 255).astype(np.uint8)


def animation(count, height=200, width=300):
    return [Image.fromarray(picture(height, width, seed)).quantize(128) for seed in range(count)]


def spe_stack(path, frames, side=512):
    """A Princeton Instruments file, version 2.5: 4100 bytes of header, then the frames."""
    header = bytearray(4100)
    struct.pack_into("<H", header, 6, side)
    struct.pack_into("<H", header, 18, side)
    struct.pack_into("<H", header, 42, side)
    struct.pack_into("<h", header, 108, 3)
    struct.pack_into("<H", header, 656, side)
    struct.pack_into("<i", header, 1446, frames)
    struct.pack_into("<h", header, 1510, 1)
    struct.pack_into("<6H", header, 1512, 1, side, 1, 1, side, 1)
    struct.pack_into("<f", header, 1992, 2.5)
    struct.pack_into("<h", header, 4098, 0x5555)
    random = np.random.default_rng(3)
    with open(path, "wb") as out:
        out.write(header)
        for _ in range(frames):
            out.write(random.integers(0, 4096, (side, side), dtype=np.uint16).tobytes())


def make(folder, scale):
    """`scale` 1 is the full size; less makes small files for a quick look."""
    os.makedirs(os.path.join(folder, "many"), exist_ok=True)
    side = int(4096 * scale)
    one = Image.fromarray(np.array([[[12, 34, 56]]], np.uint8))
    one.save(os.path.join(folder, "one.png"))
    for n in range(1000):
        one.save(os.path.join(folder, "many", f"{n:04}.png"))
    Image.fromarray(picture(side, side)).save(os.path.join(folder, "large.png"))
    Image.fromarray(picture(int(3000 * scale), int(4000 * scale))).save(os.path.join(folder, "photo.jpg"), quality=90)
    flat = Image.fromarray(picture(side, int(5461 * scale)))
    flat.save(os.path.join(folder, "flat.bmp"))
    flat.save(os.path.join(folder, "flat.ppm"))
    for name, count in (("short.gif", 100), ("long.gif", 500)):
        first, *rest = animation(max(2, int(count * scale)))
        first.save(os.path.join(folder, name), save_all=True, append_images=rest, duration=40, loop=0)
    spe_stack(os.path.join(folder, "stack.spe"), max(2, int(128 * scale)))
    spe_stack(os.path.join(folder, "small.spe"), 5, side=128)


# What is timed. Each gives a function to call, and how to know the bytes of its result.


def to_array(image):
    return np.asarray(image.convert("RGB") if image.mode == "P" else image)


def pillow_read(path):
    with Image.open(path) as image:
        if getattr(image, "n_frames", 1) > 1:
            return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)])
        return to_array(image)


def pillow_iter(path):
    with Image.open(path) as image:
        for frame in ImageSequence.Iterator(image):
            last = np.asarray(frame.convert("RGB"))
        return last


def pillow_props(path):
    with Image.open(path) as image:
        return image.size, image.mode


def pillow_write(array, extension):
    out = io.BytesIO()
    kind = Image.registered_extensions()[extension]
    if array.ndim == 4:
        first, *rest = [Image.fromarray(frame) for frame in array]
        first.save(out, kind, save_all=True, append_images=rest)
    else:
        Image.fromarray(array).save(out, kind)
    return out.getvalue()


def opencv_read(path):
    image = cv2.imread(path, cv2.IMREAD_UNCHANGED)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def opencv_read_gif(path):
    fine, frames = cv2.imreadmulti(path, flags=cv2.IMREAD_COLOR)
    assert fine
    return np.stack([cv2.cvtColor(frame, cv2.COLOR_BGR2RGB) for frame in frames])


def opencv_write(array, extension):
    return cv2.imencode(extension, cv2.cvtColor(array, cv2.COLOR_RGB2BGR))[1]


def imageio_iter(path):
    for frame in iio.imiter(path):
        last = frame
    return last


def imageio_frame(path, index):
    return iio.imread(path, index=index, plugin="SPE")


def imageio_read(path):
    if path.endswith(".spe"):
        return iio.imread(path, index=..., plugin="SPE")
    return iio.imread(path)


def work(request):
    """The call to time, without arguments."""
    op, lib, path = request["op"], request["lib"], request["path"]
    if op == "write":
        write = {
            "pillow": pillow_write,
            "opencv": opencv_write,
            "imageio": lambda array, extension: iio.imwrite("<bytes>", array, extension=extension),
        }[lib]
        array = np.ascontiguousarray(pillow_read(path))
        return lambda: write(array, request["extension"])
    if op == "frame":
        return lambda: imageio_frame(path, request["index"])
    if op == "props_all":
        one = {"pillow": pillow_props, "imageio": iio.improps}[lib]
        paths = sorted(os.path.join(path, name) for name in os.listdir(path))
        return lambda: [one(name) for name in paths]
    call = {
        ("read", "pillow"): pillow_read,
        ("read", "opencv"): opencv_read_gif if path.endswith(".gif") else opencv_read,
        ("read", "imageio"): imageio_read,
        ("iter", "pillow"): pillow_iter,
        ("iter", "imageio"): imageio_iter,
        ("props", "imageio"): iio.improps,
        ("props", "pillow"): pillow_props,
    }[op, lib]
    return lambda: call(path)


def memory(name):
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return 0


def size_of(result):
    return getattr(result, "nbytes", None) or (len(result) if isinstance(result, bytes) else 0)


def measure(request):
    call, batch = work(request), request["batch"]
    cpu, wall, result = [], [], None
    for _ in range(request["repeat"]):
        result = None
        gc.collect()
        start, clock = time.process_time_ns(), time.perf_counter_ns()
        for _ in range(batch):
            result = call()
        wall.append((time.perf_counter_ns() - clock) // batch)
        cpu.append((time.process_time_ns() - start) // batch)
    peak = 0
    if request.get("memory"):
        result = None
        with open("/proc/self/clear_refs", "w") as reset:
            reset.write("5")
        before = memory("VmRSS")
        result = call()
        peak = max(0, memory("VmHWM") - before)
    return {"cpu_ns": cpu, "wall_ns": wall, "peak": peak, "output": size_of(result)}


def main():
    if sys.argv[1:2] == ["make"]:
        make(sys.argv[2], float(sys.argv[3]))
        return
    for line in sys.stdin:
        try:
            answer = measure(json.loads(line))
        except Exception as e:  # noqa: BLE001 - a peer that cannot do it is a figure left out
            answer = {"error": f"{type(e).__name__}: {e}"[:200]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
