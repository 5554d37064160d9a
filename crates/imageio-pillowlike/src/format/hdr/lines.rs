//! Scan lines: run-length coded by component, run-length coded by pixel, or flat.

use std::io::BufRead;
use std::ops::Range;

use imageio_core::{Error, Limits, Result, Scratch};

use crate::format::Input;

/// Lengths of lines that are coded by component.
const CODED: Range<usize> = 8..0x8000;

/// What an exponent stands for: a mantissa of 256 is its power of two. 0 is black.
static SCALES: [f32; 256] = scales();

const fn scales() -> [f32; 256] {
    let mut scales = [0.0; 256];
    let mut exponent = 1;
    while exponent < 256 {
        // 2^(exponent - 136); the lowest are subnormal.
        scales[exponent] = f32::from_bits(match exponent {
            ..10 => 1 << (exponent + 13),
            _ => (exponent as u32 - 9) << 23,
        });
        exponent += 1;
    }
    scales
}

/// Reads scan line after scan line.
pub(super) struct Lines<'a> {
    input: &'a mut Input,
    /// Reds, greens, blues and exponents of a line coded by component; else pixels.
    line: Scratch<u8>,
    len: usize,
    count: usize,
    at: usize,
}

/// How the bytes of a line are ordered.
enum Order {
    Planes,
    Pixels,
}

impl<'a> Lines<'a> {
    /// Lines of `len` pixels from where `input` stands.
    pub(super) fn new(
        input: &'a mut Input,
        len: usize,
        count: usize,
        limits: &Limits,
    ) -> Result<Self> {
        let line = limits.scratch::<u8>(len.saturating_mul(4), "a scan line")?;
        Ok(Lines {
            input,
            line,
            len,
            count,
            at: 0,
        })
    }

    /// Passes over the next line.
    pub(super) fn skip(&mut self) -> Result<()> {
        self.fill().map(drop)
    }

    /// Puts `part` of the next line into `pixels`, from the one at `first`, each `step` after the one before.
    pub(super) fn read(
        &mut self,
        part: Range<usize>,
        pixels: &mut [[f32; 3]],
        first: isize,
        step: isize,
    ) -> Result<()> {
        let order = self.fill()?;
        let stored: Part<'_> = match order {
            Order::Planes => {
                let mut planes = self.line.chunks_exact(self.len);
                let mut plane = || planes.next().and_then(|it| it.get(part.clone()));
                Part::Planes([plane(), plane(), plane(), plane()].map(Option::unwrap_or_default))
            }
            Order::Pixels => {
                let bytes = part.start * 4..part.end * 4;
                Part::Pixels(self.line.get(bytes).unwrap_or_default())
            }
        };
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let every = step.unsigned_abs().max(1);
        if step < 0 {
            let before = pixels.get_mut(..=first).unwrap_or_default();
            stored.put(before.iter_mut().rev().step_by(every));
            return Ok(());
        }
        let after = pixels.get_mut(first..).unwrap_or_default();
        // The usual case apart, as it is the one that the compiler makes fast.
        match every {
            1 => stored.put(after.iter_mut()),
            _ => stored.put(after.iter_mut().step_by(every)),
        }
        Ok(())
    }

    /// Reads the next line into the buffer.
    fn fill(&mut self) -> Result<Order> {
        self.at += 1;
        let head = self.peek4()?;
        match head {
            [2, 2, high, low] if CODED.contains(&self.len) && high < 128 => {
                let len = usize::from(high) << 8 | usize::from(low);
                if len != self.len {
                    return Err(self.corrupt(&format!("{len} pixels, expected {}", self.len)));
                }
                self.consume(4)?;
                self.fill_planes()?;
                Ok(Order::Planes)
            }
            _ => {
                self.fill_pixels(head)?;
                Ok(Order::Pixels)
            }
        }
    }

    fn fill_planes(&mut self) -> Result<()> {
        for component in 0..4 {
            let mut done = component * self.len;
            let end = done + self.len;
            while done < end {
                done = self.runs(done, end)?;
            }
        }
        Ok(())
    }

    /// Decodes what runs are buffered into `done..end` of the line; gives where the next one goes.
    fn runs(&mut self, mut done: usize, end: usize) -> Result<usize> {
        let buffered = self.input.fill_buf()?;
        let mut rest = buffered;
        while let ([code, after @ ..], Some(left)) = (rest, self.line.get_mut(done..end)) {
            if left.is_empty() {
                break;
            }
            let count = usize::from(if *code > 128 { code & 127 } else { *code });
            let (true, Some(place)) = (count > 0, left.get_mut(..count)) else {
                let left = left.len();
                return Err(self.corrupt(&format!(
                    "a run of {count} components where {left} are left"
                )));
            };
            let taken = if *code > 128 {
                after.split_first().map(|(value, after)| {
                    place.fill(*value);
                    after
                })
            } else {
                after.split_at_checked(count).map(|(values, after)| {
                    place.copy_from_slice(values);
                    after
                })
            };
            // A run that is cut by the end of the buffer is read bytewise below.
            let Some(after) = taken else { break };
            rest = after;
            done += count;
        }
        let consumed = buffered.len() - rest.len();
        self.input.consume(consumed);
        if consumed > 0 {
            return Ok(done);
        }
        self.run_in_pieces(done, end)
    }

    /// Decodes one run that crosses the buffer's end.
    fn run_in_pieces(&mut self, done: usize, end: usize) -> Result<usize> {
        let code = self.byte()?;
        let count = usize::from(if code > 128 { code & 127 } else { code });
        let value = if code > 128 { Some(self.byte()?) } else { None };
        for at in done..(done + count).min(end) {
            let value = match value {
                Some(value) => value,
                None => self.byte()?,
            };
            if let Some(place) = self.line.get_mut(at) {
                *place = value;
            }
        }
        Ok((done + count).min(end))
    }

    /// A line of pixels, where (1, 1, 1, n) repeats the pixel before; several in a row are digits of one number.
    fn fill_pixels(&mut self, head: [u8; 4]) -> Result<()> {
        let (mut next, mut done, mut shift) = (head, 0usize, 0u32);
        let mut last = None;
        loop {
            self.consume(4)?;
            match (next, last) {
                ([1, 1, 1, digit], Some(last)) => {
                    let count = usize::from(digit).checked_shl(shift).unwrap_or(usize::MAX);
                    let left = self.len - done;
                    if count > left || shift > 24 {
                        return Err(
                            self.corrupt(&format!("a run of {count} pixels where {left} are left"))
                        );
                    }
                    for _ in 0..count {
                        self.put(done, last);
                        done += 1;
                    }
                    shift += 8;
                }
                (pixel, _) => {
                    self.put(done, pixel);
                    last = Some(pixel);
                    (done, shift) = (done + 1, 0);
                }
            }
            if done >= self.len {
                return Ok(());
            }
            next = self.peek4()?;
        }
    }

    fn put(&mut self, at: usize, pixel: [u8; 4]) {
        if let Some(place) = self.line.get_mut(at * 4..at * 4 + 4) {
            place.copy_from_slice(&pixel);
        }
    }

    fn byte(&mut self) -> Result<u8> {
        let byte = self.input.fill_buf()?.first().copied();
        self.input.consume(1);
        byte.ok_or_else(|| self.corrupt("the file ends"))
    }

    /// The next four bytes, which stay.
    fn peek4(&mut self) -> Result<[u8; 4]> {
        use std::io::{Seek, SeekFrom};
        if let Some(four) = self.input.fill_buf()?.first_chunk() {
            return Ok(*four);
        }
        let start = self.input.position();
        let four = [self.byte()?, self.byte()?, self.byte()?, self.byte()?];
        self.input.seek(SeekFrom::Start(start))?;
        Ok(four)
    }

    /// Passes over bytes that were looked at.
    fn consume(&mut self, count: usize) -> Result<()> {
        if self.input.fill_buf()?.len() >= count {
            self.input.consume(count);
            return Ok(());
        }
        for _ in 0..count {
            self.byte()?;
        }
        Ok(())
    }

    fn corrupt(&self, what: &str) -> Error {
        let (at, count) = (self.at, self.count);
        Error::corrupt(format!("scan line {at} of {count}: {what}"))
    }
}

/// The stored bytes that are kept of a line.
enum Part<'a> {
    Planes([&'a [u8]; 4]),
    Pixels(&'a [u8]),
}

impl Part<'_> {
    #[inline]
    fn put<'p>(&self, places: impl Iterator<Item = &'p mut [f32; 3]>) {
        let value = |mantissa: u8, exponent: u8| {
            let scale = SCALES[usize::from(exponent)];
            f32::from(mantissa) * scale
        };
        match self {
            Part::Planes([r, g, b, e]) => {
                let stored = r.iter().zip(*g).zip(*b).zip(*e);
                for (place, (((r, g), b), e)) in places.zip(stored) {
                    *place = [value(*r, *e), value(*g, *e), value(*b, *e)];
                }
            }
            Part::Pixels(bytes) => {
                for (place, pixel) in places.zip(bytes.chunks_exact(4)) {
                    if let [r, g, b, e] = *pixel {
                        *place = [value(r, e), value(g, e), value(b, e)];
                    }
                }
            }
        }
    }
}
