//! The first version, [CntZImage](https://github.com/Esri/lerc): a mask, then steps above lowest values, in tiles.
//! All samples are floats of 32 bits, one a pixel.

use imageio_core::{DType, Limits, Result};

use super::bits::Reader;
use super::{Header, Value, broken, unpack_mask};

/// What such a picture begins with.
pub(super) const MAGIC: &[u8] = b"CntZImage ";

const VERSION: u32 = 11;
/// The one type of picture: samples, each with a count that says whether it is valid.
const COUNTED: u32 = 8;

/// Rows and columns at most.
const LONGEST: usize = 20_000;

/// Reads the header behind [`MAGIC`].
pub(super) fn header(body: &[u8]) -> Result<Header> {
    let mut reader = Reader::new(body);
    let (version, kind) = (reader.u32()?, reader.u32()?);
    if (version, kind) != (VERSION, COUNTED) {
        return Err(broken(&format!("version 1.{version} of type {kind}")));
    }
    let (height, width) = (reader.u32()? as usize, reader.u32()? as usize);
    let error = reader.value()?;
    if !(1..=LONGEST).contains(&height) || !(1..=LONGEST).contains(&width) {
        return Err(broken(&format!("{width} by {height}")));
    }
    let len = MAGIC.len() + body.len() - reader.rest().len();
    Ok(Header {
        width,
        height,
        depth: 1,
        dtype: DType::F32,
        version: 1,
        valid: width * height,
        block: 1,
        error,
        lowest: 0.0,
        highest: 0.0,
        start: 0,
        end: MAGIC.len() + body.len(),
        len,
    })
}

/// A part of the picture: the counts, or the samples.
struct Part<'a> {
    down: usize,
    across: usize,
    highest: f32,
    reader: Reader<'a>,
}

impl<'a> Part<'a> {
    fn next(reader: &mut Reader<'a>) -> Result<Self> {
        let (down, across) = (reader.u32()? as usize, reader.u32()? as usize);
        let len = reader.u32()? as usize;
        let highest = reader.value()?;
        Ok(Part {
            down,
            across,
            highest,
            reader: Reader::new(reader.take(len)?),
        })
    }

    /// Rows and columns of each tile; what is left over at the lower and right edge makes tiles of its own.
    fn tiles(&self, header: &Header) -> Result<Vec<Tile>> {
        let is_known =
            (1..=header.height).contains(&self.down) && (1..=header.width).contains(&self.across);
        if !is_known {
            return Err(broken(&format!("{} by {} tiles", self.across, self.down)));
        }
        let starts = |len: usize, count: usize| {
            let side = len / count;
            let edges = (0..=count).map(move |n| n * side).chain([len]);
            let edges: Vec<usize> = edges.collect();
            let pairs = edges.windows(2).map(|pair| pair[0]..pair[1]);
            pairs.filter(|range| !range.is_empty()).collect::<Vec<_>>()
        };
        let across = starts(header.width, self.across);
        let tiles = starts(header.height, self.down)
            .into_iter()
            .flat_map(|rows| {
                let tile = move |columns: &std::ops::Range<usize>| Tile {
                    rows: rows.clone(),
                    columns: columns.clone(),
                };
                across.iter().map(tile).collect::<Vec<_>>()
            });
        Ok(tiles.collect())
    }
}

struct Tile {
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
}

impl Tile {
    /// Gives each valid pixel the next sample.
    fn put<T>(
        &self,
        (width, mask): (usize, &[u8]),
        out: &mut [T],
        mut next: impl FnMut(bool) -> Result<Option<T>>,
    ) -> Result<()> {
        for row in self.rows.clone() {
            for pixel in row * width + self.columns.start..row * width + self.columns.end {
                let is_valid = mask.get(pixel).is_some_and(|&valid| valid != 0);
                if let (Some(sample), Some(target)) = (next(is_valid)?, out.get_mut(pixel)) {
                    *target = sample;
                }
            }
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.rows.len() * self.columns.len()
    }
}

/// Decodes the picture whose header was read into `out`, which has room for it and is zeros.
pub(super) fn decode<T: Value>(
    blob: &[u8],
    header: &Header,
    out: &mut [T],
    limits: &Limits,
) -> Result<()> {
    let mut reader = Reader::new(blob.get(header.len..).unwrap_or_default());
    let counts = Part::next(&mut reader)?;
    let mut samples = Part::next(&mut reader)?;
    let mut mask = limits.try_vec::<u8>(out.len(), "the mask of a LERC picture")?;
    let all_valid = validity(counts, header, &mut mask, limits)?;
    let mut numbers = Vec::new();
    for tile in samples.tiles(header)? {
        let place = (header.width, &mask[..]);
        let head = samples.reader.byte()?;
        let reader = &mut samples.reader;
        match head & 63 {
            0 => tile.put(place, out, |valid| {
                let sample = if valid {
                    Some(T::of(f64::from(reader.value::<f32>()?)))
                } else {
                    None
                };
                Ok(sample)
            })?,
            2 => {}
            kind @ (1 | 3) => {
                let lowest = offset(reader, head)?;
                if kind == 3 {
                    tile.put(place, out, |valid| Ok(valid.then(|| T::of(lowest))))?;
                    continue;
                }
                reader.stuffed(tile.len(), 1, &mut numbers)?;
                let (step, highest) = (2.0 * header.error, samples.highest);
                let mut numbers = numbers.iter();
                tile.put(place, out, |valid| {
                    // Numbers of pixels that are not valid are left out, but where no pixel is asked about.
                    if !valid && !all_valid {
                        return Ok(None);
                    }
                    let number = numbers
                        .next()
                        .ok_or_else(|| broken("a tile of too few values"))?;
                    let value = (lowest + f64::from(*number) * step) as f32;
                    Ok(Some(T::of(f64::from(value.min(highest)))))
                })?;
            }
            kind => return Err(broken(&format!("coding {kind} does not exist"))),
        }
    }
    Ok(())
}

/// Fills the mask, a byte for each pixel; gives whether all are valid at once.
fn validity(
    mut counts: Part<'_>,
    header: &Header,
    mask: &mut [u8],
    limits: &Limits,
) -> Result<bool> {
    if (counts.down, counts.across) == (0, 0) {
        let bits = counts.reader.rest();
        if bits.is_empty() {
            let is_valid = counts.highest > 0.0;
            mask.fill(is_valid.into());
            return Ok(is_valid);
        }
        let bits = unpack_mask(bits, mask.len(), limits)?;
        for (pixel, valid) in mask.iter_mut().enumerate() {
            let byte = bits.get(pixel / 8).copied().unwrap_or(0);
            *valid = byte >> (7 - pixel % 8) & 1;
        }
        return Ok(false);
    }
    let mut numbers = Vec::new();
    for tile in counts.tiles(header)? {
        let head = counts.reader.byte()?;
        let reader = &mut counts.reader;
        let place = (header.width, &[][..]);
        match head & 63 {
            2 | 3 => {}
            4 => tile.put(place, mask, |_| Ok(Some(1)))?,
            0 => tile.put(place, mask, |_| {
                Ok(Some(u8::from(reader.value::<f32>()? > 0.0)))
            })?,
            1 => {
                let lowest = offset(reader, head)?;
                reader.stuffed(tile.len(), 1, &mut numbers)?;
                let mut numbers = numbers.iter();
                tile.put(place, mask, |_| {
                    let number = numbers
                        .next()
                        .ok_or_else(|| broken("a tile of too few counts"))?;
                    Ok(Some(u8::from(lowest + f64::from(*number) > 0.0)))
                })?;
            }
            kind => return Err(broken(&format!("coding {kind} of counts does not exist"))),
        }
    }
    Ok(false)
}

/// A lowest value, in four, two or one byte.
fn offset(reader: &mut Reader<'_>, head: u8) -> Result<f64> {
    Ok(match head >> 6 {
        0 => reader.value::<f32>()?.into(),
        1 => reader.value::<i16>()?.into(),
        2 => reader.value::<i8>()?.into(),
        _ => return Err(broken("a lowest value of no known type")),
    })
}
