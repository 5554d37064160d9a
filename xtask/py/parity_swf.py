"""SWF files for `cargo xtask parity`: the first image that imageio's plugin counts, which has no metadata."""

import imageio
import numpy as np


def read(path):
    with imageio.get_reader(path, "SWF", "I") as reader:
        array = np.asarray(reader.get_data(0))
    return array, {"format": "SWF", "lossy": False, "metadata": {}}
