"""Files for `cargo xtask bench` in formats that imageio reads with its own code: SWF and Lytro."""

import os
import pathlib
import sys

import imageio.v2
import numpy as np

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "fixtures"))

import lytro_bytes
import swf_bytes

PLUGINS = {".swf": "SWF", ".lfr": "LYTRO-LFR", ".lfp": "LYTRO-LFP", ".raw": "LYTRO-ILLUM-RAW"}


def make(folder, frames):
    """`frames` are images of the animations."""
    for name, compress in (("plain.swf", False), ("packed.swf", True)):
        imageio.v2.mimwrite(os.path.join(folder, name), frames, "SWF", compress=compress)
    random = np.random.default_rng(5)
    for name, width, height, bits, wrap in (
        ("light.lfr", 7728, 5368, 10, lytro_bytes.lfr),
        ("light.lfp", 3280, 3280, 12, lytro_bytes.lfp),
        ("illum.raw", 7728, 5368, 10, None),
    ):
        packed = random.integers(0, 256, width * height * bits // 8, dtype=np.uint8).tobytes()
        if wrap is not None:
            about = lytro_bytes.text(lytro_bytes.about(width, height, bits, bits == 10))
            # The reference reads no LFR without a thumbnail.
            small = swf_bytes.jpeg(frames[0][:20, :24])
            packed = wrap(packed, about, lytro_bytes.text(lytro_bytes.PRIVATE), small)
        pathlib.Path(folder, name).write_bytes(packed)
