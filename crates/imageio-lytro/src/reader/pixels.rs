//! Pixels: from where they lie packed straight into an image.

use std::ops::Range;
use std::thread::{Builder, scope};

use imageio_core::{Error, ErrorKind, Limits, Request, Result, cores};

use crate::format::packing::Pixel;
use crate::format::sensor::Sensor;

/// Packed bytes that are read at once.
const BLOCK: usize = 1 << 18;

/// Rows of a narrow part that are asked for together, so that a remote resource can join them.
const BATCH: usize = 64;

/// Packed bytes from which a second thread pays.
const FOR_TWO: usize = 4 << 20;

/// A part of a sensor's pixels, and where they lie.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Of the first pixel of the sensor.
    pub(super) start: u64,
    pub(super) sensor: Sensor,
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Place {
    /// The part in these rows and columns of the sensor.
    pub(super) fn part(self, rows: Range<usize>, columns: Range<usize>) -> Place {
        Place {
            rows,
            columns,
            ..self
        }
    }

    /// Unpacks the part into `pixels`, which has room for just it.
    pub(super) fn fill<T: Pixel>(&self, request: &Request, pixels: &mut [T]) -> Result<()> {
        if pixels.is_empty() {
            return Ok(());
        }
        let limits = request.limits();
        let done = if self.columns == (0..self.sensor.width) {
            self.fill_rows(request, pixels, &limits)
        } else {
            self.fill_columns(request, pixels, &limits)
        };
        done.map_err(|error| match error.kind() {
            ErrorKind::Corrupt => error.at("image"),
            _ => error,
        })
    }

    /// Whole rows, by two threads where there are many.
    fn fill_rows<T: Pixel>(
        &self,
        request: &Request,
        pixels: &mut [T],
        limits: &Limits,
    ) -> Result<()> {
        let many = self.rows.len().saturating_mul(self.sensor.row_len()) >= FOR_TWO;
        if !many || cores() < 2 {
            return self.fill_share(request, self.rows.clone(), pixels, limits);
        }
        let half = self.rows.start + self.rows.len() / 2;
        let (upper, lower) = pixels.split_at_mut(self.rows.len() / 2 * self.sensor.width);
        scope(|scope| {
            let rows = half..self.rows.end;
            let work = move || self.fill_share(request, rows, lower, limits);
            let second = Builder::new().spawn_scoped(scope, work)?;
            let first = self.fill_share(request, self.rows.start..half, upper, limits);
            let second = second
                .join()
                .map_err(|_| Error::new(ErrorKind::External, "a thread broke off"))?;
            first.and(second)
        })
    }

    fn fill_share<T: Pixel>(
        &self,
        request: &Request,
        rows: Range<usize>,
        pixels: &mut [T],
        limits: &Limits,
    ) -> Result<()> {
        let packing = self.sensor.packing;
        let row_len = self.sensor.row_len();
        let mut at = self.offset(rows.start);
        let len = rows.len().saturating_mul(row_len);
        let lying = request.as_slice().and_then(|all| {
            let start = usize::try_from(at).ok()?;
            all.get(start..start.checked_add(len)?)
        });
        if let Some(packed) = lying {
            packing.unpack(packed, pixels);
            return Ok(());
        }
        let block = (BLOCK / row_len.max(1)).max(1);
        let mut packed = limits.scratch::<u8>(block.min(rows.len()) * row_len, "packed rows")?;
        for part in pixels.chunks_mut(block * self.sensor.width) {
            let wanted = packing.bytes_of(part.len());
            let packed = packed.get_mut(..wanted).unwrap_or_default();
            request.read_exact_at(at, packed)?;
            packing.unpack(packed, part);
            at += wanted as u64;
        }
        Ok(())
    }

    /// Some columns of each row: the groups of pixels that hold them are read and unpacked.
    fn fill_columns<T: Pixel>(
        &self,
        request: &Request,
        pixels: &mut [T],
        limits: &Limits,
    ) -> Result<()> {
        let packing = self.sensor.packing;
        let group = packing.pixels();
        let first = self.columns.start / group * group;
        let held = self.columns.end.next_multiple_of(group) - first;
        let before = self.columns.start - first;
        let (width, packed_len) = (self.columns.len(), packing.bytes_of(held));
        let mut row = limits.scratch::<T>(held, "a row")?;
        let mut packed =
            limits.scratch::<u8>(packed_len * BATCH.min(self.rows.len()), "packed rows")?;
        let mut rows = self.rows.clone();
        for batch in pixels.chunks_mut(BATCH * width) {
            let offsets = rows.by_ref().map(|row| self.offset(row));
            let skipped = packing.bytes_of(first) as u64;
            let mut parts: Vec<(u64, &mut [u8])> = packed
                .chunks_exact_mut(packed_len)
                .take(batch.len() / width)
                .zip(offsets)
                .map(|(part, offset)| (offset + skipped, part))
                .collect();
            request.read_ranges(&mut parts)?;
            for ((_, packed), out) in parts.iter().zip(batch.chunks_exact_mut(width)) {
                packing.unpack(packed, &mut row);
                if let Some(wanted) = row.get(before..before + width) {
                    out.copy_from_slice(wanted);
                }
            }
        }
        Ok(())
    }

    fn offset(&self, row: usize) -> u64 {
        self.start + row as u64 * self.sensor.row_len() as u64
    }
}
