//! One frame's colours and its pixels as indices.

use std::io::{Chain, Cursor, Read, Seek, SeekFrom};

use ::gif::{DecodingError, MemoryLimit};
use imageio_core::{Error, ErrorKind, Limits, Result, Scratch};

use super::scan::{self, DESCRIPTOR, FrameRecord, Scan};
use crate::format::Input;

/// Colours by index; the fourth sample is 0 for the transparent entry, else 255.
pub(super) struct Table {
    colors: [[u8; 4]; 256],
    len: usize,
}

impl Table {
    /// `palette` has three bytes a colour; without one, indices are gray levels.
    fn new(palette: Option<&[u8]>, transparent: Option<u8>) -> Self {
        let mut colors = [[0, 0, 0, 255]; 256];
        if let Some(palette) = palette {
            for (color, rgb) in colors.iter_mut().zip(palette.chunks_exact(3)) {
                color[..3].copy_from_slice(rgb);
            }
        } else {
            for (level, color) in (0..=255).zip(&mut colors) {
                *color = [level, level, level, 255];
            }
        }
        if let Some(index) = transparent {
            colors[usize::from(index)][3] = 0;
        }
        let len = palette.map_or(colors.len(), |palette| palette.len() / 3);
        Table { colors, len }
    }

    /// Entries that the file has; the others are black.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn color(&self, index: u8) -> [u8; 4] {
        self.colors[usize::from(index)]
    }
}

/// The table that holds for the frame, with its transparent entry.
pub(super) fn table_of(input: &mut Input, scan: &Scan, frame: &FrameRecord) -> Result<Table> {
    let bytes = palette_of(input, scan, frame)?;
    Ok(Table::new(bytes.as_deref(), frame.transparent))
}

/// The frame's own colours or the global ones, three bytes each; nothing where indices are gray levels.
pub(super) fn palette_of(
    input: &mut Input,
    scan: &Scan,
    frame: &FrameRecord,
) -> Result<Option<Vec<u8>>> {
    let bytes = match frame.local {
        Some(len) => {
            input.seek(SeekFrom::Start(frame.offset + DESCRIPTOR))?;
            let local = scan::table(input, len);
            Some(local.map_err(|error| error.at("local colour table"))?)
        }
        None => scan.global.clone(),
    };
    // A table that only counts says the same as none, and Pillow drops both.
    let counts = |(index, rgb): (usize, &[u8])| rgb.iter().all(|&v| usize::from(v) == index);
    Ok(bytes.filter(|bytes| !bytes.chunks_exact(3).enumerate().all(counts)))
}

/// A header with a table of two colours, after which any frame can follow.
const HEADER: [u8; 19] = *b"GIF89a\0\0\0\0\x80\0\0\0\0\0\0\0\0";

/// The frame's pixels, decompressed and with their rows in order.
pub(super) fn indices_of(
    input: &mut Input,
    frame: &FrameRecord,
    limits: &Limits,
) -> Result<Scratch<u8>> {
    let len = frame.region.width * frame.region.height;
    let mut indices = limits.scratch(len, "pixels of a frame")?;
    if len > 0 {
        input.seek(SeekFrom::Start(frame.offset))?;
        decode(Cursor::new(HEADER).chain(input), &mut indices).map_err(corrupt)?;
    }
    Ok(indices)
}

fn decode(
    frame: Chain<Cursor<[u8; 19]>, &mut Input>,
    indices: &mut [u8],
) -> Result<(), DecodingError> {
    let mut options = ::gif::DecodeOptions::new();
    options.set_memory_limit(MemoryLimit::Unlimited); // The pixels are in our buffer, inside our budget.
    let mut decoder = options.read_info(frame)?;
    match decoder.next_frame_info()? {
        Some(_) => decoder.read_into_buffer(indices),
        None => Err(DecodingError::UnexpectedEof),
    }
}

fn corrupt(error: DecodingError) -> Error {
    match error {
        DecodingError::Io(error) => error.into(),
        DecodingError::UnexpectedEof => Error::corrupt("the data ends too early"),
        DecodingError::OutOfMemory | DecodingError::MemoryLimit => {
            Error::new(ErrorKind::LimitExceeded, "the machine refuses the memory")
        }
        error => Error::corrupt(error.to_string().to_lowercase()).with_source(error),
    }
}
