//! The decoder.
//!
//! Each entry of the table is a run that the output holds already, so an entry is a place in the output and a
//! length, and a code is decoded by one copy.

use imageio_core::{Error, Limits, Result, Scratch};

use super::{CODES, WIDEST};

/// The indices themselves stand before the output, for the codes that mean one of them.
const LITERALS: usize = 256;

/// Bytes that are copied at once, past the end of a shorter run.
const STEP: usize = 16;

/// The pixels of a frame as indices, in the order in which they are stored.
#[derive(Debug)]
pub(in crate::format::gif) struct Indices {
    buffer: Scratch<u8>,
    len: usize,
}

impl Indices {
    /// Bytes that the indices of `len` pixels take.
    pub(in crate::format::gif) const fn cost(len: usize) -> usize {
        LITERALS + len + STEP
    }

    pub(in crate::format::gif) fn pixels(&self) -> &[u8] {
        self.buffer
            .get(LITERALS..LITERALS + self.len)
            .unwrap_or_default()
    }
}

/// The `len` pixels of `data`, which stands without the lengths of its sub-blocks.
///
/// # Errors
/// `Corrupt` for a code that the table does not hold yet and for data that ends before all pixels are there.
pub(in crate::format::gif) fn decode(
    code_size: u8,
    data: &[u8],
    len: usize,
    limits: &Limits,
) -> Result<Indices> {
    let mut buffer = limits.scratch(Indices::cost(len), "pixels of a frame")?;
    for (value, literal) in (0..=255).zip(&mut buffer[..]) {
        *literal = value;
    }
    if len > 0 {
        if u32::from(code_size) >= WIDEST {
            return Err(Error::corrupt(format!(
                "code size {code_size}, where the largest is {}",
                WIDEST - 1
            )));
        }
        let mut bits = Bits::new(data);
        let done = fill(code_size.into(), &mut bits, &mut buffer, LITERALS + len)?;
        if done < LITERALS + len {
            return Err(Error::corrupt(format!(
                "the data ends too early: {} of {len} pixels",
                done - LITERALS
            )));
        }
    }
    Ok(Indices { buffer, len })
}

/// Where a run begins in the buffer, and in the lower 16 bits how long it is; no length for what is no run.
type Run = u64;

const fn run(start: usize, len: usize) -> Run {
    (start as u64) << 16 | len as u64
}

/// Decodes until `buffer` is full up to `end` or the data ends; gives where the pixels end.
#[expect(
    clippy::large_stack_arrays,
    reason = "32 KiB; an array needs no checks of its bounds"
)]
fn fill(code_size: u32, bits: &mut Bits<'_>, buffer: &mut [u8], end: usize) -> Result<usize> {
    let clear = 1 << code_size;
    let mut table = [0; CODES];
    for (code, entry) in table.iter_mut().enumerate().take(clear) {
        *entry = run(code % LITERALS, 1);
    }
    let (mut at, mut width, mut next, mut last) = (LITERALS, code_size + 1, clear + 2, 0);
    while at < end {
        let Some(code) = bits.take(width) else {
            break;
        };
        // The run of the code before, with the pixel that follows it, which may be the first of this very code.
        if next < CODES && last != 0 {
            table[next] = last + 1;
        }
        let (limit, entry) = (next - usize::from(last == 0), table[code % CODES]);
        let len = (entry & 0xFFFF) as usize;
        if code > limit {
            return Err(Error::corrupt(format!(
                "pixel {}: code {code}, where the table ends at {limit}",
                at - LITERALS
            )));
        }
        if len == 0 {
            if code != clear {
                break;
            }
            (width, next, last) = (code_size + 1, clear + 2, 0);
            continue;
        }
        copy(buffer, (entry >> 16) as usize, at, len);
        if code == next
            && let Some(&first) = buffer.get(at)
            && let Some(repeated) = buffer.get_mut(at + len - 1)
        {
            *repeated = first;
        }
        if last != 0 && next < CODES {
            next += 1;
            width += u32::from(next == 1 << width && width < WIDEST);
        }
        last = run(at, len);
        at += len;
    }
    Ok(at.min(end))
}

/// Copies `len` bytes to a later place, and some more where that is faster: what comes next overwrites them.
#[inline]
fn copy(buffer: &mut [u8], from: usize, to: usize, len: usize) {
    if len <= STEP {
        let step: Option<[u8; STEP]> = buffer.get(from..).and_then(<[u8]>::first_chunk).copied();
        let target = buffer.get_mut(to..).and_then(<[u8]>::first_chunk_mut);
        if let (Some(step), Some(target)) = (step, target) {
            *target = step;
        }
    } else {
        let len = len.min(buffer.len().saturating_sub(to));
        if from + len <= buffer.len() {
            buffer.copy_within(from..from + len, to);
        }
    }
}

/// Codes out of bytes, the lowest bits first.
struct Bits<'a> {
    data: &'a [u8],
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    fn new(data: &'a [u8]) -> Self {
        Bits {
            data,
            held: 0,
            count: 0,
        }
    }

    #[inline]
    fn take(&mut self, width: u32) -> Option<usize> {
        if self.count < width {
            self.refill();
            if self.count < width {
                return None;
            }
        }
        let code = self.held & ((1 << width) - 1);
        self.held >>= width;
        self.count -= width;
        Some(code as usize)
    }

    #[inline]
    fn refill(&mut self) {
        if let Some(word) = self.data.first_chunk::<8>() {
            self.held |= u64::from_le_bytes(*word) << self.count;
            let bytes = (63 - self.count) / 8;
            self.data = self.data.get(bytes as usize..).unwrap_or_default();
            self.count += bytes * 8;
            return;
        }
        while let (0..=56, Some((&byte, rest))) = (self.count, self.data.split_first()) {
            self.held |= u64::from(byte) << self.count;
            self.count += 8;
            self.data = rest;
        }
    }
}
