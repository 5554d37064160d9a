//! Images as tables of compressed tiles.

use std::ops::Range;

use imageio_core::{Error, Result};

use super::numbers::Numbers;
use crate::codec::gzip::{deflate, shuffle};
use crate::codec::hcompress::{self, Plane};
use crate::codec::quantize::{Dither, quantize};
use crate::codec::{plio, rice};
use crate::format::scaling::Stored;
use crate::options::{Compression, FitsWriteOptions, Quantization};

/// Pixels of a block of RICE_1.
pub(super) const BLOCK: usize = 32;

/// A table of tiles as it stands in a file.
pub(super) struct Table {
    pub(super) compression: Compression,
    pub(super) tile: Vec<usize>,
    pub(super) count: usize,
    pub(super) rows: Vec<u8>,
    pub(super) heap: Vec<u8>,
    pub(super) is_quantized: bool,
    /// Whether descriptors need 64 bits.
    wide: bool,
    /// The longest cells of both columns, in elements.
    longest: [usize; 2],
}

impl Table {
    pub(super) fn row_len(&self) -> usize {
        self.rows.len() / self.count.max(1)
    }

    /// Names and forms of the columns.
    pub(super) fn columns(&self) -> Vec<(&'static str, String)> {
        let kind = if self.wide { 'Q' } else { 'P' };
        let element = if self.compression == Compression::Plio1 {
            'I'
        } else {
            'B'
        };
        let [coded, gzipped] = self.longest;
        let mut columns = vec![("COMPRESSED_DATA", format!("1{kind}{element}({coded})"))];
        if self.is_quantized {
            columns.push(("GZIP_COMPRESSED_DATA", format!("1{kind}B({gzipped})")));
            columns.push(("ZSCALE", "1D".to_owned()));
            columns.push(("ZZERO", "1D".to_owned()));
        }
        columns
    }
}

/// What `.fz` stands for.
pub(super) fn usual(numbers: &Numbers, options: &FitsWriteOptions) -> Compression {
    match numbers.stored {
        Stored::U8 | Stored::I16 | Stored::I32 => Compression::Rice1,
        Stored::F32 | Stored::F64 if options.quantize_level.is_some() => Compression::Rice1,
        _ => Compression::Gzip2,
    }
}

/// Refuses what the compression does not hold.
pub(super) fn check(
    numbers: &Numbers,
    compression: Compression,
    options: &FitsWriteOptions,
) -> Result<()> {
    let tile = tile_shape(numbers, compression, options)?;
    let keeps_bytes = matches!(compression, Compression::Gzip1 | Compression::Gzip2);
    let name = || imageio_core::OptionValue::to_value(&compression);
    if !(1..=10_000).contains(&options.dither_seed) {
        return Err(Error::bad_option(format!(
            "`dither_seed` is {}, expected 1 to 10000",
            options.dither_seed
        )));
    }
    if keeps_bytes {
        return Ok(());
    }
    if numbers.stored.is_float() && options.quantize_level.is_none() {
        let message = format!(
            "{} holds integers, and the image floats; `quantize_level` would round them",
            name()
        );
        return Err(Error::unsupported(message)
            .with_help("option `quantize_level`, or the compression GZIP_2"));
    }
    if numbers.stored == Stored::I64 {
        return Err(
            Error::unsupported(format!("{} holds integers of up to 32 bits", name()))
                .with_help("the compression GZIP_2"),
        );
    }
    if compression == Compression::Hcompress1 {
        let long = tile.iter().filter(|&&len| len > 1).count();
        if long != 2 {
            return Err(Error::unsupported(format!(
                "HCOMPRESS_1 tiles of shape {tile:?}; two axes are longer than 1"
            )));
        }
        let spans = tile
            .iter()
            .zip(numbers.shape())
            .filter(|(tile, _)| **tile > 1);
        for (&tile, &len) in spans {
            let rest = len % tile;
            if tile < 4 || (1..4).contains(&rest) {
                let message = format!(
                    "HCOMPRESS_1 tiles of {tile} elements along an axis of {len}; each needs 4"
                );
                return Err(Error::unsupported(message).with_help("option `tile_shape`"));
            }
        }
    }
    if compression == Compression::Plio1 && (numbers.flips && numbers.stored != Stored::U8) {
        return Err(Error::unsupported(
            "PLIO_1 holds no unsigned integers of 16 bits or more",
        ));
    }
    Ok(())
}

/// Lengths of a tile: as asked for, else a row, for HCOMPRESS_1 some rows.
fn tile_shape(
    numbers: &Numbers,
    compression: Compression,
    options: &FitsWriteOptions,
) -> Result<Vec<usize>> {
    let shape = numbers.shape();
    if !options.tile_shape.is_empty() {
        if options.tile_shape.len() != shape.len() || options.tile_shape.contains(&0) {
            let message = format!(
                "`tile_shape` {:?} for an image of shape {shape:?}",
                options.tile_shape
            );
            return Err(Error::bad_option(message));
        }
        return Ok(options
            .tile_shape
            .iter()
            .zip(shape)
            .map(|(&tile, &len)| tile.min(len))
            .collect());
    }
    let mut tile = vec![1; shape.len()];
    if let (Some(last), Some(&len)) = (tile.last_mut(), shape.last()) {
        *last = len;
    }
    if compression == Compression::Hcompress1 && shape.len() > 1 {
        let rows = shape[shape.len() - 2];
        // The last tile has four rows at least.
        let fits = |rows_of_tile: &usize| !(1..4).contains(&(rows % rows_of_tile));
        let choice = [16, 24, 20, 30, 28, 26, 22, 18, 14]
            .into_iter()
            .find(fits)
            .unwrap_or(17);
        tile[shape.len() - 2] = if rows <= 30 { rows } else { choice };
    }
    Ok(tile)
}

/// Compresses all tiles.
pub(super) fn compress(
    numbers: &Numbers,
    compression: Compression,
    options: &FitsWriteOptions,
) -> Result<Table> {
    let tile = tile_shape(numbers, compression, options)?;
    let extents = extents(numbers.shape(), &tile);
    let is_quantized = numbers.stored.is_float() && options.quantize_level.is_some();
    let native = numbers.native();
    let wide = native.len() as u64 > u64::from(u32::MAX) / 2;
    let mut table = Table {
        compression,
        tile,
        count: extents.len(),
        rows: Vec::new(),
        heap: Vec::new(),
        is_quantized,
        wide,
        longest: [0; 2],
    };
    let mut bytes = Vec::new();
    for (row, extent) in extents.iter().enumerate() {
        gather(
            &native,
            numbers.shape(),
            extent,
            numbers.stored.width(),
            &mut bytes,
        );
        numbers.flip(&mut bytes);
        let coded = if is_quantized {
            quantized(numbers, (compression, options), (row, extent), &bytes)?
        } else {
            Coded::plain(exact(numbers, (compression, options), extent, &mut bytes)?)
        };
        table.add(&coded)?;
    }
    Ok(table)
}

/// A tile, compressed.
struct Coded {
    bytes: Vec<u8>,
    gzipped: bool,
    scale: f64,
    zero: f64,
}

impl Coded {
    fn plain(bytes: Vec<u8>) -> Self {
        Coded {
            bytes,
            gzipped: false,
            scale: 0.0,
            zero: 0.0,
        }
    }
}

impl Table {
    fn add(&mut self, coded: &Coded) -> Result<()> {
        let width = if self.compression == Compression::Plio1 && !coded.gzipped {
            2
        } else {
            1
        };
        let len = coded.bytes.len() / width;
        let start = self.heap.len();
        self.heap.extend_from_slice(&coded.bytes);
        let column = usize::from(coded.gzipped);
        self.longest[column] = self.longest[column].max(len);
        let cells = if self.is_quantized { 2 } else { 1 };
        for cell in 0..cells {
            let pair = if cell == column { [len, start] } else { [0, 0] };
            for number in pair {
                if self.wide {
                    self.rows.extend((number as u64).to_be_bytes());
                } else {
                    let number = i32::try_from(number)
                        .map_err(|_| Error::unsupported("more than 2 GiB of compressed tiles"))?;
                    self.rows.extend(number.to_be_bytes());
                }
            }
        }
        if self.is_quantized {
            self.rows.extend(coded.scale.to_be_bytes());
            self.rows.extend(coded.zero.to_be_bytes());
        }
        Ok(())
    }
}

/// What each tile covers, in the order of the table.
fn extents(shape: &[usize], tile: &[usize]) -> Vec<Vec<Range<usize>>> {
    let mut extents: Vec<Vec<Range<usize>>> = vec![Vec::new()];
    for (&len, &tile) in shape.iter().zip(tile) {
        extents = extents
            .iter()
            .flat_map(|extent| {
                (0..len).step_by(tile).map(move |start| {
                    let mut extent = extent.clone();
                    extent.push(start..(start + tile).min(len));
                    extent
                })
            })
            .collect();
    }
    extents
}

/// Copies the elements of a tile behind each other.
fn gather(
    native: &[u8],
    shape: &[usize],
    extent: &[Range<usize>],
    width: usize,
    out: &mut Vec<u8>,
) {
    out.clear();
    let Some((row, outer)) = extent.split_last() else {
        return;
    };
    let mut at: Vec<usize> = outer.iter().map(|range| range.start).collect();
    loop {
        let place = at
            .iter()
            .chain([&row.start])
            .zip(shape)
            .fold(0, |place, (at, len)| place * len + at);
        out.extend_from_slice(&native[place * width..(place + row.len()) * width]);
        let next = (0..at.len())
            .rev()
            .find(|&axis| at[axis] + 1 < outer[axis].end);
        let Some(axis) = next else {
            return;
        };
        at[axis] += 1;
        for inner in axis + 1..at.len() {
            at[inner] = outer[inner].start;
        }
    }
}

/// A tile without loss.
fn exact(
    numbers: &Numbers,
    with: (Compression, &FitsWriteOptions),
    extent: &[Range<usize>],
    bytes: &mut [u8],
) -> Result<Vec<u8>> {
    let width = numbers.stored.width();
    match with.0 {
        Compression::Gzip1 => {
            numbers.to_big_endian(bytes);
            deflate(bytes)
        }
        Compression::Gzip2 => {
            numbers.to_big_endian(bytes);
            let mut sorted = vec![0; bytes.len()];
            shuffle(bytes, width, &mut sorted);
            deflate(&sorted)
        }
        _ => {
            let integers: Vec<i32> = match numbers.stored {
                Stored::U8 => bytes.iter().map(|&byte| byte.into()).collect(),
                Stored::I16 => bytes
                    .as_chunks()
                    .0
                    .iter()
                    .map(|&word| i16::from_ne_bytes(word).into())
                    .collect(),
                _ => bytes
                    .as_chunks()
                    .0
                    .iter()
                    .map(|&word| i32::from_ne_bytes(word))
                    .collect(),
            };
            coded(with, extent, &integers, width)
        }
    }
}

fn coded(
    (compression, options): (Compression, &FitsWriteOptions),
    extent: &[Range<usize>],
    integers: &[i32],
    width: usize,
) -> Result<Vec<u8>> {
    match compression {
        Compression::Rice1 => rice::encode(integers, width, BLOCK),
        Compression::Plio1 => {
            if let Some(value) = integers.iter().find(|value| **value < 0) {
                return Err(Error::unsupported(format!(
                    "PLIO_1 holds no {value}, only what is not negative"
                )));
            }
            let words = plio::encode(integers)?;
            Ok(words.into_iter().flat_map(i16::to_be_bytes).collect())
        }
        Compression::Hcompress1 => {
            let mut lengths = extent
                .iter()
                .map(ExactSizeIterator::len)
                .filter(|&len| len > 1);
            let (rows, columns) = (lengths.next().unwrap_or(1), lengths.next().unwrap_or(1));
            Ok(hcompress::encode(
                integers,
                Plane { rows, columns },
                options.hcomp_scale as i32,
            ))
        }
        Compression::Gzip1 | Compression::Gzip2 => {
            let bytes: Vec<u8> = integers
                .iter()
                .flat_map(|number| number.to_be_bytes())
                .collect();
            if compression == Compression::Gzip1 {
                return deflate(&bytes);
            }
            let mut sorted = vec![0; bytes.len()];
            shuffle(&bytes, 4, &mut sorted);
            deflate(&sorted)
        }
    }
}

/// A tile of floats as integers; as gzip of the floats where it does not quantize.
fn quantized(
    numbers: &Numbers,
    with: (Compression, &FitsWriteOptions),
    (row, extent): (usize, &[Range<usize>]),
    bytes: &[u8],
) -> Result<Coded> {
    let values: Vec<f64> = if numbers.stored == Stored::F32 {
        bytes
            .as_chunks()
            .0
            .iter()
            .map(|&word| f32::from_ne_bytes(word).into())
            .collect()
    } else {
        bytes
            .as_chunks()
            .0
            .iter()
            .map(|&word| f64::from_ne_bytes(word))
            .collect()
    };
    let dither = match with.1.quantize_method {
        Quantization::NoDither => Dither::None,
        Quantization::SubtractiveDither1 => Dither::One,
        Quantization::SubtractiveDither2 => Dither::Two,
    };
    let columns = extent.last().map_or(1, ExactSizeIterator::len);
    let seed = row as i64 + i64::from(with.1.dither_seed);
    let level = with.1.quantize_level.unwrap_or_default();
    // Pixel lists have no negative numbers, which quantizing gives.
    let steps =
        quantize(&values, columns, level, (dither, seed)).filter(|_| with.0 != Compression::Plio1);
    if let Some(steps) = steps {
        return Ok(Coded {
            bytes: coded(with, extent, &steps.values, 4)?,
            gzipped: false,
            scale: steps.scale,
            zero: steps.zero,
        });
    }
    let mut bytes = bytes.to_vec();
    numbers.to_big_endian(&mut bytes);
    Ok(Coded {
        gzipped: true,
        ..Coded::plain(deflate(&bytes)?)
    })
}
