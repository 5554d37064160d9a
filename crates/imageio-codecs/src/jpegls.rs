//! JPEG-LS (ITU-T T.87, ISO/IEC 14495-1): from the bytes of one picture to its samples, lossless and near-lossless.
//!
//! [`FrameHeader::find`] looks at headers only. Mapping tables and colour transforms are refused.

use imageio_core::{Error, Limits, Result};

mod bits;
mod frame;
mod model;
mod scan;

#[cfg(test)]
mod tests;

pub use crate::sample::Sample;
pub use frame::FrameHeader;

use frame::{Presets, Segments};
use scan::{Lines, Scan};

/// Decodes all samples of a picture into `out`, pixel by pixel.
///
/// # Errors
/// `BadOption` where `out` has no room for just the picture, `LimitExceeded`, `Corrupt`, `Unsupported`.
pub fn decode<T: Sample>(
    data: &[u8],
    frame: &FrameHeader,
    out: &mut [T],
    limits: &Limits,
) -> Result<()> {
    if out.len() != frame.samples() {
        return Err(Error::bad_option(format!(
            "room for {} samples, the picture has {}",
            out.len(),
            frame.samples()
        )));
    }
    let mut segments = Segments::new(data)?;
    let mut presets = Presets::default();
    let mut restart = 0;
    let mut done = 0;
    while done < frame.components.len() {
        let Some((code, body)) = segments.next() else {
            return Err(Error::corrupt(format!(
                "a JPEG-LS with {done} of {} components",
                frame.components.len()
            )));
        };
        match code {
            0xf8 => presets.read(body)?,
            0xdd => {
                let bytes = body.iter().map(|&byte| u32::from(byte));
                restart = bytes.fold(0, |number, byte| number << 8 | byte);
            }
            0xe8 if body.starts_with(b"mrfx") && body.get(4).is_some_and(|&kind| kind != 0) => {
                return Err(Error::unsupported("a JPEG-LS with a colour transform"));
            }
            0xda => {
                let scan = Scan::parse(body, frame, &presets, restart)?;
                let mut lines = Lines::new(&scan, frame, out, limits)?;
                lines.decode(segments.entropy_coded())?;
                done += scan.components.len();
            }
            _ => {}
        }
    }
    Ok(())
}
