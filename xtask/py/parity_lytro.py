"""Lytro files for `cargo xtask parity`: imageio's plugins, told the size of the sensor that the metadata name."""

import base64
import json
import pathlib
import re

import imageio
import numpy as np
from imageio.plugins import lytro as plugin


def size_in(path):
    """Rows and columns; small fixtures have a small sensor, which the plugin has no word for."""
    found = re.search(rb'"image"\s*:\s*\{\s*"width"\s*:\s*(\d+),\s*"height"\s*:\s*(\d+)', pathlib.Path(path).read_bytes())
    return (int(found[2]), int(found[1])) if found else None


def read(path):
    ending = pathlib.Path(path).suffix.lower()
    size = size_in(path)
    if size:
        plugin.LYTRO_ILLUM_IMAGE_SIZE = plugin.LYTRO_F01_IMAGE_SIZE = size
    with imageio.get_reader(path, "LYTRO-" + ending[1:].upper(), "i") as reader:
        array = np.asarray(reader.get_data(0))
        metadata = json.loads(json.dumps(reader.get_meta_data(), default=spelt))
    return array, {"format": "LYTRO", "lossy": False, "metadata": metadata}


def spelt(array):
    """An array as `imageio info --json` has it."""
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"$array": {"dtype": array.dtype.name, "shape": list(array.shape), "data": data}}
