//! The only place that knows the crate which decodes: `hayro-jpeg2000`.

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};
use imageio_core::{Error, Limits, Result};

use super::{Header, Sample};

/// Decodes all samples of a picture into `out`, pixel by pixel.
///
/// Components are as the codestream has them, after its own turn of colours where [`Header::mct`] says so; coarser
/// ones are repeated. Of three components whose last two are coarser, the backend makes red, green and blue.
///
/// # Errors
/// `BadOption` where `out` has no room for just the picture, `LimitExceeded`, `Corrupt`.
pub fn decode<T: Sample>(
    data: &[u8],
    header: &Header,
    out: &mut [T],
    limits: &Limits,
) -> Result<()> {
    if out.len() as u64 != header.samples() {
        return Err(Error::bad_option(format!(
            "room for {} samples, the picture has {}",
            out.len(),
            header.samples()
        )));
    }
    let _working = limits.claim(header.working_bytes(), "decoding a JPEG 2000")?;
    let settings = DecodeSettings {
        resolve_palette_indices: false,
        strict: false,
        target_resolution: None,
    };
    let broken = |error: hayro_jpeg2000::DecodeError| {
        Error::corrupt(format!("a JPEG 2000 codestream: {error}"))
    };
    let image = Image::new(header.codestream(data), &settings).map_err(broken)?;
    if (image.width(), image.height()) != (header.width, header.height) {
        return Err(disagrees());
    }
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(broken)?;
    let planes = decoded.components();
    if planes.len() != header.components.len() {
        return Err(disagrees());
    }
    let channels = planes.len();
    for (channel, (plane, component)) in planes.iter().zip(&header.components).enumerate() {
        let samples = plane.samples();
        if samples.len() != out.len() / channels {
            return Err(disagrees());
        }
        let top = (1i32 << component.precision) - 1;
        // The backend moves signed samples up as if they were not signed.
        let down = if component.signed {
            1i32 << (component.precision - 1)
        } else {
            0
        };
        let to = out.iter_mut().skip(channel).step_by(channels);
        for (to, from) in to.zip(samples) {
            *to = T::clamped((from.round_ties_even() as i32).clamp(0, top) - down);
        }
    }
    Ok(())
}

fn disagrees() -> Error {
    Error::corrupt("the main header of a JPEG 2000 reads in two ways")
}
