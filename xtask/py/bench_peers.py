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

import bench_arrays
import bench_dicom
import bench_own_formats
import bench_fits
import bench_tiff
import cv2
import imageio.v3 as iio
import numpy as np
import OpenEXR
from PIL import Image, ImageSequence

import bench_video

Image.MAX_IMAGE_PIXELS = None


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


def tile():
    """A photograph of the corpus, halved to be rid of what its JPEG left; without a corpus, a drawn picture."""
    path = os.path.join(os.environ.get("IMAGEIO_CORPUS", ""), "jpeg/recurser.exif-orientation-examples/Portrait_1.jpg")
    if not os.path.exists(path):
        print("bench: no IMAGEIO_CORPUS, so the photographs are drawn", file=sys.stderr)
        return picture(900, 600, 7)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((600, 900), Image.Resampling.LANCZOS))


def photograph(height, width):
    """As floats from 0 to 255: the photograph side by side, each in its own light, turned, and with a sensor's noise."""
    random, source = np.random.default_rng(11), tile().astype(np.float32)
    out = np.empty((height, width, 3), np.float32)
    for y in range(0, height, source.shape[0]):
        for x in range(0, width, source.shape[1]):
            part = source[:: random.choice([-1, 1]), :: random.choice([-1, 1])] * random.uniform(0.7, 1.05)
            room = out[y : y + part.shape[0], x : x + part.shape[1]]
            room[...] = part[: room.shape[0], : room.shape[1]]
    out += random.standard_normal(out.shape, np.float32) * 1.2
    return np.clip(out, 0, 255)


def pan(count, height=200, width=300):
    """Frames of a camera that moves over the photograph."""
    wide = photograph(900, 1200).astype(np.uint8)
    at = [(3 * n % (900 - height), 7 * n % (1200 - width)) for n in range(count)]
    return [Image.fromarray(wide[y : y + height, x : x + width]) for y, x in at]


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
    photo = photograph(side, side)
    Image.fromarray(photo.astype(np.uint8)).save(os.path.join(folder, "large.png"))
    cv2.imwrite(os.path.join(folder, "deep.png"), (photo[..., ::-1] * 257).astype(np.uint16))
    jpeg = Image.fromarray(photograph(int(4000 * scale), int(6000 * scale)).astype(np.uint8))
    jpeg.save(os.path.join(folder, "photo.jpg"), quality=90)
    jpeg.save(os.path.join(folder, "photo444.jpg"), quality=90, subsampling=0)
    eight = photo[: int(2448 * scale), : int(3264 * scale)]
    Image.fromarray(eight.astype(np.uint8)).save(os.path.join(folder, "photo.webp"), quality=85)
    linear = (eight / 255) ** 2.2
    for name, kind in (("zip", OpenEXR.ZIP_COMPRESSION), ("piz", OpenEXR.PIZ_COMPRESSION)):
        header = {"compression": kind, "type": OpenEXR.scanlineimage}
        exr = OpenEXR.File(header, {"RGB": np.ascontiguousarray(linear.astype(np.float16))})
        exr.write(os.path.join(folder, f"{name}.exr"))
    cv2.imwrite(os.path.join(folder, "photo.hdr"), np.ascontiguousarray(linear[..., ::-1]))
    several = os.path.join(folder, "several")
    os.makedirs(several, exist_ok=True)
    for n in range(24):
        jpeg.crop((n * 40, 0, n * 40 + int(1600 * scale), int(1200 * scale))).save(os.path.join(several, f"{n:02}.jpg"))
    flat = Image.fromarray(picture(side, int(5461 * scale)))
    flat.save(os.path.join(folder, "flat.bmp"))
    flat.save(os.path.join(folder, "flat.ppm"))
    for name, count in (("short.gif", 100), ("long.gif", 500)):
        first, *rest = animation(max(2, int(count * scale)))
        first.save(os.path.join(folder, name), save_all=True, append_images=rest, duration=40, loop=0)
    first, *rest = pan(max(2, int(100 * scale)))
    first.save(os.path.join(folder, "pan.apng"), "PNG", save_all=True, append_images=rest, duration=40)
    first.save(os.path.join(folder, "pan.gif"), save_all=True, append_images=rest, duration=40, loop=0)
    bench_video.make(folder, scale)
    spe_stack(os.path.join(folder, "stack.spe"), max(2, int(128 * scale)))
    spe_stack(os.path.join(folder, "small.spe"), 5, side=128)
    bench_arrays.make(folder, scale, picture)
    bench_own_formats.make(folder, [np.asarray(frame) for frame in pan(max(2, int(40 * scale)))])
    bench_fits.make(folder, scale)
    bench_tiff.make(folder, scale, photograph)
    bench_dicom.make(folder, scale)


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


def pillow_write(array, extension, setting):
    out = io.BytesIO()
    kind = Image.registered_extensions()[extension]
    frames = [Image.fromarray(frame) for frame in (array if array.ndim == 4 else [array])]
    if setting in ("octree", "median"):
        method = Image.Quantize.FASTOCTREE if setting == "octree" else Image.Quantize.MEDIANCUT
        frames = [frame.quantize(256, method, dither=Image.Dither.NONE) for frame in frames]
    options = {"fast": {"compress_level": 1}}.get(setting, {})
    if len(frames) > 1:
        options = {"save_all": True, "append_images": frames[1:], **options}
    frames[0].save(out, kind, **options)
    return out.getvalue()


def opencv_read(path):
    image = cv2.imread(path, cv2.IMREAD_UNCHANGED)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def pillow_thumbnail(path):
    with Image.open(path) as image:
        image.draft("RGB", (image.width // 8, image.height // 8))
        return np.asarray(image)


def opencv_thumbnail(path):
    return cv2.cvtColor(cv2.imread(path, cv2.IMREAD_REDUCED_COLOR_8), cv2.COLOR_BGR2RGB)


def opencv_read_animation(path):
    fine, frames = cv2.imreadanimation(path)
    assert fine
    return np.stack([cv2.cvtColor(frame, cv2.COLOR_BGRA2RGB) for frame in frames.frames])


def opencv_write(array, extension, setting):
    # Its own default is 95; the others' is 75.
    options = [cv2.IMWRITE_JPEG_QUALITY, 75] if extension == ".jpg" else []
    return cv2.imencode(extension, cv2.cvtColor(array, cv2.COLOR_RGB2BGR), options)[1]


def openexr_read(path):
    return OpenEXR.File(path).channels()["RGB"].pixels


def imageio_iter(path):
    for frame in iio.imiter(path, plugin=bench_own_formats.PLUGINS.get(os.path.splitext(path)[1])):
        last = frame
    return last


def imageio_frame(path, index):
    return iio.imread(path, index=index, plugin="SPE")


def imageio_read(path):
    if path.endswith(".spe"):
        return iio.imread(path, index=..., plugin="SPE")
    return iio.imread(path, plugin=bench_own_formats.PLUGINS.get(os.path.splitext(path)[1]))


def quality(path, coded):
    """The decibels (PSNR) that an animation keeps of the one it was made from; Pillow reads both."""
    error = pillow_read(path).astype(np.float32)[..., :3] - pillow_read(io.BytesIO(coded)).astype(np.float32)
    return float(10 * np.log10(255**2 / np.mean(error**2)))


def work(request):
    """The call to time, without arguments."""
    op, lib, path, setting = request["op"], request["lib"], request["path"], request["setting"]
    if request["one_thread"]:
        cv2.setNumThreads(1)
    if op in ("volume", "headers"):
        return bench_dicom.work(op, lib, path)
    if path.endswith((".npy", ".npz", ".bsdf")):
        return bench_arrays.work(op, lib, path, setting)
    if lib == "tifffile":
        return bench_tiff.work(op, path, setting)
    if path.endswith(".mp4") and op == "write":
        array = bench_video.read(path)
        return lambda: bench_video.write(array, request["extension"])
    if path.endswith(".mp4"):
        return lambda: bench_video.random(path) if op == "random" else bench_video.iterate(path, lib)
    if op == "write":
        write = {
            "pillow": pillow_write,
            "opencv": opencv_write,
            "imageio": lambda array, extension, setting: iio.imwrite("<bytes>", array, extension=extension),
        }[lib]
        array = np.ascontiguousarray(pillow_read(path))
        return lambda: write(array, request["extension"], setting)
    if lib == "astropy":
        return bench_fits.astropy(path, setting)
    if lib == "bytes":
        return bench_fits.plain(path)
    if op == "frame":
        return lambda: imageio_frame(path, request["index"])
    if op == "props_all":
        one = {"pillow": pillow_props, "imageio": iio.improps}[lib]
        paths = sorted(os.path.join(path, name) for name in os.listdir(path))
        return lambda: [one(name) for name in paths]
    call = {
        ("read", "pillow"): pillow_read,
        ("read", "opencv"): opencv_read_animation if path.endswith(".gif") else opencv_read,
        ("read", "openexr"): openexr_read,
        ("read", "imageio"): imageio_read,
        ("thumbnail", "pillow"): pillow_thumbnail,
        ("thumbnail", "opencv"): opencv_thumbnail,
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
        start, clock = time.process_time_ns() + bench_video.children_ns(), time.perf_counter_ns()
        for _ in range(batch):
            result = call()
        wall.append((time.perf_counter_ns() - clock) // batch)
        cpu.append((time.process_time_ns() + bench_video.children_ns() - start) // batch)
    peak = 0
    if request.get("memory"):
        result = None
        with open("/proc/self/clear_refs", "w") as reset:
            reset.write("5")
        before = memory("VmRSS")
        result = call()
        peak = max(0, memory("VmHWM") - before)
    answer = {"cpu_ns": cpu, "wall_ns": wall, "peak": peak, "output": size_of(result)}
    if request.get("quality"):
        coded = request["coded"]
        answer["psnr"] = quality(request["path"], open(coded, "rb").read() if coded else result)
    return answer


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
