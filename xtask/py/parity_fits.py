"""What astropy reads of a FITS file, for `cargo xtask parity`: the first image, as imageio's plugin chooses it."""

import gzip
import io

import numpy as np
from astropy.io import fits

IMAGES = (fits.ImageHDU, fits.PrimaryHDU, fits.CompImageHDU)


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    with fits.open(io.BytesIO(data)) as opened:
        # All headers, as imageio does when it counts the images.
        units = [unit for unit in opened]
        image = next(unit for unit in units if isinstance(unit, IMAGES) and unit.size > 0)
        array = image.data["DATA"] if isinstance(image, fits.GroupsHDU) else image.data
        return np.ascontiguousarray(array), {"format": "FITS", "lossy": False, "metadata": None}
