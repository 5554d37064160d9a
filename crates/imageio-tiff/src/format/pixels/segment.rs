//! One segment: from its stored bytes to the samples that a region wants of it.

use std::sync::OnceLock;

use imageio_codecs::ccitt;
use imageio_core::{DType, Error, Result, Scratch};

use super::coding::Coding;
use super::old_jpeg::Header;
use super::plan::{Job, Target};
use super::samples::{Store, to_native, turn_bits};
use super::{name_of, nodata, picture, predictor, ycbcr};
use crate::format::page::{Grid, Page};
use crate::format::source::Source;
use crate::format::tags;

const PHOTOMETRIC_YCBCR: u16 = 6;

/// How the segments of a page are decoded.
pub(super) struct Segments<'p> {
    pub(super) page: &'p Page,
    pub(super) grid: Grid,
    pub(super) dtype: DType,
    pub(super) coding: Coding,
    pub(super) store: Store,
    predictor: Predictor,
    /// Chroma has fewer samples than luma, in bytes that no picture codec puts together.
    units: Option<ycbcr::Units>,
    pub(super) tables: OnceLock<Option<Vec<u8>>>,
    /// What goes before the samples of old-style JPEG.
    pub(super) header: Option<Header>,
    nodata: OnceLock<[u8; 16]>,
}

/// What neighbours have to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Predictor {
    None,
    /// Samples are differences from the one so many pixels back.
    Differences(usize),
    /// Bytes of numbers with a point are, in the order of their height.
    Float(usize),
}

/// Buffers that one thread uses again and again.
pub(super) struct Workspace<'s> {
    pub(super) source: &'s Source,
    pub(super) raw: Buffer,
    pub(super) row: Buffer,
}

impl<'s> Workspace<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        Workspace {
            source,
            raw: Buffer::default(),
            row: Buffer::default(),
        }
    }
}

/// A buffer that grows where it must.
#[derive(Default)]
pub(super) struct Buffer(Option<Scratch<u8>>);

impl Buffer {
    /// `len` bytes of any content.
    pub(super) fn take(&mut self, len: usize, source: &Source) -> Result<&mut [u8]> {
        if self.0.as_ref().is_none_or(|held| held.len() < len) {
            self.0 = None;
            self.0 = Some(source.limits().scratch(len, "a strip or tile")?);
        }
        let held = self.0.as_mut().and_then(|held| held.get_mut(..len));
        Ok(held.unwrap_or_default())
    }
}

impl<'p> Segments<'p> {
    /// # Errors
    /// `Unsupported` with what cannot be decoded.
    pub(super) fn of(page: &'p Page) -> Result<Self> {
        let dtype = page.dtype()?;
        let coding = Coding::of(page)?;
        let store = Store::of(page, dtype);
        let grid = page.grid();
        let of_picture = matches!(coding, Coding::Picture(_));
        let predictor = if of_picture || matches!(coding, Coding::Fax(_)) {
            Predictor::None
        } else {
            predictor_of(page, dtype, store)?
        };
        let fax_needs = (grid.samples, store) == (1, Store::Bits(1));
        if matches!(coding, Coding::Fax(_)) && !fax_needs {
            let (samples, bits) = (grid.samples, &page.bits);
            let message = format!("facsimile coding of {samples} samples of {bits:?} bits");
            return Err(Error::unsupported(message));
        }
        if store == Store::Rgb565 && grid.samples != 3 {
            return Err(Error::unsupported(
                "samples of 5, 6 and 5 bits in separate planes",
            ));
        }
        let mut segments = Segments {
            page,
            grid,
            dtype,
            coding,
            store,
            predictor,
            units: None,
            tables: OnceLock::new(),
            header: None,
            nodata: OnceLock::new(),
        };
        let is_ycbcr =
            page.photometric == PHOTOMETRIC_YCBCR && page.ifd.has(tags::YCBCR_SUBSAMPLING);
        if is_ycbcr && page.is_subsampled() && !of_picture {
            segments.units = Some(ycbcr::Units::of(page, &segments)?);
        }
        Ok(segments)
    }

    /// Whether samples are stored as they are needed, but for the order of bytes and bits.
    pub(super) fn is_plain(&self) -> bool {
        self.coding == Coding::Plain
            && self.predictor == Predictor::None
            && self.units.is_none()
            && matches!(self.store, Store::Plain { .. })
    }

    /// Whether differences or odd depths stand between the stored samples and the ones needed.
    pub(super) fn has_predictor(&self) -> bool {
        self.predictor != Predictor::None
    }

    /// Bytes of a row of a segment as it is stored without compression.
    pub(super) fn row_len(&self) -> Result<usize> {
        let samples = self.grid.segment[2].checked_mul(self.grid.samples);
        let len = samples.and_then(|samples| self.store.row_len(samples));
        len.ok_or_else(|| Error::corrupt("rows of a strip or tile that are longer than memory"))
    }

    /// Cuts what is read of a segment to what its job needs.
    pub(super) fn trim(&self, source: &Source, job: &mut Job<'_>) {
        let Ok(row) = self.row_len() else {
            return;
        };
        let lines = (job.cut.depth.end - 1)
            .saturating_mul(job.length)
            .saturating_add(job.cut.rows.end);
        if self.coding == Coding::Plain && self.units.is_none() {
            let first = job.cut.depth.start * job.length + job.cut.rows.start;
            let (skip, len) = (first.saturating_mul(row), lines.saturating_mul(row));
            let len = job.span.len.min(len as u64);
            if !job.span.is_empty() && len > skip as u64 {
                job.span.offset = job.span.offset.saturating_add(skip as u64);
                job.span.len = len - skip as u64;
            }
            return;
        }
        // No coding makes data much longer; a wrong count should not read all of a large file for each segment.
        let full = self.grid.segment[0]
            .saturating_mul(job.length)
            .saturating_mul(row) as u64;
        let spare = match self.coding {
            Coding::Picture(_) => 16 << 20,
            _ => 64 << 10,
        };
        job.span.len = job
            .span
            .len
            .min(full.saturating_mul(4).saturating_add(spare));
        // What is wanted may stand before the end of a file that is too short, or the count be wrong.
        let rest = source.len().saturating_sub(job.span.offset);
        job.is_cut = rest < job.span.len;
        if rest > 0 {
            job.span.len = job.span.len.min(rest);
        }
    }

    /// Decodes `stored` and fills the job's target.
    pub(super) fn decode(
        &self,
        source: &Source,
        job: &mut Job<'_>,
        stored: &[u8],
        workspace: &mut Workspace<'_>,
    ) -> Result<()> {
        if job.span.is_empty() {
            let sample = self.nodata(source);
            job.target.each(|bytes| nodata::fill(bytes, sample));
            return Ok(());
        }
        if let Coding::Picture(codec) = self.coding {
            return picture::decode(self, codec, source, job, stored);
        }
        let turned = if self.page.fill_order == 2 {
            let mut turned = source
                .limits()
                .scratch::<u8>(stored.len(), "bits in another order")?;
            turned.copy_from_slice(stored);
            turn_bits(&mut turned);
            Some(turned)
        } else {
            None
        };
        let stored = turned.as_deref().unwrap_or(stored);
        match (self.coding, &self.units) {
            (Coding::Fax(fax), _) => {
                let coding = fax.coding(source, self.page)?;
                self.decode_fax(coding, job, stored, workspace)
            }
            (_, Some(units)) => units.decode(self, job, stored, workspace),
            _ => self.decode_rows(job, stored, workspace),
        }
    }

    /// The value of pixels that are not stored.
    pub(super) fn nodata(&self, source: &Source) -> &[u8] {
        let sample = self
            .nodata
            .get_or_init(|| nodata::sample(source, self.page, self.dtype));
        &sample[..self.dtype.size().min(16)]
    }

    /// Unpacks `stored` into `out`, whose rest becomes zeros, and warns of data that are too short.
    ///
    /// # Errors
    /// `Corrupt` where there is nothing at all.
    pub(super) fn unpack(
        &self,
        source: &Source,
        (index, is_cut): (u64, bool),
        stored: &[u8],
        out: &mut [u8],
        (wanted, partial): (usize, bool),
    ) -> Result<()> {
        let filled = if let Coding::Bytes(packing) = self.coding {
            packing.decode(stored, out, partial, source.limits())?
        } else {
            let len = stored.len().min(out.len());
            out[..len].copy_from_slice(&stored[..len]);
            len
        };
        if let Some(rest) = out.get_mut(filled..) {
            rest.fill(0);
        }
        self.check_filled(source, (index, is_cut), filled, wanted)
    }

    fn check_filled(
        &self,
        source: &Source,
        (index, is_cut): (u64, bool),
        filled: usize,
        wanted: usize,
    ) -> Result<()> {
        if filled >= wanted {
            return Ok(());
        }
        let message = format!("{filled} bytes, expected {wanted}");
        if is_cut {
            return Err(Error::corrupt(format!("{message}, where the file ends")));
        }
        if filled == 0 {
            return Err(Error::corrupt(message));
        }
        source.warn(format!("{}: {message}", name_of(self.page, index)));
        Ok(())
    }

    fn decode_rows(
        &self,
        job: &mut Job<'_>,
        stored: &[u8],
        workspace: &mut Workspace<'_>,
    ) -> Result<()> {
        let source = workspace.source;
        let row = self.row_len()?;
        let lines = |count: usize| {
            count
                .checked_mul(row)
                .ok_or_else(|| Error::corrupt("a strip or tile that is longer than memory"))
        };
        let wanted_lines = (job.cut.depth.end - 1) * job.length + job.cut.rows.end;
        let wanted = lines(wanted_lines)?;
        let full = lines(self.grid.segment[0].saturating_mul(job.length)).unwrap_or(usize::MAX);
        let prefers_whole =
            matches!(self.coding, Coding::Bytes(packing) if packing.prefers_whole());
        let room = if prefers_whole && wanted > full / 2 {
            full
        } else {
            wanted
        };
        let how = (wanted, room < full);
        if self.fits(job, room)
            && let Target::Joined(out) = &mut job.target
        {
            self.unpack(source, (job.index, job.is_cut), stored, out, how)?;
            self.finish_rows(source, out, row);
            return Ok(());
        }
        if self.coding == Coding::Plain && self.predictor == Predictor::None {
            // What stands before the first row that is wanted was not read.
            let first = job.cut.depth.start * job.length + job.cut.rows.start;
            self.check_filled(
                source,
                (job.index, job.is_cut),
                stored.len(),
                lines(wanted_lines - first)?,
            )?;
            return self.copy_lines(job, stored, first, workspace);
        }
        let mut raw = std::mem::take(&mut workspace.raw);
        let bytes = raw.take(room, source)?;
        let first = if self.coding == Coding::Plain {
            job.cut.depth.start * job.length + job.cut.rows.start
        } else {
            0
        };
        let how = (lines(wanted_lines - first)?, how.1);
        self.unpack(source, (job.index, job.is_cut), stored, bytes, how)?;
        let done = self.copy_lines(job, bytes, first, workspace);
        workspace.raw = raw;
        done
    }

    /// Whether the target takes just the `room` bytes that the segment begins with, as they are stored.
    fn fits(&self, job: &Job<'_>, room: usize) -> bool {
        let Target::Joined(out) = &job.target else {
            return false;
        };
        let cut = &job.cut;
        out.len() == room
            && matches!(self.store, Store::Plain { .. })
            && !matches!(self.predictor, Predictor::Float(_))
            && cut.columns == (0..self.grid.segment[2])
            && cut.samples.len() == self.grid.samples
            && (cut.depth.start, cut.rows.start) == (0, 0)
            && (cut.depth.len() == 1 || cut.rows.len() == job.length)
    }

    /// Rows in place: order of bytes, then differences.
    fn finish_rows(&self, source: &Source, rows: &mut [u8], row: usize) {
        let Store::Plain { size, unit } = self.store else {
            return;
        };
        if let Predictor::Differences(back) = self.predictor {
            for line in rows.chunks_exact_mut(row.max(1)) {
                to_native(line, unit, source.order());
                predictor::undo_differences(line, size, back * self.grid.samples);
            }
        } else {
            to_native(rows, unit, source.order());
        }
    }

    /// Fills the target from rows as they are stored, of which row `first` of the segment is the first.
    fn copy_lines(
        &self,
        job: &mut Job<'_>,
        rows: &[u8],
        first: usize,
        workspace: &mut Workspace<'_>,
    ) -> Result<()> {
        let order = workspace.source.order();
        let row = self.row_len()?;
        let size = self.dtype.size();
        let pixel = self.grid.samples * size;
        let columns = job.cut.columns.clone();
        // Differences start at the left edge; nothing depends on what is further right.
        let samples = match self.predictor {
            Predictor::Float(_) => self.grid.segment[2],
            _ => columns.end,
        } * self.grid.samples;
        let held = workspace.row.take(samples * size + row, workspace.source)?;
        let (line, scratch) = held.split_at_mut(samples * size);
        let as_stored =
            matches!(self.store, Store::Plain { .. }) && self.predictor == Predictor::None;
        let (cut, length) = (job.cut.clone(), job.length);
        let mut number = 0;
        for z in cut.depth.clone() {
            for y in cut.rows.clone() {
                let start = (z * length + y - first) * row;
                let stored = rows.get(start..).unwrap_or_default();
                let stored = &stored[..stored.len().min(row)];
                let piece = if as_stored {
                    stored.get(columns.start * pixel..)
                } else {
                    self.undo(stored, order, line, scratch);
                    line.get(columns.start * pixel..)
                };
                let target = job
                    .target
                    .line(number, columns.len() * cut.samples.len() * size);
                put(
                    piece.unwrap_or_default(),
                    target,
                    (size, self.grid.samples),
                    &cut.samples,
                );
                if as_stored && let Store::Plain { unit, .. } = self.store {
                    to_native(target, unit, order);
                }
                number += 1;
            }
        }
        Ok(())
    }

    /// A row as it is stored becomes samples.
    fn undo(
        &self,
        stored: &[u8],
        order: crate::format::source::ByteOrder,
        line: &mut [u8],
        scratch: &mut [u8],
    ) {
        let size = self.dtype.size();
        match self.predictor {
            Predictor::Float(back) => {
                let bytes = &mut scratch[..stored.len()];
                bytes.copy_from_slice(stored);
                predictor::undo_float(bytes, size, back * self.grid.samples, line);
            }
            Predictor::Differences(back) => {
                self.store.unpack(stored, size, order, line);
                predictor::undo_differences(line, size, back * self.grid.samples);
            }
            Predictor::None => self.store.unpack(stored, size, order, line),
        }
    }

    fn decode_fax(
        &self,
        coding: ccitt::Coding,
        job: &mut Job<'_>,
        stored: &[u8],
        workspace: &mut Workspace<'_>,
    ) -> Result<()> {
        let source = workspace.source;
        let width = self.grid.segment[2];
        let lines = (job.cut.depth.end - 1) * job.length + job.cut.rows.end;
        let room = lines
            .checked_mul(width)
            .ok_or_else(|| Error::corrupt("a strip or tile that is longer than memory"))?;
        let is_whole =
            job.cut.columns == (0..width) && job.cut.rows.start == 0 && job.cut.depth.start == 0;
        let warn = |rows: usize| {
            if rows < lines {
                let name = name_of(self.page, job.index);
                source.warn(format!("{name}: {rows} rows, expected {lines}"));
            }
        };
        if let (true, Target::Joined(out)) = (is_whole, &mut job.target)
            && out.len() == room
        {
            out.fill(0);
            warn(ccitt::decode(stored, coding, width, out, source.limits())?);
            return Ok(());
        }
        let pixels = workspace.raw.take(room, source)?;
        pixels.fill(0);
        warn(ccitt::decode(
            stored,
            coding,
            width,
            pixels,
            source.limits(),
        )?);
        let columns = job.cut.columns.clone();
        let wanted = job
            .cut
            .depth
            .clone()
            .flat_map(|z| job.cut.rows.clone().map(move |y| (z, y)));
        for (number, (z, y)) in wanted.enumerate() {
            let start = (z * job.length + y) * width;
            let piece = pixels.get(start + columns.start..start + columns.end);
            job.target
                .line(number, columns.len())
                .copy_from_slice(piece.unwrap_or_default());
        }
        Ok(())
    }
}

/// Copies the wanted ones of the samples of each pixel; what is missing becomes zeros.
pub(super) fn put(
    from: &[u8],
    to: &mut [u8],
    (size, samples): (usize, usize),
    wanted: &std::ops::Range<usize>,
) {
    if wanted.len() == samples {
        let len = from.len().min(to.len());
        let (filled, rest) = to.split_at_mut(len);
        filled.copy_from_slice(&from[..len]);
        rest.fill(0);
        return;
    }
    let pixels = from.chunks_exact(size * samples);
    let mut targets = to.chunks_exact_mut(size * wanted.len().max(1));
    for (target, pixel) in targets.by_ref().zip(pixels) {
        target.copy_from_slice(&pixel[wanted.start * size..wanted.end * size]);
    }
    targets.for_each(|target| target.fill(0));
}

fn predictor_of(page: &Page, dtype: DType, store: Store) -> Result<Predictor> {
    let refuse = |what: &str| {
        Err(Error::unsupported(format!(
            "predictor {} of {what}",
            page.predictor
        )))
    };
    let differences = |back| match store {
        Store::Plain { .. } | Store::Bits(2..) if !dtype.is_complex() => {
            Ok(Predictor::Differences(back))
        }
        _ => refuse("such samples"),
    };
    let float = |back| match store {
        Store::Plain { .. } if dtype.is_float() => Ok(Predictor::Float(back)),
        _ => refuse("samples other than numbers with a point of 16, 32 or 64 bits"),
    };
    match page.predictor {
        0 | 1 => Ok(Predictor::None),
        2 => differences(1),
        3 => float(1),
        34892 => differences(2),
        34893 => differences(4),
        34894 => float(2),
        34895 => float(4),
        code => Err(Error::unsupported(format!("predictor {code}"))),
    }
}
