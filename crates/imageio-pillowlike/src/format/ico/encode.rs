//! Writing of icons and cursors.

use std::collections::BTreeSet;
use std::io::Cursor;

use imageio_core::{DType, Error, Limits, NdImage, Result};

use super::resample::thumbnail;
use crate::format::{Sink, bmp, png};

/// How an entry is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BitmapFormat {
    Png,
    Bmp,
}

/// How icons and cursors are written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    /// Whether the file is of cursors.
    pub(crate) cursor: bool,
    /// Width and height of each entry. Default: none, the images as they are.
    pub(crate) sizes: Vec<(usize, usize)>,
    /// Default: PNG; of a cursor RGB and RGBA are bitmaps, as few programs read others.
    pub(crate) bitmap_format: Option<BitmapFormat>,
    /// Where each cursor points, from the left and from the top; the last counts on. Default: the corner.
    pub(crate) hotspots: Vec<(u16, u16)>,
}

/// The largest side.
const LARGEST: usize = 256;
const HEADER: usize = 6;
const ENTRY: usize = 16;

/// Writes the frames as entries of one file.
///
/// # Errors
/// `Unsupported` for sides above 256 and for what the entry's format does not hold; `BadOption` where no size fits.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let entries = match settings.sizes.as_slice() {
        [] => frames.to_vec(),
        sizes => resized(frames, sizes, limits)?,
    };
    let Ok(count) = u16::try_from(entries.len()) else {
        return Err(Error::unsupported(format!(
            "an icon of {} entries",
            entries.len()
        )));
    };
    let mut directory = vec![0, 0, if settings.cursor { 2 } else { 1 }, 0];
    directory.extend(count.to_le_bytes());
    let mut data = Vec::new();
    for (at, frame) in entries.iter().enumerate() {
        let before = data.len();
        let format = settings.format_of(frame);
        data.extend(coded(frame, format, limits)?);
        let offset = HEADER + ENTRY * entries.len() + before;
        let (Ok(size), Ok(offset)) = (u32::try_from(data.len() - before), u32::try_from(offset))
        else {
            return Err(Error::unsupported("an icon of more than 4 GiB"));
        };
        directory.extend(settings.line(at, frame));
        directory.extend([size, offset].map(u32::to_le_bytes).as_flattened());
    }
    out.write_all(&directory)?;
    out.write_all(&data)?;
    Ok(())
}

impl Settings {
    fn format_of(&self, frame: &NdImage) -> BitmapFormat {
        let is_color = matches!((frame.dtype(), frame.shape()), (DType::U8, [_, _, 3 | 4]));
        match self.bitmap_format {
            Some(format) => format,
            None if self.cursor && is_color => BitmapFormat::Bmp,
            None => BitmapFormat::Png,
        }
    }

    /// The first half of a line of the directory.
    fn line(&self, at: usize, frame: &NdImage) -> [u8; 8] {
        let (height, width) = sides(frame);
        let bits: u16 = match (frame.dtype(), frame.shape()) {
            (DType::Bool, _) => 1,
            (_, [_, _]) => 8,
            (_, [_, _, 3]) => 24,
            _ => 32,
        };
        let colors = if bits == 1 { 2 } else { 0 };
        let hotspot = self.hotspots.get(at).or(self.hotspots.last());
        let (planes, bits) = if self.cursor {
            hotspot.copied().unwrap_or((0, 0))
        } else {
            (1, bits)
        };
        let [[p, q], [b, c]] = [planes, bits].map(u16::to_le_bytes);
        // 256 becomes 0, as it must.
        [width as u8, height as u8, colors, 0, p, q, b, c]
    }
}

fn sides(frame: &NdImage) -> (usize, usize) {
    match *frame.shape() {
        [height, width, ..] => (height, width),
        _ => (0, 0),
    }
}

fn coded(frame: &NdImage, format: BitmapFormat, limits: &Limits) -> Result<Vec<u8>> {
    let (height, width) = sides(frame);
    if !(1..=LARGEST).contains(&height) || !(1..=LARGEST).contains(&width) {
        return Err(Error::unsupported(format!(
            "an icon of {height} by {width} pixels: 256 by 256 is the largest; option `sizes` makes smaller ones"
        )));
    }
    let mut bytes = Cursor::new(Vec::new());
    let frames = std::slice::from_ref(frame);
    match format {
        BitmapFormat::Png => png::encode(frames, &png::Settings::default(), &mut bytes, limits)?,
        BitmapFormat::Bmp => {
            let settings = bmp::Settings {
                file_header: false,
                icon: true,
                ..bmp::Settings::default()
            };
            bmp::encode(frames, &settings, &mut bytes, limits)?;
        }
    }
    Ok(bytes.into_inner())
}

/// The frames in the sizes that are asked for, by Pillow's rules: one that fits as it is, else one made smaller.
fn resized(frames: &[NdImage], sizes: &[(usize, usize)], limits: &Limits) -> Result<Vec<NdImage>> {
    let Some((first_height, first_width)) = frames.first().map(sides) else {
        return Ok(Vec::new());
    };
    let (widest, highest) = (first_width.min(LARGEST), first_height.min(LARGEST));
    let mut entries = Vec::new();
    let sizes: BTreeSet<&(usize, usize)> = sizes.iter().collect();
    for &(width, height) in sizes {
        if width == 0 || height == 0 || width > widest || height > highest {
            continue;
        }
        if let Some(frame) = frames.iter().find(|frame| sides(frame) == (height, width)) {
            entries.push(frame.clone());
            continue;
        }
        let covers = |frame: &&NdImage| {
            let (h, w) = sides(frame);
            w >= width && h >= height
        };
        let area = |frame: &&NdImage| sides(frame).0 * sides(frame).1;
        let source = frames.iter().filter(covers).min_by_key(area);
        if let Some(source) = source.or(frames.first()) {
            entries.push(thumbnail(source, width, height, limits)?);
        }
    }
    if entries.is_empty() {
        return Err(Error::bad_option(format!(
            "option `sizes`: all are too large for an image of {first_height} by {first_width} pixels"
        )));
    }
    Ok(entries)
}
