//! What is encoded is decoded, and broken data is refused.

use imageio_core::{ErrorKind, Limits};

use super::{Encoder, decode};

/// Numbers that are the same in each run.
fn noise(len: usize, levels: u32) -> Vec<u8> {
    let mut state = 9u32;
    let mut step = || {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        (state >> 16) % levels
    };
    (0..len).map(|_| step() as u8).collect()
}

fn encoded(indices: &[u8]) -> (u8, Vec<u8>) {
    let mut bytes = Vec::new();
    Encoder::new().encode(indices, &mut bytes);
    (bytes.remove(0), bytes)
}

fn back(indices: &[u8]) {
    let (code_size, data) = encoded(indices);
    let decoded = decode(code_size, &data, indices.len(), &Limits::new()).unwrap();
    assert!(decoded.pixels() == indices, "{} indices", indices.len());
}

#[test]
fn every_length_comes_back() {
    for levels in [1, 2, 5, 16, 100, 256] {
        let indices = noise(1500, levels);
        for len in 0..indices.len() {
            back(&indices[..len]);
        }
    }
}

#[test]
fn a_full_table_is_cleared() {
    for levels in [2, 17, 256] {
        back(&noise(40_000, levels));
    }
    back(&vec![7; 200_000]);
    let waves: Vec<u8> = (0..90_000u64).map(|at| (at * at / 4099) as u8).collect();
    back(&waves);
}

#[test]
fn one_encoder_serves_many_frames() {
    let mut encoder = Encoder::new();
    let frames = [noise(5000, 256), noise(10, 4), noise(9000, 32)];
    for frame in frames {
        let mut bytes = Vec::new();
        encoder.encode(&frame, &mut bytes);
        let (code_size, data) = encoded(&frame);
        assert_eq!((bytes[0], &bytes[1..]), (code_size, &data[..]));
    }
}

#[test]
fn data_that_ends_early_is_corrupt() {
    let indices = noise(3000, 256);
    let (code_size, data) = encoded(&indices);
    for len in 0..data.len() - 2 {
        let error = decode(code_size, &data[..len], 3000, &Limits::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(error.message().contains("ends too early"), "{error}");
    }
    // The end code and the byte before it are not needed.
    assert!(decode(code_size, &data[..data.len() - 1], 3000, &Limits::new()).is_ok());
    // Pixels past the end of the frame are left alone.
    let part = decode(code_size, &data, 1000, &Limits::new()).unwrap();
    assert_eq!(part.pixels(), &indices[..1000]);
}

#[test]
fn codes_out_of_the_table_are_corrupt() {
    // Width 3: clear 4, then 7, which no entry can be.
    let error = decode(2, &[0b0011_1100], 9, &Limits::new()).unwrap_err();
    assert_eq!(
        error.message(),
        "pixel 0: code 7, where the table ends at 5"
    );
    // Without a clear code first: 1, and 6 for 1 1.
    let pixels = decode(2, &[0b0011_0001], 3, &Limits::new()).unwrap();
    assert_eq!(pixels.pixels(), [1, 1, 1]);
    for code_size in 0..=255 {
        for data in [[0; 40], [0xFF; 40], [0xA5; 40]] {
            let result = decode(code_size, &data, 5000, &Limits::new());
            assert!(result.is_err(), "{code_size}");
        }
    }
}
