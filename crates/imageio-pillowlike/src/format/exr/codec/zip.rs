//! ZIP and ZIPS: differences of bytes, low ones before high ones, deflated.

use flate2::{Decompress, FlushDecompress, Status};
use imageio_core::{Error, Result};

use super::Words;

/// Bytes that are summed up at once.
const LANES: usize = 16;

/// Inflates a zlib stream that fills `out` exactly.
pub(super) fn inflate(inflate: &mut Decompress, packed: &[u8], out: &mut [u8]) -> Result<()> {
    inflate.reset(true);
    let status = inflate
        .decompress(packed, out, FlushDecompress::Finish)
        .map_err(|error| Error::corrupt(format!("a broken deflate stream: {error}")))?;
    let (there, expected) = (inflate.total_out(), out.len());
    if status != Status::StreamEnd || there != expected as u64 {
        return Err(Error::corrupt(format!(
            "a deflate stream of {there} bytes or more, expected {expected}"
        )));
    }
    Ok(())
}

/// Sums the differences up in place; the low bytes come first.
pub(super) fn unpredicted(bytes: &mut [u8]) -> Words<'_> {
    if let Some(first) = bytes.first_mut() {
        // Each difference is stored 128 higher, which the first byte is not; the sum takes it off again.
        *first ^= 0x80;
    }
    let mut before = 0u8;
    let mut groups = bytes.chunks_exact_mut(LANES);
    for group in &mut groups {
        let mut lanes = [0u8; LANES];
        lanes.copy_from_slice(group);
        for lane in &mut lanes {
            *lane ^= 0x80;
        }
        lanes = plus_shifted::<1>(lanes);
        lanes = plus_shifted::<2>(lanes);
        lanes = plus_shifted::<4>(lanes);
        lanes = plus_shifted::<8>(lanes);
        for lane in &mut lanes {
            *lane = lane.wrapping_add(before);
        }
        [.., before] = lanes;
        group.copy_from_slice(&lanes);
    }
    for byte in groups.into_remainder() {
        before = before.wrapping_add(*byte ^ 0x80);
        *byte = before;
    }
    let (low, high) = bytes.split_at(bytes.len().div_ceil(2));
    Words::Halves(low, high)
}

/// Adds to each lane the one `BY` before it.
#[inline]
fn plus_shifted<const BY: usize>(lanes: [u8; LANES]) -> [u8; LANES] {
    let mut sums = lanes;
    for (sum, lane) in sums.iter_mut().skip(BY).zip(lanes) {
        *sum = sum.wrapping_add(lane);
    }
    sums
}

/// Low bytes before high ones, each as its difference to the one before, from bytes of words.
pub(super) fn predicted(bytes: &[u8], out: &mut [u8]) {
    let (low, high) = out.split_at_mut(bytes.len().div_ceil(2));
    for (pair, (low, high)) in bytes.chunks_exact(2).zip(low.iter_mut().zip(high)) {
        if let [a, b] = *pair {
            (*low, *high) = (a, b);
        }
    }
    let mut before = 0x80u8;
    for byte in out {
        let difference = byte.wrapping_sub(before) ^ 0x80;
        before = *byte;
        *byte = difference;
    }
}
