//! The formats, and what each one's decoder and encoder offer to the plugin.
//!
//! A codec knows bytes, [`Limits`] and errors; it never sees options or the request.

use std::io::{Read, Seek, Write};
use std::ops::Range;

use imageio_core::{DType, Error, Limits, Metadata, NdImage, RequestReader, Result, Value};

pub(crate) mod bmp;
pub(crate) mod exif;
pub(crate) mod exr;
pub(crate) mod gif;
pub(crate) mod hdr;
pub(crate) mod ico;
pub(crate) mod jpeg;
pub(crate) mod png;
pub(crate) mod pnm;
pub(crate) mod qoi;
pub(crate) mod span;
pub(crate) mod tga;
pub(crate) mod webp;

/// A format of this plugin: how it is recognised and read.
pub(crate) struct Codec {
    /// Whether a file of this name that begins with `head` is in this format.
    pub(crate) recognises: fn(head: &[u8], extension: Option<&str>) -> bool,
    /// Reads the headers only. `NotThisFormat` by the first bytes, `Corrupt` for a broken header.
    pub(crate) open: fn(Input, &Limits) -> Result<Box<dyn Decoder>>,
}

/// Every format, those with a long signature before those that need a guess.
const CODECS: &[&Codec] = &[
    &png::CODEC,
    &jpeg::CODEC,
    &gif::CODEC,
    &exr::CODEC,
    &hdr::CODEC,
    &bmp::CODEC,
    &webp::CODEC,
    &qoi::CODEC,
    &pnm::CODEC,
    &ico::CODEC,
    &bmp::DIB,
    &tga::CODEC,
];

/// How many first bytes `codec_of` looks at.
pub(crate) const HEAD: usize = 32;

/// The format of what begins with `head`.
pub(crate) fn codec_of(head: &[u8], extension: Option<&str>) -> Option<&'static Codec> {
    let codecs = CODECS.iter().copied();
    codecs
        .into_iter()
        .find(|codec| (codec.recognises)(head, extension))
}

/// What a reader asks of one format only.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selection {
    /// JPEG: each side is divided by this, 2, 4 or 8.
    pub(crate) reduce: Option<u8>,
    /// OpenEXR: the layer by name.
    pub(crate) layer: Option<String>,
    /// OpenEXR: the channels by name, in this order.
    pub(crate) channels: Vec<String>,
    /// The palette's indices are wanted, where frames have some: for `mode="P"`. Every format takes it.
    pub(crate) indices: bool,
}

impl Selection {
    /// Refuses what only some formats take.
    pub(crate) fn refuse_others(&self) -> Result<()> {
        match self.first() {
            None => Ok(()),
            Some((option, format)) => Err(Error::bad_option(format!(
                "option `{option}`: only {format} files take it"
            ))),
        }
    }

    /// The option that is asked for, or nothing.
    pub(crate) fn first(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Selection {
                reduce: Some(_), ..
            } => Some(("scale", "JPEG")),
            Selection { layer: Some(_), .. } => Some(("layer", "OpenEXR")),
            Selection { channels, .. } if !channels.is_empty() => Some(("channels", "OpenEXR")),
            _ => None,
        }
    }
}

/// The meaning of the samples of one pixel, by Pillow's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `1`: two levels, `(H, W)` bool.
    Bilevel,
    /// `L`, `I;16`, `I`, `F`: one sample, told apart by the element type.
    Gray,
    /// `LA`: gray and alpha.
    GrayAlpha,
    /// `P`: indices into a palette.
    Palette,
    /// `RGB`.
    Rgb,
    /// `RGBA`.
    Rgba,
    /// `CMYK`, with 255 for full ink, as Pillow gives it.
    Cmyk,
    /// `La`: gray multiplied with its alpha. No decoder gives this mode or one of those below.
    GrayAlphaPremultiplied,
    /// `PA`: an index into a palette and alpha.
    PaletteAlpha,
    /// `RGBX`: the fourth sample has no meaning.
    Rgbx,
    /// `RGBa`: colour multiplied with its alpha.
    RgbaPremultiplied,
    /// `YCbCr`, over the whole range of a byte.
    YCbCr,
    /// `LAB`: L* over the whole range of a byte, a* and b* as signed bytes.
    Lab,
    /// `HSV`, each over the whole range of a byte.
    Hsv,
    /// So many samples that are no mode of Pillow's, as the channels of an OpenEXR layer.
    Bands(u16),
}

impl Mode {
    /// Samples of one pixel.
    pub(crate) const fn channels(self) -> usize {
        match self {
            Mode::Bilevel | Mode::Gray | Mode::Palette => 1,
            Mode::GrayAlpha | Mode::GrayAlphaPremultiplied | Mode::PaletteAlpha => 2,
            Mode::Rgb | Mode::YCbCr | Mode::Lab | Mode::Hsv => 3,
            Mode::Rgba | Mode::Cmyk | Mode::Rgbx | Mode::RgbaPremultiplied => 4,
            Mode::Bands(count) => count as usize,
        }
    }
}

/// What the header says about one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameInfo {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) mode: Mode,
    pub(crate) dtype: DType,
    /// For `Mode::Palette`: the mode that the palette's colours have, `Rgb`, `Rgba`, `Gray` or `Bilevel`.
    pub(crate) palette_mode: Option<Mode>,
}

impl FrameInfo {
    /// Shape of the stored samples: `(H, W)` or `(H, W, C)`.
    pub(crate) fn shape(&self) -> Vec<usize> {
        shape_of(self.height, self.width, self.mode)
    }
}

/// `(H, W)` for one channel, else `(H, W, C)`.
pub(crate) fn shape_of(height: usize, width: usize, mode: Mode) -> Vec<usize> {
    match mode.channels() {
        1 => vec![height, width],
        channels => vec![height, width, channels],
    }
}

/// Colours by index, each as many samples as `mode` has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Palette {
    pub(crate) mode: Mode,
    pub(crate) colors: Vec<u8>,
}

/// One decoded frame. Palette images come as indices with their palette.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) pixels: NdImage,
    pub(crate) mode: Mode,
    pub(crate) palette: Option<Palette>,
}

/// Reads one format. Made by `open(reader, limits)` in each codec's module, which reads the headers only.
///
/// Every allocation that the file sizes goes through [`Limits`]; no byte from the file may cause a panic.
pub(crate) trait Decoder: Send {
    /// The budgets that the decoder was opened with.
    fn limits(&self) -> &Limits;

    /// Takes what is asked of this format only, before any other call of a read; refuses what it does not know.
    fn select(&mut self, selection: &Selection) -> Result<()> {
        selection.refuse_others()
    }

    /// Number of frames; counted without decoding pixels.
    fn frame_count(&mut self) -> Result<usize> {
        Ok(1)
    }

    /// Whether reading without an index gives all frames (GIF, APNG) or the first.
    fn is_animation(&self) -> bool {
        false
    }

    /// Header of frame `position`, which is below `frame_count`; decodes no pixels.
    fn frame_info(&mut self, position: usize) -> Result<FrameInfo>;

    /// Frame `position`, which is below `frame_count`. Going forward must not start again from the first.
    ///
    /// Each decoder has this or [`decode_window`](Decoder::decode_window) of its own.
    fn decode(&mut self, position: usize) -> Result<Frame> {
        let info = self.frame_info(position)?;
        self.decode_window(position, 0..info.height, 0..info.width)
    }

    /// Whether frame `position` has a palette whose colours are all gray and opaque.
    fn has_gray_palette(&mut self, position: usize) -> Result<bool> {
        if self.frame_info(position)?.mode != Mode::Palette {
            return Ok(false);
        }
        let metadata = self.metadata(Some(position))?;
        let palette = metadata.get("palette").and_then(Value::as_map);
        let channels = palette.and_then(|map| map.get("channels")?.as_i64());
        let colors = palette.and_then(|map| map.get("colors")?.as_bytes());
        Ok(channels == Some(3) && colors.is_some_and(all_gray))
    }

    /// Frame `position`, of bytes and without a palette, in `out`: row by row, as large as `frame_info` says.
    fn decode_into(&mut self, position: usize, out: &mut [u8]) -> Result<()> {
        let frame = self.decode(position)?;
        let bytes = frame.pixels.as_bytes();
        if bytes.len() != out.len() {
            let (len, expected) = (bytes.len(), out.len());
            return Err(Error::corrupt(format!(
                "frame {position}: {len} bytes, expected {expected}"
            )));
        }
        out.copy_from_slice(&bytes);
        Ok(())
    }

    /// The rows and columns of frame `position` that lie in the ranges, which are checked already.
    fn decode_window(
        &mut self,
        position: usize,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Result<Frame> {
        let frame = self.decode(position)?;
        let pixels = frame.pixels.crop(&[rows, columns])?.compact();
        Ok(Frame { pixels, ..frame })
    }

    /// Pillow's info keys of frame `position`, or of the file for `None`; decodes no pixels.
    ///
    /// Raw EXIF goes under `exif` as bytes; the plugin adds the parsed tags. A palette goes under `palette` as a
    /// map of `channels` and `colors` (bytes).
    fn metadata(&mut self, position: Option<usize>) -> Result<Metadata>;
}

/// Whether red, green and blue are equal in every triple.
pub(crate) fn all_gray(colors: &[u8]) -> bool {
    colors
        .chunks_exact(3)
        .all(|rgb| rgb[0] == rgb[1] && rgb[1] == rgb[2])
}

/// What a codec reads from.
pub(crate) type Input = RequestReader;

/// The image to write, for a format that holds one.
pub(crate) fn only_image<'a>(frames: &'a [NdImage], format: &str) -> Result<&'a NdImage> {
    let [image] = frames else {
        let count = frames.len();
        return Err(Error::unsupported(format!(
            "{format} holds one image, not {count}"
        )));
    };
    Ok(image)
}

/// What a codec writes to.
pub(crate) trait Sink: Read + Write + Seek {}

impl<T: Read + Write + Seek> Sink for T {}
