//! PNG as strips of other formats hold it: samples as they are stored, without palette, gamma or animation.

use std::io::Cursor;

use imageio_core::{Error, Limits, Result};
use png::{BitDepth, Decoder, DecodingError, Reader, Transformations};

/// A picture whose header is read.
pub struct Picture<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Samples of a pixel.
    pub channels: usize,
    /// Bytes of a sample, 1 or 2.
    pub size: usize,
}

impl<'a> Picture<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// `Corrupt` for other bytes; `Unsupported` for less than eight bits a sample; `LimitExceeded`.
    pub fn open(data: &'a [u8], limits: &Limits) -> Result<Self> {
        let room = limits.image_budget().saturating_sub(limits.live());
        let limits = png::Limits {
            bytes: usize::try_from(room).unwrap_or(usize::MAX),
        };
        let mut decoder = Decoder::new_with_limits(Cursor::new(data), limits);
        decoder.set_transformations(Transformations::IDENTITY);
        let reader = decoder.read_info().map_err(broken)?;
        let info = reader.info();
        let size = match info.bit_depth {
            BitDepth::Eight => 1,
            BitDepth::Sixteen => 2,
            depth => {
                let message = format!("a PNG picture of {} bits a sample", depth as u8);
                return Err(Error::unsupported(message));
            }
        };
        Ok(Picture {
            width: info.width as usize,
            height: info.height as usize,
            channels: info.color_type.samples(),
            size,
            reader,
        })
    }

    /// Decodes all samples into `out`, in this machine's byte order.
    ///
    /// # Errors
    /// `BadOption` where `out` has no room for just the picture; `Corrupt`.
    pub fn decode(mut self, out: &mut [u8]) -> Result<()> {
        let needed = self.reader.output_buffer_size();
        if needed != Some(out.len()) {
            let message = format!("room for {} bytes, the picture has {needed:?}", out.len());
            return Err(Error::bad_option(message));
        }
        self.reader.next_frame(out).map_err(broken)?;
        if self.size == 2 && cfg!(target_endian = "little") {
            out.as_chunks_mut::<2>()
                .0
                .iter_mut()
                .for_each(|sample| sample.reverse());
        }
        Ok(())
    }
}

fn broken(error: DecodingError) -> Error {
    Error::corrupt("a PNG picture").with_source(error)
}

#[cfg(test)]
mod tests {
    use imageio_core::Limits;

    use super::Picture;

    #[test]
    fn samples_come_back_in_native_order() {
        let mut data = Vec::new();
        let mut encoder = png::Encoder::new(&mut data, 2, 1);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Sixteen);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[1, 2, 3, 4]).unwrap();
        writer.finish().unwrap();
        let picture = Picture::open(&data, &Limits::new()).unwrap();
        assert_eq!((picture.width, picture.channels, picture.size), (2, 1, 2));
        let mut out = [0; 4];
        picture.decode(&mut out).unwrap();
        assert_eq!(
            out,
            [0x0102u16.to_ne_bytes(), 0x0304u16.to_ne_bytes()].concat()[..]
        );
        assert!(Picture::open(&data[..20], &Limits::new()).is_err());
    }
}
