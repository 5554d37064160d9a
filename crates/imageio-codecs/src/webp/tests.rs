//! What is written is read, in whole and in part.

use std::io::Cursor;

use imageio_core::{ErrorKind, Limits};

use super::*;

fn noise(len: usize) -> Vec<u8> {
    let mut state = 7u32;
    let step = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(step).take(len).collect()
}

fn smooth(width: usize, height: usize, channels: usize) -> Vec<u8> {
    let at = |i: usize| {
        let (x, y, c) = (i / channels % width, i / channels / width, i % channels);
        ((x * 3 + y * 2 + c * 40) % 256) as u8
    };
    (0..width * height * channels).map(at).collect()
}

fn encoded(samples: &[u8], width: usize, height: usize, settings: &Settings) -> Vec<u8> {
    let layout = match samples.len() / width / height {
        3 => Layout::Rgb,
        _ => Layout::Rgba,
    };
    let picture = Picture {
        samples,
        width,
        height,
        layout,
    };
    encode(&picture, settings, &Limits::new()).expect("a file")
}

fn container(file: &[u8]) -> Container {
    Container::read(&mut Cursor::new(file), &Limits::new()).expect("a container")
}

#[test]
fn lossless_is_exact_at_every_size() {
    for (width, height) in [(1, 1), (1, 9), (7, 1), (3, 5), (33, 17)] {
        for (channels, layout) in [(3, Layout::Rgb), (4, Layout::Rgba)] {
            let samples = noise(width * height * channels);
            let settings = Settings {
                lossless: true,
                exact: true,
                ..Settings::default()
            };
            let file = encoded(&samples, width, height, &settings);
            let features = features(&file).expect("features");
            assert_eq!((features.width, features.height), (width, height));
            assert_eq!(features.coding, Coding::Lossless);
            let mut out = vec![0; samples.len()];
            decode(
                &file,
                layout,
                None,
                &mut out,
                width * channels,
                &Limits::new(),
            )
            .expect("pixels");
            assert_eq!(out, samples);
        }
    }
}

#[test]
fn a_window_is_a_part_of_the_whole() {
    let (width, height) = (61, 47);
    for (channels, layout) in [(3, Layout::Rgb), (4, Layout::Rgba)] {
        for lossless in [false, true] {
            let samples = smooth(width, height, channels);
            let settings = Settings {
                lossless,
                ..Settings::default()
            };
            let file = encoded(&samples, width, height, &settings);
            let mut whole = vec![0; samples.len()];
            let row = width * channels;
            decode(&file, layout, None, &mut whole, row, &Limits::new()).expect("pixels");
            for (left, top, columns, rows) in [
                (0, 0, 61, 47),
                (5, 3, 20, 9),
                (17, 40, 44, 7),
                (60, 46, 1, 1),
                (0, 31, 61, 1),
            ] {
                let area = Area {
                    left,
                    top,
                    width: columns,
                    height: rows,
                };
                let mut part = vec![0; columns * rows * channels];
                let stride = columns * channels;
                decode(&file, layout, Some(area), &mut part, stride, &Limits::new())
                    .expect("pixels");
                for (y, line) in part.chunks_exact(stride).enumerate() {
                    let from = (top + y) * row + left * channels;
                    assert_eq!(
                        line,
                        &whole[from..from + stride],
                        "{area:?} {lossless} row {y}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_buffer_or_budget_too_small_is_refused() {
    let file = encoded(&smooth(20, 10, 3), 20, 10, &Settings::default());
    let mut out = vec![0; 599];
    let limits = Limits::new();
    let kind = |result: imageio_core::Result<()>| result.map_err(|error| error.kind());
    let decoded = decode(&file, Layout::Rgb, None, &mut out, 60, &limits);
    assert_eq!(kind(decoded), Err(ErrorKind::BadOption));
    let area = Area {
        left: 10,
        top: 0,
        width: 11,
        height: 1,
    };
    let decoded = decode(&file, Layout::Rgb, Some(area), &mut out, 60, &limits);
    assert_eq!(kind(decoded), Err(ErrorKind::BadOption));
    out.push(0);
    let small = Limits::new().bytes(100);
    let decoded = decode(&file, Layout::Rgb, None, &mut out, 60, &small);
    assert_eq!(kind(decoded), Err(ErrorKind::LimitExceeded));
    let cut = &file[..file.len() / 2];
    let decoded = decode(cut, Layout::Rgb, None, &mut out, 60, &limits);
    assert_eq!(kind(decoded), Err(ErrorKind::Corrupt));
}

#[test]
fn rows_may_lie_apart() {
    let samples = noise(6 * 4 * 3);
    let settings = Settings {
        lossless: true,
        ..Settings::default()
    };
    let file = encoded(&samples, 6, 4, &settings);
    let mut out = vec![9; 4 * 25];
    decode(&file, Layout::Rgb, None, &mut out, 25, &Limits::new()).expect("pixels");
    for (line, row) in out.chunks_exact(25).zip(samples.chunks_exact(18)) {
        assert_eq!((&line[..18], &line[18..]), (row, &[9; 7][..]));
    }
}

#[test]
fn extras_stand_where_the_container_finds_them() {
    let extras = Extras {
        icc_profile: Some(b"profile"),
        exif: Some(b"II*\0"),
        xmp: Some(b"<x/>!"),
    };
    for (channels, lossless) in [(3, false), (4, false), (4, true)] {
        let samples = smooth(9, 5, channels);
        let settings = Settings {
            lossless,
            ..Settings::default()
        };
        let plain = encoded(&samples, 9, 5, &settings);
        let file = with_extras(plain.clone(), &extras).expect("a file");
        let read = container(&file);
        let text = |range: Option<std::ops::Range<u64>>| {
            let range = range.expect("a chunk");
            file[range.start as usize..range.end as usize].to_vec()
        };
        assert_eq!(text(read.icc_profile), b"profile");
        assert_eq!(text(read.exif), b"II*\0");
        assert_eq!(text(read.xmp), b"<x/>!");
        assert_eq!((read.width, read.height, read.alpha), (9, 5, channels == 4));
        let plain = container(&plain);
        assert_eq!(plain.alpha, channels == 4);
        assert_eq!(
            plain.frames[0].data.end - plain.frames[0].data.start,
            read.frames[0].data.end - read.frames[0].data.start
        );
    }
}

#[test]
fn an_animation_keeps_times_and_canvas() {
    let animation = Animation {
        background: [1, 2, 3, 4],
        loop_count: 5,
        minimize_size: false,
        allow_mixed: false,
        kmin: 9,
        kmax: 17,
    };
    let limits = Limits::new();
    let mut animator = Animator::new(12, 8, &animation, &limits).expect("an encoder");
    let settings = Settings {
        lossless: true,
        ..Settings::default()
    };
    for position in 0..3 {
        let mut samples = smooth(12, 8, 3);
        samples[position * 30..][..9].fill(position as u8);
        let picture = Picture {
            samples: &samples,
            width: 12,
            height: 8,
            layout: Layout::Rgb,
        };
        animator
            .add(&picture, position as i32 * 40, &settings)
            .expect("a frame");
    }
    let other = [0; 3];
    let picture = Picture {
        samples: &other,
        width: 1,
        height: 1,
        layout: Layout::Rgb,
    };
    assert!(animator.add(&picture, 120, &settings).is_err());
    let file = animator.finish(130).expect("a file");
    let read = container(&file);
    assert_eq!((read.width, read.height, read.animated), (12, 8, true));
    assert_eq!((read.background, read.loop_count), ([1, 2, 3, 4], 5));
    let durations: Vec<u32> = read.frames.iter().map(|frame| frame.duration).collect();
    assert_eq!(durations, [40, 40, 50]);
    assert_eq!(read.frames[0].coding, Coding::Lossless);
}

#[test]
fn settings_out_of_range_are_refused() {
    let picture = Picture {
        samples: &[0; 3],
        width: 1,
        height: 1,
        layout: Layout::Rgb,
    };
    for settings in [
        Settings {
            quality: 101.0,
            ..Settings::default()
        },
        Settings {
            method: 7,
            ..Settings::default()
        },
        Settings {
            alpha_quality: 101,
            ..Settings::default()
        },
    ] {
        let error = encode(&picture, &settings, &Limits::new()).map_err(|error| error.kind());
        assert_eq!(error, Err(ErrorKind::BadOption));
    }
    let wide = Picture {
        samples: &[],
        width: 16_384,
        height: 1,
        layout: Layout::Rgb,
    };
    let error = encode(&wide, &Settings::default(), &Limits::new()).map_err(|error| error.kind());
    assert_eq!(error, Err(ErrorKind::Unsupported));
}
