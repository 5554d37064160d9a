//! A table of compressed tiles (section 10.1): which tiles there are, and what its columns hold.

use imageio_core::{Error, Result, Value};

use super::hdu::{Hdu, shape};
use super::header::Header;
use super::scaling::{Scaling, Stored};
use crate::codec::quantize::Dither;

/// How the tiles of an image are stored.
#[derive(Clone, Debug)]
pub(crate) struct Tiling {
    pub(crate) codec: Codec,
    /// Lengths of a tile, in the order of the shape.
    pub(crate) tile: Vec<usize>,
    /// Number of tiles along each axis.
    pub(crate) counts: Vec<usize>,
    pub(crate) table_start: u64,
    pub(crate) row_len: usize,
    pub(crate) heap_start: u64,
    pub(crate) data_end: u64,
    pub(crate) compressed: Column,
    /// Tiles that did not quantize, as gzip of the floats.
    pub(crate) gzipped: Option<Column>,
    /// Tiles that did not get smaller.
    pub(crate) plain: Option<Column>,
    /// Floats as integers: scale, zero, and how they are dithered.
    pub(crate) scale: Option<(Parameter, Parameter)>,
    pub(crate) blank: Option<Parameter>,
    pub(crate) dither: Dither,
    pub(crate) seed: i64,
    /// Whether `PLIO_1` holds unsigned numbers, half the range above those that are meant.
    pub(crate) lifted: bool,
    /// The number that a blank element of an integer image has.
    image_blank: Option<i64>,
}

/// The algorithm, with what it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Codec {
    Rice { bytes: usize, block: usize },
    Gzip { shuffled: bool },
    Plio,
    Hcompress { smooth: bool },
    Plain,
}

/// A column whose cells point into the heap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Column {
    /// Where the cell is in a row.
    pub(crate) offset: usize,
    /// Whether a descriptor has 64 bits twice, not 32.
    pub(crate) wide: bool,
    /// Bytes of an element in the heap.
    pub(crate) width: usize,
}

/// A number for each tile, or one for all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Parameter {
    Fixed(f64),
    Cell { offset: usize, kind: u8 },
}

impl Tiling {
    pub(crate) fn new(hdu: &Hdu, axes: &[u64], stored: Stored) -> Result<Self> {
        let header = &hdu.header;
        let columns = Columns::of(header)?;
        let row_len = header.need_int("NAXIS1")?;
        let row_len = usize::try_from(row_len)
            .ok()
            .filter(|&len| len >= columns.row_len)
            .ok_or_else(|| {
                Error::corrupt(format!(
                    "rows of {row_len} bytes, the columns take {}",
                    columns.row_len
                ))
            })?;
        let rows = u64::try_from(header.need_int("NAXIS2")?).unwrap_or(0);
        let table_len = rows.saturating_mul(row_len as u64);
        let heap = header
            .int("THEAP")?
            .map_or(Some(table_len), |heap| u64::try_from(heap).ok());
        let heap = heap.ok_or_else(|| Error::corrupt("`THEAP` is negative"))?;
        let tile = tile(header, axes)?;
        let counts: Vec<usize> = shape(axes)?
            .iter()
            .zip(&tile)
            .map(|(len, tile)| len.div_ceil(*tile))
            .collect();
        let tiles = counts
            .iter()
            .try_fold(1u64, |all, &count| all.checked_mul(count as u64));
        if tiles.is_none_or(|tiles| tiles > rows) {
            let message = format!("{rows} rows for tiles {tile:?} of axes {axes:?}");
            return Err(Error::corrupt(message));
        }
        let scale = columns.parameter(header, "ZSCALE");
        let zero = columns
            .parameter(header, "ZZERO")
            .unwrap_or(Parameter::Fixed(0.0));
        Ok(Tiling {
            codec: codec(header)?,
            tile,
            counts,
            table_start: hdu.data_start,
            row_len,
            heap_start: hdu.data_start.saturating_add(heap),
            data_end: hdu.data_start.saturating_add(hdu.data_len),
            compressed: columns
                .heap("COMPRESSED_DATA")?
                .ok_or_else(|| Error::corrupt("there is no column `COMPRESSED_DATA`"))?,
            gzipped: columns.heap("GZIP_COMPRESSED_DATA")?,
            plain: columns.heap("UNCOMPRESSED_DATA")?,
            scale: scale
                .filter(|_| stored.is_float())
                .map(|scale| (scale, zero)),
            blank: columns.parameter(header, "ZBLANK").or_else(|| {
                header
                    .number("BLANK")
                    .filter(|_| stored.is_float())
                    .map(Parameter::Fixed)
            }),
            dither: dither(header)?,
            seed: header.int("ZDITHER0")?.unwrap_or(0),
            lifted: stored == Stored::I16 && Scaling::of(header, stored).zero_is_offset(),
            image_blank: image_blank(header, &columns, stored),
        })
    }

    /// What `BLANK` of the image is where the header has none.
    pub(crate) fn image_blank(&self) -> Option<i64> {
        self.image_blank
    }
}

/// Lengths of a tile in the order of the shape; a row of the image where the header has none.
fn tile(header: &Header, axes: &[u64]) -> Result<Vec<usize>> {
    let mut tile = Vec::with_capacity(axes.len());
    for (n, &axis) in axes.iter().enumerate().rev() {
        let keyword = format!("ZTILE{}", n + 1);
        let otherwise = if n == 0 { axis as i64 } else { 1 };
        let len = header.int(&keyword)?.unwrap_or(otherwise);
        let len = usize::try_from(len)
            .ok()
            .filter(|&len| len > 0 || axis == 0);
        let len = len.ok_or_else(|| Error::corrupt(format!("`{keyword}` is no length")))?;
        tile.push(len.clamp(1, usize::try_from(axis.max(1)).unwrap_or(usize::MAX)));
    }
    Ok(tile)
}

/// The value that `ZVALn` gives to the parameter `name` of `ZNAMEn`.
fn setting<'a>(header: &'a Header, name: &str) -> Option<&'a Value> {
    (1..1000)
        .map_while(|n| Some((n, header.text(&format!("ZNAME{n}"))?)))
        .find(|(_, known)| known.trim().eq_ignore_ascii_case(name))
        .and_then(|(n, _)| header.get(&format!("ZVAL{n}")))
}

fn codec(header: &Header) -> Result<Codec> {
    let number = |name: &str, otherwise: usize| match setting(header, name) {
        None => Ok(otherwise),
        Some(value) => value
            .as_f64()
            .filter(|&number| (0.0..1e9).contains(&number))
            .map(|number| number as usize)
            .ok_or_else(|| {
                Error::corrupt(format!(
                    "the parameter {name} of the compression is {value}"
                ))
            }),
    };
    let name = header.text("ZCMPTYPE").unwrap_or_default();
    Ok(match name.trim() {
        "RICE_1" | "RICE_ONE" => Codec::Rice {
            bytes: number("BYTEPIX", 4)?,
            block: number("BLOCKSIZE", 32)?,
        },
        "GZIP_1" => Codec::Gzip { shuffled: false },
        "GZIP_2" => Codec::Gzip { shuffled: true },
        "PLIO_1" => Codec::Plio,
        "HCOMPRESS_1" => Codec::Hcompress {
            smooth: number("SMOOTH", 0)? != 0,
        },
        "NOCOMPRESS" => Codec::Plain,
        other => return Err(Error::unsupported(format!("tile compression {other:?}"))),
    })
}

fn dither(header: &Header) -> Result<Dither> {
    match header.text("ZQUANTIZ").unwrap_or("NO_DITHER").trim() {
        "NO_DITHER" | "NONE" => Ok(Dither::None),
        "SUBTRACTIVE_DITHER_1" => Ok(Dither::One),
        "SUBTRACTIVE_DITHER_2" => Ok(Dither::Two),
        other => Err(Error::unsupported(format!("quantization {other:?}"))),
    }
}

fn image_blank(header: &Header, columns: &Columns, stored: Stored) -> Option<i64> {
    if stored.is_float() {
        return None;
    }
    let column = columns
        .find("ZBLANK")
        .map(|_| i64::MIN >> (64 - 8 * stored.width()));
    header.get("ZBLANK").and_then(Value::as_i64).or(column)
}

/// The columns of a binary table.
struct Columns {
    fields: Vec<Field>,
    row_len: usize,
}

struct Field {
    name: String,
    offset: usize,
    /// The letter of the type, and behind `P` or `Q` the one of what they point to.
    kind: u8,
    element: u8,
}

impl Columns {
    /// Section 7.3.
    fn of(header: &Header) -> Result<Self> {
        let count = header.need_int("TFIELDS")?;
        if !(0..=999).contains(&count) {
            return Err(Error::corrupt(format!(
                "`TFIELDS` is {count}, expected 0 to 999"
            )));
        }
        let mut fields = Vec::new();
        let mut offset = 0usize;
        for n in 1..=count {
            let form = header.text(&format!("TFORM{n}")).unwrap_or_default().trim();
            let bad = || Error::corrupt(format!("`TFORM{n}` is {form:?}"));
            let digits = form.bytes().take_while(u8::is_ascii_digit).count();
            let repeat = if digits == 0 {
                1
            } else {
                form[..digits].parse().map_err(|_| bad())?
            };
            let kind = *form.as_bytes().get(digits).ok_or_else(bad)?;
            let name = header.text(&format!("TTYPE{n}")).unwrap_or_default();
            fields.push(Field {
                name: name.trim().to_uppercase(),
                offset,
                kind,
                element: form.as_bytes().get(digits + 1).copied().unwrap_or_default(),
            });
            let len = field_len(kind, repeat).ok_or_else(bad)?;
            offset = offset.checked_add(len).ok_or_else(bad)?;
        }
        Ok(Columns {
            fields,
            row_len: offset,
        })
    }

    fn find(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    fn heap(&self, name: &str) -> Result<Option<Column>> {
        let Some(field) = self.find(name) else {
            return Ok(None);
        };
        let wide = match field.kind {
            b'P' => false,
            b'Q' => true,
            kind => {
                let kind = char::from(kind);
                return Err(Error::corrupt(format!(
                    "column `{name}` has type {kind}, expected P or Q"
                )));
            }
        };
        let width = field_len(field.element, 1).unwrap_or(1);
        let offset = field.offset;
        Ok(Some(Column {
            offset,
            wide,
            width,
        }))
    }

    /// A column of numbers, or the keyword of that name.
    fn parameter(&self, header: &Header, name: &str) -> Option<Parameter> {
        let column = self.find(name).map(|field| Parameter::Cell {
            offset: field.offset,
            kind: field.kind,
        });
        column.or_else(|| header.number(name).map(Parameter::Fixed))
    }
}

fn field_len(kind: u8, repeat: usize) -> Option<usize> {
    let width = match kind {
        b'L' | b'B' | b'A' => 1,
        b'X' => return Some(repeat.div_ceil(8)),
        b'I' => 2,
        b'J' | b'E' => 4,
        b'K' | b'D' | b'C' | b'P' => 8,
        b'M' | b'Q' => 16,
        _ => return None,
    };
    repeat.checked_mul(width)
}

impl Column {
    /// Number of elements and their place in the heap, as a row has them.
    pub(crate) fn cell(self, row: &[u8]) -> Option<(u64, u64)> {
        let cell = row.get(self.offset..)?;
        let (len, at) = if self.wide {
            let (len, rest) = cell.split_first_chunk()?;
            (
                i64::from_be_bytes(*len),
                i64::from_be_bytes(*rest.first_chunk()?),
            )
        } else {
            let (len, rest) = cell.split_first_chunk()?;
            (
                i32::from_be_bytes(*len).into(),
                i32::from_be_bytes(*rest.first_chunk()?).into(),
            )
        };
        Some((u64::try_from(len).ok()?, u64::try_from(at).ok()?))
    }
}

impl Parameter {
    /// The number that a row has.
    pub(crate) fn of_row(self, row: &[u8]) -> Option<f64> {
        let (offset, kind) = match self {
            Parameter::Fixed(number) => return Some(number),
            Parameter::Cell { offset, kind } => (offset, kind),
        };
        let cell = row.get(offset..)?;
        Some(match kind {
            b'D' => f64::from_be_bytes(*cell.first_chunk()?),
            b'E' => f32::from_be_bytes(*cell.first_chunk()?).into(),
            b'J' => i32::from_be_bytes(*cell.first_chunk()?).into(),
            b'I' => i16::from_be_bytes(*cell.first_chunk()?).into(),
            b'B' => (*cell.first()?).into(),
            b'K' => i64::from_be_bytes(*cell.first_chunk()?) as f64,
            _ => return None,
        })
    }
}
