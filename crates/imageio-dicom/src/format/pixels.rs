//! What the pixels of a file are like, PS3.3 C.7.6.3.

use imageio_core::{DType, Error, Result};

use super::data_set::Tag;
use super::file::Header;
use super::syntax::Coding;

/// How samples stand for light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Photometric {
    /// One sample, or several that are taken as they are.
    Plain,
    /// Brightness and two colour differences.
    Ybr,
    /// The same, with half as many differences across.
    Ybr422,
    /// Colour differences that JPEG 2000 itself turns back.
    Coded,
}

/// What the pixels of a file are like.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pixels {
    pub(crate) frames: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Samples of a pixel.
    pub(crate) samples: usize,
    /// Type of the samples as they are stored; bits are bytes.
    pub(crate) dtype: DType,
    /// Bits that a sample takes in the file.
    pub(crate) allocated: usize,
    /// Bits of it that count.
    pub(crate) stored: u32,
    /// Whether all first samples come before all second ones.
    pub(crate) planar: bool,
    pub(crate) photometric: Photometric,
    pub(crate) coding: Coding,
}

impl Pixels {
    /// Reads them off a header.
    pub(crate) fn of(header: &Header) -> Result<Pixels> {
        let data = &header.data;
        let Some(place) = header.pixels else {
            let report = data.get(Tag::SAMPLES).is_none();
            return Err(Error::unsupported(if report {
                "a DICOM file without SamplesPerPixel, and so without pixels: perhaps a report"
            } else {
                "a DICOM file without pixels"
            }));
        };
        let need = |tag: Tag, name: &str| {
            data.short(tag)
                .ok_or_else(|| Error::corrupt(format!("pixels without {name} {tag}")))
        };
        let samples = usize::from(data.short(Tag::SAMPLES).unwrap_or(1));
        let (rows, columns) = (need(Tag::ROWS, "Rows")?, need(Tag::COLUMNS, "Columns")?);
        let allocated = match place.tag {
            Tag::FLOAT_PIXELS => 32,
            Tag::DOUBLE_PIXELS => 64,
            _ => usize::from(need(Tag::ALLOCATED, "BitsAllocated")?),
        };
        let signed = data.short(Tag::REPRESENTATION).unwrap_or(0) == 1;
        let dtype = dtype(place.tag, allocated, signed)?;
        if rows == 0 || columns == 0 || samples == 0 {
            return Err(Error::corrupt(format!(
                "an image of {rows} rows, {columns} columns and {samples} samples"
            )));
        }
        let stored = data.short(Tag::STORED).map_or(allocated, usize::from);
        Ok(Pixels {
            frames: frames(header),
            rows: rows.into(),
            columns: columns.into(),
            samples,
            dtype,
            allocated,
            stored: stored.clamp(1, allocated) as u32,
            planar: samples > 1 && data.short(Tag::PLANAR) == Some(1),
            photometric: photometric(header, samples),
            coding: header.syntax.coding,
        })
    }

    /// Shape of one frame.
    pub(crate) fn frame_shape(&self) -> Vec<usize> {
        let mut shape = vec![self.rows, self.columns];
        if self.samples > 1 {
            shape.push(self.samples);
        }
        shape
    }

    /// Shape of the whole file: with frames first where there are several.
    pub(crate) fn shape(&self) -> Vec<usize> {
        let mut shape = self.frame_shape();
        if self.frames > 1 {
            shape.insert(0, self.frames);
        }
        shape
    }

    /// Samples of one frame.
    pub(crate) fn frame_len(&self) -> usize {
        // Three numbers of 16 bits.
        self.rows * self.columns * self.samples
    }

    /// Range of the samples as their bits allow.
    pub(crate) fn range(&self) -> (f64, f64) {
        match self.dtype {
            DType::I8 | DType::I16 | DType::I32 | DType::I64 => {
                let half = f64::from(self.stored - 1).exp2();
                (-half, half - 1.0)
            }
            _ => (0.0, f64::from(self.stored).exp2() - 1.0),
        }
    }
}

fn dtype(tag: Tag, allocated: usize, signed: bool) -> Result<DType> {
    Ok(match (tag, allocated, signed) {
        (Tag::FLOAT_PIXELS, ..) => DType::F32,
        (Tag::DOUBLE_PIXELS, ..) => DType::F64,
        (_, 1 | 8, false) | (_, 1, true) => DType::U8,
        (_, 8, true) => DType::I8,
        (_, 16, false) => DType::U16,
        (_, 16, true) => DType::I16,
        (_, 32, false) => DType::U32,
        (_, 32, true) => DType::I32,
        (_, 64, false) => DType::U64,
        (_, 64, true) => DType::I64,
        _ => {
            return Err(Error::unsupported(format!(
                "{allocated} bits allocated for a sample"
            )));
        }
    })
}

/// The number of frames: what is no number counts as one, as 0 does.
fn frames(header: &Header) -> usize {
    let told = header.data.whole(Tag::FRAMES).unwrap_or(1);
    usize::try_from(told).unwrap_or(1).max(1)
}

fn photometric(header: &Header, samples: usize) -> Photometric {
    let told = header.data.text(Tag::PHOTOMETRIC).unwrap_or_default();
    match told.as_str() {
        _ if samples != 3 => Photometric::Plain,
        "YBR_FULL" | "YBR_PARTIAL_444" => Photometric::Ybr,
        "YBR_FULL_422" => Photometric::Ybr422,
        "YBR_RCT" | "YBR_ICT" | "XYB" => Photometric::Coded,
        _ => Photometric::Plain,
    }
}
