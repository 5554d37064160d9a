//! GIF-PIL: timing, palettes and what changes between frames.

use super::*;

fn moving(count: usize) -> Vec<NdImage> {
    let frame = |n: usize| {
        ramp(&[12, 16, 3], move |i| {
            let (y, x, c) = (i / 48, i / 3 % 16, i % 3);
            if y / 3 == n && x / 4 == n {
                250
            } else {
                (c * 40) as u8
            }
        })
    };
    (0..count).map(frame).collect()
}

/// Offset, hundredths and disposal of each graphic control of a GIF, and the descriptors' x, y, width and height.
fn controls(gif: &[u8]) -> Vec<(u16, u8, [u16; 4])> {
    let mut found = Vec::new();
    for at in 0..gif.len().saturating_sub(18) {
        if gif[at..at + 3] == [0x21, 0xf9, 4] && gif[at + 7] == 0 && gif[at + 8] == 0x2c {
            let word = |at: usize| u16::from_le_bytes([gif[at], gif[at + 1]]);
            let region = [word(at + 9), word(at + 11), word(at + 13), word(at + 15)];
            found.push((word(at + 4), gif[at + 3] >> 2 & 7, region));
        }
    }
    found
}

// checklist: E-086, E-087, E-092, E-093
#[test]
fn gif_timing_is_in_seconds() {
    let frames = moving(3);
    let gif = |pairs: Options| write("GIF-PIL", Images::list(&frames), pairs).expect("a GIF");
    let delays = |bytes: &[u8]| controls(bytes).iter().map(|it| it.0).collect::<Vec<_>>();
    let plain = gif(Options::new());
    assert_eq!(delays(&plain), [10, 10, 10], "ten frames a second");
    assert_eq!(delays(&gif(options([("fps", 25.into())]))), [4, 4, 4]);
    assert_eq!(
        delays(&gif(options([("duration", 0.255.into())]))),
        [26, 26, 26]
    );
    let list = vec![Value::Float(0.5), Value::Float(0.1)];
    assert_eq!(
        delays(&gif(options([("duration", list.into())]))),
        [50, 10, 10]
    );
    let loops = |bytes: &[u8]| {
        let at = bytes.windows(11).position(|part| part == b"NETSCAPE2.0")?;
        Some(u16::from_le_bytes([bytes[at + 13], bytes[at + 14]]))
    };
    assert_eq!(loops(&plain), Some(0), "for ever");
    assert_eq!(loops(&gif(options([("loop", (-1).into())]))), Some(0));
    assert_eq!(loops(&gif(options([("loop", 1.into())]))), None);
    assert_eq!(loops(&gif(options([("loop", 5.into())]))), Some(5));
}

// checklist: E-089, E-090, E-091, E-096
#[test]
fn gif_palettes_have_the_size_asked_for() {
    let frames = [ramp(&[32, 32, 3], |i| (i * i / 3) as u8)];
    let gif = |pairs: Options| write("GIF-PIL", Images::list(&frames), pairs);
    for bad in [1, 0, 257] {
        let (kind, text) = said(gif(options([("palettesize", bad.into())])));
        assert_eq!(kind, ErrorKind::BadOption);
        assert!(
            text.contains("2..256") && text.contains(&bad.to_string()),
            "{text}"
        );
    }
    for (size, most) in [(2, 2), (100, 100), (256, 256)] {
        let bytes = gif(options([("palettesize", size.into())])).expect("a GIF");
        let image = decoded(&bytes);
        let mut colours: Vec<_> = image.as_slice::<u8>().expect("bytes").chunks(3).collect();
        colours.sort_unstable();
        colours.dedup();
        assert!(
            colours.len() <= most && colours.len() > most / 3,
            "{size}: {}",
            colours.len()
        );
    }
    let small = gif(options([("palettesize", 4.into())])).expect("a small GIF");
    assert_eq!(
        small[10] & 7,
        1,
        "a table of four colours is declared as one of four"
    );
    let images: Vec<_> = [0, 1, 2]
        .map(|n| {
            decoded(
                &gif(options([
                    ("quantizer", n.into()),
                    ("palettesize", 16.into()),
                ]))
                .expect("a GIF"),
            )
        })
        .into();
    assert!(images[0] != images[1] && images[1] != images[2] && images[0] != images[2]);
    let (kind, text) = said(gif(options([("quantizer", 3.into())])));
    assert_eq!(
        (kind, text.contains("octree")),
        (ErrorKind::BadOption, true),
        "{text}"
    );
}

// checklist: E-094, E-097
#[test]
fn subrectangles_hold_what_changed() {
    let frames = moving(3);
    let gif = |on: bool| {
        write(
            "GIF-PIL",
            Images::list(&frames),
            options([("subrectangles", on.into())]),
        )
        .expect("a GIF")
    };
    let (whole, parts) = (gif(false), gif(true));
    assert_eq!(&whole[..6], b"GIF89a");
    assert_eq!(whole[6..10], [16, 0, 12, 0], "width, then height");
    assert_eq!(whole[10] >> 7, 1, "a global table");
    assert_eq!(whole.last(), Some(&0x3b));
    assert!(
        controls(&whole)
            .iter()
            .all(|it| it.1 == 2 && it.2 == [0, 0, 16, 12])
    );
    let regions = controls(&parts);
    assert!(regions.iter().all(|it| it.1 == 1));
    assert_eq!(regions[0].2, [0, 0, 16, 12]);
    assert_eq!(regions[1].2, [0, 0, 8, 6], "old and new place of the block");
    assert_eq!(regions[2].2, [4, 3, 8, 6]);
    assert!(parts.len() < whole.len());
    assert_eq!(decoded(&whole), decoded(&parts));
}

// checklist: E-098, E-099
#[test]
fn gif_frames_become_bytes_of_one_shape() {
    let floats = ramp(&[6, 6, 1], |i| i as f64 / 35.0);
    let gif = write("GIF-PIL", Images::list([&floats]), Options::new()).expect("scaled");
    let expected = imageio_core::image_as_uint(&floats, 8).expect("scaled");
    let gray = decoded(&gif);
    let red: Vec<u8> = gray
        .as_slice::<u8>()
        .expect("bytes")
        .chunks(3)
        .map(|rgb| rgb[0])
        .collect();
    assert_eq!(red, expected.into_vec::<u8>().expect("bytes"));
    let alpha = ramp(&[6, 6, 4], |i| if i % 4 == 3 { 0 } else { 200 });
    let gif = write("GIF-PIL", Images::list([&alpha]), Options::new()).expect("opaque");
    assert!(
        decoded(&gif)
            .as_slice::<u8>()
            .expect("bytes")
            .iter()
            .all(|value| *value == 200)
    );
    let other = ramp(&[6, 7, 4], |_| 0u8);
    let (kind, text) = said(write(
        "GIF-PIL",
        Images::list([&alpha, &other]),
        Options::new(),
    ));
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(text.contains("frame 1"), "{text}");
}
