//! One frame's colours and its pixels as indices.

use std::io::{Read, Seek, SeekFrom};

use imageio_core::{Limits, Result, Scratch};

use super::lzw::{self, Indices};
use super::scan::{self, DESCRIPTOR, FrameRecord, Region, Scan};
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

    /// All entries, three or four samples each.
    pub(super) fn bytes(&self, channels: usize) -> Vec<u8> {
        let colors = self
            .colors
            .iter()
            .flat_map(|color| color.iter().take(channels));
        colors.copied().collect()
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

/// A frame's data as the file has it, without the lengths of its sub-blocks.
pub(super) struct Packed {
    buffer: Scratch<u8>,
    len: usize,
}

impl Packed {
    /// Reads the data of `frame`, as far as the file holds it.
    pub(super) fn read(input: &mut Input, frame: &FrameRecord, limits: &Limits) -> Result<Self> {
        let span = frame.data();
        let len = usize::try_from(span.end - span.start).unwrap_or(usize::MAX);
        let mut buffer = limits.scratch(len, "compressed pixels")?;
        input.seek(SeekFrom::Start(span.start))?;
        let mut held = 0;
        while let Some(rest) = buffer.get_mut(held..).filter(|rest| !rest.is_empty()) {
            match input.read(rest)? {
                0 => break,
                count => held += count,
            }
        }
        let len = join_blocks(&mut buffer, held);
        Ok(Packed { buffer, len })
    }

    /// The pixels of `frame`, whose data this is.
    pub(super) fn unpack(&self, frame: &FrameRecord, limits: &Limits) -> Result<Indices> {
        match self.buffer.get(..self.len).and_then(<[u8]>::split_first) {
            Some((&code_size, data)) => lzw::decode(code_size, data, frame.area(), limits),
            None => lzw::decode(0, &[], frame.area(), limits),
        }
    }
}

/// Puts what the sub-blocks behind the first byte hold next to each other; gives the bytes up to their end.
fn join_blocks(buffer: &mut [u8], held: usize) -> usize {
    let (mut from, mut to) = (1, 1);
    while let Some(&len @ 1..) = buffer.get(from).filter(|_| from < held) {
        let end = (from + 1 + usize::from(len)).min(held);
        buffer.copy_within(from + 1..end, to);
        to += end - from - 1;
        from = end;
    }
    to.min(held)
}

/// The rows of a frame from the top down, whatever the order in which they are stored.
pub(super) fn rows<'a>(
    indices: &'a Indices,
    frame: &FrameRecord,
) -> impl Iterator<Item = &'a [u8]> {
    let Region { width, height, .. } = frame.region;
    let interlaced = frame.interlaced;
    (0..height).map_while(move |y| {
        let row = if interlaced { place(y, height) } else { y };
        indices.pixels().get(row * width..(row + 1) * width)
    })
}

/// Where row `y` is stored. GIF89a appendix E: every eighth row, then what lies between, from coarse to fine.
fn place(y: usize, height: usize) -> usize {
    let eighths = height.div_ceil(8);
    let fourths = height.div_ceil(4);
    let halves = height.div_ceil(2);
    match y % 8 {
        0 => y / 8,
        4 => eighths + y / 8,
        2 | 6 => fourths + y / 4,
        _ => halves + y / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interlaced_rows_are_put_in_order() {
        for height in 0..40 {
            let passes = [(0, 8), (4, 8), (2, 4), (1, 2)];
            let stored = passes.map(|(first, step)| (first..height).step_by(step));
            for (at, y) in stored.into_iter().flatten().enumerate() {
                assert_eq!(place(y, height), at, "{y} of {height}");
            }
        }
    }

    #[test]
    fn blocks_are_joined_up_to_their_end() {
        let joined = |bytes: &[u8]| {
            let mut buffer = bytes.to_vec();
            let len = join_blocks(&mut buffer, bytes.len());
            buffer.truncate(len);
            buffer
        };
        assert_eq!(joined(&[8, 2, 10, 11, 1, 12, 0, 9, 9]), [8, 10, 11, 12]);
        assert_eq!(joined(&[8, 3, 10, 11]), [8, 10, 11]);
        assert_eq!(joined(&[8, 3]), [8]);
        assert_eq!(joined(&[8, 0]), [8]);
        assert_eq!(joined(&[8]), [8]);
        assert!(joined(&[]).is_empty());
    }
}
