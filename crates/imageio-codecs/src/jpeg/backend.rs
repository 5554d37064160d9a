//! The only place that knows the crate which decodes and encodes: `libjpeg-turbo-rs`.
//!
//! It gives the samples of libjpeg-turbo bit for bit: accurate integer transform, smooth upsampling.

use imageio_core::{Error, ErrorKind, Limits, Result};
use libjpeg_turbo_rs::{
    ColorSpace, DecodeLimits, Decoder, Encoder, JpegError, PixelFormat, ScalingFactor,
    Subsampling as Sampling, precision,
};

use super::Area;
use super::frame::{Coding, Component, FrameHeader};
use super::planes::{self, Colour, Plane};

/// Scans that a picture of any size may have; real ones have about ten.
const SCANS: u64 = 500;

/// Blocks that all scans together may visit, which bounds the time that a small file can cost.
const BLOCK_VISITS: u64 = 1 << 30;

/// How much coarser colour is stored than brightness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subsampling {
    /// 4:4:4, as fine.
    S444,
    /// 4:2:2, half as fine across.
    S422,
    /// 4:2:0, half as fine across and down.
    S420,
}

/// What an encoder is to make of one picture.
pub struct Job<'a> {
    /// 1, 3 or 4 samples a pixel; four are stored ink values.
    pub samples: &'a [u8],
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Samples of a pixel.
    pub channels: usize,
    /// 1 to 100.
    pub quality: u8,
    /// Of the colour differences.
    pub subsampling: Subsampling,
    /// In several scans, each of which refines the picture.
    pub progressive: bool,
    /// With Huffman tables made for the picture.
    pub optimize: bool,
    /// In natural order; used instead of the ones that the quality gives.
    pub tables: &'a [[u16; 64]],
    /// Units between two restart markers, or 0.
    pub restart_blocks: u16,
    /// Rows of units between two restart markers, or 0.
    pub restart_rows: u16,
    /// Dots per inch.
    pub density: Option<(u16, u16)>,
    /// Store red, green and blue as they are.
    pub keep_rgb: bool,
}

/// Bytes that decoding takes beside the file and the output.
fn working_bytes(frame: &FrameHeader) -> u64 {
    let stored = frame.stored_samples();
    let size = u64::from(frame.precision.div_ceil(8));
    let pixels = u64::from(frame.height) * u64::from(frame.width);
    let output = pixels * frame.components.len() as u64 * size;
    let planes = match frame.coding {
        // Whole coefficients, then the planes that they give.
        Coding::Progressive => stored * 3,
        Coding::Sequential | Coding::Lossless => stored,
    };
    // Deep samples and lossless frames are put together in a buffer of the backend.
    let staged = frame.precision != 8 || frame.coding == Coding::Lossless;
    planes * size + if staged { output * 2 } else { 0 }
}

/// Decodes 8-bit samples of `area` into `out`, which has room for just them.
pub(super) fn decode_u8(
    data: &[u8],
    frame: &FrameHeader,
    area: &Area,
    out: &mut [u8],
    limits: &Limits,
) -> Result<()> {
    let _working = limits.claim(working_bytes(frame), "decoding a JPEG")?;
    let mut decoder = decoder(data, frame)?;
    let (height, width) = area.picture(frame);
    let whole = area.rows == (0..height) && area.columns == (0..width);
    let channels = frame.components.len();
    if area.reduce > 1 {
        let scale = ScalingFactor::try_new(1, area.reduce.into()).map_err(translated)?;
        decoder.set_scale(scale);
    } else if !whole && direct(frame) && frame.coding != Coding::Lossless {
        return decode_part(decoder, frame, area, out);
    }
    if whole {
        return decode_whole(decoder, frame, area, out, limits);
    }
    let mut all = limits.scratch::<u8>(height * width * channels, "image")?;
    decode_whole(decoder, frame, area, &mut all, limits)?;
    copy_part(&all, width * channels, area, (0, 0), out);
    Ok(())
}

fn decode_whole(
    decoder: Decoder<'_>,
    frame: &FrameHeader,
    area: &Area,
    out: &mut [u8],
    limits: &Limits,
) -> Result<()> {
    if !direct(frame) && (area.reduce == 1 || frame.components.len() < 4) {
        return decode_planes(decoder, frame, area, out, limits);
    }
    let info = decoder.decode_image_into(out).map_err(translated)?;
    if info.bytes_written != out.len() {
        return Err(disagrees());
    }
    Ok(())
}

/// Copies the pixels of `area` out of `samples` in lines of `stride`, the first of which is at `origin`.
fn copy_part(samples: &[u8], stride: usize, area: &Area, origin: (usize, usize), out: &mut [u8]) {
    let (top, left) = origin;
    let lines = samples.chunks_exact(stride).skip(area.rows.start - top);
    let to = out.chunks_exact_mut(out.len() / area.rows.len().max(1));
    for (to, line) in to.zip(lines) {
        let from = (area.columns.start - left) * (to.len() / area.columns.len().max(1));
        if let Some(line) = line.get(from..from + to.len()) {
            to.copy_from_slice(line);
        }
    }
}

/// Whether the backend puts the components together itself. It refuses or misreads the samplings that no
/// common encoder writes, and four components that are not all of one size.
fn direct(frame: &FrameHeader) -> bool {
    let factors = |c: &Component| (usize::from(c.across), usize::from(c.down));
    match frame.components.as_slice() {
        [_] => true,
        [first, second, third] => {
            let largest = frame.sampling();
            factors(first) == largest && factors(second) == (1, 1) && factors(third) == (1, 1)
        }
        _ => frame.coding == Coding::Lossless,
    }
}

fn decode_planes(
    decoder: Decoder<'_>,
    frame: &FrameHeader,
    area: &Area,
    out: &mut [u8],
    limits: &Limits,
) -> Result<()> {
    if area.reduce > 1 {
        return Err(Error::unsupported(
            "option `scale` for a JPEG of this sampling",
        ));
    }
    let colour = match decoder.jpeg_color_space() {
        ColorSpace::YCbCr | ColorSpace::Ycck => Colour::Differences,
        _ => Colour::Plain,
    };
    let raw = decoder.decode_raw().map_err(translated)?;
    let planes: Vec<Plane<'_>> = raw
        .planes
        .iter()
        .zip(&raw.plane_widths)
        .enumerate()
        .map(|(position, (samples, stride))| Plane::new(frame, position, samples, *stride))
        .collect::<Result<_>>()?;
    if planes.len() != frame.components.len() {
        return Err(disagrees());
    }
    planes::assemble(&planes, frame.width.into(), colour, out, limits)
}

/// Decodes the blocks around `area`, and gives what lies in it.
fn decode_part(
    mut decoder: Decoder<'_>,
    frame: &FrameHeader,
    area: &Area,
    out: &mut [u8],
) -> Result<()> {
    let Area { rows, columns, .. } = area;
    // Colour is interpolated between neighbours, so one more unit of blocks on each side keeps the edges exact.
    let (across, down) = frame.sampling();
    let (unit_width, unit_height) = (8 * across, 8 * down);
    let left = (columns.start / unit_width).saturating_sub(1) * unit_width;
    let right = (columns.end.div_ceil(unit_width) + 1) * unit_width;
    let top = (rows.start / unit_height).saturating_sub(1) * unit_height;
    let bottom = (rows.end.div_ceil(unit_height) + 1) * unit_height;
    let width = right.min(frame.width.into()) - left;
    let height = bottom.min(frame.height.into()) - top;
    decoder.set_crop_region(left, top, width, height);
    let image = decoder.decode_image().map_err(translated)?;
    if (image.width, image.height) != (width, height) {
        return Err(disagrees());
    }
    let stride = width * frame.components.len();
    copy_part(&image.data, stride, area, (top, left), out);
    Ok(())
}

/// Decodes samples of other depths than 8 bits.
pub fn decode_deep(data: &[u8], frame: &FrameHeader, limits: &Limits) -> Result<Vec<u16>> {
    let _working = limits.claim(working_bytes(frame), "decoding a JPEG")?;
    // The backend's functions for deep samples look at one interleaved Huffman scan only.
    let decoder = decoder(data, frame)?;
    if decoder.has_multiple_scans() || decoder.is_arithmetic() {
        return Err(Error::unsupported(format!(
            "a JPEG of {} bits a sample, progressive, arithmetic or in several scans",
            frame.precision
        )));
    }
    if frame.coding != Coding::Lossless {
        let image = precision::decompress_12bit_with_limits(data, &bounds(frame));
        let image = image.map_err(translated)?;
        let samples = checked(frame, image.width, image.height, image.data)?;
        return Ok(samples
            .into_iter()
            .map(|sample| sample.clamp(0, 4095) as u16)
            .collect());
    }
    if frame.components.len() > 1 && frame.sampling() != (1, 1) {
        return Err(Error::unsupported("a lossless JPEG with subsampled colour"));
    }
    let image = precision::decompress_lossless_arbitrary(data).map_err(translated)?;
    checked(frame, image.width, image.height, image.data)
}

/// Encodes one picture, with JFIF or Adobe segment but no other metadata.
pub fn encode(job: &Job<'_>) -> Result<Vec<u8>> {
    let format = match job.channels {
        1 => PixelFormat::Grayscale,
        3 => PixelFormat::Rgb,
        _ => PixelFormat::Cmyk,
    };
    let mut encoder = Encoder::new(job.samples, job.width, job.height, format)
        .quality(job.quality.max(1))
        .force_baseline(true)
        .optimize_huffman(job.optimize)
        .progressive(job.progressive);
    // Gray has nothing to subsample, and inks are kept as fine as they are.
    encoder = match (job.channels, job.subsampling) {
        (1, _) => encoder,
        // The backend writes progressive inks only where each one's factors are named.
        (4, _) => encoder.sampling_factors(vec![(1, 1); 4]),
        _ if job.keep_rgb => encoder.subsampling(Sampling::S444),
        (_, Subsampling::S444) => encoder.subsampling(Sampling::S444),
        (_, Subsampling::S422) => encoder.subsampling(Sampling::S422),
        (_, Subsampling::S420) => encoder.subsampling(Sampling::S420),
    };
    if job.keep_rgb && job.channels == 3 {
        encoder = encoder.colorspace(ColorSpace::Rgb);
    }
    if let (Some(first), Some(last)) = (job.tables.first(), job.tables.last()) {
        encoder = encoder.quant_table(0, *first).quant_table(1, *last);
    }
    if job.restart_blocks > 0 {
        encoder = encoder.restart_blocks(job.restart_blocks);
    }
    if job.restart_rows > 0 {
        encoder = encoder.restart_rows(job.restart_rows);
    }
    if let Some((across, down)) = job.density {
        // It goes into the JFIF segment, which pictures in inks lack.
        encoder = encoder.density(1, across, down);
    }
    encoder.encode().map_err(translated)
}

/// A decoder that read the same frame header as we did.
fn decoder<'a>(data: &'a [u8], frame: &FrameHeader) -> Result<Decoder<'a>> {
    let mut decoder = Decoder::new_with_limits(data, bounds(frame)).map_err(translated)?;
    let header = decoder.header();
    let same = header.width == frame.width
        && header.height == frame.height
        && header.precision == frame.precision
        && header.components.len() == frame.components.len();
    if !same {
        return Err(disagrees());
    }
    // As libjpeg does for progressive pictures whose last scans are missing.
    decoder.set_block_smoothing(true);
    decoder.set_output_format(match frame.components.len() {
        1 => PixelFormat::Grayscale,
        3 => PixelFormat::Rgb,
        _ => PixelFormat::Cmyk,
    });
    Ok(decoder)
}

fn bounds(frame: &FrameHeader) -> DecodeLimits {
    let blocks = (frame.stored_samples() / 64).max(1);
    // The size of the picture is checked by our own limits before.
    DecodeLimits {
        max_width: 65_535,
        max_height: 65_535,
        max_pixels: u64::MAX,
        max_scans: (BLOCK_VISITS / blocks).clamp(64, SCANS) as usize,
        max_memory: None,
    }
}

fn checked<T>(frame: &FrameHeader, width: usize, height: usize, samples: Vec<T>) -> Result<Vec<T>> {
    let expected = usize::from(frame.width) * usize::from(frame.height) * frame.components.len();
    if (width, height) != (frame.width.into(), frame.height.into()) || samples.len() != expected {
        return Err(disagrees());
    }
    Ok(samples)
}

fn disagrees() -> Error {
    Error::corrupt("the frame header reads in two ways")
}

fn translated(error: JpegError) -> Error {
    let kind = match &error {
        JpegError::InvalidMarker(_)
        | JpegError::UnexpectedMarker(_)
        | JpegError::CorruptData(_)
        | JpegError::UnexpectedEof => ErrorKind::Corrupt,
        JpegError::Unsupported(_) => ErrorKind::Unsupported,
        JpegError::LimitExceeded { .. } | JpegError::AllocationFailed { .. } => {
            ErrorKind::LimitExceeded
        }
        _ => ErrorKind::External,
    };
    Error::new(kind, error.to_string()).with_source(error)
}
