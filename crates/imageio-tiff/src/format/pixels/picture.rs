//! Segments that are pictures of a format of their own.

use std::ops::Range;

use imageio_codecs::jpeg;
use imageio_core::{DType, Error, Result, Scratch};

use super::coding::{Packing, Picture};
use super::plan::{Job, Target};
use super::segment::{Segments, put};
use crate::format::page::Page;
use crate::format::source::Source;

const JPEG_TABLES: u16 = 347;
const LERC_PARAMETERS: u16 = 50674;

const RGB: u16 = 2;
const CIE_LAB: u16 = 8;

/// Decodes the picture `stored` and fills the job's target; pixels that the picture lacks become zeros.
pub(super) fn decode(
    segments: &Segments<'_>,
    codec: Picture,
    source: &Source,
    job: &mut Job<'_>,
    stored: &[u8],
) -> Result<()> {
    match codec {
        Picture::Jpeg => decode_jpeg(segments, source, job, stored),
        #[cfg(feature = "jpeg2000")]
        Picture::Jpeg2000 => decode_jpeg2000(segments, source, job, stored),
        #[cfg(feature = "jpegxl")]
        Picture::JpegXl => decode_jpegxl(segments, source, job, stored),
        Picture::Lerc => decode_lerc(segments, source, job, stored),
        #[cfg(feature = "png")]
        Picture::Png => decode_png(segments, source, job, stored),
        #[cfg(feature = "webp")]
        Picture::WebP => decode_webp(segments, source, job, stored),
    }
}

/// The part of a picture that is wanted, and the bytes of its samples.
pub(super) struct Part {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
    pub(super) samples: usize,
    pub(super) size: usize,
}

impl Part {
    /// The part of a picture of this size that `job` wants, where it has as many samples as the page says.
    pub(super) fn of(
        segments: &Segments<'_>,
        job: &Job<'_>,
        (height, width): (usize, usize),
        samples: usize,
        dtype: DType,
    ) -> Result<Self> {
        let expected = segments.grid.samples;
        if samples != expected {
            let message = format!("a picture of {samples} samples a pixel, expected {expected}");
            return Err(Error::corrupt(message));
        }
        if dtype != segments.dtype || job.cut.depth != (0..1) {
            let message = format!("a picture of {dtype}, expected {}", segments.dtype);
            return Err(Error::unsupported(message));
        }
        let inside = |range: &Range<usize>, end: usize| range.start.min(end)..range.end.min(end);
        Ok(Part {
            rows: inside(&job.cut.rows, height),
            columns: inside(&job.cut.columns, width),
            samples,
            size: dtype.size(),
        })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len() * self.line()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn line(&self) -> usize {
        self.columns.len() * self.samples * self.size
    }

    /// Whether the target takes just this part.
    fn fits(&self, job: &Job<'_>) -> bool {
        matches!(&job.target, Target::Joined(out) if out.len() == self.len())
            && self.columns.len() == job.cut.columns.len()
            && self.samples == job.cut.samples.len()
    }

    /// Lets `decode` fill the part, in the target itself where that is possible.
    pub(super) fn fill(
        &self,
        source: &Source,
        job: &mut Job<'_>,
        decode: impl FnOnce(&mut [u8]) -> Result<()>,
    ) -> Result<()> {
        if self.is_empty() {
            job.target.each(|bytes| bytes.fill(0));
            return Ok(());
        }
        if self.fits(job)
            && let Target::Joined(out) = &mut job.target
        {
            return decode(out);
        }
        let mut pixels = source
            .limits()
            .scratch::<u8>(self.len(), "a picture of a strip or tile")?;
        decode(&mut pixels)?;
        self.put(job, &pixels);
        Ok(())
    }

    /// Copies the part out of the samples of the whole picture, which is `width` pixels wide.
    fn cut<T: bytemuck::NoUninit>(&self, all: &[T], width: usize, out: &mut [u8]) {
        let all: &[u8] = bytemuck::cast_slice(all);
        let pixel = self.samples * self.size;
        let rows = all
            .chunks_exact((width * pixel).max(1))
            .skip(self.rows.start);
        for (target, row) in out.chunks_exact_mut(self.line().max(1)).zip(rows) {
            let piece = row.get(self.columns.start * pixel..self.columns.end * pixel);
            target.copy_from_slice(piece.unwrap_or_default());
        }
    }

    /// Copies the part, row after row.
    fn put(&self, job: &mut Job<'_>, pixels: &[u8]) {
        let len = job.cut.columns.len() * job.cut.samples.len() * self.size;
        for number in 0..job.cut.rows.len() {
            let line = pixels.get(number * self.line()..).unwrap_or_default();
            let line = &line[..line.len().min(self.line())];
            let target = job.target.line(number, len);
            put(line, target, (self.size, self.samples), &job.cut.samples);
        }
    }
}

fn decode_jpeg(
    segments: &Segments<'_>,
    source: &Source,
    job: &mut Job<'_>,
    stored: &[u8],
) -> Result<()> {
    let page = segments.page;
    let tables = segments.tables.get_or_init(|| {
        let entry = page.ifd.get(JPEG_TABLES)?;
        source.bytes(entry).ok()
    });
    let completed = complete(segments, source, job, stored)?;
    let colours = colours_of(page, stored);
    let stored = completed.as_deref().unwrap_or(stored);
    decode_frame(segments, source, job, (stored, tables.as_deref()), colours)
}

/// How the components of a JPEG of `page` are meant.
pub(super) fn colours_of(page: &Page, stored: &[u8]) -> jpeg::Colours {
    let is_jfif = stored.get(6..10) == Some(b"JFIF");
    match page.photometric {
        _ if page.planar || !page.extra_samples.is_empty() => jpeg::Colours::AsMarked,
        // Scanners for microscopes store red, green and blue without saying so.
        RGB if !is_jfif => jpeg::Colours::Plain,
        CIE_LAB.. => jpeg::Colours::Plain,
        _ => jpeg::Colours::AsMarked,
    }
}

/// The strip as a stream that stands alone, where it is old-style JPEG that does not.
fn complete(
    segments: &Segments<'_>,
    source: &Source,
    job: &Job<'_>,
    stored: &[u8],
) -> Result<Option<Vec<u8>>> {
    let Some(header) = &segments.header else {
        return Ok(None);
    };
    let [_, rows, columns] = segments.grid.segment;
    // The first strip may have the frame of all of them.
    let stands_alone =
        jpeg::FrameHeader::find(stored).is_ok_and(|frame| usize::from(frame.height) <= rows);
    if stands_alone {
        return Ok(None);
    }
    let size = (job.length, columns);
    header.complete(stored, size, source.limits()).map(Some)
}

/// Decodes a JPEG, whose tables may stand apart.
pub(super) fn decode_frame(
    segments: &Segments<'_>,
    source: &Source,
    job: &mut Job<'_>,
    (stored, tables): (&[u8], Option<&[u8]>),
    colours: jpeg::Colours,
) -> Result<()> {
    let limits = source.limits();
    // Lossless tables, and grey pictures, need no word about colours.
    let samples = segments.grid.samples;
    let colours = if samples < 3 {
        jpeg::Colours::AsMarked
    } else {
        colours
    };
    let data = jpeg::interchange(tables, stored, colours, limits)?;
    let frame = jpeg::FrameHeader::find(&data)?;
    let size = frame.size(1);
    let channels = frame.components.len();
    if frame.precision > 8 {
        let part = Part::of(segments, job, size, channels, DType::U16)?;
        let pixels = jpeg::decode_deep(&data, &frame, limits)?;
        let line = size.1 * channels;
        return part.fill(source, job, |out| {
            let rows = pixels.chunks_exact(line.max(1)).skip(part.rows.start);
            for (target, row) in out.chunks_exact_mut(part.line().max(1)).zip(rows) {
                let row = row.get(part.columns.start * channels..).unwrap_or_default();
                for (to, from) in target.as_chunks_mut::<2>().0.iter_mut().zip(row) {
                    *to = from.to_ne_bytes();
                }
            }
            Ok(())
        });
    }
    let part = Part::of(segments, job, size, channels, DType::U8)?;
    let area = jpeg::Area {
        rows: part.rows.clone(),
        columns: part.columns.clone(),
        reduce: 1,
    };
    part.fill(source, job, |out| {
        jpeg::decode_u8(&data, &frame, &area, out, limits)
    })
}

#[cfg(feature = "webp")]
fn decode_webp(
    segments: &Segments<'_>,
    source: &Source,
    job: &mut Job<'_>,
    stored: &[u8],
) -> Result<()> {
    use imageio_codecs::webp::{self, Layout};

    let features = webp::features(stored)?;
    let samples = segments.grid.samples;
    let layout = match samples {
        3 => Layout::Rgb,
        4 => Layout::Rgba,
        _ => {
            return Err(Error::unsupported(format!(
                "a WebP picture of {samples} samples a pixel"
            )));
        }
    };
    let part = Part::of(
        segments,
        job,
        (features.height, features.width),
        samples,
        DType::U8,
    )?;
    let area = webp::Area {
        left: part.columns.start,
        top: part.rows.start,
        width: part.columns.len(),
        height: part.rows.len(),
    };
    let stride = part.line();
    part.fill(source, job, |out| {
        webp::decode(stored, layout, Some(area), out, stride, source.limits())
    })
}

#[cfg(feature = "jpeg2000")]
fn decode_jpeg2000(
    segments: &Segments<'_>,
    source: &Source,
    job: &mut Job<'_>,
    stored: &[u8],
) -> Result<()> {
    use imageio_codecs::jpeg2000::{Header, Sample, decode};

    fn all<T: Sample + imageio_core::Element>(
        stored: &[u8],
        header: &Header,
        source: &Source,
    ) -> Result<Scratch<T>> {
        let len = usize::try_from(header.samples()).unwrap_or(usize::MAX);
        let mut samples = source.limits().scratch::<T>(len, "a JPEG 2000 picture")?;
        decode(stored, header, &mut samples, source.limits())?;
        Ok(samples)
    }

    let header = Header::find(stored)?;
    let (height, width) = (header.height as usize, header.width as usize);
    let precision = header
        .components
        .iter()
        .map(|c| c.precision)
        .max()
        .unwrap_or(8);
    let signed = header.components.iter().any(|c| c.signed);
    let dtype = match (signed, precision) {
        (false, ..=8) => DType::U8,
        (false, ..=16) => DType::U16,
        (false, _) => DType::U32,
        (true, ..=8) => DType::I8,
        (true, ..=16) => DType::I16,
        (true, _) => DType::I32,
    };
    let part = Part::of(
        segments,
        job,
        (height, width),
        header.components.len(),
        dtype,
    )?;
    part.fill(source, job, |out| {
        match dtype {
            DType::U8 => part.cut(&all::<u8>(stored, &header, source)?, width, out),
            DType::U16 => part.cut(&all::<u16>(stored, &header, source)?, width, out),
            DType::U32 => part.cut(&all::<u32>(stored, &header, source)?, width, out),
            DType::I8 => part.cut(&all::<i8>(stored, &header, source)?, width, out),
            DType::I16 => part.cut(&all::<i16>(stored, &header, source)?, width, out),
            _ => part.cut(&all::<i32>(stored, &header, source)?, width, out),
        }
        Ok(())
    })
}

/// LERC, which may be compressed once more: `LercParameters` says how.
fn decode_lerc(
    segments: &Segments<'_>,
    source: &Source,
    job: &mut Job<'_>,
    stored: &[u8],
) -> Result<()> {
    use imageio_codecs::lerc::{Header, Value, decode};

    fn all<T: Value + imageio_core::Element>(
        data: &[u8],
        header: &Header,
        source: &Source,
    ) -> Result<Scratch<T>> {
        let len = header.samples().unwrap_or(usize::MAX);
        let mut samples = source.limits().scratch::<T>(len, "a LERC picture")?;
        decode(data, header, &mut samples, source.limits())?;
        Ok(samples)
    }

    let unpacked = unpack_lerc(segments, source, stored)?;
    let data = unpacked.as_deref().unwrap_or(stored);
    let header = Header::find(data)?;
    let size = (header.height, header.width);
    let part = Part::of(segments, job, size, header.depth, header.dtype)?;
    let width = header.width;
    part.fill(source, job, |out| {
        match header.dtype {
            DType::U8 => part.cut(&all::<u8>(data, &header, source)?, width, out),
            DType::I8 => part.cut(&all::<i8>(data, &header, source)?, width, out),
            DType::U16 => part.cut(&all::<u16>(data, &header, source)?, width, out),
            DType::I16 => part.cut(&all::<i16>(data, &header, source)?, width, out),
            DType::U32 => part.cut(&all::<u32>(data, &header, source)?, width, out),
            DType::I32 => part.cut(&all::<i32>(data, &header, source)?, width, out),
            DType::F32 => part.cut(&all::<f32>(data, &header, source)?, width, out),
            _ => part.cut(&all::<f64>(data, &header, source)?, width, out),
        }
        Ok(())
    })
}

fn unpack_lerc(
    segments: &Segments<'_>,
    source: &Source,
    stored: &[u8],
) -> Result<Option<Scratch<u8>>> {
    let entry = segments.page.ifd.get(LERC_PARAMETERS);
    let parameters = entry.map_or(Ok(Vec::new()), |entry| source.integers(entry, 0..2))?;
    let packing = match parameters.get(1) {
        None | Some(0) => return Ok(None),
        Some(1) => Packing::Deflate,
        #[cfg(feature = "zstd")]
        Some(2) => Packing::Zstd,
        Some(code) => {
            return Err(Error::unsupported(format!(
                "LERC compressed again by method {code}"
            )));
        }
    };
    // LERC is not longer than the samples but for its header, ranges and mask.
    let samples = segments.grid.segment.iter().product::<usize>();
    let samples = samples.saturating_mul(segments.grid.samples);
    let room = samples
        .saturating_mul(segments.dtype.size() + 1)
        .saturating_add(1 << 16);
    let mut data = source
        .limits()
        .scratch::<u8>(room, "a LERC picture as it is stored")?;
    packing.decode(stored, &mut data, false, source.limits())?;
    Ok(Some(data))
}

#[cfg(feature = "jpegxl")]
fn decode_jpegxl(
    segments: &Segments<'_>,
    source: &Source,
    job: &mut Job<'_>,
    stored: &[u8],
) -> Result<()> {
    let picture = imageio_codecs::jpegxl::Picture::open(stored, source.limits())?;
    let size = (picture.height, picture.width);
    let dtype = match (picture.is_float, picture.bits) {
        (false, ..=8) => DType::U8,
        (false, ..=16) => DType::U16,
        (true, 32) => DType::F32,
        (_, bits) => {
            return Err(Error::unsupported(format!(
                "a JPEG XL picture of {bits} bits"
            )));
        }
    };
    let part = Part::of(segments, job, size, picture.channels, dtype)?;
    let len = size
        .0
        .saturating_mul(size.1)
        .saturating_mul(picture.channels);
    let what = "a JPEG XL picture";
    part.fill(source, job, |out| {
        match dtype {
            DType::U8 => {
                let mut all = source.limits().scratch::<u8>(len, what)?;
                picture.decode(&mut all)?;
                part.cut(&all, size.1, out);
            }
            DType::U16 => {
                let mut all = source.limits().scratch::<u16>(len, what)?;
                picture.decode(&mut all)?;
                part.cut(&all, size.1, out);
            }
            _ => {
                let mut all = source.limits().scratch::<f32>(len, what)?;
                picture.decode(&mut all)?;
                part.cut(&all, size.1, out);
            }
        }
        Ok(())
    })
}

#[cfg(feature = "png")]
fn decode_png(
    segments: &Segments<'_>,
    source: &Source,
    job: &mut Job<'_>,
    stored: &[u8],
) -> Result<()> {
    let picture = imageio_codecs::png::Picture::open(stored, source.limits())?;
    let (height, width) = (picture.height, picture.width);
    let dtype = if picture.size == 2 {
        DType::U16
    } else {
        DType::U8
    };
    let part = Part::of(segments, job, (height, width), picture.channels, dtype)?;
    let len = height
        .saturating_mul(width)
        .saturating_mul(picture.channels * picture.size);
    part.fill(source, job, |out| {
        let mut all = source.limits().scratch::<u8>(len, "a PNG picture")?;
        picture.decode(&mut all)?;
        part.cut(&all, width, out);
        Ok(())
    })
}
