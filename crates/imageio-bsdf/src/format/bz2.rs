//! Unpacking bz2 whose size is known: blocks, found by their marks, side by side.
//!
//! There is no standard. What is here follows "bzip2 Format Specification" of Joe Tsai.

use imageio_core::Limits;

mod bits;
mod block;
mod checksum;

use bits::{Bits, find};
use block::Block;

/// How a stream begins, before the digit that tells the size of its blocks.
const MAGIC: &[u8] = b"BZh";

/// How a block begins, and the end of the stream.
const BLOCK: u64 = 0x3141_5926_5359;
const END: u64 = 0x1772_4538_5090;

/// What a unit of that digit stands for.
const UNIT: usize = 100_000;

/// Bits of each of them.
const MARK: u32 = 48;

/// Blocks at once: each takes about five megabytes.
const THREADS: usize = 2;

/// Unpacks `data` where they are one whole stream of just `out.len()` bytes with right sums, on up to `threads` threads.
///
/// Gives nothing for other data, and for those that need too much memory: whoever must know decodes them in order.
pub(crate) fn decode(data: &[u8], out: &mut [u8], threads: usize, limits: &Limits) -> Option<()> {
    let largest = match data.strip_prefix(MAGIC)? {
        [digit @ b'1'..=b'9', ..] => usize::from(digit - b'0') * UNIT,
        _ => return None,
    };
    // Four equal bytes take five.
    let largest = largest.min(out.len() + out.len() / 4 + 1);
    let starts = find(data, BLOCK);
    let (mut at, mut filled, mut sum) = (32, 0, 0u32);
    for starts in starts.chunks(threads.clamp(1, THREADS)) {
        for block in side_by_side(data, starts, largest, limits)? {
            // A mark may come about by chance.
            if block.start != at {
                return None;
            }
            out.get_mut(filled..filled + block.bytes.len())?
                .copy_from_slice(&block.bytes);
            filled += block.bytes.len();
            sum = sum.rotate_left(1) ^ block.sum;
            at = block.end;
        }
    }
    let mut bits = Bits::at(data, at)?;
    let is_whole = bits.long(MARK)? == END && bits.long(32)? == u64::from(sum);
    (is_whole && filled == out.len()).then_some(())
}

fn side_by_side(
    data: &[u8],
    starts: &[usize],
    largest: usize,
    limits: &Limits,
) -> Option<Vec<Block>> {
    let (first, others) = starts.split_first()?;
    std::thread::scope(|scope| {
        let others: Vec<_> = others
            .iter()
            .map(|&start| {
                let work = move || Block::decode(data, start, largest, limits);
                std::thread::Builder::new().spawn_scoped(scope, work).ok()
            })
            .collect();
        let mut blocks = vec![Block::decode(data, *first, largest, limits)];
        for other in others {
            blocks.push(other?.join().ok().flatten());
        }
        blocks.into_iter().collect()
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn packed(data: &[u8], level: u32) -> Vec<u8> {
        let mut coder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(level));
        coder.write_all(data).unwrap();
        coder.finish().unwrap()
    }

    fn samples() -> Vec<Vec<u8>> {
        let mut state = 7u32;
        let mut noise = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let runs = (0..150_000).map(|n| if n % 1000 < 700 { 9 } else { (n / 7) as u8 });
        vec![
            Vec::new(),
            vec![5],
            vec![5; 4],
            vec![5; 259],
            vec![5; 260],
            b"abracadabra".to_vec(),
            (0..=255).collect(),
            (0..110_000).map(|_| noise()).collect(),
            (0..110_000)
                .map(|n| (n / 3) as u8 ^ (noise() & 3))
                .collect(),
            runs.collect(),
        ]
    }

    #[test]
    fn what_the_packer_packed_comes_back() {
        for (at, sample) in samples().iter().enumerate() {
            for (level, threads) in [(1, 1), (1, 2), (9, 1)] {
                let data = packed(sample, level);
                let mut out = vec![0; sample.len()];
                let done = decode(&data, &mut out, threads, &Limits::new());
                assert_eq!(done, Some(()), "sample {at}, {level}");
                assert!(out == *sample, "sample {at}, {level}");
                let mut other = vec![0; sample.len() + 1];
                assert_eq!(decode(&data, &mut other, threads, &Limits::new()), None);
            }
        }
    }

    #[test]
    fn what_is_broken_is_left_to_the_other_decoder() {
        let sample: Vec<u8> = (0..2_000u32).map(|n| (n * n / 91) as u8).collect();
        let data = packed(&sample, 1);
        let mut out = vec![0; sample.len()];
        for len in (0..data.len()).step_by(97) {
            assert_eq!(decode(&data[..len], &mut out, 1, &Limits::new()), None);
        }
        for at in (0..data.len()).step_by(13) {
            let mut bad = data.clone();
            bad[at] ^= 1 << (at % 8);
            // Bits after the end stand for nothing.
            if at + 1 < data.len() {
                assert_eq!(decode(&bad, &mut out, 1, &Limits::new()), None, "byte {at}");
            }
        }
        // A block that unpacks to much.
        let long = packed(&vec![0; 3 << 20], 9);
        let mut out = vec![0; 3 << 20];
        assert_eq!(decode(&long, &mut out, 1, &Limits::new()), None);
    }
}
