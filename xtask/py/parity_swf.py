"""SWF files for `cargo xtask parity`: the first image that imageio's plugin counts, which has no metadata."""

import signal

import imageio
import numpy as np

# The plugin goes on for ever in some files, among them many that Flash itself made.
SECONDS = 2


def give_up(*_):
    raise TimeoutError(f"imageio reads for more than {SECONDS} s")


def read(path):
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(SECONDS)
    try:
        with imageio.get_reader(path, "SWF", "I") as reader:
            array = np.asarray(reader.get_data(0))
    finally:
        signal.alarm(0)
    return array, {"format": "SWF", "lossy": False, "metadata": {}}
