//! FITS, plain and in compressed tiles.

use super::workloads::{Workload, workload};

pub(super) const WORKLOADS: &[Workload] = &[
    workload(
        "read FITS, 256 MB of float32",
        "read",
        "large.fits",
        &["astropy:memmap", "bytes"],
    )
    .at_most(&["astropy:memmap"], 0.8)
    .by_clock()
    .tight(),
    workload(
        "read FITS, 256 MB of float32, against the bytes and a swap",
        "read",
        "large.fits",
        &["bytes"],
    )
    .at_most(&["bytes"], 1.3),
    tiles("read FITS in tiles, RICE_1, int16", "rice.fits"),
    tiles("read FITS in tiles, GZIP_1, int16", "gzip1.fits"),
    tiles("read FITS in tiles, GZIP_2, int16", "gzip2.fits"),
    tiles("read FITS in tiles, PLIO_1, int16", "plio.fits"),
    tiles("read FITS in tiles, HCOMPRESS_1, int16", "hcompress.fits"),
    tiles("read FITS in tiles, RICE_1, float32", "rice_f32.fits"),
    tiles("read FITS in tiles, GZIP_2, float32", "gzip2_f32.fits"),
];

/// Four megapixels of FITS, compressed in tiles.
const fn tiles(name: &'static str, file: &'static str) -> Workload {
    workload(name, "read", file, &["astropy"])
        .at_most(&["astropy"], 0.6)
        .by_clock()
        .memory()
}
