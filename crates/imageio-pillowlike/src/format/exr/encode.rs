//! Writing of OpenEXR files: scan lines, one part an image.

use std::collections::BTreeSet;
use std::io::SeekFrom;
use std::ops::Range;
use std::sync::Mutex;

use imageio_core::{DType, Error, Limits, Metadata, NdImage, Result, cores};

use super::channel::{Channel, Stored};
use super::codec::{Compression, Layout, Packer};
use super::values::{self, Written};
use crate::format::Sink;

/// How images are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// By name. Default: `zip`.
    pub(crate) compression: Option<String>,
    /// Further attributes of every part. A data window of the image's size, and a display window, are kept.
    pub(crate) attributes: Metadata,
    /// Of several parts, those of each, which stand in the place of `attributes`. Default: none.
    pub(crate) parts: Vec<Metadata>,
}

/// Chunks that each thread compresses before all are written.
const PER_THREAD: usize = 16;

/// What stands before the offset tables: signature and version, with the flag of several parts.
const VERSION: u32 = 2;
const SEVERAL_PARTS: u32 = 0x1000;

/// Writes the images, each as a part of its own.
///
/// # Errors
/// `Unsupported` naming shape and type, where they are not half or full floats or 32-bit numbers of one to four
/// channels; `BadOption` for a compression that is not known or not written.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    if frames.is_empty() {
        return Err(Error::unsupported("there is no image to write"));
    }
    let compression = compression_of(settings)?;
    let parts = frames
        .iter()
        .map(|frame| PartToWrite::new(frame, compression))
        .collect::<Result<Vec<_>>>()?;
    let is_several = parts.len() > 1;
    let size = parts.iter().fold((0, 0), |(height, width), part| {
        (height.max(part.height), width.max(part.width))
    });
    let asked = (0..parts.len()).map(|number| Asked::new(settings, number, size));
    let asked = asked.collect::<Result<Vec<_>>>()?;
    let names = names_of(settings, parts.len());
    let version = VERSION | if is_several { SEVERAL_PARTS } else { 0 };
    let mut head = super::header::SIGNATURE.to_vec();
    head.extend(version.to_le_bytes());
    for ((part, asked), name) in parts.iter().zip(&asked).zip(&names) {
        part.write_header(is_several.then_some(name), asked, &mut head);
    }
    if is_several {
        head.push(0);
    }
    let tables = head.len() as u64;
    let chunks: usize = parts.iter().map(PartToWrite::chunk_count).sum();
    let mut offsets = limits.try_capacity::<u64>(chunks, "the places of chunks")?;
    out.write_all(&head)?;
    // Zeros hold the tables' place.
    for part in &parts {
        write_zeros(out, part.chunk_count() * 8)?;
    }
    let mut at = tables + chunks as u64 * 8;
    for (number, (part, asked)) in parts.iter().zip(&asked).enumerate() {
        let number = is_several.then_some(number as i32);
        let top = part.window(asked)[1];
        part.write_chunks((number, top), out, &mut at, &mut offsets, limits)?;
    }
    out.seek(SeekFrom::Start(tables))?;
    for some in offsets.chunks(1 << 12) {
        let bytes: Vec<u8> = some
            .iter()
            .flat_map(|offset| offset.to_le_bytes())
            .collect();
        out.write_all(&bytes)?;
    }
    out.seek(SeekFrom::End(0))?;
    Ok(())
}

fn compression_of(settings: &Settings) -> Result<Compression> {
    let Some(name) = &settings.compression else {
        return Ok(Compression::Zip);
    };
    let found = Compression::from_name(&name.to_lowercase());
    found.ok_or_else(|| {
        let known: Vec<String> = Compression::written().map(Compression::name).into();
        let known = known.join(", ");
        Error::bad_option(format!("option `compression`: {name:?} is none of {known}"))
    })
}

fn write_zeros(out: &mut dyn Sink, count: usize) -> Result<()> {
    let zeros = [0; 1 << 12];
    let mut left = count;
    while left > 0 {
        let part = zeros.get(..left.min(zeros.len())).unwrap_or_default();
        out.write_all(part)?;
        left -= part.len();
    }
    Ok(())
}

/// What a part's header is to say.
struct Asked {
    attributes: Vec<Written>,
    data: Option<[i32; 4]>,
    display: Option<[i32; 4]>,
    /// The largest height and width.
    size: (usize, usize),
}

impl Asked {
    fn new(settings: &Settings, number: usize, size: (usize, usize)) -> Result<Self> {
        let given = settings.parts.get(number).unwrap_or(&settings.attributes);
        Ok(Asked {
            attributes: values::attributes(given)?,
            data: values::window(given, "dataWindow"),
            display: values::window(given, "displayWindow"),
            size,
        })
    }
}

/// A name for each part: the given ones where they tell parts apart, as they must.
fn names_of(settings: &Settings, count: usize) -> Vec<String> {
    let given = settings.parts.iter().take(count);
    let given = given.filter_map(|part| part.get("name")?.as_str());
    let given: BTreeSet<&str> = given.filter(|name| !name.is_empty()).collect();
    let name = |number: usize| {
        let part = settings.parts.get(number).filter(|_| given.len() == count);
        let name = part.and_then(|part| part.get("name")?.as_str());
        name.map_or_else(|| format!("image {number}"), str::to_owned)
    };
    (0..count).map(name).collect()
}

/// A window of that size from (0, 0).
fn window_of((height, width): (usize, usize)) -> [i32; 4] {
    [0, 0, width as i32 - 1, height as i32 - 1]
}

/// One image on its way into the file.
struct PartToWrite<'a> {
    frame: &'a NdImage,
    width: usize,
    height: usize,
    /// In the file's order, which is by name.
    channels: Vec<Channel>,
    /// For each of these, its place in a pixel.
    places: Vec<usize>,
    compression: Compression,
}

impl<'a> PartToWrite<'a> {
    fn new(frame: &'a NdImage, compression: Compression) -> Result<Self> {
        let refusal = || {
            let (dtype, shape) = (frame.dtype(), frame.shape());
            Error::unsupported(format!(
                "an OpenEXR holds float16, float32 or uint32 (H, W) or (H, W, 2 to 4), not {dtype} of shape {shape:?}"
            ))
        };
        let (height, width, names) = match *frame.shape() {
            [height, width] => (height, width, &[("Y", 0)][..]),
            [height, width, 2] => (height, width, &[("A", 1), ("Y", 0)][..]),
            [height, width, 3] => (height, width, &[("B", 2), ("G", 1), ("R", 0)][..]),
            [height, width, 4] => (height, width, &[("A", 3), ("B", 2), ("G", 1), ("R", 0)][..]),
            _ => return Err(refusal()),
        };
        let most = i32::MAX as usize;
        if !(1..=most).contains(&height) || !(1..=most).contains(&width) {
            return Err(refusal());
        }
        let stored = match frame.dtype() {
            DType::F16 => Stored::F16,
            DType::F32 => Stored::F32,
            DType::U32 => Stored::U32,
            _ => return Err(refusal()),
        };
        let channel = |name: &str| Channel {
            name: name.to_owned(),
            stored,
            linear: false,
            x_sampling: 1,
            y_sampling: 1,
        };
        Ok(PartToWrite {
            frame,
            width,
            height,
            channels: names.iter().map(|(name, _)| channel(name)).collect(),
            places: names.iter().map(|(_, place)| *place).collect(),
            compression,
        })
    }

    fn chunk_count(&self) -> usize {
        self.height.div_ceil(self.compression.lines())
    }

    /// The data window: the one asked for, where it has the image's size.
    fn window(&self, shared: &Asked) -> [i32; 4] {
        let fits = |[left, top, right, bottom]: &[i32; 4]| {
            let len = |first: i32, last: i32| i64::from(last) - i64::from(first) + 1;
            len(*left, *right) == self.width as i64 && len(*top, *bottom) == self.height as i64
        };
        let asked = shared.data.filter(fits);
        asked.unwrap_or_else(|| window_of((self.height, self.width)))
    }

    /// Adds the attributes, in the order of the reference software.
    fn write_header(&self, name: Option<&String>, asked: &Asked, out: &mut Vec<u8>) {
        let mut channels = Vec::new();
        for channel in &self.channels {
            channel.write(&mut channels);
        }
        channels.push(0);
        attribute(out, "channels", "chlist", &channels);
        if name.is_some() {
            let count = self.chunk_count() as i32;
            attribute(out, "chunkCount", "int", &count.to_le_bytes());
        }
        attribute(
            out,
            "compression",
            "compression",
            &[self.compression.code()],
        );
        let bytes = |window: [i32; 4]| window.map(i32::to_le_bytes).concat();
        let data = self.window(asked);
        // Where the pixels are cropped, the display is told; else it is the largest image.
        let display = asked.display.filter(|_| asked.data == Some(data));
        let display = display.unwrap_or_else(|| window_of(asked.size));
        attribute(out, "dataWindow", "box2i", &bytes(data));
        attribute(out, "displayWindow", "box2i", &bytes(display));
        attribute(out, "lineOrder", "lineOrder", &[0]);
        if let Some(name) = name {
            attribute(out, "name", "string", name.as_bytes());
        }
        let one = 1f32.to_le_bytes();
        let needed: [(&str, &str, &[u8]); 3] = [
            ("pixelAspectRatio", "float", &one),
            ("screenWindowCenter", "v2f", &[0; 8]),
            ("screenWindowWidth", "float", &one),
        ];
        let given = |name: &str| asked.attributes.iter().any(|it| it.name == name);
        for (name, kind, data) in needed.into_iter().filter(|(name, ..)| !given(name)) {
            attribute(out, name, kind, data);
        }
        // Parts have names of their own.
        let further = asked.attributes.iter();
        for it in further.filter(|it| name.is_none() || it.name != "name") {
            attribute(out, &it.name, it.kind, &it.data);
        }
        if name.is_some() {
            attribute(out, "type", "string", b"scanlineimage");
        }
        out.push(0);
    }

    /// Compresses all chunks, on as many threads as there are, and writes them in their order.
    fn write_chunks(
        &self,
        (number, top): (Option<i32>, i32),
        out: &mut dyn Sink,
        at: &mut u64,
        offsets: &mut Vec<u64>,
        limits: &Limits,
    ) -> Result<()> {
        let threads = cores().min(self.chunk_count());
        let bytes = self.frame.as_bytes();
        let mut packers = (0..threads)
            .map(|_| Packer::new(limits))
            .collect::<Result<Vec<_>>>()?;
        let mut done = 0;
        while done < self.chunk_count() {
            let chunks = done..self.chunk_count().min(done + threads * PER_THREAD);
            done = chunks.end;
            for (chunk, packed) in chunks.clone().zip(self.pack(chunks, &bytes, &mut packers)?) {
                offsets.push(*at);
                let line = top.wrapping_add((chunk * self.compression.lines()) as i32);
                let mut head: Vec<u8> =
                    number.map(i32::to_le_bytes).into_iter().flatten().collect();
                head.extend(line.to_le_bytes());
                let len = i32::try_from(packed.len())
                    .map_err(|_| Error::unsupported("a chunk of more than 2 GiB"))?;
                head.extend(len.to_le_bytes());
                out.write_all(&head)?;
                out.write_all(&packed)?;
                *at += (head.len() + packed.len()) as u64;
            }
        }
        Ok(())
    }

    /// Compresses some chunks.
    fn pack(
        &self,
        chunks: Range<usize>,
        bytes: &[u8],
        packers: &mut [Packer],
    ) -> Result<Vec<Vec<u8>>> {
        let mut results: Vec<Result<Vec<u8>>> = chunks.clone().map(|_| Ok(Vec::new())).collect();
        if let [packer] = packers {
            for (chunk, result) in chunks.zip(&mut results) {
                *result = self.pack_one(chunk, bytes, packer);
            }
            return results.into_iter().collect();
        }
        let jobs = Mutex::new(chunks.zip(&mut results));
        std::thread::scope(|scope| {
            for packer in packers {
                scope.spawn(|| {
                    let next = || jobs.lock().ok()?.next();
                    while let Some((chunk, result)) = next() {
                        *result = self.pack_one(chunk, bytes, packer);
                    }
                });
            }
        });
        results.into_iter().collect()
    }

    fn pack_one(&self, chunk: usize, bytes: &[u8], packer: &mut Packer) -> Result<Vec<u8>> {
        let lines = self.compression.lines();
        let rows = chunk * lines..self.height.min((chunk + 1) * lines);
        let layout = Layout::new(&self.channels, &rows, &(0..self.width));
        let size = self.frame.dtype().size();
        let line_len = self.width * self.places.len() * size;
        let lines = bytes.get(rows.start * line_len..rows.end * line_len);
        let words = lines.unwrap_or_default().as_chunks::<2>().0;
        packer.pack(self.compression, &layout, words, &self.places)
    }
}

impl Channel {
    /// Adds the channel as a `chlist` holds it.
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.name.as_bytes());
        out.push(0);
        let kind: i32 = match self.stored {
            Stored::U32 => 0,
            Stored::F16 => 1,
            Stored::F32 => 2,
        };
        out.extend(kind.to_le_bytes());
        out.extend([self.linear.into(), 0, 0, 0]);
        out.extend(self.x_sampling.to_le_bytes());
        out.extend(self.y_sampling.to_le_bytes());
    }
}

fn attribute(out: &mut Vec<u8>, name: &str, kind: &str, data: &[u8]) {
    out.extend(name.as_bytes());
    out.push(0);
    out.extend(kind.as_bytes());
    out.push(0);
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(data);
}
