//! The walk over the chunks: what the file holds and where, without its pixels.

use std::io::{Seek, SeekFrom};

use imageio_core::{Error, ErrorKind, Limits, Result};

use super::chunks::{self, Chunk, SIGNATURE};
use super::header::{Color, Header};
use crate::format::{Input, Mode, Palette};

mod frames;

pub(super) use frames::{Control, FrameControl};

/// What the chunks up to the image data say, and in an animation all chunks.
pub(super) struct Outline {
    pub(super) header: Header,
    palette: Vec<u8>,
    pub(super) transparency: Option<Vec<u8>>,
    /// Where the first `IDAT` begins, its length included.
    pub(super) data: u64,
    extras: Vec<Chunk>,
    /// Whether `extras` covers what lies behind the image data.
    complete: bool,
    pub(super) animation: Option<Control>,
}

impl Outline {
    /// The mode that the palette's colours have.
    pub(super) fn palette_mode(&self) -> Mode {
        if self.transparency.is_some() {
            Mode::Rgba
        } else {
            Mode::Rgb
        }
    }

    /// The palette with a colour for each index that the depth can hold.
    ///
    /// Indices past the end of `PLTE` are opaque black, as Pillow has it.
    pub(super) fn colors(&self) -> Palette {
        self.first_colors(1 << self.header.depth.min(8))
    }

    /// The palette as it stands in a file with palette colours.
    pub(super) fn stored_colors(&self) -> Option<Palette> {
        let indexed = self.header.color == Color::Indexed;
        indexed.then(|| self.first_colors(self.palette.len() / 3))
    }

    fn first_colors(&self, count: usize) -> Palette {
        let mode = self.palette_mode();
        let alphas = self.transparency.as_deref().unwrap_or_default();
        let mut colors = Vec::new();
        for index in 0..count {
            let rgb = self.palette.get(index * 3..index * 3 + 3);
            colors.extend_from_slice(rgb.unwrap_or(&[0; 3]));
            if mode == Mode::Rgba {
                let alpha = alphas.get(index).filter(|_| rgb.is_some());
                colors.push(alpha.copied().unwrap_or(255));
            }
        }
        Palette { mode, colors }
    }

    /// All ancillary chunks that metadata is read from, those behind the image data too.
    pub(super) fn all_extras(&mut self, input: &mut Input) -> Vec<Chunk> {
        if !self.complete {
            // The image is whole without its tail, so what is broken there ends the walk and no more.
            let _ = walk_tail(input, self.data, &mut self.extras);
            self.complete = true;
        }
        self.extras.clone()
    }
}

/// Reads the signature and the chunks before the image data; for an animation the rest too.
pub(super) fn read_outline(input: &mut Input, limits: &Limits) -> Result<Outline> {
    input.seek(SeekFrom::Start(0))?;
    let mut signature = [0; 8];
    if chunks::read_some(input, &mut signature)? < 8 || signature != SIGNATURE {
        return Err(Error::not_this_format(
            "the data does not begin as PNG does",
        ));
    }
    let first = Chunk::next(input)?.ok_or_else(no_data)?;
    if &first.name == b"CgBI" {
        let message = "the file is an Apple `CgBI` variant of PNG, which is not one";
        return Err(Error::unsupported(message));
    }
    if &first.name != b"IHDR" || first.len != 13 {
        let message = format!(
            "the first chunk is {} of {} bytes, expected IHDR of 13",
            first.text(),
            first.len
        );
        return Err(Error::corrupt(message));
    }
    let header = Header::parse(&first.read_critical(input, limits)?)?;
    let mut head = Head::default();
    let data = head.read(input, &header, limits)?;
    if header.color == Color::Indexed && head.palette.is_empty() {
        return Err(Error::corrupt("there is no PLTE for palette colours"));
    }
    let mut outline = Outline {
        header,
        palette: head.palette,
        transparency: head.transparency.filter(|alphas| !alphas.is_empty()),
        data,
        extras: head.extras,
        complete: false,
        animation: None,
    };
    if let Some(most) = head.animated {
        let first = match head.controls[..] {
            [] => None,
            [chunk] => Some(chunk),
            [..] => return Err(frames::two_controls()),
        };
        let control = frames::read_frames(input, &mut outline, first, most, limits)?;
        outline.complete = true;
        // Without any frame the image stands alone, as Pillow has it.
        outline.animation = Some(control).filter(|control| !control.frames.is_empty());
    }
    Ok(outline)
}

/// What stands before the image data.
#[derive(Default)]
struct Head {
    palette: Vec<u8>,
    transparency: Option<Vec<u8>>,
    extras: Vec<Chunk>,
    /// Number of frames in `acTL`.
    animated: Option<usize>,
    controls: Vec<Chunk>,
}

impl Head {
    /// Reads up to the image data; gives its place.
    fn read(&mut self, input: &mut Input, header: &Header, limits: &Limits) -> Result<u64> {
        let mut claims = 0;
        loop {
            let chunk = Chunk::next(input)?.ok_or_else(no_data)?;
            match &chunk.name {
                b"IDAT" => break Ok(chunk.start - 8),
                b"IEND" => break Err(no_data()),
                b"PLTE" if header.color == Color::Indexed => {
                    self.palette = palette(&chunk, input, limits)?;
                }
                b"tRNS" => {
                    self.extras.push(chunk);
                    if chunk.len <= 256 && !header.color.has_alpha() {
                        self.transparency = chunk.read(input, limits)?;
                    }
                }
                b"acTL" => {
                    claims += 1;
                    self.animated =
                        frames::animated(&chunk, input, limits)?.filter(|_| claims == 1);
                    self.extras.push(chunk);
                }
                b"fcTL" => self.controls.push(chunk),
                name if is_extra(*name) => self.extras.push(chunk),
                _ => {}
            }
            chunk.skip(input)?;
        }
    }
}

fn walk_tail(input: &mut Input, data: u64, extras: &mut Vec<Chunk>) -> Result<()> {
    input.seek(SeekFrom::Start(data))?;
    while let Some(chunk) = Chunk::next(input)? {
        if &chunk.name == b"IEND" {
            break;
        }
        if is_extra(chunk.name) {
            extras.push(chunk);
        }
        chunk.skip(input)?;
    }
    Ok(())
}

/// Whether metadata comes from chunks of this name.
fn is_extra(name: [u8; 4]) -> bool {
    const EXTRAS: [&[u8; 4]; 13] = [
        b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"iCCP", b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME",
        b"cICP", b"bKGD", b"sBIT",
    ];
    EXTRAS.contains(&&name)
}

fn palette(chunk: &Chunk, input: &mut Input, limits: &Limits) -> Result<Vec<u8>> {
    if chunk.len == 0 || chunk.len > 768 || !chunk.len.is_multiple_of(3) {
        let message = format!(
            "PLTE has {} bytes, expected 3 for each of 1 to 256 colours",
            chunk.len
        );
        return Err(Error::corrupt(message));
    }
    chunk.read_critical(input, limits)
}

fn no_data() -> Error {
    Error::new(ErrorKind::Corrupt, "the data ends before any image data")
}
