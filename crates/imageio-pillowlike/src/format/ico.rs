//! Windows icons and cursors: a directory of pictures, each a PNG or a bitmap with a mask.
//!
//! Frames are the entries from the largest area down; of equal area those with fewer bits come first, and else the
//! order of the file counts. So frame 0 is the one that Pillow gives.

use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result, Value};

use super::{Codec, Decoder, Frame, FrameInfo, Input};

mod directory;
mod encode;
mod entry;
mod mask;
mod resample;
#[cfg(test)]
mod tests;

pub(crate) use encode::{BitmapFormat, Settings, encode};

use directory::{Directory, Kind};
use entry::Opened;

/// Icons and cursors.
pub(crate) const CODEC: Codec = Codec {
    recognises: directory::recognises,
    open,
};

/// Reads the directory.
pub(crate) fn open(mut input: Input, limits: &Limits) -> Result<Box<dyn Decoder>> {
    let directory = directory::read(&mut input, limits)?;
    Ok(Box::new(IcoDecoder {
        input,
        limits: limits.clone(),
        directory,
        opened: None,
    }))
}

struct IcoDecoder {
    input: Input,
    limits: Limits,
    directory: Directory,
    /// The entry that was asked for last, with its position.
    opened: Option<(usize, Opened)>,
}

impl IcoDecoder {
    fn entry(&mut self, position: usize) -> Result<(&mut Opened, &mut Input)> {
        if self.opened.as_ref().map(|(at, _)| *at) != Some(position) {
            // The bytes of the last one go first.
            self.opened = None;
            let opened = Opened::new(&mut self.input, &self.directory, position, &self.limits)?;
            self.opened = Some((position, opened));
        }
        match &mut self.opened {
            Some((_, opened)) => Ok((opened, &mut self.input)),
            None => Err(Error::out_of_range(position, self.directory.entries.len())),
        }
    }
}

impl Decoder for IcoDecoder {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn frame_count(&mut self) -> Result<usize> {
        Ok(self.directory.entries.len())
    }

    fn frame_info(&mut self, position: usize) -> Result<FrameInfo> {
        self.entry(position)?.0.info()
    }

    fn decode(&mut self, position: usize) -> Result<Frame> {
        let limits = self.limits.clone();
        let (opened, input) = self.entry(position)?;
        opened.decode(input, &limits)
    }

    fn metadata(&mut self, position: Option<usize>) -> Result<Metadata> {
        let is_cursor = self.directory.kind == Kind::Cursor;
        // Pillow's cursors are bitmaps and tell what those do; its icons say nothing of their entries.
        let inner = self.entry(position.unwrap_or(0))?.0.metadata()?;
        let mut metadata = if is_cursor {
            inner
        } else {
            inner
                .iter()
                .filter(|(key, _)| *key == "palette")
                .map(|(key, value)| (key, value.clone()))
                .collect()
        };
        let entries = self.directory.entries.iter();
        let list = |value: fn(&directory::Entry) -> Value| -> Value {
            Value::from(entries.clone().map(value).collect::<Vec<Value>>())
        };
        metadata.insert(
            "sizes",
            list(|entry| Value::from([entry.width, entry.height])),
        );
        if is_cursor {
            metadata.insert(
                "hotspots",
                list(|entry| entry.hotspot().map(i64::from).into()),
            );
        } else {
            metadata.insert("bit_depths", list(|entry| i64::from(entry.depth()).into()));
        }
        Ok(metadata)
    }
}

/// An array of 8-bit samples inside the budget, filled by `fill`.
fn filled(
    shape: &[usize],
    limits: &Limits,
    fill: impl FnOnce(&mut [u8]) -> Result<()>,
) -> Result<NdImage> {
    let len = limits.check_image(shape, DType::U8)?;
    let mut out = limits.try_vec::<u8>(len, "image")?;
    fill(&mut out)?;
    NdImage::from_vec(shape, out)
}
