//! The fast way against the backend.

use imageio_core::Limits;
use libjpeg_turbo_rs::{Encoder, PixelFormat};

use super::super::{Area, FrameHeader, backend};
use super::decode_with;

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }

    /// A range of at least one number below `end`.
    fn range(&mut self, end: usize) -> std::ops::Range<usize> {
        let start = self.below(end);
        start..start + 1 + self.below(end - start)
    }
}

/// A picture of noise, ramps or one colour, coded in one of the ways that the fast way knows.
fn coded(dice: &mut Dice, width: usize, height: usize) -> Vec<u8> {
    let factors: &[(u8, u8)] = match dice.below(6) {
        0 => &[(1, 1)],
        1 => &[(1, 1), (1, 1), (1, 1)],
        2 => &[(2, 1), (1, 1), (1, 1)],
        3 => &[(1, 2), (1, 1), (1, 1)],
        _ => &[(2, 2), (1, 1), (1, 1)],
    };
    let channels = factors.len();
    let kind = dice.below(3);
    let samples: Vec<u8> = (0..width * height * channels)
        .map(|at| match kind {
            0 => dice.below(256) as u8,
            1 => (at / channels % width * 3 + at / channels / width * (2 + at % channels)) as u8,
            _ => 77,
        })
        .collect();
    let format = if channels == 1 {
        PixelFormat::Grayscale
    } else {
        PixelFormat::Rgb
    };
    let qualities = [1, 20, 75, 90, 100];
    Encoder::new(&samples, width, height, format)
        .quality(qualities[dice.below(qualities.len())])
        .sampling_factors(factors.to_vec())
        .optimize_huffman(dice.below(2) == 0)
        .restart_blocks(if dice.below(3) == 0 {
            1 + dice.below(9) as u16
        } else {
            0
        })
        .encode()
        .unwrap()
}

fn frame_of(data: &[u8]) -> Option<FrameHeader> {
    let at = data
        .windows(2)
        .position(|pair| matches!(pair, [0xff, 0xc0 | 0xc1]))?;
    let len = usize::from(u16::from_be_bytes([*data.get(at + 2)?, *data.get(at + 3)?]));
    FrameHeader::parse(data[at + 1], data.get(at + 4..at + 2 + len)?).ok()
}

/// What the fast way and the backend give for `area`, where the fast way takes the picture.
fn both(data: &[u8], area: &Area, threads: usize) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let limits = Limits::new();
    let frame = frame_of(data)?;
    let len = area.rows.len() * area.columns.len() * frame.components.len();
    let (mut fast, mut slow) = (vec![0; len], vec![0; len]);
    if !decode_with(data, area, &mut fast, &limits, threads).unwrap() {
        return None;
    }
    let read = backend::decode_u8(data, &frame, area, &mut slow, &limits);
    Some((fast, read.ok().map(|()| slow)))
}

#[test]
fn gives_what_the_backend_gives() {
    let mut dice = Dice(7);
    let sides = [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 48, 70];
    for round in 0..300 {
        let width = sides[dice.below(sides.len())];
        let height = sides[dice.below(sides.len())];
        let data = coded(&mut dice, width, height);
        let reduce = [1, 1, 2, 4, 8][dice.below(5)];
        let part = |side: usize| side.div_ceil(reduce.into());
        let whole = Area {
            rows: 0..part(height),
            columns: 0..part(width),
            reduce,
        };
        let window = Area {
            rows: dice.range(part(height)),
            columns: dice.range(part(width)),
            reduce,
        };
        for area in [whole, window] {
            let (fast, slow) = both(&data, &area, 1).expect("taken");
            assert!(
                Some(fast) == slow,
                "round {round}: {width} by {height}, {area:?}"
            );
        }
    }
}

#[test]
fn two_threads_give_what_one_gives() {
    let mut dice = Dice(3);
    for _ in 0..4 {
        let data = coded(&mut dice, 700, 500);
        for reduce in [1, 2] {
            let area = Area {
                rows: 0..500 / usize::from(reduce),
                columns: 0..700 / usize::from(reduce),
                reduce,
            };
            let (one, slow) = both(&data, &area, 1).expect("taken");
            let (two, _) = both(&data, &area, 2).expect("taken");
            assert!(one == two && Some(one) == slow);
        }
        // A scan that breaks off in the middle is left to the backend by both.
        let area = Area {
            rows: 0..500,
            columns: 0..700,
            reduce: 1,
        };
        assert!(both(&data[..data.len() / 2], &area, 2).is_none());
        assert!(both(&data[..data.len() / 2], &area, 1).is_none());
    }
}

#[test]
fn broken_scans_are_left_to_the_backend() {
    let mut dice = Dice(11);
    let mut taken = 0;
    for _ in 0..40 {
        let (width, height) = (1 + dice.below(60), 1 + dice.below(60));
        let sound = coded(&mut dice, width, height);
        for _ in 0..50 {
            let mut data = sound.clone();
            for _ in 0..=dice.below(2) {
                let at = dice.below(data.len());
                data[at] = dice.below(256) as u8;
            }
            if dice.below(8) == 0 {
                data.truncate(dice.below(data.len()));
            }
            let Some(frame) = frame_of(&data) else {
                continue;
            };
            let (height, width) = frame.size(1);
            if height * width > 1 << 16 {
                continue;
            }
            let area = Area {
                rows: 0..height,
                columns: 0..width,
                reduce: 1,
            };
            if let Some((fast, slow)) = both(&data, &area, 1) {
                taken += 1;
                assert!(slow.is_none_or(|slow| slow == fast));
            }
        }
    }
    assert!(taken > 100, "{taken} of 2000 still make sense");
}
