//! A whole JPEG or PNG in the place of the pixels.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use imageio_core::{Claim, Error, Limits, Metadata, Request, Result};

use super::header::{Embedded, Header};
use crate::format::{Decoder, Frame, FrameInfo, Input, Selection, jpeg, png};

/// Opens what the bitmap holds; `here` is where its headers end.
pub(super) fn open(
    mut input: Input,
    limits: &Limits,
    header: &Header,
    kind: Embedded,
) -> Result<Box<dyn Decoder>> {
    let here = input.position();
    let start = if header.offset == 0 {
        here
    } else {
        header.offset
    };
    let end = input.seek(SeekFrom::End(0))?;
    let len = match u64::from(header.data_size) {
        0 => u64::MAX,
        len => len,
    };
    let len = len.min(end.saturating_sub(start));
    let held = limits.claim(len, "embedded file")?;
    let mut bytes =
        limits.try_capacity::<u8>(usize::try_from(len).unwrap_or(usize::MAX), "embedded file")?;
    input.seek(SeekFrom::Start(start))?;
    input.by_ref().take(len).read_to_end(&mut bytes)?;
    let reader = Request::from_owner(bytes).reader()?;
    let opened = match kind {
        Embedded::Jpeg => jpeg::open(reader, limits),
        Embedded::Png => png::open(reader, limits),
    };
    // The outer file is a bitmap all the same.
    let decoder = opened.map_err(|error| {
        if error.is_not_this_format() {
            return Error::corrupt(format!("no {kind:?} in a bitmap that says so"));
        }
        error
    })?;
    Ok(Box::new(Bitmap {
        decoder,
        compression: header.compression,
        _held: held,
    }))
}

/// What the bitmap holds, under its own name.
struct Bitmap {
    decoder: Box<dyn Decoder>,
    compression: u32,
    /// The bytes that the decoder owns.
    _held: Claim,
}

impl Decoder for Bitmap {
    fn limits(&self) -> &Limits {
        self.decoder.limits()
    }

    fn select(&mut self, selection: &Selection) -> Result<()> {
        self.decoder.select(selection)
    }

    fn frame_count(&mut self) -> Result<usize> {
        Ok(1)
    }

    fn frame_info(&mut self, position: usize) -> Result<FrameInfo> {
        self.decoder.frame_info(position)
    }

    fn decode(&mut self, position: usize) -> Result<Frame> {
        self.decoder.decode(position)
    }

    fn decode_window(
        &mut self,
        position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        self.decoder.decode_window(position, rows, columns)
    }

    fn metadata(&mut self, position: Option<usize>) -> Result<Metadata> {
        let mut metadata = self.decoder.metadata(position)?;
        metadata.insert("compression", self.compression);
        Ok(metadata)
    }
}
