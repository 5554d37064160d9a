//! The blocks of a file to write, each put at the end of a buffer.

use super::scan::Region;

/// Signature, screen and global table, GIF89a §17 to §19. The table's true size is declared.
pub(super) fn header(to: &mut Vec<u8>, screen: Region, table: &[[u8; 3]], background: u8) {
    to.extend_from_slice(b"GIF89a");
    words(to, [screen.width, screen.height]);
    let size = size_of_table(table);
    // The size stands for the colour resolution as well, and the pixels are square.
    to.extend_from_slice(&[0x80 | size << 4 | size, background, 0]);
    colors(to, table);
}

/// How often the animation repeats, 0 for endless.
pub(super) fn repetitions(to: &mut Vec<u8>, count: u16) {
    to.extend_from_slice(b"!\xFF\x0BNETSCAPE2.0\x03\x01");
    to.extend_from_slice(&count.to_le_bytes());
    to.push(0);
}

/// A comment extension, GIF89a §24.
pub(super) fn comment(to: &mut Vec<u8>, text: &[u8]) {
    to.extend_from_slice(b"!\xFE");
    sub_blocks(to, text);
}

/// A graphic control extension, GIF89a §23, with the delay in hundredths of a second.
pub(super) fn control(to: &mut Vec<u8>, disposal: u8, delay: u16, transparent: Option<u8>) {
    let [low, high] = delay.to_le_bytes();
    let flags = disposal << 2 | u8::from(transparent.is_some());
    let index = transparent.unwrap_or(0);
    to.extend_from_slice(&[b'!', 0xF9, 4, flags, low, high, index, 0]);
}

/// A frame: its descriptor, local table and data, of which the first byte is the code size, GIF89a §20 to §22.
pub(super) fn image(
    to: &mut Vec<u8>,
    region: Region,
    table: Option<&[[u8; 3]]>,
    interlaced: bool,
    data: &[u8],
) {
    to.push(b',');
    words(to, [region.left, region.top, region.width, region.height]);
    let local = table.map_or(0, |table| 0x80 | size_of_table(table));
    to.push(local | u8::from(interlaced) << 6);
    colors(to, table.unwrap_or_default());
    if let Some((code_size, data)) = data.split_first() {
        to.push(*code_size);
        sub_blocks(to, data);
    }
}

fn words<const N: usize>(to: &mut Vec<u8>, values: [usize; N]) {
    for value in values {
        // Sides are checked against the format's range before anything is written.
        to.extend_from_slice(&(value as u16).to_le_bytes());
    }
}

/// The size as the flags have it: the table has two to the power of one more entries.
fn size_of_table(table: &[[u8; 3]]) -> u8 {
    let entries = table.len().clamp(2, 256).next_power_of_two();
    entries.trailing_zeros() as u8 - 1
}

/// The table, filled up with black.
fn colors(to: &mut Vec<u8>, table: &[[u8; 3]]) {
    if !table.is_empty() {
        let entries = 2usize << size_of_table(table);
        let padding = std::iter::repeat(&[0; 3]);
        to.extend(table.iter().chain(padding).take(entries).flatten());
    }
}

fn sub_blocks(to: &mut Vec<u8>, data: &[u8]) {
    for block in data.chunks(255) {
        to.push(block.len() as u8);
        to.extend_from_slice(block);
    }
    to.push(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-093, E-094, E-096
    #[test]
    fn declares_true_sizes() {
        let mut bytes = Vec::new();
        let screen = Region {
            width: 300,
            height: 2,
            ..Region::default()
        };
        header(&mut bytes, screen, &[[1, 2, 3]; 5], 4);
        assert_eq!(bytes[..13], *b"GIF89a\x2C\x01\x02\x00\xA2\x04\x00");
        assert_eq!(bytes.len(), 13 + 8 * 3);
        for (len, size) in [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (129, 7), (256, 7)] {
            assert_eq!(size_of_table(&vec![[0; 3]; len]), size);
        }
        let mut bytes = Vec::new();
        repetitions(&mut bytes, 0);
        assert_eq!(bytes, b"!\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0");
        let mut bytes = Vec::new();
        control(&mut bytes, 2, 258, Some(7));
        assert_eq!(bytes, [0x21, 0xF9, 4, 9, 2, 1, 7, 0]);
    }
}
