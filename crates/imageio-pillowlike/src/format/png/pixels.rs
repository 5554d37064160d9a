//! The pixels of one frame, decoded straight into the output.

use std::ops::Range;

use imageio_core::{Error, ErrorKind, Limits, Result, Scratch};

use super::header::Header;
use super::inflate::{self, Inflater, Taker};
use super::passes::{self, Batch, Pass};
use super::samples::{Sample, Samples, with_samples};
use super::stream::FrameStream;
use super::unfilter::unfilter;

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

/// Decodes `part` of the image that `header` describes; what lies below it is not looked at.
pub(super) fn decode(
    stream: FrameStream<'_>,
    header: &Header,
    part: &Part,
    limits: &Limits,
) -> Result<Samples> {
    decode_with(stream, header, part, limits, inflate::has_cores)
}

/// `decode`, with a second thread for a large image where `threads` allows it.
pub(super) fn decode_with(
    stream: FrameStream<'_>,
    header: &Header,
    part: &Part,
    limits: &Limits,
    threads: impl Fn() -> bool,
) -> Result<Samples> {
    let passes = passes::passes(header).ok_or_else(|| too_wide(header))?;
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
    let mut source = Inflater::new(stream);
    with_samples!(&mut samples, out => {
        let taker = Rows::new(header, part, out, limits)?;
        run(&mut source, &passes, taker, &threads, limits)
    })?;
    if part.rows.end == header.height {
        source.finish()?;
    }
    Ok(samples)
}

fn run<T: Sample>(
    source: &mut Inflater<'_>,
    passes: &[Pass],
    mut taker: Rows<'_, T>,
    threads: &dyn Fn() -> bool,
    limits: &Limits,
) -> Result<()> {
    let end = taker.part.rows.end;
    // Asking for cores reads files of the system, which takes longer than a small image.
    let threads = passes::total(passes, end) >= inflate::WORTH_A_THREAD && threads();
    let size = if threads {
        inflate::LARGE
    } else {
        inflate::SMALL
    };
    let batches = passes::batches(passes, size, end);
    let most = passes::largest(passes, size, end);
    if threads {
        inflate::on_two_threads(source, batches, most, &mut taker, limits)
    } else {
        inflate::on_one_thread(source, batches, most, &mut taker, limits)
    }
}

/// Makes samples of filtered rows and puts them in their places.
struct Rows<'a, T> {
    header: &'a Header,
    part: &'a Part,
    out: &'a mut [T],
    /// Bytes from one pixel to the next, as filters count them.
    pixel: usize,
    /// The row above the next one of the same pass.
    above: Scratch<u8>,
    /// The samples of a row of which only some are wanted.
    line: Scratch<T>,
}

impl<'a, T: Sample> Rows<'a, T> {
    fn new(header: &'a Header, part: &'a Part, out: &'a mut [T], limits: &Limits) -> Result<Self> {
        let channels = header.color.channels();
        let row_bytes = header
            .row_bytes(header.width)
            .ok_or_else(|| too_wide(header))?;
        // Whole bytes are cut out of the row itself.
        let some = header.interlaced || (header.depth < 8 && part.columns.len() != header.width);
        let line = if some { header.width * channels } else { 0 };
        Ok(Rows {
            header,
            part,
            out,
            pixel: (channels * usize::from(header.depth)).div_ceil(8),
            above: limits.scratch(row_bytes, "row")?,
            line: limits.scratch(line, "row")?,
        })
    }

    /// Takes a row's bytes, at `y` in the image.
    fn put(&mut self, pass: &Pass, y: usize, raw: &[u8]) {
        let Some(at) = y.checked_sub(self.part.rows.start) else {
            return;
        };
        let channels = self.header.color.channels();
        let (depth, scale) = (self.header.depth, self.header.scale());
        let columns = &self.part.columns;
        let row_len = columns.len() * channels;
        let Some(row) = self
            .out
            .get_mut(at * row_len..)
            .and_then(|out| out.get_mut(..row_len))
        else {
            return;
        };
        if self.header.interlaced {
            let line = &mut self.line[..pass.width * channels];
            T::unpack(raw, depth, scale, line);
            spread(line, row, channels, pass, columns);
        } else if columns.len() == self.header.width {
            T::unpack(raw, depth, scale, row);
        } else if depth >= 8 {
            let bytes = channels * usize::from(depth / 8);
            T::unpack(
                &raw[columns.start * bytes..columns.end * bytes],
                depth,
                scale,
                row,
            );
        } else {
            T::unpack(raw, depth, scale, &mut self.line);
            row.copy_from_slice(&self.line[columns.start * channels..columns.end * channels]);
        }
    }
}

impl<T: Sample> Taker for Rows<'_, T> {
    fn take(&mut self, batch: &Batch, rows: &mut [u8]) -> Result<()> {
        let (pass, pixel) = (&batch.pass, self.pixel);
        if batch.rows.start == 0 {
            self.above.fill(0);
        }
        let mut filtered = rows.chunks_exact_mut(pass.row_bytes + 1);
        let mut last: Option<&[u8]> = None;
        for at in batch.rows.clone() {
            let Some((filter, row)) = filtered.next().and_then(<[u8]>::split_first_mut) else {
                break;
            };
            let above = last.unwrap_or(&self.above[..pass.row_bytes]);
            unfilter(*filter, pixel, above, row)?;
            self.put(pass, pass.rows.place(at), row);
            last = Some(row);
        }
        if let Some(last) = last {
            self.above[..pass.row_bytes].copy_from_slice(last);
        }
        Ok(())
    }
}

/// Puts the pixels of a pass's row at their places in the wanted columns of the image's row.
fn spread<T: Sample>(
    line: &[T],
    row: &mut [T],
    channels: usize,
    pass: &Pass,
    columns: &Range<usize>,
) {
    match channels {
        1 => spread_pixels::<T, 1>(line, row, pass, columns),
        2 => spread_pixels::<T, 2>(line, row, pass, columns),
        3 => spread_pixels::<T, 3>(line, row, pass, columns),
        _ => spread_pixels::<T, 4>(line, row, pass, columns),
    }
}

fn spread_pixels<T: Sample, const N: usize>(
    line: &[T],
    row: &mut [T],
    pass: &Pass,
    columns: &Range<usize>,
) {
    let skipped = pass.columns.count(columns.start);
    let first = pass.columns.place(skipped) - columns.start;
    let places = row
        .chunks_exact_mut(N)
        .skip(first)
        .step_by(pass.columns.step);
    for (place, pixel) in places.zip(line.chunks_exact(N).skip(skipped)) {
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
