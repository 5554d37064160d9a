//! The tags that are written, byte by byte. All of them have long heads.

use crate::format::bits::{Bits, TWIPS, signed_bits};

/// The tag behind the last.
pub(super) const END: [u8; 2] = [0, 0];

/// Where the length of the file stands.
pub(super) const LEN_AT: usize = 4;

/// Bytes that are never compressed.
pub(super) const PLAIN_LEN: usize = 8;

const VERSION: u8 = 8;

const SHOW_FRAME: u16 = 1;
const DEFINE_SHAPE: u16 = 2;
const BACKGROUND: u16 = 9;
const DO_ACTION: u16 = 12;
const PLACE_OBJECT_2: u16 = 26;
const LOSSLESS_2: u16 = 36;
const FILE_ATTRIBUTES: u16 = 69;

/// The most twips of one edge: its numbers have 17 bits.
const EDGE: i32 = 65_535;

/// Everything before the first image, and where the number of frames stands in it.
pub(super) fn header(size: (usize, usize), fps: u8, compress: bool) -> (Vec<u8>, usize) {
    let mut bytes = vec![if compress { b'C' } else { b'F' }, b'W', b'S', VERSION];
    bytes.extend([0; 4]);
    bytes.extend(Bits::new().put_twips(&rectangle(size)).into_bytes());
    // The fraction comes first.
    bytes.extend([0, fps]);
    let count_at = bytes.len();
    bytes.extend([0; 2]);
    bytes.extend(tag(FILE_ATTRIBUTES, &[0; 4]));
    bytes.extend(tag(BACKGROUND, &[0; 3]));
    (bytes, count_at)
}

/// What stands before the compressed pixels of a bitmap.
pub(super) fn bitmap_head(id: u16, (height, width): (usize, usize), data_len: usize) -> Vec<u8> {
    let mut bytes = head(LOSSLESS_2, 7 + data_len).to_vec();
    bytes.extend(id.to_le_bytes());
    // 32 bits a pixel.
    bytes.push(5);
    bytes.extend((width as u16).to_le_bytes());
    bytes.extend((height as u16).to_le_bytes());
    bytes
}

/// A rectangle that is filled with the bitmap.
pub(super) fn shape(id: u16, bitmap: u16, size: (usize, usize)) -> Vec<u8> {
    let mut body = id.to_le_bytes().to_vec();
    body.extend(Bits::new().put_twips(&rectangle(size)).into_bytes());
    // One fill style: a bitmap, clipped.
    body.extend([1, 0x41]);
    body.extend(bitmap.to_le_bytes());
    // Scaled by 20 in numbers of 31 bits, no rotation, no way.
    let matrix = Bits::new()
        .put(1, 1)
        .put(31, 5)
        .put(20 << 16, 31)
        .put(20 << 16, 31)
        .put(0, 1)
        .put_twips(&[0, 0]);
    body.extend(matrix.into_bytes());
    // No line style; four bits each for numbers of fills and lines.
    body.extend([0, 0x44]);
    body.extend(outline(size));
    tag(DEFINE_SHAPE, &body)
}

/// The shape on the screen, in place of the one before.
pub(super) fn place(shape: u16, replaces: bool) -> Vec<u8> {
    let mut body = vec![if replaces { 7 } else { 6 }, 1, 0];
    body.extend(shape.to_le_bytes());
    body.extend(Bits::new().put(0, 2).put_twips(&[0, 0]).into_bytes());
    tag(PLACE_OBJECT_2, &body)
}

/// The end of a frame.
pub(super) fn show() -> Vec<u8> {
    tag(SHOW_FRAME, &[])
}

/// An order to stop.
pub(super) fn stop() -> Vec<u8> {
    tag(DO_ACTION, &[7, 0])
}

fn rectangle((height, width): (usize, usize)) -> [i32; 4] {
    [0, width as i32, 0, height as i32]
}

/// From the lower right corner once around.
fn outline((height, width): (usize, usize)) -> Vec<u8> {
    let (height, width) = (height as i32, width as i32);
    // A style change: fill 1, and a move.
    let mut bits = Bits::new()
        .put(0b000101, 6)
        .put_twips(&[width, height])
        .put(1, 4);
    for (dx, dy) in [(-width, 0), (0, -height), (width, 0), (0, height)] {
        bits = edge(bits, dx * TWIPS, dy * TWIPS);
    }
    bits.put(0, 6).into_bytes()
}

/// A straight edge, in as many pieces as its length needs.
fn edge(mut bits: Bits, mut dx: i32, mut dy: i32) -> Bits {
    while (dx, dy) != (0, 0) {
        let (x, y) = (dx.clamp(-EDGE, EDGE), dy.clamp(-EDGE, EDGE));
        let width = signed_bits(x).max(signed_bits(y));
        bits = bits
            .put(0b11, 2)
            .put(width - 2, 4)
            .put(1, 1)
            .put_signed(x, width)
            .put_signed(y, width);
        (dx, dy) = (dx - x, dy - y);
    }
    bits
}

fn tag(code: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = head(code, body.len()).to_vec();
    bytes.extend_from_slice(body);
    bytes
}

fn head(code: u16, len: usize) -> [u8; 6] {
    let [c0, c1] = (code << 6 | 63).to_le_bytes();
    let [l0, l1, l2, l3] = (len as u32).to_le_bytes();
    [c0, c1, l0, l1, l2, l3]
}
