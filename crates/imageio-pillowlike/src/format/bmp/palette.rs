//! The palette of a bitmap, and what its colours make of the picture.

use imageio_core::{Error, Result};

use super::header::{Header, read};
use crate::format::{Input, Mode, Palette};

/// Entries that an index of eight bits can reach.
const REACHABLE: usize = 256;

/// What Pillow accepts, reachable or not.
const LARGEST: u32 = 1 << 16;

/// Mode, palette, and where the pixels start; `input` stands after the header.
pub(super) fn read_palette(
    input: &mut Input,
    header: &Header,
) -> Result<(Mode, Option<Palette>, u64)> {
    let here = input.position();
    let entry = header.entry_size as u64;
    if header.bits > 8 {
        // A palette of a true-colour picture is only a hint, but it takes its place.
        let hint = u64::from(header.colors_used) * entry;
        let start = if header.offset == 0 {
            here + hint
        } else {
            header.offset
        };
        return Ok((Mode::Rgb, None, start));
    }
    let colors = match header.colors_used {
        0 => 1 << header.bits,
        used if used <= LARGEST => used,
        used => return Err(Error::corrupt(format!("a palette of {used} colours"))),
    };
    // Some writers forget the palette in the offset.
    let start = match header.offset {
        offset if offset == 0 || offset == here => here + u64::from(colors) * entry,
        offset => offset,
    };
    let room = match start.saturating_sub(here) / entry {
        0 => REACHABLE,
        room => usize::try_from(room).unwrap_or(REACHABLE),
    };
    let count = (colors as usize).min(room).min(REACHABLE);
    let colors = read_colors(input, header.entry_size, count)?;
    if let Some(mode) = gray_mode(&colors) {
        return Ok((mode, None, start));
    }
    let palette = Palette {
        mode: Mode::Rgb,
        colors,
    };
    Ok((Mode::Palette, Some(palette), start))
}

/// `count` entries as red, green, blue.
fn read_colors(input: &mut Input, entry_size: usize, count: usize) -> Result<Vec<u8>> {
    let mut stored = [0; REACHABLE * 4];
    let stored = stored.get_mut(..count * entry_size).unwrap_or_default();
    read(input, stored, "palette")?;
    let entries = stored.chunks_exact(entry_size);
    Ok(entries
        .flat_map(|entry| entry.iter().take(3).rev().copied())
        .collect())
}

/// The mode of a palette whose entries are their own indices, or black and white.
fn gray_mode(colors: &[u8]) -> Option<Mode> {
    let count = colors.len() / 3;
    let (top, mode) = match count {
        0..=2 => (255, Mode::Bilevel),
        _ => (1, Mode::Gray),
    };
    let is_gray =
        |(index, entry): (usize, &[u8])| entry.iter().all(|&c| usize::from(c) == index * top);
    colors
        .chunks_exact(3)
        .enumerate()
        .all(is_gray)
        .then_some(mode)
}
