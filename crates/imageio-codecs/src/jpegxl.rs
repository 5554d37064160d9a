//! JPEG XL, decoding only, of stills: samples as the picture has them.

use imageio_core::{Error, Limits, Result};
use jxl_oxide::image::BitDepth;
use jxl_oxide::{AllocTracker, FrameBufferSample, InitializeResult, JxlImage};

/// A picture whose header is read.
pub struct Picture {
    image: JxlImage,
    limits: Limits,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Samples of a pixel: colours, then alpha where there is one.
    pub channels: usize,
    /// Bits of a sample.
    pub bits: u32,
    /// Whether samples are numbers with a point.
    pub is_float: bool,
    /// Whether decoding makes red, green and blue of what the picture was coded as.
    pub makes_colours: bool,
}

impl Picture {
    /// Reads the header of a codestream, or of a file that holds one.
    ///
    /// # Errors
    /// `Corrupt` for other bytes, `LimitExceeded`.
    pub fn open(data: &[u8], limits: &Limits) -> Result<Self> {
        // The backend counts what it takes; a picture of a few bytes may be as large as it likes.
        let room = limits.image_budget().saturating_sub(limits.live());
        let tracker = AllocTracker::with_limit(usize::try_from(room).unwrap_or(usize::MAX));
        let mut reader = JxlImage::builder().alloc_tracker(tracker).build_uninit();
        let read = reader.feed_bytes(data).map_err(broken)?;
        let mut image = match reader.try_init().map_err(broken)? {
            InitializeResult::Initialized(image) => image,
            InitializeResult::NeedMoreData(_) => {
                return Err(Error::corrupt("a JPEG XL picture without its header"));
            }
        };
        let rest = data.get(read..).unwrap_or_default();
        image.feed_bytes(rest).map_err(broken)?;
        let metadata = &image.image_header().metadata;
        let depth = metadata.bit_depth;
        let differences = image.frame_header(0).is_some_and(|frame| frame.do_ycbcr);
        Ok(Picture {
            width: image.width() as usize,
            height: image.height() as usize,
            channels: image.pixel_format().channels(),
            bits: depth.bits_per_sample(),
            is_float: matches!(depth, BitDepth::FloatSample { .. }),
            makes_colours: metadata.xyb_encoded || differences,
            image,
            limits: limits.clone(),
        })
    }

    /// Decodes all samples into `out`, pixel by pixel. Integers come back exactly where the picture is lossless and
    /// `T` has as many bits as it, or is `f32`.
    ///
    /// # Errors
    /// `BadOption` where `out` has no room for just the picture, `Corrupt`, `LimitExceeded`.
    pub fn decode<T: FrameBufferSample>(&self, out: &mut [T]) -> Result<()> {
        let samples = (self.width as u64) * (self.height as u64) * self.channels as u64;
        if out.len() as u64 != samples {
            let message = format!("room for {} samples, the picture has {samples}", out.len());
            return Err(Error::bad_option(message));
        }
        let _planes = self
            .limits
            .claim(samples.saturating_mul(8), "decoding a JPEG XL")?;
        let frame = self.image.render_frame(0).map_err(broken)?;
        let filled = frame.stream().write_to_buffer(out);
        if filled < out.len() {
            return Err(Error::corrupt(format!(
                "a JPEG XL of {filled} samples, expected {samples}"
            )));
        }
        Ok(())
    }
}

fn broken(error: Box<dyn std::error::Error + Send + Sync + 'static>) -> Error {
    Error::corrupt("a JPEG XL picture").with_source(error)
}

#[cfg(test)]
mod tests {
    use imageio_core::Limits;

    use super::Picture;

    #[test]
    fn other_bytes_and_cut_ones_are_refused() {
        let limits = Limits::new();
        assert!(Picture::open(b"", &limits).is_err());
        assert!(Picture::open(b"\xff\x0a", &limits).is_err());
        assert!(Picture::open(b"\x89PNG\r\n\x1a\n", &limits).is_err());
    }
}
