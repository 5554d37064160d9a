//! What the pixels mean: mode, layout and palette.

use std::io::{Seek, SeekFrom};

use imageio_core::{Error, Limits, Result};

use super::header::{Header, Kind, Map, read_all};
use super::layout::Layout;
use crate::format::{Input, Mode, Palette};

/// Entries that an index of eight bits can reach.
const REACHABLE: usize = 256;

/// Reads the colour map where it is used.
pub(super) fn read(
    input: &mut Input,
    header: &Header,
    limits: &Limits,
) -> Result<(Layout, Mode, Option<Palette>)> {
    let plain = match (header.kind, header.bits, header.map) {
        (Kind::Mapped, bits, Some(map)) => return read_mapped(input, header, map, bits, limits),
        (Kind::Color, bits, _) => match Layout::of_color(bits) {
            Some((layout, channels)) => (layout, mode_of(channels), None),
            None => return Err(Error::unsupported(format!("colours of {bits} bits"))),
        },
        (_, 1, _) => (Layout::Bits, Mode::Bilevel, None),
        (_, 16, _) => (Layout::Plain, Mode::GrayAlpha, None),
        _ => (Layout::Plain, Mode::Gray, None),
    };
    Ok(plain)
}

fn read_mapped(
    input: &mut Input,
    header: &Header,
    map: Map,
    bits: u8,
    limits: &Limits,
) -> Result<(Layout, Mode, Option<Palette>)> {
    let Some((layout, channels)) = Layout::of_color(map.bits) else {
        return Err(Error::unsupported(format!(
            "a colour map with entries of {} bits",
            map.bits
        )));
    };
    let mode = mode_of(channels);
    let wide = bits > 8;
    let reachable = if wide { 1 << 16 } else { REACHABLE };
    // Entries before the first are zeros, which the layout turns to colours like the others.
    let end = map.first.saturating_add(map.len).min(reachable);
    let size = map.entry_size();
    let mut stored = limits.scratch::<u8>(end * size, "colour map")?;
    let present = stored.get_mut(map.first * size..).unwrap_or_default();
    input.seek(SeekFrom::Start(header.map_start()))?;
    read_all(input, present, "colour map")?;
    let mut colors = limits.try_vec::<u8>(end * channels, "colours")?;
    layout.unpack(&stored, &mut colors);
    if wide {
        return Ok((Layout::Lookup(colors, channels), mode, None));
    }
    Ok((Layout::Plain, Mode::Palette, Some(Palette { mode, colors })))
}

fn mode_of(channels: usize) -> Mode {
    if channels == 4 { Mode::Rgba } else { Mode::Rgb }
}
