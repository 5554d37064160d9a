//! Files that outgrow offsets of 32 bits, with an end that a test can reach.

use imageio_core::{Error, Images, Index, Metadata, NdImage, OpenArgs, Options, PluginV3, Request};
use imageio_core::{Mode, Registry, Result, imopen_in};

use super::TiffWriter;
use crate::options::{TiffReadOptions, TiffWriteOptions};
use crate::reader::TiffReader;

/// A writer that core commits, whose classic files end after 4 KiB.
struct Early(Option<TiffWriter>, TiffWriteOptions);

impl PluginV3 for Early {
    fn read(&mut self, _: Index, _: &Options) -> Result<NdImage> {
        Err(Error::unsupported("it writes"))
    }

    fn properties(&mut self, _: Index, _: &Options) -> Result<imageio_core::ImageProperties> {
        Err(Error::unsupported("it writes"))
    }

    fn metadata(&mut self, _: Index, _: bool, _: &Options) -> Result<Metadata> {
        Err(Error::unsupported("it writes"))
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let options = options.parse_over(&self.1)?;
        let writer = self
            .0
            .as_mut()
            .ok_or_else(|| Error::unsupported("closed"))?;
        writer.write(&images, &options)
    }

    fn close(self: Box<Self>) -> Result<()> {
        self.0.map_or(Ok(()), TiffWriter::close)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the signature is core's")]
fn open(request: Request, _: &Options) -> Result<Box<dyn PluginV3>> {
    let mut writer = TiffWriter::open(request);
    writer.classic_end = 4096;
    Ok(Box::new(Early(Some(writer), TiffWriteOptions::new())))
}

static EARLY: imageio_core::PluginInfo =
    imageio_core::PluginInfo::new("early", open).modes(imageio_core::Modes::READ_WRITE);

fn ramp(shape: &[usize], from: u16) -> NdImage {
    let len = shape.iter().product::<usize>();
    let data = (0..len).map(|at| from.wrapping_add(at as u16)).collect();
    NdImage::from_vec::<u16>(shape, data).unwrap()
}

fn written(images: &[NdImage], options: TiffWriteOptions) -> Result<Vec<u8>> {
    let request = Request::to_bytes().mode(Mode::WRITE);
    let mut file = imopen_in(&Registry::new(), request, OpenArgs::new().plugin(&EARLY))?;
    let options = Options::from(options);
    for image in images {
        file.write(Images::single(image), &options)?;
    }
    Ok(file.close()?.into_bytes().unwrap_or_default())
}

fn read(bytes: &[u8], index: usize) -> NdImage {
    let mut reader = TiffReader::open(Request::from(bytes)).unwrap();
    reader
        .read(Index::At(index), &TiffReadOptions::new())
        .unwrap()
}

#[test]
fn a_file_that_grows_takes_wide_offsets() {
    for options in [
        TiffWriteOptions::new(),
        TiffWriteOptions::new()
            .compression(crate::Compression::Lzw)
            .rowsperstrip(5),
        TiffWriteOptions::new()
            .byteorder(crate::ByteOrderMark::Big)
            .description("a picture"),
    ] {
        let images: Vec<NdImage> = (0..12).map(|n| ramp(&[2, 9, 20], n * 100)).collect();
        let bytes = written(&images, options.clone()).unwrap();
        let magic = if bytes[0] == b'I' { bytes[2] } else { bytes[3] };
        assert_eq!(magic, 43, "a BigTIFF");
        for (position, image) in images.iter().enumerate() {
            assert_eq!(read(&bytes, position), *image, "{position}");
        }
        let small = written(&images[..1], options).unwrap();
        assert!(small.contains(&42) && !matches!(small[2..4], [43, 0] | [0, 43]));
    }
}

#[test]
fn a_series_that_grows_takes_wide_offsets() {
    let images: Vec<NdImage> = (0..12).map(|n| ramp(&[9, 20], n * 100)).collect();
    let bytes = written(&images, TiffWriteOptions::new().contiguous(true)).unwrap();
    assert_eq!(bytes[2], 43);
    assert_eq!(read(&bytes, 0), NdImage::stack(&images).unwrap());
}

#[test]
fn pyramids_and_descriptions_move_along() {
    let images: Vec<NdImage> = (0..6).map(|n| ramp(&[40, 20], n * 100)).collect();
    let options = TiffWriteOptions::new().pyramid(1);
    let bytes = written(&images, options.clone()).unwrap();
    for (position, image) in images.iter().enumerate() {
        assert_eq!(read(&bytes, position), *image);
        let mut reader = TiffReader::open(Request::from(bytes.as_slice())).unwrap();
        let below = TiffReadOptions::new().level(1);
        let below = reader.read(Index::At(position), &below).unwrap();
        assert_eq!(below.shape(), [20, 10]);
    }
    let bytes = written(&images, TiffWriteOptions::new().ome(true)).unwrap();
    assert_eq!(read(&bytes, 5), images[5]);
    let error = written(&images, options.bigtiff(false)).unwrap_err();
    assert!(error.to_string().contains("bigtiff"), "{error}");
}
