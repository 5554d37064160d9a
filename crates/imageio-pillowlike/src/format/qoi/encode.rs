//! From samples to the stream, the same bytes as the reference encoder writes.

use std::io::Write;

use imageio_core::{DType, Error, Limits, NdImage, Result};

use super::{MAGIC, op, place};
use crate::format::Sink;
use crate::format::only_image;

/// Repetitions that one byte holds.
const LONGEST_RUN: u8 = 62;

/// The stream's end.
const END: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 1];

/// Bytes that are collected before they are written.
const PORTION: usize = 1 << 16;

/// How a QOI is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// Whether the samples are sRGB rather than linear, which nothing but the header tells.
    pub(crate) srgb: bool,
}

/// Writes the one image in `frames`, u8 of (H, W, 3) or (H, W, 4).
///
/// # Errors
/// `Unsupported` for anything else, as QOI holds only that.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let image = only_image(frames, "QOI")?;
    let &[height, width, channels @ (3 | 4)] = image.shape() else {
        return Err(refused(image));
    };
    let sizes = (u32::try_from(width), u32::try_from(height));
    let (DType::U8, (Ok(columns), Ok(rows))) = (image.dtype(), sizes) else {
        return Err(refused(image));
    };
    out.write_all(MAGIC)?;
    out.write_all(&columns.to_be_bytes())?;
    out.write_all(&rows.to_be_bytes())?;
    out.write_all(&[channels as u8, u8::from(!settings.srgb)])?;
    let samples = image.as_slice::<u8>()?;
    let mut packer = Packer::new(limits)?;
    if channels == 3 {
        let (pixels, _) = samples.as_chunks::<3>();
        packer.pack(pixels.iter().map(|&[r, g, b]| [r, g, b, 255]), out)?;
    } else {
        packer.pack(samples.as_chunks::<4>().0.iter().copied(), out)?;
    }
    out.write_all(&END)?;
    Ok(())
}

fn refused(image: &NdImage) -> Error {
    Error::unsupported(format!(
        "{} of shape {:?}: QOI holds uint8 of (H, W, 3) or (H, W, 4)",
        image.dtype(),
        image.shape()
    ))
}

struct Packer {
    seen: [[u8; 4]; 64],
    before: [u8; 4],
    run: u8,
    bytes: Vec<u8>,
}

impl Packer {
    fn new(limits: &Limits) -> Result<Self> {
        Ok(Packer {
            seen: [[0; 4]; 64],
            before: [0, 0, 0, 255],
            run: 0,
            bytes: limits.try_capacity(PORTION + 8, "packed pixels")?,
        })
    }

    fn pack(
        &mut self,
        pixels: impl Iterator<Item = [u8; 4]>,
        out: &mut (impl Write + ?Sized),
    ) -> Result<()> {
        for pixel in pixels {
            if pixel == self.before {
                self.run += 1;
                if self.run == LONGEST_RUN {
                    self.end_run();
                }
                continue;
            }
            self.end_run();
            self.put(pixel);
            self.before = pixel;
            if self.bytes.len() >= PORTION {
                out.write_all(&self.bytes)?;
                self.bytes.clear();
            }
        }
        self.end_run();
        out.write_all(&self.bytes)?;
        Ok(())
    }

    fn end_run(&mut self) {
        if self.run > 0 {
            self.bytes.push(op::RUN | (self.run - 1));
            self.run = 0;
        }
    }

    /// The shortest form of a pixel that differs from the one before.
    fn put(&mut self, pixel: [u8; 4]) {
        let at = place(pixel);
        if self.seen[at] == pixel {
            self.bytes.push(op::INDEX | at as u8);
            return;
        }
        self.seen[at] = pixel;
        let [r, g, b, a] = pixel;
        let [old_r, old_g, old_b, old_a] = self.before;
        if a != old_a {
            self.bytes.extend([op::RGBA, r, g, b, a]);
            return;
        }
        let [by_r, by_g, by_b] =
            [(r, old_r), (g, old_g), (b, old_b)].map(|(new, old)| new.wrapping_sub(old));
        // Steps are stored with an offset, so that each range begins at 0.
        let small = [by_r, by_g, by_b].map(|by| by.wrapping_add(2));
        let green = by_g.wrapping_add(32);
        let beside = [by_r, by_b].map(|by| by.wrapping_sub(by_g).wrapping_add(8));
        if let [r @ 0..=3, g @ 0..=3, b @ 0..=3] = small {
            self.bytes.push(op::DIFF | r << 4 | g << 2 | b);
        } else if let (0..=63, [r @ 0..=15, b @ 0..=15]) = (green, beside) {
            self.bytes.extend([op::LUMA | green, r << 4 | b]);
        } else {
            self.bytes.extend([op::RGB, r, g, b]);
        }
    }
}
