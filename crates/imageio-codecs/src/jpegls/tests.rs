//! The example of the standard, and streams of another encoder.

use imageio_core::{ErrorKind, Limits};

use super::{FrameHeader, decode};

mod streams;

/// T.87 H.3: a picture of 4 by 4.
const EXAMPLE: &str = "ffd8fff7000b0800040004010111 00ffda0008010100000000\
    c000006c80208e01c0000057400000 6ee6000001bc18000005d8000091 60ffd9";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits
        .chunks_exact(2)
        .map(|pair| (pair[0] << 4 | pair[1]) as u8)
        .collect()
}

/// The picture that the recipe of the streams coded.
fn picture(channels: usize, bits: u32) -> Vec<i32> {
    let samples = (0..9 * 13 * channels).map(|at| {
        let (y, x, channel) = (at / channels / 13, at / channels % 13, at % channels);
        let value = x * x * 37 + y * 911 + channel * 53 + (x / 3) * (y / 2) * 1201;
        if y == 4 {
            5
        } else {
            (value % (1 << bits)) as i32
        }
    });
    samples.collect()
}

fn decoded(data: &[u8]) -> imageio_core::Result<Vec<i32>> {
    let frame = FrameHeader::find(data)?;
    let mut out = vec![0; frame.samples()];
    decode(data, &frame, &mut out, &Limits::new())?;
    Ok(out)
}

#[test]
fn the_example_of_the_standard() {
    let expected = [
        0, 0, 90, 74, 68, 50, 43, 205, 64, 145, 145, 145, 100, 145, 145, 145,
    ];
    assert_eq!(decoded(&bytes(EXAMPLE)).ok(), Some(expected.to_vec()));
}

#[test]
fn streams_of_another_encoder() {
    for (stream, channels, bits, precision) in [
        (streams::GRAY8, 1, 8, 8),
        (streams::GRAY16, 1, 16, 16),
        (streams::RGB12, 3, 12, 16),
    ] {
        let data = bytes(stream);
        let frame = FrameHeader::find(&data).ok();
        let told = frame.map(|f| (f.width, f.height, f.precision, f.components.len()));
        assert_eq!(told, Some((13, 9, precision, channels)));
        assert_eq!(
            decoded(&data).ok(),
            Some(picture(channels, bits)),
            "{bits} bits"
        );
    }
}

#[test]
fn near_lossless_stays_near() {
    let near = decoded(&bytes(streams::NEAR8)).unwrap_or_default();
    assert_eq!(near.len(), 9 * 13);
    assert!(
        near.iter()
            .zip(picture(1, 8))
            .all(|(a, b)| (a - b).abs() <= 2)
    );
}

#[test]
fn cut_and_bent_streams_are_errors_or_pictures() {
    for stream in [
        streams::GRAY8,
        streams::GRAY16,
        streams::RGB12,
        streams::NEAR8,
        EXAMPLE,
    ] {
        let whole = bytes(stream);
        for len in 0..whole.len() {
            // The last bytes of a scan may be no more than padding.
            let cut = decoded(&whole[..len]);
            assert!(
                cut.is_err() || len + 16 > whole.len(),
                "{len} of {}",
                whole.len()
            );
        }
        for at in 0..whole.len() * 8 {
            let mut bent = whole.clone();
            bent[at / 8] ^= 1 << (at % 8);
            drop(decoded(&bent));
        }
    }
}

#[test]
fn budgets_hold() {
    let data = bytes(streams::GRAY16);
    let Ok(frame) = FrameHeader::find(&data) else {
        panic!("no header")
    };
    let refused = decode(&data, &frame, &mut [0u16; 117], &Limits::new().bytes(50));
    assert_eq!(refused.map_err(|e| e.kind()), Err(ErrorKind::LimitExceeded));
}
