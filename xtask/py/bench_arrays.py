"""NPZ and BSDF in `cargo xtask bench`: the files, and NumPy and imageio on them."""

import io
import os

import imageio.v2
import imageio.v3 as iio
import numpy as np


def make(folder, scale, picture):
    random = np.random.default_rng(5)
    stack = random.integers(0, 4096, (max(2, int(128 * scale)), 512, 512), dtype=np.uint16)
    side = int(2048 * scale)
    image = picture(side, side)

    def to(name):
        return os.path.join(folder, name)

    np.save(to("stack.npy"), stack)
    np.savez(to("stored.npz"), stack)
    np.savez_compressed(to("deflated.npz"), image)
    np.savez(to("picture.npz"), image)
    for name, array, compression in (("plain", stack, 0), ("zlib", image, 1), ("bz2", image[:512], 2)):
        write_bsdf(to(f"{name}.bsdf"), array, compression)
    with imageio.v2.get_writer(to("series.bsdf"), format="BSDF", mode="I") as writer:
        for n in range(max(2, int(100 * scale))):
            writer.append_data(picture(200, 300, n))


def write_bsdf(target, array, compression):
    volume = array.ndim == 3 and array.shape[-1] > 4
    write = imageio.v2.volwrite if volume else imageio.v2.imwrite
    return write(target, array, format="BSDF", compression=compression)


def read_npz(path):
    if path.endswith(".npy"):
        return np.load(path)
    with np.load(path) as arrays:
        return arrays["arr_0"]


def write_npz(array, setting):
    out = io.BytesIO()
    (np.savez if setting == "stored" else np.savez_compressed)(out, array)
    return out.getvalue()


def work(op, lib, path, setting):
    if op == "write":
        array = read_npz(path)
        if lib == "numpy":
            return lambda: write_npz(array, setting)
        return lambda: iio.imwrite("<bytes>", array, extension=".bsdf")
    if op == "iter":
        return lambda: [image for image in iio.imiter(path)][-1]
    if lib == "numpy":
        return lambda: read_npz(path)
    return lambda: iio.imread(path, index=0)
