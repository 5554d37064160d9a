//! Numbers: from the order of the file, most significant byte first, to elements in the machine's order.

use imageio_core::DType;

use super::scaling::{Conversion, Rule, Stored};

/// Elements from 32-bit integers, which the integer codecs give.
mod integers;

impl Conversion {
    /// Converts big-endian numbers where they are; their width stays.
    pub(crate) fn in_place(self, bytes: &mut [u8]) {
        self.fix(bytes, true);
    }

    /// Applies the rule to numbers in the machine's order.
    pub(crate) fn apply(self, bytes: &mut [u8]) {
        if self.rule != Rule::Keep {
            self.fix(bytes, false);
        }
    }

    fn fix(self, bytes: &mut [u8], swap: bool) {
        let flip = |bits: u32| {
            if self.rule == Rule::Flip {
                1u64 << (bits - 1)
            } else {
                0
            }
        };
        match (self.stored, self.rule) {
            (Stored::F32, Rule::Scale { scale, zero, .. }) => {
                let apply = scaler::<f32>(scale, zero);
                let order = |word| if swap { u32::from_be(word) } else { word };
                words(bytes, |word: u32| {
                    apply(f32::from_bits(order(word))).to_bits()
                });
            }
            (Stored::F64, Rule::Scale { scale, zero, .. }) => {
                let apply = scaler::<f64>(scale, zero);
                let order = |word| if swap { u64::from_be(word) } else { word };
                words(bytes, |word: u64| {
                    apply(f64::from_bits(order(word))).to_bits()
                });
            }
            (Stored::I64, Rule::Scale { scale, zero, blank }) => {
                let apply = scaler::<f64>(scale, zero);
                words(bytes, |word: u64| {
                    let number = if swap { u64::from_be(word) } else { word } as i64;
                    let float = if Some(number) == blank {
                        f64::NAN
                    } else {
                        apply(number as f64)
                    };
                    float.to_bits()
                });
            }
            _ => match self.stored.width() {
                1 if self.rule == Rule::Flip => words(bytes, |byte: u8| byte ^ 0x80),
                2 if swap => words(bytes, |word: u16| u16::from_be(word) ^ flip(16) as u16),
                2 => words(bytes, |word: u16| word ^ flip(16) as u16),
                4 if swap => words(bytes, |word: u32| u32::from_be(word) ^ flip(32) as u32),
                4 => words(bytes, |word: u32| word ^ flip(32) as u32),
                8 if swap => words(bytes, |word: u64| u64::from_be(word) ^ flip(64)),
                8 => words(bytes, |word: u64| word ^ flip(64)),
                _ => {}
            },
        }
    }

    /// Converts big-endian numbers to wider elements.
    pub(crate) fn widen(self, raw: &[u8], out: &mut [u8]) {
        let Rule::Scale { scale, zero, blank } = self.rule else {
            return;
        };
        match (self.stored, self.dtype) {
            (Stored::U8, DType::F32) => {
                let blank = blank.and_then(|blank| u8::try_from(blank).ok());
                let apply = scaler::<f32>(scale, zero);
                each(raw, out, |[byte]: [u8; 1]| match blank {
                    Some(blank) if byte == blank => f32::NAN,
                    _ => apply(f32::from(byte)),
                });
            }
            (Stored::I16, DType::F32) => {
                let blank = blank.and_then(|blank| i16::try_from(blank).ok());
                let apply = scaler::<f32>(scale, zero);
                each(raw, out, |bytes| match (i16::from_be_bytes(bytes), blank) {
                    (number, Some(blank)) if number == blank => f32::NAN,
                    (number, _) => apply(f32::from(number)),
                });
            }
            (Stored::I32, DType::F64) => {
                let blank = blank.and_then(|blank| i32::try_from(blank).ok());
                let apply = scaler::<f64>(scale, zero);
                each(raw, out, |bytes| match (i32::from_be_bytes(bytes), blank) {
                    (number, Some(blank)) if number == blank => f64::NAN,
                    (number, _) => apply(f64::from(number)),
                });
            }
            _ => {}
        }
    }
}

/// A float type that scaling is done in.
pub(crate) trait Float:
    bytemuck::Pod + std::ops::Mul<Output = Self> + std::ops::Add<Output = Self>
{
    fn of(number: f64) -> Self;
}

impl Float for f32 {
    fn of(number: f64) -> Self {
        number as f32
    }
}

impl Float for f64 {
    fn of(number: f64) -> Self {
        number
    }
}

/// The scaling in the precision of the elements.
fn scaler<F: Float>(scale: f64, zero: f64) -> impl Fn(F) -> F + Copy {
    let adds = zero != 0.0;
    let (scale, zero) = (F::of(scale), F::of(zero));
    move |number| {
        let scaled = number * scale;
        // Adding 0 would change the sign of -0.
        if adds { scaled + zero } else { scaled }
    }
}

/// Replaces each word; bytes that lie oddly or are too few for a word stay.
#[inline]
fn words<W: bytemuck::Pod>(bytes: &mut [u8], change: impl Fn(W) -> W) {
    let len = bytes.len() / size_of::<W>() * size_of::<W>();
    match bytemuck::try_cast_slice_mut::<u8, W>(&mut bytes[..len]) {
        Ok(words) => words.iter_mut().for_each(|word| *word = change(*word)),
        Err(_) => {
            for part in bytes.chunks_exact_mut(size_of::<W>()) {
                let word = change(bytemuck::pod_read_unaligned(part));
                part.copy_from_slice(bytemuck::bytes_of(&word));
            }
        }
    }
}

/// Gives each number of `raw` its element.
#[inline]
fn each<const N: usize, F: Float>(raw: &[u8], out: &mut [u8], convert: impl Fn([u8; N]) -> F) {
    let numbers = raw.as_chunks::<N>().0;
    match bytemuck::try_cast_slice_mut::<u8, F>(out) {
        Ok(out) => {
            for (number, to) in numbers.iter().zip(out) {
                *to = convert(*number);
            }
        }
        Err(_) => {
            for (number, to) in numbers.iter().zip(out.chunks_exact_mut(size_of::<F>())) {
                to.copy_from_slice(bytemuck::bytes_of(&convert(*number)));
            }
        }
    }
}
