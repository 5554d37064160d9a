//! The only place that knows the crate which decodes and encodes: `libjpeg-turbo-rs`.
//!
//! It gives the samples of libjpeg-turbo bit for bit: accurate integer transform, smooth upsampling.

use std::ops::Range;

use imageio_core::{Error, ErrorKind, Limits, Result};
use libjpeg_turbo_rs::{
    ColorSpace, DecodeLimits, Decoder, Encoder, JpegError, PixelFormat, Subsampling as Sampling,
    precision,
};

use super::header::{Coding, Component, FrameHeader};
use super::planes::{self, Colour, Plane};

/// Scans that a picture of any size may have; real ones have about ten.
const SCANS: u64 = 500;

/// Blocks that all scans together may visit, which bounds the time that a small file can cost.
const BLOCK_VISITS: u64 = 1 << 30;

/// How much coarser colour is stored than brightness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subsampling {
    /// 4:4:4, as fine.
    S444,
    /// 4:2:2, half as fine across.
    S422,
    /// 4:2:0, half as fine across and down.
    S420,
}

/// What an encoder is to make of one picture.
pub(super) struct Job<'a> {
    /// 1, 3 or 4 samples a pixel; four are stored ink values.
    pub(super) samples: &'a [u8],
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) channels: usize,
    pub(super) quality: u8,
    pub(super) subsampling: Subsampling,
    pub(super) progressive: bool,
    pub(super) optimize: bool,
    /// In natural order; used instead of the ones that the quality gives.
    pub(super) tables: &'a [[u16; 64]],
    pub(super) restart_blocks: u16,
    pub(super) restart_rows: u16,
    /// Dots per inch.
    pub(super) density: Option<(u16, u16)>,
}

/// Bytes that decoding takes beside the file and the output.
pub(super) fn working_bytes(frame: &FrameHeader) -> u64 {
    let stored = frame.stored_samples();
    let info = frame.info();
    let pixels = info.height as u64 * info.width as u64;
    let output = pixels * info.mode.channels() as u64 * info.dtype.size() as u64;
    let planes = match frame.coding {
        // Whole coefficients, then the planes that they give.
        Coding::Progressive => stored * 3,
        Coding::Sequential | Coding::Lossless => stored,
    };
    // Deep samples and lossless frames are put together in a buffer of the backend.
    let staged = frame.precision != 8 || frame.coding == Coding::Lossless;
    planes * info.dtype.size() as u64 + if staged { output * 2 } else { 0 }
}

/// Decodes 8-bit samples into `out`, which has room for all of them.
pub(super) fn decode_u8(
    data: &[u8],
    frame: &FrameHeader,
    out: &mut [u8],
    limits: &Limits,
) -> Result<()> {
    let decoder = decoder(data, frame)?;
    if !direct(frame) {
        return decode_planes(decoder, frame, out, limits);
    }
    let info = decoder.decode_image_into(out).map_err(translated)?;
    if info.bytes_written != out.len() {
        return Err(disagrees());
    }
    Ok(())
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
    out: &mut [u8],
    limits: &Limits,
) -> Result<()> {
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

/// Whether parts of the picture can be decoded alone.
pub(super) fn crops(frame: &FrameHeader) -> bool {
    frame.precision == 8 && frame.coding != Coding::Lossless && direct(frame)
}

/// Decodes the blocks around `rows` and `columns`, which hold at least one pixel.
pub(super) fn decode_part(
    data: &[u8],
    frame: &FrameHeader,
    rows: &Range<usize>,
    columns: &Range<usize>,
) -> Result<Part> {
    let mut decoder = decoder(data, frame)?;
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
    Ok(Part {
        samples: image.data,
        width,
        top,
        left,
    })
}

/// A part of a picture, in whole blocks.
pub(super) struct Part {
    pub(super) samples: Vec<u8>,
    pub(super) width: usize,
    /// Row of the picture that the part starts with.
    pub(super) top: usize,
    /// Column of the picture that the part starts with.
    pub(super) left: usize,
}

/// Decodes samples of other depths than 8 bits.
pub(super) fn decode_deep(data: &[u8], frame: &FrameHeader) -> Result<Vec<u16>> {
    // The backend's functions for deep samples look at one interleaved Huffman scan only.
    let decoder = decoder(data, frame)?;
    if decoder.has_multiple_scans() || decoder.is_arithmetic() {
        return Err(Error::unsupported(format!(
            "a JPEG of {} bits a sample, progressive, arithmetic or in several scans",
            frame.precision
        )));
    }
    if frame.coding != Coding::Lossless {
        let image = precision::decompress_12bit_with_limits(data, &limits(frame));
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
pub(super) fn encode(job: &Job<'_>) -> Result<Vec<u8>> {
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
        (_, Subsampling::S444) => encoder.subsampling(Sampling::S444),
        (_, Subsampling::S422) => encoder.subsampling(Sampling::S422),
        (_, Subsampling::S420) => encoder.subsampling(Sampling::S420),
    };
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
    let mut decoder = Decoder::new_with_limits(data, limits(frame)).map_err(translated)?;
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

fn limits(frame: &FrameHeader) -> DecodeLimits {
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
