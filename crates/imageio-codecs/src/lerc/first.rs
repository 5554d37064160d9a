//! The first version, [CntZImage](https://github.com/Esri/lerc): a mask, then steps above lowest values, in tiles.
//! All samples are floats of 32 bits, one a pixel.

use std::ops::Range;

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
    ///
    /// One after the other: a header can promise far more of them than there are bytes.
    fn tiles(&self, header: &Header) -> Result<impl Iterator<Item = Tile> + use<>> {
        let is_known =
            (1..=header.height).contains(&self.down) && (1..=header.width).contains(&self.across);
        if !is_known {
            return Err(broken(&format!("{} by {} tiles", self.across, self.down)));
        }
        let (width, across) = (header.width, self.across);
        let tiles = parts(header.height, self.down).flat_map(move |rows| {
            parts(width, across).map(move |columns| Tile {
                rows: rows.clone(),
                columns,
            })
        });
        Ok(tiles)
    }
}

/// `count` equal parts of a side of `len`, and what is left over.
fn parts(len: usize, count: usize) -> impl Iterator<Item = Range<usize>> {
    let side = len / count;
    let equal = (0..count).map(move |n| n * side..(n + 1) * side);
    equal.chain((count * side < len).then_some(count * side..len))
}

struct Tile {
    rows: Range<usize>,
    columns: Range<usize>,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tiles(
        (height, width): (u32, u32),
        (down, across): (usize, usize),
    ) -> impl Iterator<Item = [Range<usize>; 2]> {
        let mut body = Vec::new();
        for number in [VERSION, COUNTED, height, width] {
            body.extend(number.to_le_bytes());
        }
        body.extend(0.5f64.to_le_bytes());
        let header = header(&body).expect("a header");
        let part = Part {
            down,
            across,
            highest: 0.0,
            reader: Reader::new(&[]),
        };
        let tiles = part.tiles(&header).expect("tiles");
        tiles.map(|tile| [tile.rows, tile.columns])
    }

    #[test]
    fn what_is_left_over_makes_tiles_of_its_own() {
        let all: Vec<_> = tiles((4, 7), (2, 3)).collect();
        assert_eq!(all.len(), 2 * 4);
        assert_eq!(all[3], [0..2, 6..7]);
        assert_eq!(all[7], [2..4, 6..7]);
        assert_eq!(tiles((5, 6), (2, 3)).count(), 3 * 3);
    }

    #[test]
    fn tiles_are_not_listed_before_they_are_read() {
        // A list of them would take 12 GB.
        let mut all = tiles((20_000, 20_000), (20_000, 20_000));
        assert_eq!(all.next(), Some([0..1, 0..1]));
        assert_eq!(all.next(), Some([0..1, 1..2]));
    }
}
