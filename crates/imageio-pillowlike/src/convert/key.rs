//! The level or colour that a file says is transparent, where it has no alpha of its own.

use imageio_core::{DType, Metadata, NdImage, Result, Value};

use crate::format::Mode;
use crate::options::PillowMode;

/// What is transparent, at the depth of the samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Key {
    /// A level of gray.
    Level(u16),
    /// Red, green and blue.
    Color([u16; 3]),
}

impl Key {
    /// What Pillow's info keeps under `transparency`, where it says a level or a colour.
    pub(crate) fn of(metadata: &Metadata) -> Option<Key> {
        let level = |value: &Value| value.as_i64().and_then(|level| u16::try_from(level).ok());
        let stored = metadata.get("transparency")?;
        match stored.as_list() {
            Some([r, g, b]) => Some(Key::Color([level(r)?, level(g)?, level(b)?])),
            Some(_) => None,
            None => level(stored).map(Key::Level),
        }
    }

    /// Whether a key would change what a conversion from `stored` gives.
    pub(crate) fn matters(stored: Mode, target: PillowMode) -> bool {
        let has_alpha = matches!(
            target,
            PillowMode::La
                | PillowMode::Rgba
                | PillowMode::LaPremultiplied
                | PillowMode::RgbaPremultiplied
        );
        has_alpha && matches!(stored, Mode::Bilevel | Mode::Gray | Mode::Rgb)
    }

    /// Makes the pixels of `converted` clear that are of this level or colour in `image`.
    pub(super) fn clear(
        self,
        image: &NdImage,
        stored: Mode,
        converted: &mut NdImage,
        target: PillowMode,
    ) -> Result<()> {
        if !Key::matters(stored, target) {
            return Ok(());
        }
        let premultiplied = matches!(
            target,
            PillowMode::LaPremultiplied | PillowMode::RgbaPremultiplied
        );
        let key = match (self, stored) {
            (Key::Level(level), Mode::Gray | Mode::Bilevel) => vec![level],
            (Key::Color(color), Mode::Rgb) => color.to_vec(),
            _ => return Ok(()),
        };
        let samples = match image.dtype() {
            DType::U8 | DType::U16 => image.cast(DType::U16).to_contiguous(),
            DType::Bool => {
                let white = image.as_array::<bool>()?;
                white.mapv(|white| if white { 255u16 } else { 0 }).into()
            }
            _ => return Ok(()),
        };
        let channels = super::channels_of(target);
        let mut pixels = std::mem::replace(converted, NdImage::from_vec(&[0], Vec::<u8>::new())?)
            .into_vec::<u8>()?;
        let of_key = samples.as_slice::<u16>()?.chunks_exact(key.len());
        for (pixel, sample) in pixels.chunks_exact_mut(channels).zip(of_key) {
            if sample == key && premultiplied {
                pixel.fill(0);
            } else if sample == key {
                pixel[channels - 1] = 0;
            }
        }
        *converted = NdImage::from_vec(
            &super::shape_in(image, super::layout_of_target(target).0),
            pixels,
        )?;
        Ok(())
    }
}
