//! Files written and read again.

use std::io::Cursor;
use std::slice::from_ref;

use imageio_core::{DType, ErrorKind, Limits, NdImage, Result, Value};

use super::super::{Quantizer, Settings, encode};
use super::{decoder, read_all};

pub(super) fn write(frames: &[NdImage], settings: &Settings) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    encode(frames, settings, &mut out, &Limits::new())?;
    Ok(out.into_inner())
}

fn round_trip(frames: &[NdImage], settings: &Settings) -> Vec<NdImage> {
    read_all(write(frames, settings).unwrap()).unwrap()
}

fn image(shape: &[usize], sample: impl Fn(usize) -> u8) -> NdImage {
    let len = shape.iter().product();
    NdImage::from_vec(shape, (0..len).map(sample).collect()).unwrap()
}

/// The frame as it comes back: with three channels, or four where the file has transparency.
fn colors(frame: &NdImage, channels: usize) -> NdImage {
    let stored = frame.shape().get(2).copied().unwrap_or(1);
    let scale = if frame.dtype() == DType::Bool { 255 } else { 1 };
    let bytes = frame.as_bytes();
    let pixels = bytes.chunks_exact(stored).flat_map(|samples| {
        let rgb = if stored < 3 {
            [samples[0] * scale; 3]
        } else {
            [samples[0], samples[1], samples[2]]
        };
        let alpha = if stored % 2 == 0 {
            samples[stored - 1]
        } else {
            255
        };
        rgb.into_iter().chain([alpha]).take(channels)
    });
    let shape = [frame.shape()[0], frame.shape()[1], channels];
    NdImage::from_vec(&shape, pixels.collect()).unwrap()
}

/// Colours that wander: smooth, with far more than 256 of them.
fn photo(height: usize, width: usize, seed: usize) -> NdImage {
    image(&[height, width, 3], |at| {
        let (y, x, channel) = (at / (width * 3), at / 3 % width, at % 3);
        let wave = |v: usize, period: f64| (v as f64 / period).sin() * 40.0;
        let grain = (at * 7919 + seed * 104729) % 13;
        (128.0
            + wave(x + seed, 17.0 + channel as f64)
            + wave(y + x * channel, 29.0)
            + wave(y * 2 + 5 * channel, 41.0)
            + grain as f64
            - 6.0) as u8
    })
}

fn mean_error(a: &NdImage, b: &NdImage) -> f64 {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let squares = a
        .iter()
        .zip(&*b)
        .map(|(&a, &b)| f64::from(a.abs_diff(b)).powi(2));
    squares.sum::<f64>() / a.len() as f64
}

// checklist: E-048, E-098
#[test]
fn colours_that_fit_come_back_exactly() {
    let plain = Settings::default();
    let ramp = image(&[16, 16], |at| at as u8);
    let bits: Vec<bool> = (0..35).map(|at| at % 3 == 0).collect();
    let bits = NdImage::from_vec(&[5, 7], bits).unwrap();
    let rgb = image(&[20, 40, 3], |at| {
        (at / 3 % 256) as u8 ^ [0, 90, 201][at % 3]
    });
    for frame in [ramp, bits, rgb] {
        let back = round_trip(from_ref(&frame), &plain);
        assert_eq!(back, [colors(&frame, 3)]);
        let interlaced = Settings {
            interlace: true,
            ..plain.clone()
        };
        assert_eq!(
            round_trip(from_ref(&frame), &interlaced),
            [colors(&frame, 3)]
        );
    }
    // Each frame fits a table, all of them do not fit one.
    let frames: Vec<NdImage> = (0..5u8)
        .map(|n| {
            image(
                &[16, 16, 3],
                |at| if at % 3 == 0 { n } else { (at / 3) as u8 },
            )
        })
        .collect();
    for subrectangles in [false, true] {
        let settings = Settings {
            subrectangles,
            ..plain.clone()
        };
        assert_eq!(round_trip(&frames, &settings), frames);
    }
}

#[test]
fn strided_frames_are_written_as_they_look() {
    let frame = image(&[3, 6, 10], |at| at as u8)
        .permute(&[1, 2, 0])
        .unwrap();
    let mirrored = frame.flip(1).unwrap();
    let back = round_trip(&[frame.clone(), mirrored.clone()], &Settings::default());
    assert_eq!(back, [frame.to_contiguous(), mirrored.to_contiguous()]);
}

#[test]
fn transparency_comes_back() {
    let dot = |n: usize| {
        image(&[12, 16, 4], move |at| {
            let (pixel, channel) = (at / 4, at % 4);
            let inside = pixel / 16 / 3 == n && pixel % 16 / 4 == n;
            if inside {
                [200, 90, n as u8, 255][channel]
            } else {
                0
            }
        })
    };
    let frames: Vec<NdImage> = (0..4).map(dot).collect();
    for subrectangles in [false, true] {
        let settings = Settings {
            subrectangles,
            ..Settings::default()
        };
        assert_eq!(round_trip(&frames, &settings), frames);
    }
    let gray_alpha = image(&[4, 4, 2], |at| if at % 2 == 1 { 255 } else { at as u8 });
    assert_eq!(
        round_trip(from_ref(&gray_alpha), &Settings::default()),
        [colors(&gray_alpha, 4)]
    );
    let half = image(&[1, 2, 4], |at| [9, 9, 9, 127, 9, 9, 9, 128][at]);
    let back = round_trip(&[half], &Settings::default());
    assert_eq!(back[0].as_bytes()[..], [9, 9, 9, 0, 9, 9, 9, 255]);
}

#[test]
fn opaque_alpha_does_not_cost_a_colour() {
    let full = image(
        &[16, 16, 4],
        |at| if at % 4 == 3 { 255 } else { (at / 4) as u8 },
    );
    assert_eq!(
        round_trip(from_ref(&full), &Settings::default()),
        [colors(&full, 3)]
    );
    let fewer = image(
        &[16, 15, 4],
        |at| if at % 4 == 3 { 255 } else { (at / 4) as u8 },
    );
    assert_eq!(round_trip(from_ref(&fewer), &Settings::default()), [fewer]);
}

// checklist: E-045, E-097
#[test]
fn equal_frames_are_kept() {
    let frame = image(&[9, 11, 3], |at| (at * 5 % 251) as u8);
    let frames = vec![frame; 3];
    for subrectangles in [false, true] {
        let settings = Settings {
            subrectangles,
            ..Settings::default()
        };
        assert_eq!(round_trip(&frames, &settings), frames);
    }
}

// checklist: E-097
#[test]
fn subrectangles_hold_what_changes() {
    let mut frames = vec![photo(60, 80, 1)];
    for n in 1..6usize {
        let mut next = frames[n - 1].clone();
        let mut pixels = next.as_array_mut::<u8>().unwrap();
        pixels[[5 * n, 7 * n, 0]] ^= 255;
        pixels[[5 * n + 3, 7 * n + 2, 1]] ^= 255;
        frames.push(next);
    }
    let whole = write(&frames, &Settings::default()).unwrap();
    let settings = Settings {
        subrectangles: true,
        ..Settings::default()
    };
    let parts = write(&frames, &settings).unwrap();
    assert!(parts.len() * 3 < whole.len());
    let back = read_all(parts).unwrap();
    for (n, (frame, back)) in frames.iter().zip(&back).enumerate() {
        assert!(mean_error(frame, back) < 30.0, "{n}");
        let changed = (5 * n, 7 * n, 0);
        let of =
            |image: &NdImage| image.as_array::<u8>().unwrap()[[changed.0, changed.1, changed.2]];
        assert!(of(frame).abs_diff(of(back)) < 16, "{n}");
    }
}

// checklist: E-052, E-087, E-088, E-092, E-093
#[test]
fn times_loops_and_comments_come_back() {
    let frames: Vec<NdImage> = (0..4)
        .map(|n| image(&[4, 5], move |at| (at + n) as u8))
        .collect();
    let settings = Settings {
        durations_ms: vec![40.0, 1000.0 / 30.0, 655_350.0],
        loop_count: Some(0),
        comments: vec![vec![b'x'; 300]],
        background: 3,
        ..Settings::default()
    };
    let mut decoder = decoder(write(&frames, &settings).unwrap()).unwrap();
    let metadata = decoder.metadata(None).unwrap();
    assert_eq!(metadata.get("loop"), Some(&Value::Int(0)));
    assert_eq!(metadata.get("background"), Some(&Value::Int(3)));
    assert_eq!(
        metadata.get("comment"),
        Some(&Value::Bytes(vec![b'x'; 300]))
    );
    for (position, expected) in [40, 30, 655_350, 655_350].into_iter().enumerate() {
        let metadata = decoder.metadata(Some(position)).unwrap();
        assert_eq!(metadata.get("duration"), Some(&Value::Int(expected)));
    }
    let silent = write(&frames[..1], &Settings::default()).unwrap();
    let metadata = super::decoder(silent).unwrap().metadata(None).unwrap();
    assert_eq!(
        metadata.keys().collect::<Vec<_>>(),
        ["version", "background", "palette"]
    );
}

// checklist: E-089, E-090, E-091, E-096
#[test]
fn many_colours_are_reduced_to_the_size_asked_for() {
    let frame = photo(90, 120, 3);
    let quantizers = [
        Quantizer::MedianCut,
        Quantizer::MaxCoverage,
        Quantizer::FastOctree,
        Quantizer::NeuQuant,
    ];
    for quantizer in quantizers {
        let mut last = f64::MAX;
        for (palette_size, most) in [
            (2, 3000.0),
            (5, 2000.0),
            (37, 300.0),
            (100, 150.0),
            (256, 75.0),
        ] {
            for dither in [false, true] {
                let settings = Settings {
                    palette_size,
                    quantizer,
                    dither,
                    ..Settings::default()
                };
                let bytes = write(from_ref(&frame), &settings).unwrap();
                let table = 2usize << (bytes[10] & 7);
                assert!(
                    table < palette_size * 2,
                    "{table} entries for {palette_size}"
                );
                let back = read_all(bytes).unwrap().remove(0);
                let mut seen: Vec<[u8; 3]> = back
                    .as_bytes()
                    .chunks_exact(3)
                    .map(|c| [c[0], c[1], c[2]])
                    .collect();
                seen.sort_unstable();
                seen.dedup();
                assert!(seen.len() <= palette_size);
                let error = mean_error(&frame, &back);
                let allowed = if dither { most * 2.5 } else { most };
                assert!(
                    error < allowed,
                    "{quantizer:?} {palette_size} {dither}: {error}"
                );
                if !dither {
                    assert!(error < last);
                    last = error;
                }
            }
        }
    }
}

#[test]
fn a_given_palette_is_kept() {
    let palette: Vec<[u8; 3]> = (0..7).map(|n| [n * 30, 255 - n, 3 * n]).collect();
    let settings = Settings {
        palette: Some(palette.clone()),
        transparency: Some(2),
        ..Settings::default()
    };
    let indices = image(&[5, 7], |at| (at % 7) as u8);
    let back = round_trip(&[indices], &settings);
    let expected = image(&[5, 7, 4], |at| match (at / 4 % 7, at % 4) {
        (2, 3) => 0,
        (_, 3) => 255,
        (index, channel) => palette[index][channel],
    });
    assert_eq!(back, [expected]);
    let settings = Settings {
        transparency: None,
        ..settings
    };
    let near = image(&[1, 7, 3], |at| palette[at / 3][at % 3].saturating_add(1));
    let back = round_trip(&[near], &settings);
    assert_eq!(back[0].as_bytes()[..], *palette.as_flattened());
    let outside = write(&[image(&[1, 8], |at| at as u8)], &settings).unwrap_err();
    assert_eq!(outside.kind(), ErrorKind::Unsupported);
}

#[test]
fn a_gray_level_can_be_transparent() {
    let frame = image(&[3, 5], |at| at as u8 * 10);
    let settings = Settings {
        transparency: Some(40),
        ..Settings::default()
    };
    let back = round_trip(&[frame], &settings).remove(0);
    for (at, pixel) in back.as_bytes().chunks_exact(4).enumerate() {
        let level = at as u8 * 10;
        assert_eq!(
            *pixel,
            [level, level, level, if level == 40 { 0 } else { 255 }]
        );
    }
}

// checklist: E-089, E-099
#[test]
fn refuses_what_gif_cannot_hold() {
    let refused = |frames: &[NdImage], settings: Settings| {
        let error = write(frames, &settings).unwrap_err();
        (error.kind(), error.message().to_owned())
    };
    let plain = Settings::default;
    let small = image(&[4, 5], |at| at as u8);
    let (kind, message) = refused(&[small.clone(), image(&[5, 4], |_| 0)], plain());
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(
        message.contains("[4, 5]") && message.contains("[5, 4]"),
        "{message}"
    );
    for (dtype, shape) in [
        (DType::U16, &[4, 5][..]),
        (DType::U8, &[4, 5, 5]),
        (DType::U8, &[4, 5, 1]),
        (DType::U8, &[0, 5]),
    ] {
        let frame = NdImage::zeros(dtype, shape, &Limits::new()).unwrap();
        assert_eq!(refused(&[frame], plain()).0, ErrorKind::Unsupported);
    }
    let wide = NdImage::zeros(DType::U8, &[1, 65536], &Limits::new()).unwrap();
    assert_eq!(refused(&[wide], plain()).0, ErrorKind::Unsupported);
    assert_eq!(refused(&[], plain()).0, ErrorKind::Unsupported);
    let two = [small.clone(), small];
    let bad = [
        Settings {
            palette_size: 1,
            ..plain()
        },
        Settings {
            palette_size: 257,
            ..plain()
        },
        Settings {
            disposal: vec![0, 4],
            ..plain()
        },
        Settings {
            disposal: vec![3],
            subrectangles: true,
            ..plain()
        },
        Settings {
            durations_ms: vec![-10.0],
            ..plain()
        },
        Settings {
            durations_ms: vec![f64::NAN],
            ..plain()
        },
        Settings {
            durations_ms: vec![655_360.0],
            ..plain()
        },
        Settings {
            palette: Some(Vec::new()),
            ..plain()
        },
        Settings {
            palette: Some(vec![[0; 3]]),
            transparency: Some(1),
            ..plain()
        },
    ];
    for settings in bad {
        assert_eq!(refused(&two, settings).0, ErrorKind::BadOption);
    }
}

#[test]
fn unchanged_pixels_become_transparent_when_asked() {
    // A square that wanders over a picture of many colours: its rectangle holds much that stays.
    let still = image(&[64, 64, 3], |at| (at * 31 % 83) as u8);
    let frames: Vec<NdImage> = (0..6usize)
        .map(|n| {
            let mut frame = still.clone();
            let mut pixels = frame.as_array_mut::<u8>().unwrap();
            for corner in [4 * n, 60 - 4 * n] {
                pixels[[corner, corner, 0]] = 200 + n as u8;
            }
            drop(pixels);
            frame
        })
        .collect();
    let parts = Settings {
        subrectangles: true,
        ..Settings::default()
    };
    let sparse = Settings {
        optimize: true,
        ..parts.clone()
    };
    let (larger, smaller) = (
        write(&frames, &parts).unwrap(),
        write(&frames, &sparse).unwrap(),
    );
    assert!(
        smaller.len() * 5 < larger.len() * 4,
        "{} {}",
        smaller.len(),
        larger.len()
    );
    assert_eq!(read_all(larger).unwrap(), frames);
    assert_eq!(read_all(smaller).unwrap(), frames);
    // Where all entries are colours, there is none to spare.
    let frames: Vec<NdImage> = (0..3usize)
        .map(|n| {
            image(&[16, 32, 3], |at| {
                let red = match at / 3 {
                    511 if n == 1 => 0,
                    pixel @ 256.. => (pixel % 256) as u8,
                    _ if n == 0 => 0,
                    pixel => pixel as u8,
                };
                [red, if n == 2 { 10 } else { 9 }, 9][at % 3]
            })
        })
        .collect();
    assert_eq!(round_trip(&frames, &sparse), frames);
}

#[test]
fn each_frame_has_its_own_disposal() {
    let frames: Vec<NdImage> = (0..4)
        .map(|n| image(&[4, 5], |at| (at + n) as u8))
        .collect();
    let settings = Settings {
        disposal: vec![1, 3, 2],
        ..Settings::default()
    };
    let bytes = write(&frames, &settings).unwrap();
    let controls = bytes.windows(4).filter(|at| at.starts_with(b"!\xF9\x04"));
    let disposals: Vec<u8> = controls.map(|control| control[3] >> 2).collect();
    assert_eq!(disposals, [1, 3, 2, 2]);
    let expected: Vec<NdImage> = frames.iter().map(|frame| colors(frame, 3)).collect();
    assert_eq!(read_all(bytes).unwrap(), expected);
}

#[test]
fn several_comments_are_kept_apart() {
    let settings = Settings {
        comments: vec![b"first".to_vec(), b"second".to_vec()],
        ..Settings::default()
    };
    let bytes = write(&[image(&[2, 2], |at| at as u8)], &settings).unwrap();
    let blocks = bytes.windows(2).filter(|at| at == b"!\xFE");
    assert_eq!(blocks.count(), 2);
    let metadata = decoder(bytes).unwrap().metadata(None).unwrap();
    let comment = metadata.get("comment").and_then(Value::as_bytes);
    assert_eq!(comment, Some(&b"first\nsecond"[..]));
}

#[test]
fn the_file_is_the_same_for_any_number_of_threads() {
    let frames: Vec<NdImage> = (0..9).map(|n| photo(90, 110, n)).collect();
    for dither in [false, true] {
        let settings = Settings {
            dither,
            ..Settings::default()
        };
        let by_many = write(&frames, &settings).unwrap();
        let mut out = Cursor::new(Vec::new());
        // Room for one frame at a time.
        let limits = Limits::new().bytes(150_000);
        encode(&frames, &settings, &mut out, &limits).unwrap();
        assert!(out.into_inner() == by_many);
    }
}
