//! `imageio preview`.

use crate::{fixture, graymap, program, succeed, succeed_with, text};

#[test]
fn letters_follow_the_light() {
    let samples: Vec<u8> = [0, 28, 85, 142, 199, 255].repeat(4);
    let image = graymap(6, 4, &samples);
    let out = text(succeed_with(&["preview", "-", "--ascii"], &image));
    assert_eq!(out, " .-+#@\n .-+#@\n");
    let narrow = text(succeed_with(
        &["preview", "-", "--ascii", "--width", "3"],
        &image,
    ));
    assert_eq!(narrow, " =%\n");
}

#[test]
fn colours_are_half_blocks() {
    let image = b"P6 1 3 255\n\x01\x02\x03\x04\x05\x06\x07\x08\x09";
    let out = text(succeed_with(&["preview", "-"], image));
    let expected = "\x1b[38;2;1;2;3m\x1b[48;2;4;5;6m▀\x1b[0m\n\x1b[38;2;7;8;9m▀\x1b[0m\n";
    assert_eq!(out, expected);
}

#[test]
fn surroundings_choose_size_and_colours() {
    let png = fixture("png/rgb8.png");
    let mut command = program(&["preview", &png]);
    let output = command.env("COLUMNS", "7").env("NO_COLOR", "1").output();
    let out = text(output.expect("it runs").stdout);
    assert!(
        out.lines().all(|line| line.len() <= 7) && !out.contains('\u{1b}'),
        "{out}"
    );
}

#[test]
fn every_kind_of_sample_is_shown() {
    for name in [
        "png/gray1.png",
        "png/gray16.png",
        "png/graya8.png",
        "png/rgba16.png",
        "png/palette4_trns.png",
        "gif/durations.gif",
        "spe/float32.spe",
        "spe/int16.spe",
        "jpeg/cmyk.jpg",
    ] {
        let out = text(succeed(&["preview", &fixture(name), "--width", "12"]));
        assert!(out.contains('▀'), "{name}");
    }
}
