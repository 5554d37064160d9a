use imageio_core::Limits;

use super::{Header, decode};

/// 3 by 2 numbers of 16 bits that are all 7: version 2, which has no sum.
fn constant() -> Vec<u8> {
    let mut blob = b"Lerc2 ".to_vec();
    for number in [2u32, 2, 3, 6, 8, 0, 3] {
        blob.extend(number.to_le_bytes());
    }
    for number in [0.5f64, 7.0, 7.0] {
        blob.extend(number.to_le_bytes());
    }
    blob.extend(0u32.to_le_bytes());
    let len = blob.len() as u32;
    blob[26..30].copy_from_slice(&len.to_le_bytes());
    blob
}

#[test]
fn a_picture_of_one_value() {
    let blob = constant();
    let header = Header::find(&blob).unwrap();
    assert_eq!((header.width, header.height, header.depth), (3, 2, 1));
    let mut out = [0u16; 6];
    decode(&blob, &header, &mut out, &Limits::new()).unwrap();
    assert_eq!(out, [7; 6]);
    assert!(decode(&blob, &header, &mut [0u8; 6], &Limits::new()).is_err());
}

#[test]
fn what_is_cut_or_changed_is_survived() {
    let blob = constant();
    for len in 0..blob.len() {
        assert!(Header::find(&blob[..len]).is_err());
    }
    for place in 0..blob.len() * 8 {
        let mut changed = blob.clone();
        changed[place / 8] ^= 1 << (place % 8);
        if let Ok(header) = Header::find(&changed) {
            let mut out = [0u16; 6];
            let _ = decode(&changed, &header, &mut out, &Limits::new());
        }
    }
}
