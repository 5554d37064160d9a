//! All frames of a video as one array.

use imageio_core::{DType, Element, Error, NdImage, Result};

use super::FfmpegReader;
use crate::options::FfmpegReadOptions;

impl FfmpegReader {
    /// Decodes every frame into one array, inside the budget for stacks.
    pub(super) fn read_all(&mut self, options: &FfmpegReadOptions) -> Result<NdImage> {
        match options.dtype.dtype() {
            DType::U16 => self.stacked::<u16>(options),
            _ => self.stacked::<u8>(options),
        }
    }

    fn stacked<T: Element>(&mut self, options: &FfmpegReadOptions) -> Result<NdImage> {
        let limits = self.request.limits();
        let budget = limits.for_stack();
        let mut data: Vec<T> = Vec::new();
        let mut shape = Vec::new();
        let mut count = 0;
        while let Some(frame) = self.fetch(count, options)? {
            count += 1;
            limits.check_frames(count)?;
            if count == 1 {
                shape = frame.shape().to_vec();
                data = budget.try_capacity(
                    self.expected(frame.len(), budget.image_budget()),
                    "all frames",
                )?;
            } else if frame.shape() != shape.as_slice() {
                return Err(Error::unsupported("the frames differ in size"));
            }
            let bytes = (data.len() + frame.len()) as u64 * size_of::<T>() as u64;
            drop(budget.claim(bytes, "a stack of all frames")?);
            if data.capacity() - data.len() < frame.len() {
                let refused = |_| {
                    Error::new(
                        imageio_core::ErrorKind::LimitExceeded,
                        "the machine refuses a stack of all frames",
                    )
                };
                data.try_reserve(frame.len()).map_err(refused)?;
            }
            data.extend_from_slice(frame.as_slice::<T>()?);
        }
        if count == 0 {
            return Err(Error::corrupt("the video has no frame"));
        }
        shape.insert(0, count);
        NdImage::from_vec(&shape, data)
    }

    /// Samples that the container promises, inside a budget of bytes; a promise is not believed further than that.
    fn expected(&self, of_frame: usize, budget: u64) -> usize {
        let claimed = self
            .index
            .as_ref()
            .map(|index| index.len() as u64)
            .or(self.info.claimed_frames);
        let claimed = claimed.unwrap_or(1).clamp(1, 1 << 20);
        let samples = claimed.saturating_mul(of_frame as u64).min(budget / 2);
        usize::try_from(samples).unwrap_or(of_frame)
    }
}
