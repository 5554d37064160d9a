//! Floats as scaled integers, with or without dither (FITS 4.0, sections 10.2 and 10.4).

use std::sync::OnceLock;

mod noise;

pub(crate) use noise::quantize;

/// Numbers in the sequence that everyone shares.
const COUNT: usize = 10_000;

/// Stands for 0.0 under `SUBTRACTIVE_DITHER_2`.
const ZERO: i32 = -2_147_483_646;

/// Stands for what is not a number, where a file does not say otherwise.
pub(crate) const BLANK: i32 = i32::MIN;

/// How the steps between integers are blurred.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Dither {
    /// Not at all.
    #[default]
    None,
    /// `SUBTRACTIVE_DITHER_1`.
    One,
    /// `SUBTRACTIVE_DITHER_2`: 0.0 stays 0.0.
    Two,
}

/// How the integers of a tile become floats.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    pub(crate) scale: f64,
    pub(crate) zero: f64,
    pub(crate) dither: Dither,
    /// Number of the tile, from 0, plus the seed of the file.
    pub(crate) row: i64,
    /// The integer that is not a number.
    pub(crate) blank: Option<i32>,
}

impl Steps {
    /// Gives each of `values` as a float to `put`.
    #[inline]
    pub(crate) fn restore<T>(
        &self,
        values: &[i32],
        out: impl Iterator<Item = T>,
        put: impl Fn(T, f64),
    ) {
        let Steps { scale, zero, .. } = *self;
        let pairs = values.iter().zip(out);
        if self.dither == Dither::None {
            for (&value, to) in pairs {
                let float = f64::from(value) * scale + zero;
                put(
                    to,
                    if self.blank == Some(value) {
                        f64::NAN
                    } else {
                        float
                    },
                );
            }
            return;
        }
        let keeps_zero = self.dither == Dither::Two;
        let mut randoms = Randoms::new(self.row);
        for (&value, to) in pairs {
            let random = randoms.next();
            let float = if keeps_zero && value == ZERO {
                0.0
            } else {
                (f64::from(value) - random + 0.5) * scale + zero
            };
            put(
                to,
                if self.blank == Some(value) {
                    f64::NAN
                } else {
                    float
                },
            );
        }
    }
}

/// The part of the sequence that belongs to a tile.
struct Randoms {
    table: &'static [f32],
    seed: usize,
    next: usize,
}

impl Randoms {
    fn new(row: i64) -> Self {
        let table = table();
        let seed = (row - 1).rem_euclid(COUNT as i64) as usize;
        Randoms {
            table,
            seed,
            next: start(table, seed),
        }
    }

    #[inline]
    fn next(&mut self) -> f64 {
        let random = f64::from(self.table[self.next]);
        self.next += 1;
        if self.next == COUNT {
            self.seed = (self.seed + 1) % COUNT;
            self.next = start(self.table, self.seed);
        }
        random
    }
}

fn start(table: &[f32], seed: usize) -> usize {
    (table[seed] * 500.0) as usize
}

/// Park and Miller's numbers, as FITS 4.0 lists them in appendix I.
fn table() -> &'static [f32] {
    static TABLE: OnceLock<Vec<f32>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = vec![0f32; COUNT];
        let mut seed = 1u64;
        for number in &mut table {
            seed = seed * 16_807 % 2_147_483_647;
            *number = (seed as f64 / 2_147_483_647.0) as f32;
        }
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_one_of_the_standard() {
        let last = (1_043_618_065_f64 / 2_147_483_647.0) as f32;
        assert!((table()[COUNT - 1] - last).abs() < f32::EPSILON);
    }

    #[test]
    fn what_was_quantized_is_restored_within_a_step() {
        let values: Vec<f64> = (0..5000)
            .map(|n| match n % 100 {
                0 => 0.0,
                7 => f64::NAN,
                _ => 100.0 + f64::from(n * 7919 % 1000) / 50.0,
            })
            .collect();
        for dither in [Dither::None, Dither::One, Dither::Two] {
            let Some(quantized) = quantize(&values, 50, -0.5, (dither, 3)) else {
                panic!("these values have few steps");
            };
            let steps = Steps {
                scale: quantized.scale,
                zero: quantized.zero,
                dither,
                row: 3,
                blank: Some(BLANK),
            };
            let mut back = vec![0.0; values.len()];
            steps.restore(&quantized.values, back.iter_mut(), |to, value| *to = value);
            for (before, after) in values.iter().zip(&back) {
                let same = before.is_nan() == after.is_nan();
                assert!(
                    same && (before.is_nan() || (before - after).abs() <= 0.26),
                    "{before} {after} {dither:?}"
                );
                assert!(dither != Dither::Two || *before != 0.0 || *after == 0.0);
            }
        }
    }
}
