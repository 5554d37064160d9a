//! TIFF, against tifffile with imagecodecs.

use super::workloads::{Workload, workload};

const PEERS: &[&str] = &["tifffile"];

pub(super) const WORKLOADS: &[Workload] = &[
    workload("read TIFF, 512 MB uncompressed", "read", "plain.tif", PEERS)
        .at_most(PEERS, 1.0)
        .by_clock()
        .tight(),
    coded("read TIFF, LZW in strips", "lzw_strips.tif"),
    coded("read TIFF, LZW in tiles", "lzw_tiles.tif"),
    coded("read TIFF, Deflate in strips", "deflate_strips.tif"),
    coded("read TIFF, Deflate in tiles", "deflate_tiles.tif"),
    coded("read TIFF, ZSTD in strips", "zstd_strips.tif"),
    coded("read TIFF, ZSTD in tiles", "zstd_tiles.tif"),
    workload(
        "imiter over a TIFF of 1,000 pages",
        "iter",
        "stack.tif",
        PEERS,
    )
    .at_most(PEERS, 0.3)
    .by_clock(),
    workload(
        "write TIFF uncompressed, to memory",
        "write",
        "quarter.tif",
        PEERS,
    )
    .at_most(PEERS, 1.0)
    .by_clock()
    .memory(),
    workload(
        "write TIFF uncompressed, to a new file",
        "save",
        "quarter.tif",
        PEERS,
    )
    .at_most(PEERS, 1.0)
    .by_clock()
    .memory(),
    // Ours comes in the place of the old file once it is whole, for which ext4 begins to write it out; tifffile empties
    // the old file and has neither. So no target.
    workload(
        "write TIFF uncompressed, over an old file",
        "replace",
        "quarter.tif",
        PEERS,
    ),
    workload(
        "write TIFF in Deflate",
        "write",
        "photo.tif",
        &["tifffile:zlib"],
    )
    .setting("zlib")
    .at_most(&["tifffile:zlib"], 0.7)
    .by_clock()
    .size(&["tifffile:zlib"], 1.02),
    workload(
        "window of 512 x 512 in a TIFF of 100,000 x 100,000",
        "window",
        "huge.tif",
        &[],
    )
    .within_ns(20e6)
    .tight(),
    workload(
        "metadata of 1,000 TIFF files",
        "meta_all",
        "many_tiff",
        PEERS,
    )
    .at_most(PEERS, 0.15)
    .by_clock(),
];

/// 16 megapixels of a photograph, with differences taken.
const fn coded(name: &'static str, file: &'static str) -> Workload {
    workload(name, "read", file, &["tifffile", "tifffile:two"])
        .at_most(PEERS, 0.7)
        .by_clock()
        .memory()
}
