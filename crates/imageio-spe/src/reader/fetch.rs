//! Pixels: from where they lie straight into an image.

use imageio_core::{Error, Limits, NdImage, Result};

use super::SpeReader;
use crate::format::data_type::{Sample, with_sample};
use crate::format::layout::Layout;

/// Reads that are asked for together, so that a remote resource can join them.
const BATCH: usize = 64;

impl SpeReader {
    /// An image of what `layout` describes.
    pub(super) fn fetch(&self, layout: &Layout, limits: &Limits) -> Result<NdImage> {
        self.check_end(layout)?;
        with_sample!(self.frames.data_type, T => {
            let len = layout.len().unwrap_or(usize::MAX);
            let mut samples: Vec<T> = limits.try_vec(len, "the image")?;
            self.fill(layout, &mut samples)?;
            NdImage::from_vec(&layout.shape(), samples)
        })
    }

    /// Fills `out`, which has the shape and type of `layout`.
    pub(super) fn fetch_into(
        &self,
        layout: &Layout,
        out: &mut NdImage,
        limits: &Limits,
    ) -> Result<()> {
        self.check_end(layout)?;
        with_sample!(self.frames.data_type, T => {
            let mut target = out.as_array_mut::<T>()?;
            if let Some(samples) = target.as_slice_mut() {
                return self.fill(layout, samples);
            }
            let image = self.fetch(layout, limits)?;
            target.assign(&image.as_array::<T>()?);
            Ok(())
        })
    }

    /// Refuses what lies behind the pixels, before memory is taken for it.
    fn check_end(&self, layout: &Layout) -> Result<()> {
        let (end, data_end) = (layout.end(), self.data_end);
        if end <= data_end {
            return Ok(());
        }
        Err(Error::corrupt(format!(
            "the frame ends at byte {end}, the pixels at byte {data_end}"
        )))
    }

    /// Reads the bytes into place, as few reads as the layout allows, and puts them into the machine's order.
    fn fill<T: Sample>(&self, layout: &Layout, samples: &mut [T]) -> Result<()> {
        let runs = layout.runs();
        let bytes: &mut [u8] = bytemuck::must_cast_slice_mut(samples);
        let run_len = usize::try_from(runs.run_len()).unwrap_or(usize::MAX);
        if bytes.is_empty() {
            return Ok(());
        }
        let mut parts = Vec::new();
        for (offset, part) in runs.zip(bytes.chunks_exact_mut(run_len)) {
            parts.push((offset, part));
            if parts.len() == BATCH {
                self.request.read_ranges(&mut parts)?;
                parts.clear();
            }
        }
        self.request.read_ranges(&mut parts)?;
        T::fix_order(samples);
        Ok(())
    }
}
