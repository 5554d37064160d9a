//! Streams of another encoder.

use imageio_core::{ErrorKind, Limits, Result};

use super::{Header, decode};

mod streams;

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

fn decoded(data: &[u8]) -> Result<Vec<i32>> {
    let header = Header::find(data)?;
    // A bent header may promise more than a test should take.
    let limits = Limits::new().bytes(1 << 26);
    let len = usize::try_from(header.samples()).unwrap_or(usize::MAX);
    let mut out = limits.try_vec::<i32>(len, "picture")?;
    decode(data, &header, &mut out, &limits)?;
    Ok(out)
}

#[test]
fn depth_sign_and_colours_come_back() {
    for (stream, channels, bits, signed, mct) in [
        (streams::GRAY16, 1, 16, false, false),
        (streams::SIGNED12, 1, 12, true, false),
        (streams::RGB8_MCT, 3, 8, false, true),
        (streams::RGB8_PLAIN, 3, 8, false, false),
    ] {
        let data = bytes(stream);
        let Ok(header) = Header::find(&data) else {
            panic!("no header")
        };
        assert_eq!((header.width, header.height), (13, 9));
        assert_eq!(header.components.len(), channels);
        assert_eq!((header.mct, header.reversible), (mct, true));
        let first = header.components[0];
        assert_eq!((u32::from(first.precision), first.signed), (bits, signed));
        let down = if signed { 1 << (bits - 1) } else { 0 };
        let expected = picture(channels, bits)
            .into_iter()
            .map(|sample| sample - down);
        assert_eq!(decoded(&data).ok(), Some(expected.collect()), "{bits} bits");
    }
}

#[test]
fn cut_and_bent_streams_are_errors_or_pictures() {
    for stream in [streams::GRAY16, streams::SIGNED12, streams::RGB8_MCT] {
        let whole = bytes(stream);
        for len in 0..whole.len() {
            drop(decoded(&whole[..len]));
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
    let Ok(header) = Header::find(&data) else {
        panic!("no header")
    };
    let refused = decode(&data, &header, &mut [0u16; 117], &Limits::new().bytes(500));
    assert_eq!(refused.map_err(|e| e.kind()), Err(ErrorKind::LimitExceeded));
    let narrow = decode(&data, &header, &mut [0u16; 116], &Limits::new());
    assert_eq!(narrow.map_err(|e| e.kind()), Err(ErrorKind::BadOption));
}
