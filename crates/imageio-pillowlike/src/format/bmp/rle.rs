//! The run-length codes of bitmaps: RLE8, RLE4 and OS/2's RLE24.

use std::io::{BufRead, Seek, SeekFrom};

use imageio_core::{Error, Result};

use super::header::RunOf;
use crate::format::Input;

/// The picture that a stream paints; what it skips stays as it is.
pub(super) struct Canvas<'a, T> {
    pixels: &'a mut [T],
    width: usize,
    height: usize,
    top_down: bool,
    x: usize,
    y: usize,
}

impl<'a, T: Copy> Canvas<'a, T> {
    pub(super) fn new(pixels: &'a mut [T], width: usize, height: usize, top_down: bool) -> Self {
        Canvas {
            pixels,
            width,
            height,
            top_down,
            x: 0,
            y: 0,
        }
    }

    /// Paints `count` pixels of the line; those past its end are lost.
    fn paint(&mut self, count: usize, pixel: impl Fn(usize) -> T) {
        let row = if self.top_down {
            self.y
        } else {
            self.height.wrapping_sub(self.y + 1)
        };
        let count = count.min(self.width - self.x);
        let start = row.wrapping_mul(self.width).wrapping_add(self.x);
        let line = self.pixels.get_mut(start..start.wrapping_add(count));
        for (at, to) in line.unwrap_or_default().iter_mut().enumerate() {
            *to = pixel(at);
        }
        self.x += count;
    }

    fn next_line(&mut self) {
        self.x = 0;
        self.y += 1;
    }

    fn skip(&mut self, right: u8, up: u8) {
        self.x = (self.x + usize::from(right)).min(self.width);
        self.y += usize::from(up);
    }

    fn is_past_end(&self) -> bool {
        self.y >= self.height
    }

    fn is_complete(&self) -> bool {
        self.is_past_end() || self.y + 1 == self.height && self.x == self.width
    }
}

/// Paints the stream at `start`; `pixel` makes one from its stored bytes or half byte.
///
/// # Errors
/// `Corrupt` when the file ends before the picture does.
pub(super) fn paint<T: Copy>(
    input: &mut Input,
    start: u64,
    runs: RunOf,
    canvas: &mut Canvas<'_, T>,
    pixel: impl Fn(&[u8]) -> T,
) -> Result<()> {
    input.seek(SeekFrom::Start(start))?;
    let mut codes = Codes {
        input,
        bytes: [0; 3 * 256],
    };
    match paint_codes(&mut codes, runs, canvas, pixel) {
        Err(error) => Err(error.into()),
        Ok(true) => Ok(()),
        Ok(false) if canvas.is_complete() => Ok(()),
        Ok(false) => Err(Error::corrupt(format!(
            "pixel data ends too early: {} bytes, which paint {} lines, expected {}",
            codes.input.position().saturating_sub(start),
            canvas.y,
            canvas.height
        ))),
    }
}

/// Whether the stream came to its end and not just the file to its own.
fn paint_codes<T: Copy>(
    codes: &mut Codes<'_>,
    runs: RunOf,
    canvas: &mut Canvas<'_, T>,
    pixel: impl Fn(&[u8]) -> T,
) -> std::io::Result<bool> {
    let in_run = match runs {
        RunOf::Triples => 3,
        RunOf::Bytes | RunOf::Nibbles => 1,
    };
    while !canvas.is_past_end() {
        let Some(&[count]) = codes.take(1)? else {
            return Ok(false);
        };
        if count > 0 {
            let Some(stored) = codes.take(in_run)? else {
                return Ok(false);
            };
            canvas.paint(usize::from(count), |at| match runs {
                RunOf::Nibbles => pixel(&[nibble(stored, at % 2)]),
                RunOf::Bytes | RunOf::Triples => pixel(stored),
            });
            continue;
        }
        match codes.take(1)? {
            Some([0]) => canvas.next_line(),
            Some([1]) => return Ok(true),
            Some([2]) => match codes.take(2)? {
                Some(&[right, up]) => canvas.skip(right, up),
                _ => return Ok(false),
            },
            Some(&[count]) => {
                if !literal(codes, runs, canvas, usize::from(count), &pixel)? {
                    return Ok(false);
                }
            }
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// Paints `count` pixels that are stored one by one; whether they are all there.
fn literal<T: Copy>(
    codes: &mut Codes<'_>,
    runs: RunOf,
    canvas: &mut Canvas<'_, T>,
    count: usize,
    pixel: impl Fn(&[u8]) -> T,
) -> std::io::Result<bool> {
    let len = match runs {
        RunOf::Bytes => count,
        RunOf::Nibbles => count.div_ceil(2),
        RunOf::Triples => count * 3,
    };
    let Some(stored) = codes.take(len)? else {
        return Ok(false);
    };
    canvas.paint(count, |at| match runs {
        RunOf::Bytes => pixel(stored.get(at..=at).unwrap_or_default()),
        RunOf::Nibbles => pixel(&[nibble(stored, at)]),
        RunOf::Triples => pixel(stored.get(at * 3..at * 3 + 3).unwrap_or_default()),
    });
    if len % 2 == 1 {
        // A byte fills the last word up; the file may end before it.
        codes.take(1)?;
    }
    Ok(true)
}

fn nibble(stored: &[u8], at: usize) -> u8 {
    let byte = stored.get(at / 2).copied().unwrap_or(0);
    if at.is_multiple_of(2) {
        byte >> 4
    } else {
        byte & 15
    }
}

/// The stream, a few bytes at a time.
struct Codes<'a> {
    input: &'a mut Input,
    bytes: [u8; 3 * 256],
}

impl Codes<'_> {
    /// The next `count` bytes, at most 765, or nothing where fewer are left.
    fn take(&mut self, count: usize) -> std::io::Result<Option<&[u8]>> {
        let mut filled = 0;
        while filled < count {
            let buffered = self.input.fill_buf()?;
            let room = self.bytes.get_mut(filled..count).unwrap_or_default();
            let step = buffered.len().min(room.len());
            if step == 0 {
                return Ok(None);
            }
            for (to, from) in room.iter_mut().zip(buffered) {
                *to = *from;
            }
            self.input.consume(step);
            filled += step;
        }
        Ok(self.bytes.get(..count))
    }
}
