//! What is deflated is inflated the same, by another's decoder.

use super::*;

fn noise(len: usize, mask: u32) -> Vec<u8> {
    let mut state = 0x1234_5678_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 16) & mask) as u8
    };
    (0..len).map(next).collect()
}

fn inflated(pieces: &[Vec<u8>]) -> Vec<u8> {
    use std::io::Read;
    let mut found = Vec::new();
    let all = pieces.concat();
    let mut reader = flate2::read::DeflateDecoder::new(&all[..]);
    reader.read_to_end(&mut found).unwrap();
    assert_eq!(reader.total_in(), all.len() as u64);
    found
}

const EFFORTS: [Effort; 4] = [Effort::Store, Effort::Fast, Effort::Balanced, Effort::High];

fn samples() -> Vec<Vec<u8>> {
    let mut found = vec![
        vec![],
        vec![7],
        vec![0; 200_000],
        noise(3, 255),
        noise(70_000, 255),
        noise(140_000, 15),
        noise(65_536, 1),
        (0..100_000u32).map(|at| (at % 251) as u8).collect(),
        (0..90_000u32).map(|at| (at / 300) as u8).collect(),
    ];
    let page = noise(40_000, 255);
    found.push([&page[..], &page[..], &page[100..]].concat());
    // Counts like Fibonacci's numbers make the longest codes.
    let mut skewed = Vec::new();
    let (mut a, mut b) = (1usize, 1usize);
    for byte in 0..22 {
        skewed.extend(std::iter::repeat_n(byte, a));
        (a, b) = (b, a + b);
    }
    let order = noise(skewed.len() * 4, 255);
    for at in 0..skewed.len() {
        let word = u32::from_le_bytes([order[at * 4], order[at * 4 + 1], order[at * 4 + 2], 0]);
        skewed.swap(at, word as usize % (at + 1));
    }
    found.push(skewed);
    found
}

#[test]
fn every_effort_is_inflated_the_same() {
    for data in samples() {
        for effort in EFFORTS {
            let made = deflate(&data, 0, effort, true);
            assert!(
                made.len() <= data.len() + data.len() / 1000 + 32,
                "{effort:?}"
            );
            assert!(inflated(&[made]) == data, "{effort:?} {}", data.len());
        }
    }
}

#[test]
fn pieces_follow_each_other_and_look_back() {
    for data in samples() {
        for effort in EFFORTS {
            let middle = data.len() / 2;
            let before = middle.saturating_sub(1 << 15);
            let first = deflate(&data[..middle], 0, effort, false);
            let second = deflate(&data[before..], middle - before, effort, true);
            assert!(inflated(&[first, second]) == data, "{effort:?}");
        }
    }
    let page = noise(20_000, 255);
    let twice = [&page[..], &page[..]].concat();
    assert!(deflate(&twice, page.len(), Effort::Balanced, true).len() < 1000);
}

#[test]
fn noise_is_hardly_longer_and_runs_are_short() {
    let data = noise(1 << 18, 255);
    assert!(deflate(&data, 0, Effort::Balanced, true).len() < data.len() + 400);
    for effort in [Effort::Fast, Effort::Balanced, Effort::High] {
        assert!(deflate(&vec![9; 1 << 18], 0, effort, true).len() < 1000);
        // Four bits of a byte say all.
        assert!(deflate(&noise(1 << 17, 15), 0, effort, true).len() < (1 << 16) + 2000);
    }
}

#[test]
fn every_length_and_distance_is_coded() {
    for (gap, length) in [
        (1, 3),
        (4, 10),
        (5, 11),
        (100, 35),
        (3000, 257),
        (30_000, 258),
    ] {
        for longer in 0..12 {
            let mut data = noise(gap + length, 255);
            let twin = data[..length + longer.min(gap)].to_vec();
            data.extend_from_slice(&twin);
            for effort in EFFORTS {
                assert!(inflated(&[deflate(&data, 0, effort, true)]) == data);
            }
        }
    }
    for length in 3..=258u16 {
        let (base, extra) = block::LENGTHS[block::length_symbol(length).symbol - 257];
        assert!((base..base + (1 << extra)).contains(&length), "{length}");
        assert_eq!(extra, block::extra_bits(length, 1), "{length}");
    }
    for distance in 1..=32768u16 {
        let (base, extra) = block::DISTANCES[block::distance_symbol(distance).symbol];
        assert!(
            (base..=base + ((1 << extra) - 1)).contains(&distance),
            "{distance}"
        );
        assert_eq!(extra, block::extra_bits(3, distance), "{distance}");
    }
}
