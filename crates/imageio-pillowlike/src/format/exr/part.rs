//! One part of a file: its size, its chunks, and its channels.

use std::fmt;
use std::ops::Range;

use imageio_core::{Error, Result};

use super::attributes::{Attribute, Levels, Meaning, TileDescription};
use super::channel::Channel;
use super::codec::Compression;

/// How pixels are cut into chunks, as the version says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Structure {
    Lines,
    Tiles,
    Deep,
    /// The `type` attribute tells.
    ByType,
}

/// How the pixels of a part are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// So many lines a chunk.
    Lines(usize),
    Tiles(TileDescription),
    /// Any number of samples a pixel, which is no image.
    Deep,
}

/// A part: what its header says.
pub(super) struct Part {
    pub(super) attributes: Vec<(String, Attribute)>,
    pub(super) channels: Vec<Channel>,
    pub(super) compression: Compression,
    /// First column and line of the pixels that are stored.
    pub(super) origin: (i32, i32),
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) cut: Cut,
    /// Where the table of its chunks begins.
    pub(super) table: u64,
}

/// What a chunk covers, in pixels from the part's first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Number in the part's table.
    pub(super) chunk: u64,
    /// What stands before its data, but for the part's number and the length.
    pub(super) place: Place,
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

/// How a chunk names its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Its first line.
    Line(i32),
    /// Column and row of its tile.
    Tile(i32, i32),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Line(line) => write!(f, "line {line}"),
            Place::Tile(column, row) => write!(f, "tile ({column}, {row})"),
        }
    }
}

impl Part {
    pub(super) fn new(attributes: Vec<(String, Attribute)>, structure: Structure) -> Result<Self> {
        let meaning = |name: &str| {
            let found = attributes.iter().find(|(it, _)| it == name);
            found.map(|(_, attribute)| &attribute.meaning)
        };
        let missing =
            |name: &str| Error::corrupt(format!("attribute `{name}` is missing or broken"));
        let Some(Meaning::Channels(channels)) = meaning("channels") else {
            return Err(missing("channels"));
        };
        let Some(Meaning::Compression(compression)) = meaning("compression") else {
            return Err(missing("compression"));
        };
        let Some(Meaning::Box(window)) = meaning("dataWindow") else {
            return Err(missing("dataWindow"));
        };
        let tiles = match meaning("tiles") {
            Some(Meaning::Tiles(tiles)) => Some(*tiles),
            _ => None,
        };
        let kind = match meaning("type") {
            Some(Meaning::Text(kind)) => kind.as_str(),
            _ => "",
        };
        let cut = match (structure, kind) {
            (Structure::Deep, _) | (Structure::ByType, "deepscanline" | "deeptile") => Cut::Deep,
            (Structure::Tiles, _) | (Structure::ByType, "tiledimage") => {
                let tiles = tiles.filter(|tiles| tiles.width > 0 && tiles.height > 0);
                Cut::Tiles(tiles.ok_or_else(|| missing("tiles"))?)
            }
            (Structure::Lines, _) | (Structure::ByType, "scanlineimage") => {
                Cut::Lines(compression.lines())
            }
            (Structure::ByType, kind) => {
                return Err(Error::corrupt(format!("a part of type {kind:?}")));
            }
        };
        let (channels, compression) = (channels.clone(), *compression);
        let (origin, width, height) = size_of(*window)?;
        let part = Part {
            channels,
            compression,
            origin,
            width,
            height,
            cut,
            table: 0,
            attributes,
        };
        part.check_channels()?;
        Ok(part)
    }

    fn check_channels(&self) -> Result<()> {
        if self.channels.is_empty() {
            return Err(Error::corrupt("there are no channels"));
        }
        let fits = |start: i32, len: usize, sampling: i32| {
            start % sampling == 0 && len.is_multiple_of(sampling as usize)
        };
        for channel in self.channels.iter().filter(|channel| !channel.is_full()) {
            let (x, y) = (channel.x_sampling, channel.y_sampling);
            let is_tiled = matches!(self.cut, Cut::Tiles(_));
            let fits = fits(self.origin.0, self.width, x) && fits(self.origin.1, self.height, y);
            if is_tiled || !fits {
                let (name, width, height) = (&channel.name, self.width, self.height);
                return Err(Error::corrupt(format!(
                    "channel `{name}` has a sample every {x} by {y} pixels, which {width} by {height} do not allow"
                )));
            }
        }
        Ok(())
    }

    fn said_chunks(&self) -> Option<u64> {
        let found = self.attributes.iter().find(|(it, _)| it == "chunkCount");
        let count = found.and_then(|(_, attribute)| attribute.value.as_i64());
        count.and_then(|count| u64::try_from(count).ok())
    }

    /// The text of an attribute.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(it, _)| it == name);
        match found.map(|(_, attribute)| &attribute.meaning) {
            Some(Meaning::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The primaries and the white point, x and y of each.
    pub(super) fn chromaticities(&self) -> Option<&[f32]> {
        let found = self
            .attributes
            .iter()
            .find(|(it, _)| it == "chromaticities");
        match found.map(|(_, attribute)| &attribute.meaning) {
            Some(Meaning::Floats(floats)) => Some(floats),
            _ => None,
        }
    }

    /// The layers of its channels, in the file's order.
    pub(super) fn layers(&self) -> Vec<&str> {
        let mut layers: Vec<&str> = Vec::new();
        for channel in &self.channels {
            let layer = channel.layer();
            // Channels are sorted by name, so that a layer's lie together but for layers inside it.
            if !layer.is_empty() && !layers.contains(&layer) {
                layers.push(layer);
            }
        }
        layers
    }

    /// Number of sizes that the part is stored in, along its longer side.
    pub(super) fn level_count(&self) -> Option<u32> {
        match self.cut {
            Cut::Tiles(tiles) => match tiles.levels {
                Levels::One => Some(1),
                Levels::Mip | Levels::Rip => {
                    Some(levels_of(self.width.max(self.height), tiles.rounds_up))
                }
            },
            _ => None,
        }
    }

    /// Number of chunks of all levels.
    pub(super) fn chunk_count(&self) -> u64 {
        let tiles = match self.cut {
            Cut::Lines(lines) => return self.height.div_ceil(lines) as u64,
            // How a deep part is cut is not known here; it says how many chunks there are.
            Cut::Deep => return self.said_chunks().unwrap_or(0),
            Cut::Tiles(tiles) => tiles,
        };
        let across =
            |level| level_size(self.width, level, tiles.rounds_up).div_ceil(tiles.width as usize);
        let down =
            |level| level_size(self.height, level, tiles.rounds_up).div_ceil(tiles.height as usize);
        let up = tiles.rounds_up;
        let sum = |count: u32, of: &dyn Fn(u32) -> usize| {
            (0..count).map(|level| of(level) as u64).sum::<u64>()
        };
        match tiles.levels {
            Levels::One => (across(0) as u64).saturating_mul(down(0) as u64),
            Levels::Mip => {
                let count = levels_of(self.width.max(self.height), up);
                let tiles = |level| (across(level) as u64).saturating_mul(down(level) as u64);
                (0..count).map(tiles).fold(0, u64::saturating_add)
            }
            Levels::Rip => {
                let across = sum(levels_of(self.width, up), &across);
                across.saturating_mul(sum(levels_of(self.height, up), &down))
            }
        }
    }

    /// Rows and columns of a chunk that lies inside the picture.
    fn chunk_size(&self) -> (usize, usize) {
        match self.cut {
            Cut::Lines(lines) => (lines, self.width),
            Cut::Tiles(tiles) => (tiles.height as usize, tiles.width as usize),
            Cut::Deep => (self.height, self.width),
        }
    }

    /// Numbers of the bands, rows of chunks, that overlap `rows`.
    pub(super) fn bands(&self, rows: &Range<usize>) -> Range<usize> {
        let (tall, _) = self.chunk_size();
        if rows.is_empty() {
            0..0
        } else {
            rows.start / tall..rows.end.div_ceil(tall)
        }
    }

    /// The rows of a band.
    pub(super) fn band_rows(&self, band: usize) -> Range<usize> {
        let (tall, _) = self.chunk_size();
        let start = band.saturating_mul(tall);
        start..self.height.min(start.saturating_add(tall))
    }

    /// The chunks of a band that overlap `columns`.
    pub(super) fn blocks(
        &self,
        band: usize,
        columns: &Range<usize>,
    ) -> impl Iterator<Item = Block> + use<> {
        let (_, wide) = self.chunk_size();
        let (width, across) = (self.width, self.width.div_ceil(wide));
        let (rows, top, cut) = (self.band_rows(band), self.origin.1, self.cut);
        let numbers = if columns.is_empty() {
            0..0
        } else {
            columns.start / wide..columns.end.div_ceil(wide)
        };
        numbers.map(move |at| Block {
            chunk: (band * across + at) as u64,
            place: match cut {
                Cut::Tiles(_) => Place::Tile(at as i32, band as i32),
                _ => Place::Line(top.wrapping_add(rows.start as i32)),
            },
            rows: rows.clone(),
            columns: at * wide..width.min((at + 1) * wide),
        })
    }
}

/// First column and line, width and height of a window that its corners, both inside, give.
fn size_of([left, top, right, bottom]: [i32; 4]) -> Result<((i32, i32), usize, usize)> {
    let len = |first: i32, last: i32| {
        let len = i64::from(last) - i64::from(first) + 1;
        usize::try_from(len)
            .ok()
            .filter(|len| (1..=i32::MAX as usize).contains(len))
    };
    match (len(left, right), len(top, bottom)) {
        (Some(width), Some(height)) => Ok(((left, top), width, height)),
        _ => Err(Error::corrupt(format!(
            "a data window from ({left}, {top}) to ({right}, {bottom})"
        ))),
    }
}

fn levels_of(len: usize, rounds_up: bool) -> u32 {
    let extra = u32::from(rounds_up && !len.is_power_of_two());
    len.ilog2() + 1 + extra
}

fn level_size(len: usize, level: u32, rounds_up: bool) -> usize {
    let divisor = 1usize.checked_shl(level).unwrap_or(usize::MAX);
    let size = if rounds_up {
        len.div_ceil(divisor)
    } else {
        len / divisor
    };
    size.max(1)
}
