//! From the stream to samples.

use imageio_core::{Error, Result};

use super::{op, place};

/// Unpacks pixels, as many at a time as are asked for.
pub(super) struct Unpacker<'a> {
    stream: &'a [u8],
    seen: [[u8; 4]; 64],
    pixel: [u8; 4],
    /// How often the pixel is still to be repeated.
    run: usize,
}

impl<'a> Unpacker<'a> {
    pub(super) fn new(stream: &'a [u8]) -> Self {
        Unpacker {
            stream,
            seen: [[0; 4]; 64],
            pixel: [0, 0, 0, 255],
            run: 0,
        }
    }

    /// Fills `out` with pixels of 3 or 4 samples.
    ///
    /// # Errors
    /// `Corrupt` where the stream ends before.
    pub(super) fn fill(&mut self, out: &mut [u8], channels: usize) -> Result<()> {
        if channels == 3 {
            self.fill_with(out.as_chunks_mut::<3>().0, |[r, g, b, _]| [r, g, b])
        } else {
            self.fill_with(out.as_chunks_mut::<4>().0, |pixel| pixel)
        }
    }

    #[inline]
    fn fill_with<T: Copy>(&mut self, out: &mut [T], stored: impl Fn([u8; 4]) -> T) -> Result<()> {
        let mut at = 0;
        while at < out.len() {
            if self.run == 0 {
                self.next()
                    .ok_or_else(|| Error::corrupt("the data ends before the last pixel"))?;
            }
            let count = self.run.min(out.len() - at);
            out[at..at + count].fill(stored(self.pixel));
            self.run -= count;
            at += count;
        }
        Ok(())
    }

    /// Reads the next pixel and how often it stands; nothing where the stream ends.
    #[inline]
    fn next(&mut self) -> Option<()> {
        let (&tag, rest) = self.stream.split_first()?;
        self.stream = rest;
        self.run = 1;
        let [r, g, b, a] = self.pixel;
        match tag {
            op::RGB => {
                let (&[r, g, b], rest) = rest.split_first_chunk()?;
                self.stream = rest;
                self.pixel = [r, g, b, a];
            }
            op::RGBA => {
                let (&pixel, rest) = rest.split_first_chunk()?;
                self.stream = rest;
                self.pixel = pixel;
            }
            _ => match tag & 0xc0 {
                op::INDEX => {
                    self.pixel = self.seen[usize::from(tag & 63)];
                    // It stands in the table, and there already.
                    return Some(());
                }
                op::DIFF => {
                    let moved =
                        |from: u8, shift: u8| from.wrapping_add(tag >> shift & 3).wrapping_sub(2);
                    self.pixel = [moved(r, 4), moved(g, 2), moved(b, 0), a];
                }
                op::LUMA => {
                    let (&second, rest) = rest.split_first()?;
                    self.stream = rest;
                    let green = (tag & 63).wrapping_sub(32);
                    let moved = |from: u8, by: u8| {
                        from.wrapping_add(green).wrapping_add(by).wrapping_sub(8)
                    };
                    self.pixel = [
                        moved(r, second >> 4),
                        g.wrapping_add(green),
                        moved(b, second & 15),
                        a,
                    ];
                }
                _ => {
                    self.run = usize::from(tag & 63) + 1;
                }
            },
        }
        self.seen[place(self.pixel)] = self.pixel;
        Some(())
    }
}
