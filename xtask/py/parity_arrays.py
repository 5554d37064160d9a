"""NPZ, NPY and BSDF in `cargo xtask parity`: what NumPy, imageio and the package `bsdf` read."""

import base64

import bsdf
import imageio.v2
import numpy as np
from imageio.plugins import _bsdf


def npz(path):
    """The first array, in the order of what follows the last `_` of the names."""
    loaded = np.load(path)
    array = loaded if isinstance(loaded, np.ndarray) else loaded[names_of(loaded)[0]]
    return array, {"format": "NumPy", "lossy": False, "metadata": None}


def names_of(loaded):
    names = [name for name in loaded.files if isinstance(loaded[name], np.ndarray)]

    def place(name):
        tail = name.split("_")[-1]
        word = tail.rstrip("0123456789")
        return (word != "", word, int(tail[len(word) :] or -1))

    return sorted(names, key=place)


def read_bsdf(path):
    """The first image, with its metadata."""
    reader = imageio.v2.get_reader(path, format="BSDF")
    image = reader.get_data(0)
    return np.asarray(image), {"format": "BSDF", "lossy": False, "metadata": loaded_values(dict(image.meta))}


def loaded_values(value):
    """Lazy blobs as bytes, and mappings that are arrays as the `imageio` program spells them."""
    if isinstance(value, _bsdf.Blob):
        return value.get_bytes()
    if isinstance(value, dict):
        value = {key: loaded_values(one) for key, one in value.items()}
        if set(value) == {"shape", "dtype", "data"}:
            data = base64.b64encode(value["data"]).decode()
            return {"$array": {"dtype": value["dtype"], "shape": list(value["shape"]), "data": data}}
        return value
    if isinstance(value, (list, tuple)):
        return [loaded_values(one) for one in value]
    return value


# What is read of the files that we write: all images.


def written_npz(path):
    loaded = np.load(path)
    return loaded[None] if isinstance(loaded, np.ndarray) else np.stack([loaded[name] for name in names_of(loaded)])


def written_bsdf_imageio(path):
    return np.stack([np.asarray(image) for image in imageio.v2.get_reader(path, format="BSDF")])


def written_bsdf(path):
    class Plane(bsdf.Extension):
        name = "image2d"

        def encode(self, s, v):
            raise NotImplementedError

        def decode(self, s, v):
            return v

    class Volume(Plane):
        name = "image3d"

    images = bsdf.load(path, [*bsdf.standard_extensions, Plane, Volume])
    return np.stack([image["array"] for image in (images if isinstance(images, list) else [images])])


READERS = {
    "npz": {"numpy": written_npz},
    "npy": {"numpy": written_npz},
    "bsdf": {"imageio": written_bsdf_imageio, "bsdf": written_bsdf},
}
