//! The chunks of a file: canvas, frames and metadata, without a look at the pixels.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use imageio_core::{Claim, Error, Limits, Result};

use super::Coding;
use super::chunks::{self, Chunk};

const ANIMATED: u8 = 0x02;
const HAS_XMP: u8 = 0x04;
const HAS_EXIF: u8 = 0x08;
const HAS_ALPHA: u8 = 0x10;
const HAS_ICC: u8 = 0x20;

/// What a file holds, and where.
#[derive(Debug)]
pub struct Container {
    /// Columns of the canvas.
    pub width: usize,
    /// Rows of the canvas.
    pub height: usize,
    /// Whether the canvas may be transparent.
    pub alpha: bool,
    /// Whether the file says that it is an animation.
    pub animated: bool,
    /// Red, green, blue and alpha that the canvas is to be shown on. White, where nothing is said.
    pub background: [u8; 4],
    /// How often to play, 0 for ever. 1, where nothing is said.
    pub loop_count: u16,
    /// The pictures; at least one.
    pub frames: Vec<FrameHeader>,
    /// Where the ICC profile lies.
    pub icc_profile: Option<Range<u64>>,
    /// Where the EXIF block lies.
    pub exif: Option<Range<u64>>,
    /// Where the XMP packet lies.
    pub xmp: Option<Range<u64>>,
    held: Vec<Claim>,
}

/// One picture of a file, and its part in an animation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// Column of the canvas that it begins at.
    pub x: usize,
    /// Row of the canvas that it begins at.
    pub y: usize,
    /// Number of columns.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// Milliseconds that it is shown.
    pub duration: u32,
    /// Whether it is laid over the canvas by its alpha, rather than put in its place.
    pub blend: bool,
    /// Whether its area becomes transparent after its time.
    pub dispose: bool,
    /// How its pixels are stored.
    pub coding: Coding,
    /// Whether it says to have transparent pixels.
    pub alpha: bool,
    /// Where the bytes lie that [`decode`](super::decode) takes.
    pub data: Range<u64>,
}

impl Container {
    /// Reads the heads of all chunks.
    ///
    /// # Errors
    /// `NotThisFormat` without the signature, `Corrupt` for chunks that make no sense or break off.
    pub fn read(input: &mut (impl Read + Seek), limits: &Limits) -> Result<Container> {
        let mut reader = Reader::new(input)?;
        let first = reader
            .chunk_at(12)?
            .ok_or_else(|| Error::corrupt("the file holds no chunk"))?;
        match &first.name {
            b"VP8X" => reader.extended(&first, limits),
            b"VP8 " | b"VP8L" => reader.simple(),
            name => Err(Error::corrupt(format!(
                "the first chunk is `{}`",
                name.escape_ascii()
            ))),
        }
    }
}

struct Reader<'a, R> {
    input: &'a mut R,
    /// Where the chunks end.
    end: u64,
}

/// A picture inside a frame or a still file.
struct Stored {
    features: super::Features,
    has_alpha_chunk: bool,
    data: Range<u64>,
}

impl<'a, R: Read + Seek> Reader<'a, R> {
    fn new(input: &'a mut R) -> Result<Self> {
        let len = input.seek(SeekFrom::End(0))?;
        input.seek(SeekFrom::Start(0))?;
        let mut head = [0; 12];
        let is_whole = len >= 12;
        if is_whole {
            input.read_exact(&mut head)?;
        }
        if !is_whole || !head.starts_with(b"RIFF") || !head.ends_with(b"WEBP") {
            return Err(Error::not_this_format("no `RIFF` file of type `WEBP`"));
        }
        let stored = Chunk::of(&head).map_or(0, |riff| riff.len);
        let end = stored + Chunk::HEAD;
        // A padding byte at the very end is nothing to miss.
        if end > len + 1 {
            return Err(Error::corrupt(format!(
                "{len} bytes of {end} that the file says to have"
            )));
        }
        Ok(Reader {
            input,
            end: end.min(len),
        })
    }

    /// The head of the chunk at `at`, or nothing where the file ends; its body lies inside the file.
    fn chunk_at(&mut self, at: u64) -> Result<Option<Chunk>> {
        self.chunk_before(at, self.end)
    }

    fn chunk_before(&mut self, at: u64, end: u64) -> Result<Option<Chunk>> {
        if at + Chunk::HEAD > end {
            return Ok(None);
        }
        let chunk = Chunk::of(&self.bytes::<8>(at)?);
        let chunk = chunk.ok_or_else(|| Error::corrupt(format!("no chunk at {at}")))?;
        let room = end - at - Chunk::HEAD;
        if chunk.len > room {
            return Err(Error::corrupt(format!(
                "chunk `{}` at {at}: {} bytes, expected {}",
                chunk.name.escape_ascii(),
                room,
                chunk.len
            )));
        }
        Ok(Some(chunk))
    }

    fn bytes<const N: usize>(&mut self, at: u64) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.input.seek(SeekFrom::Start(at))?;
        self.input.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// A file of one chunk with a picture.
    fn simple(&mut self) -> Result<Container> {
        let stored = self.picture(12, self.end)?;
        Ok(still(stored, 0))
    }

    /// A file with a canvas, and chunks for what is on it.
    fn extended(&mut self, first: &Chunk, limits: &Limits) -> Result<Container> {
        if first.len < 10 {
            return Err(Error::corrupt(format!(
                "chunk `VP8X`: {} bytes, expected 10",
                first.len
            )));
        }
        let [flags, _, _, _, a, b, c, d, e, f] = self.bytes(20)?;
        let mut container = Container {
            width: triple(a, b, c) as usize + 1,
            height: triple(d, e, f) as usize + 1,
            alpha: flags & HAS_ALPHA != 0,
            animated: flags & ANIMATED != 0,
            background: [255; 4],
            loop_count: 1,
            frames: Vec::new(),
            icc_profile: None,
            exif: None,
            xmp: None,
            held: Vec::new(),
        };
        let mut at = 20 + first.padded();
        while let Some(chunk) = self.chunk_at(at)? {
            let body = at + Chunk::HEAD..at + Chunk::HEAD + chunk.len;
            self.take(&chunk, body.clone(), flags, &mut container, limits)
                .map_err(|error| error.at(format!("chunk at {at}")))?;
            at = body.start + chunk.padded();
        }
        if container.frames.is_empty() {
            return Err(Error::corrupt("the file holds no picture"));
        }
        Ok(container)
    }

    fn take(
        &mut self,
        chunk: &Chunk,
        body: Range<u64>,
        flags: u8,
        container: &mut Container,
        limits: &Limits,
    ) -> Result<()> {
        let is_first = container.frames.is_empty();
        let metadata = match &chunk.name {
            b"ICCP" if flags & HAS_ICC != 0 => &mut container.icc_profile,
            b"EXIF" if flags & HAS_EXIF != 0 => &mut container.exif,
            b"XMP " if flags & HAS_XMP != 0 => &mut container.xmp,
            b"ANIM" if chunk.len >= 6 => {
                let [blue, green, red, alpha, low, high] = self.bytes(body.start)?;
                container.background = [red, green, blue, alpha];
                container.loop_count = u16::from_le_bytes([low, high]);
                return Ok(());
            }
            b"ANMF" if container.animated => {
                let frame = self.frame(body)?;
                check_place(&frame, container)?;
                return push(container, frame, limits);
            }
            b"ALPH" | b"VP8 " | b"VP8L" if !container.animated && is_first => {
                let stored = self.picture(body.start - Chunk::HEAD, self.end)?;
                let still = still(stored, flags);
                if (still.width, still.height) != (container.width, container.height) {
                    return Err(Error::corrupt(format!(
                        "a picture of {} x {} on a canvas of {} x {}",
                        still.width, still.height, container.width, container.height
                    )));
                }
                container.alpha = still.alpha;
                container.frames = still.frames;
                return Ok(());
            }
            _ => return Ok(()),
        };
        metadata.get_or_insert(body);
        Ok(())
    }

    /// An `ANMF` chunk: place, size, duration, flags, and the picture's chunks.
    fn frame(&mut self, body: Range<u64>) -> Result<FrameHeader> {
        if body.end - body.start < 16 {
            return Err(Error::corrupt(format!(
                "a frame of {} bytes, expected 16 and a picture",
                body.end - body.start
            )));
        }
        let head: [u8; 16] = self.bytes(body.start)?;
        let [a, b, c, d, e, f, .., g, h, i, flags] = head;
        let stored = self.picture(body.start + 16, body.end)?;
        Ok(FrameHeader {
            x: triple(a, b, c) as usize * 2,
            y: triple(d, e, f) as usize * 2,
            // The picture's own size counts, as in libwebp.
            width: stored.features.width,
            height: stored.features.height,
            duration: triple(g, h, i),
            blend: flags & 2 == 0,
            dispose: flags & 1 != 0,
            coding: stored.features.coding,
            alpha: stored.features.alpha || stored.has_alpha_chunk,
            data: stored.data,
        })
    }

    /// The chunks of one picture from `at` on: the first that holds pixels, and alpha before it.
    fn picture(&mut self, mut at: u64, end: u64) -> Result<Stored> {
        let mut alpha = None;
        while let Some(chunk) = self.chunk_before(at, end)? {
            let body = at + Chunk::HEAD;
            match &chunk.name {
                b"ALPH" if alpha.is_none() => alpha = Some(at),
                b"VP8 " | b"VP8L" => {
                    let mut head = [0; chunks::PICTURE_HEAD];
                    let len = usize::try_from(chunk.len).unwrap_or(usize::MAX);
                    let head = &mut head[..len.min(chunks::PICTURE_HEAD)];
                    self.input.seek(SeekFrom::Start(body))?;
                    self.input.read_exact(head)?;
                    let features = chunks::features(chunk.name, head)?;
                    let alpha = alpha.filter(|_| features.coding == Coding::Lossy);
                    return Ok(Stored {
                        features,
                        has_alpha_chunk: alpha.is_some(),
                        data: alpha.unwrap_or(at)..(body + chunk.padded()).min(end),
                    });
                }
                _ => {}
            }
            at = body + chunk.padded();
        }
        Err(Error::corrupt("no picture in it"))
    }
}

/// A file of one picture. Alpha of a lossy one counts where the flags of the file tell of it.
fn still(stored: Stored, flags: u8) -> Container {
    let said = flags & HAS_ALPHA != 0;
    let features = stored.features;
    let alpha = match features.coding {
        Coding::Lossless => features.alpha,
        Coding::Lossy => said || stored.has_alpha_chunk,
    };
    Container {
        width: features.width,
        height: features.height,
        alpha,
        animated: false,
        background: [255; 4],
        loop_count: 1,
        frames: vec![FrameHeader {
            x: 0,
            y: 0,
            width: features.width,
            height: features.height,
            duration: 0,
            blend: true,
            dispose: false,
            coding: features.coding,
            alpha,
            data: stored.data,
        }],
        icc_profile: None,
        exif: None,
        xmp: None,
        held: Vec::new(),
    }
}

fn check_place(frame: &FrameHeader, container: &Container) -> Result<()> {
    if frame.x + frame.width > container.width || frame.y + frame.height > container.height {
        return Err(Error::corrupt(format!(
            "a frame of {} x {} at {}, {} on a canvas of {} x {}",
            frame.width, frame.height, frame.x, frame.y, container.width, container.height
        )));
    }
    Ok(())
}

/// Adds a frame to the list, which grows by doubling inside the budget.
fn push(container: &mut Container, frame: FrameHeader, limits: &Limits) -> Result<()> {
    let frames = &mut container.frames;
    if frames.len() == frames.capacity() {
        let more = frames.len().max(16);
        let bytes = more as u64 * size_of::<FrameHeader>() as u64;
        container.held.push(limits.claim(bytes, "list of frames")?);
        frames.try_reserve_exact(more).map_err(|_| {
            Error::new(
                imageio_core::ErrorKind::LimitExceeded,
                "no memory for the list of frames",
            )
        })?;
    }
    frames.push(frame);
    Ok(())
}

fn triple(a: u8, b: u8, c: u8) -> u32 {
    u32::from_le_bytes([a, b, c, 0])
}
