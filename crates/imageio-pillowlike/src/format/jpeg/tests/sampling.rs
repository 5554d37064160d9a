//! Sizes, samplings and depths that few files have.

use super::*;

#[test]
fn reduced_pictures_have_the_size_that_is_told() {
    let part = |reduce| Selection {
        reduce,
        ..Selection::default()
    };
    for (height, width, channels) in [(17, 33, 3), (8, 1, 3), (100, 7, 1), (1, 9, 3)] {
        for progressive in [false, true] {
            let settings = Settings {
                progressive,
                ..Settings::default()
            };
            let bytes = written(&picture(height, width, channels), &settings).unwrap();
            let mut decoder = open_bytes(bytes).unwrap();
            for reduce in [2u8, 4, 8] {
                decoder.select(&part(Some(reduce))).unwrap();
                let shape = decoder.frame_info(0).unwrap().shape();
                let sides = [height, width].map(|side| side.div_ceil(reduce.into()));
                assert_eq!(shape[..2], sides);
                let whole = decoder.decode(0).unwrap().pixels;
                assert_eq!(whole.shape(), shape);
                let (rows, columns) = (sides[0] / 2..sides[0], 0..sides[1].div_ceil(2));
                let window = decoder
                    .decode_window(0, rows.clone(), columns.clone())
                    .unwrap();
                assert_eq!(
                    window.pixels,
                    whole.crop(&[rows, columns]).unwrap().compact()
                );
            }
            decoder.select(&part(None)).unwrap();
            assert_eq!(
                decoder.decode(0).unwrap().pixels.shape()[..2],
                [height, width]
            );
        }
    }
    let mut decoder =
        open_bytes(written(&picture(8, 8, 1), &Settings::default()).unwrap()).unwrap();
    let layer = Selection {
        layer: Some("a".to_owned()),
        ..part(Some(2))
    };
    assert_eq!(
        decoder.select(&layer).unwrap_err().kind(),
        ErrorKind::BadOption
    );
}

/// A ramp in each of `channels`, coded with the backend's encoder and the sampling factors given.
fn sampled(factors: &[(u8, u8)], format: libjpeg_turbo_rs::PixelFormat) -> Vec<u8> {
    let channels = factors.len();
    let samples: Vec<u8> = (0..37 * 29 * channels)
        .map(|at| (at / channels % 37 * 6 + at / channels / 37 * (1 + at % channels)) as u8)
        .collect();
    libjpeg_turbo_rs::Encoder::new(&samples, 37, 29, format)
        .quality(90)
        .sampling_factors(factors.to_vec())
        .encode()
        .unwrap()
}

#[test]
fn uncommon_samplings_are_put_together_as_pillow_does() {
    use libjpeg_turbo_rs::PixelFormat::{Cmyk, Rgb};
    // The digests are of what Pillow 13.0 decodes.
    let cases: [(&[(u8, u8)], _, &str); 6] = [
        (
            &[(1, 1), (2, 1), (1, 2)],
            Rgb,
            "d51cf36ec9e021dbaa63b596a992005fd50d0cc1f16be973f791a78513b677d5",
        ),
        (
            &[(2, 2), (2, 1), (1, 2)],
            Rgb,
            "a1692d20343258cae7c4adcdde7d269e418f817e61faaa5c3c0e54aab9ad5fbd",
        ),
        (
            &[(1, 2), (2, 2), (1, 1)],
            Rgb,
            "e22122bd8927aae054bf7f0bf77487b80e4b73ba9df808eff0d63520b59bbe96",
        ),
        (
            &[(2, 2), (1, 1), (1, 1), (1, 1)],
            Cmyk,
            "f4a3fdef98c97f2b8abfebd9a65bb7dc46e2462b7bd815986c868d0cb3873885",
        ),
        (
            &[(2, 1), (1, 1), (2, 1), (1, 2)],
            Cmyk,
            "b8fd5afab26db5cb593901efc70909e6279f2556b8016d80359ebc4f3d7fa8de",
        ),
        (
            &[(1, 1), (3, 1), (1, 1), (3, 1)],
            Cmyk,
            "501dcc6b6638b41ed61e2bb0683eea57460a28b66b4a963e9fafecbaf2bed92d",
        ),
    ];
    for (factors, format, sha256) in cases {
        let mut decoder = open_bytes(sampled(factors, format)).unwrap();
        assert_eq!(
            digest(&decoder.decode(0).unwrap().pixels),
            sha256,
            "{factors:?}"
        );
    }
}

#[test]
fn reads_samples_of_other_depths() {
    use libjpeg_turbo_rs::precision::{compress_12bit, compress_lossless_arbitrary};
    for bits in [2u8, 5, 9, 12, 16] {
        let samples: Vec<u16> = (0..20 * 30u32)
            .map(|at| (at * 109 % (1 << bits)) as u16)
            .collect();
        let bytes = compress_lossless_arbitrary(&samples, 30, 20, 1, bits, 1, 0).unwrap();
        let image = open_bytes(bytes).unwrap().decode(0).unwrap().pixels;
        let expected = NdImage::from_vec(&[20, 30], samples).unwrap();
        let dtype = if bits <= 8 { DType::U8 } else { DType::U16 };
        assert_eq!(image, expected.cast(dtype), "{bits} bits");
    }
    let samples: Vec<i16> = (0..16 * 16).map(|at| at * 15).collect();
    let bytes = compress_12bit(
        &samples,
        16,
        16,
        1,
        100,
        libjpeg_turbo_rs::Subsampling::S444,
    )
    .unwrap();
    let image = open_bytes(bytes).unwrap().decode(0).unwrap().pixels;
    assert_eq!((image.dtype(), image.shape()), (DType::U16, &[16, 16][..]));
    let pairs = image.as_slice::<u16>().unwrap().iter().zip(&samples);
    assert!(pairs.map(|(a, b)| a.abs_diff(*b as u16)).max().unwrap() < 8);
}

#[test]
fn deep_samples_in_several_scans_are_refused() {
    let bytes = libjpeg_turbo_rs::precision::compress_12bit(
        &[0; 64],
        8,
        8,
        1,
        90,
        libjpeg_turbo_rs::Subsampling::S444,
    )
    .unwrap();
    let mut progressive = bytes;
    let at = progressive
        .windows(2)
        .position(|pair| pair == [0xff, 0xc1])
        .unwrap();
    progressive[at + 1] = 0xc2;
    let error = open_bytes(progressive)
        .and_then(|mut decoder| decoder.decode(0))
        .map(|frame| frame.pixels)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
