//! What the card promises, checked by core's suite.

use imageio_core::NdImage;
use imageio_core::testing::{Cases, check};

use crate::fixture;

fn ramp<T: imageio_core::Element>(shape: &[usize], value: impl Fn(usize) -> T) -> NdImage {
    let len = shape.iter().product();
    NdImage::from_vec(shape, (0..len).map(value).collect()).expect("a full image")
}

fn bytes(shape: &[usize]) -> NdImage {
    ramp(shape, |i| (i * 37 % 256) as u8)
}

fn words(shape: &[usize]) -> NdImage {
    ramp(shape, |i| (i * 7919 % 65536) as u16)
}

#[test]
fn png_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in [
        "gray1",
        "gray16_interlaced",
        "graya8",
        "palette4_trns",
        "rgb8",
        "rgb16_interlaced",
        "apng_mixed",
    ] {
        cases = cases.sample(".png", fixture(&format!("png/{name}.png")));
    }
    for channels in 2..=4 {
        cases = cases
            .lossless(".png", bytes(&[9, 11, channels]))
            .lossless(".png", words(&[9, 11, channels]));
    }
    let cases = cases
        .lossless(".png", words(&[9, 11]))
        .lossless(".png", ramp(&[9, 11], |i| i % 3 == 0));
    println!("{}", check(&imageio_pillowlike::PLUGIN, &cases));
}

#[test]
fn jpeg_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in ["gray", "progressive_420", "cmyk", "exif_orientation6"] {
        cases = cases.sample(".jpg", fixture(&format!("jpeg/{name}.jpg")));
    }
    let smooth = ramp(&[16, 16, 3], |i| (i / 48 * 4) as u8);
    println!(
        "{}",
        check(
            &imageio_pillowlike::PLUGIN,
            &cases.lossy(".jpg", smooth, 6.0)
        )
    );
}

#[test]
fn gif_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in [
        "disposal_mixed",
        "interlaced",
        "local_palettes",
        "transparent",
        "frame_larger",
    ] {
        cases = cases.sample(".gif", fixture(&format!("gif/{name}.gif")));
    }
    let few_colours = ramp(&[9, 11, 3], |i| (i / 3 % 100) as u8);
    println!(
        "{}",
        check(
            &imageio_pillowlike::PLUGIN,
            &cases.lossless(".gif", few_colours)
        )
    );
}

#[test]
fn bmp_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in ["rgb24_13x7", "rle8", "palette4_13x7", "rgb24_top_down"] {
        cases = cases.sample(".bmp", fixture(&format!("bmp/{name}.bmp")));
    }
    let cases = cases
        .lossless(".bmp", bytes(&[9, 11]))
        .lossless(".bmp", bytes(&[9, 11, 3]));
    let cases = cases
        .lossless(".bmp", bytes(&[9, 11, 4]))
        .lossless(".bmp", ramp(&[9, 11], |i| i % 3 == 0));
    println!("{}", check(&imageio_pillowlike::PLUGIN, &cases));
}

#[test]
fn pnm_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in [
        "raw_13x7.pbm",
        "raw_max65535.pgm",
        "plain_max255.ppm",
        "rgb_alpha.pam",
        "rgb_big.pfm",
        "three_pictures.ppm",
    ] {
        let extension = &name[name.len() - 4..];
        cases = cases.sample(extension, fixture(&format!("pnm/{name}")));
    }
    let cases = cases
        .lossless(".ppm", words(&[9, 11, 3]))
        .lossless(".pgm", bytes(&[9, 11]));
    let cases = cases
        .lossless(".pam", bytes(&[9, 11, 4]))
        .lossless(".pbm", ramp(&[9, 11], |i| i % 3 == 0));
    let cases = cases.lossless(".pfm", ramp(&[9, 11, 3], |i| i as f32 * 0.25));
    println!("{}", check(&imageio_pillowlike::PLUGIN, &cases));
}

#[test]
fn webp_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in [
        "lossy_33x25",
        "lossless_alpha",
        "all_metadata",
        "anim_background_over",
        "written_lossless",
    ] {
        cases = cases.sample(".webp", fixture(&format!("webp/{name}.webp")));
    }
    let smooth = ramp(&[16, 16, 3], |i| (i / 48 * 4) as u8);
    let cases = cases.lossy(".webp", smooth, 8.0);
    println!("{}", check(&imageio_pillowlike::PLUGIN, &cases));
}

#[test]
fn tga_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in [
        "bilevel",
        "map16",
        "map_indices16",
        "bottom_right",
        "top_right_rle",
        "la_rle",
        "extension_no_alpha",
    ] {
        cases = cases.sample(".tga", fixture(&format!("tga/{name}.tga")));
    }
    for channels in 2..=4 {
        cases = cases.lossless(".tga", bytes(&[9, 11, channels]));
    }
    let cases = cases
        .lossless(".tga", bytes(&[9, 11]))
        .lossless(".tga", ramp(&[9, 11], |i| i % 3 == 0));
    println!("{}", check(&imageio_pillowlike::PLUGIN, &cases));
}

#[test]
fn exr_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in [
        "rgb_float16_piz",
        "rgb_float32_pxr24",
        "chroma_zip",
        "layers",
        "three_parts",
        "tiles_b44a",
        "attributes",
    ] {
        cases = cases.sample(".exr", fixture(&format!("exr/{name}.exr")));
    }
    for channels in 2..=4 {
        cases = cases.lossless(".exr", ramp(&[9, 11, channels], |i| i as f32 * 0.25));
    }
    let cases = cases
        .lossless(".exr", ramp(&[9, 11], |i| i as u32 * 40503))
        .lossless(
            ".exr",
            ramp(&[9, 11, 3], |i| {
                imageio_core::half::f16::from_f32(i as f32 * 0.25)
            }),
        );
    println!("{}", check(&imageio_pillowlike::PLUGIN, &cases));
}

#[test]
fn qoi_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in ["rgb_13x7", "rgba_13x7", "runs"] {
        cases = cases.sample(".qoi", fixture(&format!("qoi/{name}.qoi")));
    }
    let cases = cases
        .lossless(".qoi", bytes(&[9, 11, 3]))
        .lossless(".qoi", bytes(&[9, 11, 4]));
    println!("{}", check(&imageio_pillowlike::PLUGIN, &cases));
}

#[test]
fn ico_and_cur_keep_their_promises() {
    let mut cases = Cases::new();
    for name in ["palette4", "rgb24", "rgba32", "png_gray", "side_256"] {
        cases = cases.sample(".ico", fixture(&format!("ico/{name}.ico")));
    }
    for name in ["black_white", "palette4", "png", "rgba32"] {
        cases = cases.sample(".cur", fixture(&format!("cur/{name}.cur")));
    }
    for channels in 2..=4 {
        cases = cases
            .lossless(".ico", bytes(&[9, 11, channels]))
            .lossless(".cur", bytes(&[9, 11, channels]));
    }
    let cases = cases
        .lossless(".ico", bytes(&[9, 11]))
        .lossless(".cur", ramp(&[9, 11], |i| i % 3 == 0));
    println!("{}", check(&imageio_pillowlike::PLUGIN, &cases));
}

#[test]
fn hdr_keeps_its_promises() {
    let mut cases = Cases::new();
    for name in ["new_rle", "old_rle", "flat", "minusx_13_plusy_7", "xyz"] {
        let name = format!("hdr/{name}.hdr");
        cases = cases.sample(".hdr", fixture(&name));
    }
    let cases = cases.lossy(".hdr", ramp(&[9, 11, 3], |i| i as f32 * 0.25), 0.5);
    println!("{}", check(&imageio_pillowlike::PLUGIN, &cases));
}
