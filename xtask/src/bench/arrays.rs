//! What is measured of NPZ and BSDF.

use super::workloads::{Workload, workload};

const NUMPY: &[&str] = &["numpy"];
const IMAGEIO: &[&str] = &["imageio"];

pub(super) const WORKLOADS: &[Workload] = &[
    workload("read NPY, 64 MB of uint16", "read", "stack.npy", NUMPY)
        .by_clock()
        .at_most(NUMPY, 0.7)
        .tight(),
    workload("read NPZ, 64 MB stored", "read", "stored.npz", NUMPY)
        .by_clock()
        .at_most(NUMPY, 0.7)
        .tight(),
    workload("read NPZ, 12 MB deflated", "read", "deflated.npz", NUMPY)
        .by_clock()
        .at_most(NUMPY, 0.9)
        .tight(),
    workload("write NPZ, 12 MB stored", "write", "picture.npz", NUMPY)
        .to(".npz")
        .setting("stored")
        .by_clock()
        .at_most(NUMPY, 0.7),
    workload("write NPZ, 12 MB deflated", "write", "picture.npz", NUMPY)
        .to(".npz")
        .by_clock()
        .at_most(NUMPY, 0.9),
    workload(
        "read BSDF, 64 MB as they are",
        "read",
        "plain.bsdf",
        IMAGEIO,
    )
    .by_clock()
    .at_most(IMAGEIO, 0.5)
    .tight(),
    workload("read BSDF, 12 MB with zlib", "read", "zlib.bsdf", IMAGEIO)
        .by_clock()
        .at_most(IMAGEIO, 0.5)
        .tight(),
    workload("read BSDF, 3 MB with bz2", "read", "bz2.bsdf", IMAGEIO)
        .by_clock()
        .at_most(IMAGEIO, 0.5)
        .tight(),
    workload(
        "imiter over a BSDF, 100 images with zlib",
        "iter",
        "series.bsdf",
        IMAGEIO,
    )
    .by_clock()
    .at_most(IMAGEIO, 0.5)
    .tight(),
    workload(
        "write BSDF, 12 MB with zlib",
        "write",
        "picture.npz",
        IMAGEIO,
    )
    .to(".bsdf")
    .by_clock()
    .at_most(IMAGEIO, 0.5),
];
