"""TIFF files for `cargo xtask parity`: the first series as tifffile gives it, with its axes.

Codecs are those of imagecodecs. Of metadata nothing is compared here: tifffile gives tags, imageio its own selection.
"""

import logging

import numpy as np
import tifffile

logging.disable(logging.CRITICAL)
# Codecs whose decoders may round otherwise: JPEG old and new, WebP, JPEG 2000, JPEG XL, LERC.
LOSSY = {6, 7, 34892, 33007, 34927, 50001, 33003, 33004, 33005, 34712, 50002, 52546}


def read(path):
    with tifffile.TiffFile(path) as opened:
        series = opened.series[0]
        array = np.asarray(series.asarray())
        page = series.keyframe
        return array, {
            "format": "TIFF",
            "lossy": int(page.compression) in LOSSY,
            "axes": series.axes if array.shape == series.shape else None,
            "metadata": None,
        }
