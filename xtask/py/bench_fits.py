"""FITS for `cargo xtask bench`: the files, astropy, and what the bytes alone cost."""

import os

import numpy as np
from astropy.io import fits


def make(folder, scale):
    random = np.random.default_rng(3)
    side = int(8192 * scale**0.5)
    random.standard_normal((side, side), np.float32).astype(">f4").tofile(os.path.join(folder, "large.raw"))
    header = [f"SIMPLE  = {'T':>20}", f"BITPIX  = {-32:20}", f"NAXIS   = {2:20}", f"NAXIS1  = {side:20}", f"NAXIS2  = {side:20}", "END"]
    with open(os.path.join(folder, "large.fits"), "wb") as out:
        out.write("".join(f"{line:80}" for line in header).ljust(2880).encode())
        with open(os.path.join(folder, "large.raw"), "rb") as data:
            while part := data.read(1 << 24):
                out.write(part)
        out.write(bytes(-out.tell() % 2880))
    os.remove(os.path.join(folder, "large.raw"))
    side = int(2048 * scale**0.5)
    sky = 1000 + 12 * random.standard_normal((side, side)) + 300 * (random.random((side, side)) > 0.999)
    mask = (random.random((side, side)) > 0.98).astype("i2").cumsum(axis=1) % 7
    files = {
        "rice": ("RICE_1", sky.astype("i2")),
        "gzip1": ("GZIP_1", sky.astype("i2")),
        "gzip2": ("GZIP_2", sky.astype("i2")),
        "plio": ("PLIO_1", mask.astype("i2")),
        "hcompress": ("HCOMPRESS_1", sky.astype("i2")),
        "rice_f32": ("RICE_1", (sky / 7).astype("f4")),
        "gzip2_f32": ("GZIP_2", (sky / 7).astype("f4")),
    }
    for name, (codec, array) in files.items():
        how = {"quantize_method": 1, "dither_seed": 5} if array.dtype.kind == "f" else {}
        unit = fits.CompImageHDU(array, compression_type=codec, **how)
        fits.HDUList([fits.PrimaryHDU(), unit]).writeto(os.path.join(folder, name + ".fits"), overwrite=True)


def astropy(path, setting):
    """The first image in the machine's order."""

    def call():
        with fits.open(path, memmap=setting == "memmap") as opened:
            unit = next(unit for unit in opened if unit.size > 0 and not isinstance(unit, fits.BinTableHDU))
            data = unit.data
            return data.astype(data.dtype.newbyteorder("="), copy=not data.dtype.isnative)

    return call


def plain(path):
    """The bytes into fresh memory, for which NumPy asks for huge pages, and a swap where they are."""

    def call():
        count = (os.path.getsize(path) - 2880) // 4
        array = np.empty(count, np.float32)
        with open(path, "rb", buffering=0) as file:
            file.seek(2880)
            room = memoryview(array).cast("B")
            at = 0
            while at < len(room) and (filled := file.readinto(room[at:])):
                at += filled
        array.byteswap(inplace=True)
        return array

    return call
