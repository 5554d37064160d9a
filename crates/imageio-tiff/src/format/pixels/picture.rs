//! Segments that are pictures of a format of their own.

use std::ops::Range;

use imageio_codecs::jpeg;
use imageio_core::{DType, Error, Result};

use super::coding::Picture;
use super::plan::{Job, Target};
use super::segment::{Segments, put};
use crate::format::source::Source;

const JPEG_TABLES: u16 = 347;

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
    let is_jfif = stored.get(6..10) == Some(b"JFIF");
    let colours = match page.photometric {
        _ if page.planar || !page.extra_samples.is_empty() => jpeg::Colours::AsMarked,
        // Scanners for microscopes store red, green and blue without saying so.
        RGB if !is_jfif => jpeg::Colours::Plain,
        CIE_LAB.. => jpeg::Colours::Plain,
        _ => jpeg::Colours::AsMarked,
    };
    decode_frame(segments, source, job, (stored, tables.as_deref()), colours)
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
