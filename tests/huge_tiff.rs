//! TIFF files too large to store: their bytes are made as they are asked for.

use std::ops::Range;

use imageio::v3 as iio;
use imageio::{NdImage, Value};

const TILE: usize = 512;
/// Pixels along each side of the tiled file.
pub(crate) const SIDE: usize = 100_000;
/// Tiles that differ; the others repeat them.
const KINDS: usize = 8;
/// Shape of the volume: 20 GB.
pub(crate) const VOLUME: [usize; 3] = [20_000, 1000, 1000];

/// A file of which the bytes past `head` repeat.
pub(crate) struct Huge {
    head: Vec<u8>,
    /// What lies in each of the places that follow, one after the other.
    places: Vec<Vec<u8>>,
    /// Distance of the places.
    stride: u64,
    pub(crate) len: u64,
}

impl Huge {
    /// The bytes at `at`.
    pub(crate) fn fill(&self, at: u64, buf: &mut [u8]) {
        for (at, byte) in (at..).zip(buf) {
            *byte = self.byte(at);
        }
    }

    fn byte(&self, at: u64) -> u8 {
        let Some(inside) = at.checked_sub(self.head.len() as u64) else {
            return self.head[at as usize];
        };
        let place = (inside / self.stride) as usize % self.places.len();
        let bytes = &self.places[place];
        bytes
            .get((inside % self.stride) as usize)
            .copied()
            .unwrap_or(0)
    }
}

/// The pixel of the tiled file.
pub(crate) fn pixel(row: usize, column: usize) -> u8 {
    let across = SIDE.div_ceil(TILE);
    let kind = (row / TILE * across + column / TILE) % KINDS;
    let (y, x) = (row % TILE, column % TILE);
    ((y * y / 64 + x * (kind + 3) + kind * 17) ^ ((x * y) >> 7)) as u8
}

pub(crate) fn pixels(rows: Range<usize>, columns: Range<usize>) -> NdImage {
    let shape = [rows.len(), columns.len()];
    let all = rows.flat_map(|row| columns.clone().map(move |column| pixel(row, column)));
    NdImage::from_vec(&shape, all.collect()).expect("a window")
}

/// Gray of 8 bits in tiles of 512 pixels, each in Deflate, with the index in front.
pub(crate) fn tiled() -> Huge {
    let across = SIDE.div_ceil(TILE);
    let places: Vec<Vec<u8>> = (0..KINDS).map(|kind| deflated(kind * TILE)).collect();
    let stride = places.iter().map(Vec::len).max().unwrap_or(0) as u64;
    let count = (across * across) as u64;
    // BigTIFF: eight bytes of header, the directory, then the arrays of 8 and of 4 bytes for each tile.
    let tags = 10;
    let offsets_at = 16 + 8 + tags * 20 + 8;
    let counts_at = offsets_at + count * 8;
    let first = counts_at + count * 4;
    let mut head = header(tags);
    let (side, tile) = (SIDE as u64, TILE as u64);
    for (tag, kind, count, value) in [
        (256, 4, 1, side),
        (257, 4, 1, side),
        (258, 3, 1, 8),
        (259, 3, 1, 8),
        (262, 3, 1, 1),
        (277, 3, 1, 1),
        (322, 4, 1, tile),
        (323, 4, 1, tile),
        (324, 16, count, offsets_at),
        (325, 4, count, counts_at),
    ] {
        entry(&mut head, tag, kind, (count, value));
    }
    head.extend(0u64.to_le_bytes());
    head.extend((0..count).flat_map(|at| (first + at * stride).to_le_bytes()));
    let len_of = |at: u64| places[at as usize % KINDS].len() as u32;
    head.extend((0..count).flat_map(|at| len_of(at).to_le_bytes()));
    let len = first + count * stride;
    Huge {
        head,
        places,
        stride,
        len,
    }
}

/// The tile that begins at `column` of the first row, as our own writer compresses it.
fn deflated(column: usize) -> Vec<u8> {
    let tile = pixels(0..TILE, column..column + TILE);
    let args = iio::WriteArgs::new().extension(".tif");
    let args = args
        .option("compression", "zlib")
        .option("tile", [TILE, TILE]);
    let file = iio::imwrite_with("<bytes>", &tile, args).expect("a tile");
    let file = file.expect("bytes");
    let tags = iio::ReadArgs::new().option("tags", true);
    let meta = iio::immeta_with(file.clone(), tags).expect("its tags");
    let number = |name: &str| {
        let value = meta.get(name);
        let one = match value {
            Some(Value::List(all)) => all.first(),
            other => other,
        };
        one.and_then(Value::as_i64).expect(name) as usize
    };
    let (at, len) = (number("TileOffsets"), number("TileByteCounts"));
    file[at..at + len].to_vec()
}

/// Bytes of the largest tile.
pub(crate) fn tile_bytes() -> u64 {
    let tiles = (0..KINDS).map(|kind| deflated(kind * TILE).len() as u64);
    tiles.max().unwrap_or(0)
}

/// Slices of 8 bits, uncompressed, as one block behind one page whose description tells the shape.
pub(crate) fn volume() -> Huge {
    let about = format!(r#"{{"shape": {VOLUME:?}, "truncated": true}}"#);
    let about = about + "\0";
    let tags = 10;
    let about_at = 16 + 8 + tags * 20 + 8;
    let first = about_at + about.len() as u64;
    let mut head = header(tags);
    let slice = (VOLUME[1] * VOLUME[2]) as u64;
    for (tag, kind, count, value) in [
        (256, 4, 1, VOLUME[2] as u64),
        (257, 4, 1, VOLUME[1] as u64),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (270, 2, about.len() as u64, about_at),
        (273, 16, 1, first),
        (277, 3, 1, 1),
        (278, 4, 1, VOLUME[1] as u64),
        (279, 16, 1, slice),
    ] {
        entry(&mut head, tag, kind, (count, value));
    }
    head.extend(0u64.to_le_bytes());
    head.extend(about.as_bytes());
    let places = vec![(0..251).collect()];
    let len = first + slice * VOLUME[0] as u64;
    Huge {
        head,
        places,
        stride: 251,
        len,
    }
}

/// One slice of the volume.
pub(crate) fn slice(at: usize) -> NdImage {
    let len = VOLUME[1] * VOLUME[2];
    let bytes = (at * len..(at + 1) * len).map(|at| (at % 251) as u8);
    NdImage::from_vec(&[1, VOLUME[1], VOLUME[2]], bytes.collect()).expect("a slice")
}

fn header(tags: u64) -> Vec<u8> {
    let mut head = b"II\x2b\0\x08\0\0\0".to_vec();
    head.extend(16u64.to_le_bytes());
    head.extend(tags.to_le_bytes());
    head
}

fn entry(head: &mut Vec<u8>, tag: u16, kind: u16, (count, value): (u64, u64)) {
    head.extend(tag.to_le_bytes());
    head.extend(kind.to_le_bytes());
    head.extend(count.to_le_bytes());
    head.extend(value.to_le_bytes());
}
