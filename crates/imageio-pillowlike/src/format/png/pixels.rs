//! The pixels of one frame, decoded straight into the output.

use std::io::ErrorKind as IoErrorKind;
use std::ops::Range;

use imageio_core::{Error, ErrorKind, Limits, Result};

use super::header::Header;
use super::samples::{Sample, Samples, with_samples};
use super::stream::FrameStream;

type Reader<'a> = png::Reader<FrameStream<'a>>;

/// The rows and columns to decode.
pub(super) struct Part {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Part {
    pub(super) fn whole(header: &Header) -> Self {
        Part {
            rows: 0..header.height,
            columns: 0..header.width,
        }
    }
}

/// Decodes `part` of the image that `header` describes; an interlaced image only as a whole.
pub(super) fn decode(
    stream: FrameStream<'_>,
    header: &Header,
    part: &Part,
    limits: &Limits,
) -> Result<Samples> {
    let row_bytes = header
        .row_bytes(header.width)
        .ok_or_else(|| too_wide(header))?;
    let len = part
        .rows
        .len()
        .checked_mul(part.columns.len())
        .and_then(|pixels| pixels.checked_mul(header.color.channels()))
        .ok_or_else(|| too_wide(header))?;
    let mut samples = Samples::zeros(header.dtype(), len, limits)?;
    if len == 0 {
        return Ok(samples);
    }
    let mut decoder = png::Decoder::new(stream);
    decoder.set_limits(png::Limits {
        bytes: usize::try_from(limits.image_budget()).unwrap_or(usize::MAX),
    });
    // The stream has verified the chunks' checksums; that of zlib would cost a second pass.
    decoder.ignore_checksums(true);
    let reader = decoder.read_info().map_err(decoding_error)?;
    let mut rows = Rows {
        reader,
        header,
        row_bytes,
        limits,
    };
    with_samples!(&mut samples, out => if header.interlaced {
        rows.interlaced(out)
    } else {
        rows.plain(part, out)
    })?;
    Ok(samples)
}

struct Rows<'a> {
    reader: Reader<'a>,
    header: &'a Header,
    row_bytes: usize,
    limits: &'a Limits,
}

impl Rows<'_> {
    /// Rows from top to bottom, no further than the last wanted one.
    fn plain<T: Sample>(&mut self, part: &Part, out: &mut [T]) -> Result<()> {
        let channels = self.header.color.channels();
        let depth = self.header.depth;
        let all_columns = part.columns.len() == self.header.width;
        let in_place = all_columns && T::raw_mut(&mut [], depth).is_some();
        let needs_raw = !in_place || part.rows.start > 0;
        let raw_len = if needs_raw { self.row_bytes } else { 0 };
        let mut raw = self.limits.scratch::<u8>(raw_len, "row")?;
        let wide_len = if all_columns {
            0
        } else {
            self.header.width * channels
        };
        let mut wide = self.limits.scratch::<T>(wide_len, "row")?;
        for _ in 0..part.rows.start {
            self.read_row(&mut raw)?;
        }
        let columns = part.columns.start * channels..part.columns.end * channels;
        for row in out.chunks_exact_mut(columns.len()) {
            if in_place {
                if let Some(place) = T::raw_mut(row, depth) {
                    self.read_row(place)?;
                }
                T::settle(row);
                continue;
            }
            self.read_row(&mut raw)?;
            if all_columns {
                T::unpack(&raw, depth, self.header.scale(), row);
            } else {
                T::unpack(&raw, depth, self.header.scale(), &mut wide);
                row.copy_from_slice(&wide[columns.clone()]);
            }
        }
        if part.rows.end == self.header.height {
            self.finish()
        } else {
            Ok(())
        }
    }

    /// The seven passes of Adam7 (PNG 8.2).
    fn interlaced<T: Sample>(&mut self, out: &mut [T]) -> Result<()> {
        let Header {
            width,
            height,
            depth,
            ..
        } = *self.header;
        let channels = self.header.color.channels();
        let mut raw = self.limits.scratch::<u8>(self.row_bytes, "row")?;
        let mut line = self.limits.scratch::<T>(width * channels, "row")?;
        for pass in PASSES {
            let columns = pass.columns.count(width);
            let Some(raw_len) = self.header.row_bytes(columns).filter(|&len| len > 0) else {
                continue;
            };
            for y in (pass.rows.start..height).step_by(pass.rows.step) {
                self.read_row(&mut raw[..raw_len])?;
                let line = &mut line[..columns * channels];
                T::unpack(&raw[..raw_len], depth, self.header.scale(), line);
                let row = &mut out[y * width * channels..][..width * channels];
                spread(line, row, channels, &pass.columns);
            }
        }
        self.finish()
    }

    fn read_row(&mut self, row: &mut [u8]) -> Result<()> {
        match self.reader.read_row(row).map_err(decoding_error)? {
            Some(_) => Ok(()),
            None => Err(Error::corrupt("the image data holds too few rows")),
        }
    }

    /// Reads what follows the last row, so that its checksum is looked at.
    fn finish(&mut self) -> Result<()> {
        match self.reader.read_row(&mut []) {
            Ok(_) => Ok(()),
            // All pixels are here; that the file is cut off behind them does not matter.
            Err(png::DecodingError::IoError(error))
                if error.kind() == IoErrorKind::UnexpectedEof =>
            {
                Ok(())
            }
            Err(error) => Err(decoding_error(error)),
        }
    }
}

struct Pass {
    rows: Steps,
    columns: Steps,
}

struct Steps {
    start: usize,
    step: usize,
}

impl Steps {
    fn count(&self, len: usize) -> usize {
        len.saturating_sub(self.start).div_ceil(self.step)
    }
}

const fn pass(row: usize, column: usize, row_step: usize, column_step: usize) -> Pass {
    Pass {
        rows: Steps {
            start: row,
            step: row_step,
        },
        columns: Steps {
            start: column,
            step: column_step,
        },
    }
}

const PASSES: [Pass; 7] = [
    pass(0, 0, 8, 8),
    pass(0, 4, 8, 8),
    pass(4, 0, 8, 4),
    pass(0, 2, 4, 4),
    pass(2, 0, 4, 2),
    pass(0, 1, 2, 2),
    pass(1, 0, 2, 1),
];

/// Puts the pixels of a pass's row at their places in the image's row.
fn spread<T: Sample>(line: &[T], row: &mut [T], channels: usize, columns: &Steps) {
    match channels {
        1 => spread_pixels::<T, 1>(line, row, columns),
        2 => spread_pixels::<T, 2>(line, row, columns),
        3 => spread_pixels::<T, 3>(line, row, columns),
        _ => spread_pixels::<T, 4>(line, row, columns),
    }
}

fn spread_pixels<T: Sample, const N: usize>(line: &[T], row: &mut [T], columns: &Steps) {
    let places = row
        .chunks_exact_mut(N)
        .skip(columns.start)
        .step_by(columns.step);
    for (place, pixel) in places.zip(line.chunks_exact(N)) {
        place.copy_from_slice(pixel);
    }
}

fn too_wide(header: &Header) -> Error {
    let message = format!(
        "an image of {} by {} is larger than memory",
        header.width, header.height
    );
    Error::new(ErrorKind::LimitExceeded, message)
}

fn decoding_error(error: png::DecodingError) -> Error {
    match error {
        png::DecodingError::IoError(error) => Error::from(error),
        png::DecodingError::LimitsExceeded => Error::new(
            ErrorKind::LimitExceeded,
            "decoding a row takes more than the budget",
        )
        .with_help("a higher `Limits::bytes`"),
        error => Error::corrupt(format!("image data: {error}")),
    }
}
