//! The bytes of FITS (standard 4.0): headers, samples, checksums, tables of tiles.

pub(crate) mod card;
pub(crate) mod checksum;
pub(crate) mod hdu;
pub(crate) mod header;
pub(crate) mod samples;
pub(crate) mod scaling;
pub(crate) mod tiling;
pub(crate) mod wcs;

/// Everything comes in blocks of this many bytes (section 3.1).
pub(crate) const BLOCK: u64 = 2880;

/// `len` as a whole number of blocks.
pub(crate) fn whole_blocks(len: u64) -> u64 {
    len.div_ceil(BLOCK).saturating_mul(BLOCK)
}
