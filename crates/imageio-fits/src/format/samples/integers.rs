//! Elements from the 32-bit integers that codecs give.

use crate::format::scaling::{Conversion, Rule, Stored};

use super::{Float, scaler};

impl Conversion {
    /// Fills `out` with the elements of `numbers`, which are of the stored type or wrap to it.
    pub(crate) fn integers(self, numbers: &[i32], out: &mut [u8]) {
        match (self.stored, self.rule) {
            (Stored::U8, Rule::Scale { scale, zero, blank }) => {
                let scale = scaler::<f32>(scale, zero);
                fill(numbers, out, |number| {
                    blanked(number as u8, blank, |n| scale(f32::from(n)))
                });
            }
            (Stored::I16, Rule::Scale { scale, zero, blank }) => {
                let scale = scaler::<f32>(scale, zero);
                fill(numbers, out, |number| {
                    blanked(number as i16, blank, |n| scale(f32::from(n)))
                });
            }
            (Stored::I32 | Stored::I64, Rule::Scale { scale, zero, blank }) => {
                let scale = scaler::<f64>(scale, zero);
                fill(numbers, out, |number| {
                    blanked(number, blank, |n| scale(f64::from(n)))
                });
            }
            _ => self.kept(numbers, out),
        }
    }

    fn kept(self, numbers: &[i32], out: &mut [u8]) {
        let flips = self.rule == Rule::Flip;
        match self.stored {
            Stored::U8 => {
                let flip = if flips { 0x80 } else { 0 };
                fill(numbers, out, |number| number as u8 ^ flip);
            }
            Stored::I16 => {
                let flip = if flips { 0x8000 } else { 0 };
                fill(numbers, out, |number| number as u16 ^ flip);
            }
            Stored::I32 => {
                let flip = if flips { 1 << 31 } else { 0 };
                fill(numbers, out, |number| number as u32 ^ flip);
            }
            Stored::I64 => {
                let flip = if flips { 1 << 63 } else { 0 };
                fill(numbers, out, |number| i64::from(number) as u64 ^ flip);
            }
            Stored::F32 => fill(numbers, out, |number| number as f32),
            Stored::F64 => fill(numbers, out, f64::from),
        }
    }
}

#[inline]
fn blanked<N: Copy + Into<i64>, F: Float>(
    number: N,
    blank: Option<i64>,
    scale: impl Fn(N) -> F,
) -> F {
    if blank == Some(number.into()) {
        F::of(f64::NAN)
    } else {
        scale(number)
    }
}

#[inline]
fn fill<T: bytemuck::Pod>(numbers: &[i32], out: &mut [u8], convert: impl Fn(i32) -> T) {
    match bytemuck::try_cast_slice_mut::<u8, T>(out) {
        Ok(out) => {
            for (&number, to) in numbers.iter().zip(out) {
                *to = convert(number);
            }
        }
        Err(_) => {
            for (&number, to) in numbers.iter().zip(out.chunks_exact_mut(size_of::<T>())) {
                to.copy_from_slice(bytemuck::bytes_of(&convert(number)));
            }
        }
    }
}
