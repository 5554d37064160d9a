"""Video for `cargo xtask parity`: the first frame, what the header says and how many frames there are."""

import os

# The same program decodes on both sides.
os.environ.setdefault("IMAGEIO_FFMPEG_EXE", "ffmpeg")

import imageio
import numpy as np

KEYS = ("codec", "fps", "source_size", "size")


def read(path):
    with imageio.get_reader(path, "FFMPEG") as reader:
        array = np.asarray(reader.get_data(0))
        said = reader.get_meta_data()
        metadata = {key: said[key] for key in KEYS if key in said}
        metadata["nframes"] = reader.count_frames()
    return array, {"format": "FFMPEG", "lossy": False, "metadata": metadata}
