//! PackBits, TIFF 6.0 §9: runs of equal bytes, and bytes as they are.

use imageio_core::Result;

/// Decodes `data` into `out` until either ends; gives the bytes that were filled.
///
/// Data that breaks off gives what stands before the break.
///
/// # Errors
/// None: every sequence of bytes means something.
pub fn decode(data: &[u8], out: &mut [u8]) -> Result<usize> {
    let mut rest = data;
    let mut at = 0;
    while let Some((&head, after)) = rest.split_first() {
        let room = &mut out[at..];
        if room.is_empty() {
            break;
        }
        match head {
            0..128 => {
                let len = (usize::from(head) + 1).min(after.len());
                let copied = len.min(room.len());
                room[..copied].copy_from_slice(&after[..copied]);
                at += copied;
                rest = &after[len..];
            }
            // TIFF 6.0 §9: -128 is no operation.
            128 => rest = after,
            129.. => {
                let Some((&byte, after)) = after.split_first() else {
                    break;
                };
                let len = (257 - usize::from(head)).min(room.len());
                room[..len].fill(byte);
                at += len;
                rest = after;
            }
        }
    }
    Ok(at)
}

/// Encodes `data`, one row of a picture: TIFF 6.0 §9 packs each row by itself.
pub fn encode(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 2 + 2);
    let mut plain = 0;
    let mut at = 0;
    while at < data.len() {
        let byte = data[at];
        let run = data[at..]
            .iter()
            .take(128)
            .take_while(|&&next| next == byte)
            .count();
        // A run of two saves nothing inside of plain bytes.
        if run > 2 || (run == 2 && plain == at) {
            put_plain(&data[plain..at], &mut out);
            out.extend([(257 - run) as u8, byte]);
            plain = at + run;
        }
        at += run;
    }
    put_plain(&data[plain..], &mut out);
    out
}

fn put_plain(bytes: &[u8], out: &mut Vec<u8>) {
    for part in bytes.chunks(128) {
        out.push((part.len() - 1) as u8);
        out.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn the_example_of_apple() {
        let packed = [
            0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7,
            0xaa,
        ];
        let plain = [
            0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0x22, 0xaa,
            0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
        ];
        let mut out = [0; 24];
        assert_eq!(decode(&packed, &mut out).ok(), Some(24));
        assert_eq!(out, plain);
        assert_eq!(encode(&plain), packed);
    }

    #[test]
    fn rows_come_back() {
        for len in [0, 1, 2, 127, 128, 129, 400] {
            for step in [1, 2, 3, 5, 1000] {
                let row: Vec<u8> = (0..len).map(|i: usize| (i / step * 7) as u8).collect();
                let mut out = vec![0; len];
                assert_eq!(decode(&encode(&row), &mut out).ok(), Some(len));
                assert_eq!(out, row);
            }
        }
    }

    #[test]
    fn what_breaks_off_or_is_too_much_is_survived() {
        let packed = [5, 1, 2, 3];
        let mut out = [0; 8];
        assert_eq!(decode(&packed, &mut out).ok(), Some(3));
        assert_eq!(decode(&[0x81, 9], &mut out).ok(), Some(8));
        assert_eq!(decode(&[0x81], &mut out).ok(), Some(0));
        assert_eq!(decode(&[0x80, 0, 4], &mut out).ok(), Some(1));
    }
}
