//! Files made on the spot, and the shapes that tests ask for again and again.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use imageio_core::{ImageResource, Mode, NdImage, OpenArgs, Options, Registry, Request, imopen_in};
use imageio_swf::{PLUGIN, SwfReader, SwfWriteOptions};
use sha2::{Digest, Sha256};

/// An image of uint8 with these values, over and over.
pub(crate) fn image(shape: &[usize], values: impl IntoIterator<Item = u8>) -> NdImage {
    let values: Vec<u8> = values.into_iter().collect();
    let len = shape.iter().product();
    let data = values.into_iter().cycle().take(len).collect();
    NdImage::from_vec(shape, data).expect("as many values as elements")
}

/// An image of uint8 whose neighbours differ.
pub(crate) fn noise(shape: &[usize]) -> NdImage {
    image(shape, (0..=250u8).map(|n| n.wrapping_mul(97) ^ n >> 3))
}

/// The plugin opened to write to memory, with options of opening.
pub(crate) fn open_with(extension: &str, options: Options) -> ImageResource {
    let args = OpenArgs::new()
        .plugin(&PLUGIN)
        .extension(extension)
        .options(options);
    imopen_in(
        &Registry::new(),
        Request::to_bytes().mode(Mode::WRITE),
        args,
    )
    .expect("the plugin")
}

/// The plugin opened to read.
pub(crate) fn open_read(request: impl Into<Request>, options: Options) -> ImageResource {
    let args = OpenArgs::new().plugin(&PLUGIN).options(options);
    imopen_in(&Registry::new(), request.into(), args).expect("the plugin")
}

/// A file of these frames.
pub(crate) fn write_bytes(frames: &[NdImage], options: SwfWriteOptions) -> Vec<u8> {
    let mut resource = open_with(".swf", Options::new());
    resource
        .write(frames, &Options::from(options))
        .expect("a write");
    resource
        .close()
        .expect("a commit")
        .into_bytes()
        .expect("bytes")
}

/// A file made of tags.
#[derive(Clone)]
pub(crate) struct Swf(Vec<u8>);

impl Swf {
    /// The rest of a header: a frame of 3 by 2 pixels, twelve frames a second.
    pub(crate) fn new() -> Self {
        Swf(vec![0x38, 0x07, 0x80, 0x14, 0, 0, 12, 1, 0])
    }

    /// A tag with a head as short as it can be.
    pub(crate) fn tag(mut self, code: u16, body: &[u8]) -> Self {
        if body.len() < 63 {
            self.0.extend((code << 6 | body.len() as u16).to_le_bytes());
            self.0.extend_from_slice(body);
            return self;
        }
        self.long_tag(code, body)
    }

    /// A tag with a long head.
    pub(crate) fn long_tag(mut self, code: u16, body: &[u8]) -> Self {
        self.0.extend((code << 6 | 63).to_le_bytes());
        self.0.extend((body.len() as u32).to_le_bytes());
        self.0.extend_from_slice(body);
        self
    }

    /// A lossless bitmap: what stands between its number and the compressed data, and these data.
    pub(crate) fn bitmap(self, code: u16, head: &[u8], data: &[u8]) -> Self {
        self.tag(code, &[&[1, 0], head, &zlib(data)].concat())
    }

    fn head(signature: [u8; 3], len: usize) -> Vec<u8> {
        [signature.as_slice(), &[8], &(len as u32 + 8).to_le_bytes()].concat()
    }

    fn body(self) -> Vec<u8> {
        self.tag(0, &[]).0
    }

    /// As a plain file.
    pub(crate) fn bytes(self) -> Vec<u8> {
        let body = self.body();
        [Swf::head(*b"FWS", body.len()), body].concat()
    }

    /// As a deflated file.
    pub(crate) fn deflated(self) -> Vec<u8> {
        let body = self.body();
        [Swf::head(*b"CWS", body.len()), zlib(&body)].concat()
    }

    /// As an LZMA file.
    pub(crate) fn packed(self) -> Vec<u8> {
        let body = self.body();
        let mut stream = Vec::new();
        lzma_rs::lzma_compress(&mut body.as_slice(), &mut stream).expect("in memory");
        // The length of eight bytes behind the five of the properties is left out.
        let stream = [&stream[..5], &stream[13..]].concat();
        let len = (stream.len() as u32 - 5).to_le_bytes();
        [Swf::head(*b"ZWS", body.len()), len.to_vec(), stream].concat()
    }

    pub(crate) fn open(self) -> SwfReader {
        SwfReader::open(self.bytes()).expect("a SWF file")
    }
}

/// What stands before the data of a bitmap: format, width, height.
pub(crate) fn head(format: u8, width: u16, height: u16) -> Vec<u8> {
    [&[format][..], &width.to_le_bytes(), &height.to_le_bytes()].concat()
}

pub(crate) fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(data).expect("in memory");
    encoder.finish().expect("in memory")
}

/// The folder of fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// Every SWF file in a folder; there is at least one.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(files_in(&path));
        } else if path.extension().is_some_and(|ending| ending == "swf") {
            files.push(path);
        }
    }
    assert!(!files.is_empty(), "no SWF file in {}", folder.display());
    files.sort();
    files
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
