//! Brightness with fewer colour differences, as TIFF 6.0 §21 packs them into units.

use imageio_core::{DType, Error, Result};

use super::plan::Job;
use super::samples::Store;
use super::segment::{Segments, Workspace, put};
use crate::format::page::Page;

/// A unit: the brightness of some pixels, then the two differences that they share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Units {
    across: usize,
    down: usize,
}

impl Units {
    /// # Errors
    /// `Unsupported` for anything but bytes that stand together, and factors other than 1, 2 and 4.
    pub(super) fn of(page: &Page, segments: &Segments<'_>) -> Result<Self> {
        let (across, down) = page.subsampling;
        let known = |factor: u16| matches!(factor, 1 | 2 | 4);
        let bytes = segments.dtype == DType::U8 && matches!(segments.store, Store::Plain { .. });
        let fits = bytes && segments.grid.samples == 3 && segments.grid.segment[0] == 1;
        if !known(across) || !known(down) || !fits || segments.has_predictor() {
            let message = format!("chroma subsampling by {across} and {down} of such samples");
            return Err(Error::unsupported(message));
        }
        Ok(Units {
            across: across.into(),
            down: down.into(),
        })
    }

    /// Decodes a segment: each pixel gets the differences of its unit.
    pub(super) fn decode(
        self,
        segments: &Segments<'_>,
        job: &mut Job<'_>,
        stored: &[u8],
        workspace: &mut Workspace<'_>,
    ) -> Result<()> {
        let width = segments.grid.segment[2];
        let luma = self.across * self.down;
        let unit_row = width.div_ceil(self.across).saturating_mul(luma + 2);
        let unit_rows = job.cut.rows.end.div_ceil(self.down);
        let full_rows = job.length.div_ceil(self.down);
        let wanted = unit_row.saturating_mul(unit_rows);
        let source = workspace.source;
        let mut raw = std::mem::take(&mut workspace.raw);
        let bytes = raw.take(wanted, source)?;
        let place = (job.index, job.is_cut);
        segments.unpack(
            source,
            place,
            stored,
            bytes,
            (wanted, unit_rows < full_rows),
        )?;
        let columns = job.cut.columns.clone();
        let line = workspace.row.take(columns.len() * 3, source)?;
        for (number, y) in job.cut.rows.clone().enumerate() {
            let units = bytes.get(y / self.down * unit_row..).unwrap_or_default();
            let row = y % self.down * self.across;
            for (pixel, x) in line.as_chunks_mut::<3>().0.iter_mut().zip(columns.clone()) {
                let start = x / self.across * (luma + 2);
                if let Some(unit) = units.get(start..start + luma + 2) {
                    *pixel = [unit[row + x % self.across], unit[luma], unit[luma + 1]];
                }
            }
            let len = columns.len() * job.cut.samples.len();
            put(line, job.target.line(number, len), (1, 3), &job.cut.samples);
        }
        workspace.raw = raw;
        Ok(())
    }
}
