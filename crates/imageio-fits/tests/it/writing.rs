//! What is written comes back, and says what it was given.

use imageio_core::{DType, ErrorKind, Images, Index, Metadata, NdImage, Value};
use imageio_fits::{
    Checksum, Compression, FitsReadOptions, FitsReader, FitsWriteOptions, Quantization,
};

use crate::support::{open, reader_of, written};

const TYPES: [&str; 10] = [
    "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64",
];
const CODECS: [Compression; 5] = [
    Compression::Rice1,
    Compression::Gzip1,
    Compression::Gzip2,
    Compression::Plio1,
    Compression::Hcompress1,
];

fn bits(image: &NdImage) -> (Vec<usize>, DType, Vec<u8>) {
    (
        image.shape().to_vec(),
        image.dtype(),
        image.as_bytes().into_owned(),
    )
}

#[test]
fn every_type_comes_back_bit_by_bit() {
    let options = FitsReadOptions::new();
    for name in TYPES {
        let image = open(&format!("{name}.fits"))
            .read(Index::At(0), &options)
            .expect(name);
        for checksum in [false, true] {
            let bytes =
                written(&image, ".fits", FitsWriteOptions::new().checksum(checksum)).expect(name);
            assert_eq!(bytes.len() % 2880, 0);
            let request = imageio_core::Request::from(bytes);
            let verify = options.clone().checksum(Checksum::Verify);
            let mut reader = FitsReader::open(&request, &verify).expect(name);
            let back = reader.read(Index::At(0), &verify).expect(name);
            assert_eq!(bits(&back), bits(&image), "{name}");
            assert_eq!(request.warnings(), Vec::<String>::new(), "{name}");
            let metadata = reader.metadata(Index::At(0), true, &options).expect(name);
            assert_eq!(metadata.contains_key("CHECKSUM"), checksum);
        }
    }
}

#[test]
fn compressed_images_come_back_or_are_refused() {
    let options = FitsReadOptions::new();
    let mut kept = 0;
    for name in TYPES {
        let image = open(&format!("{name}.fits"))
            .read(Index::At(0), &options)
            .expect(name);
        for codec in CODECS {
            for tile in [vec![], vec![5, 7]] {
                let how = FitsWriteOptions::new()
                    .compression_type(codec)
                    .tile_shape(tile)
                    .checksum(true);
                match written(&image, ".fits", how) {
                    Ok(bytes) => {
                        let back = reader_of(bytes).read(Index::At(0), &options).expect(name);
                        assert_eq!(bits(&back), bits(&image), "{name} {codec:?}");
                        kept += 1;
                    }
                    Err(error) => assert_eq!(
                        error.kind(),
                        ErrorKind::Unsupported,
                        "{name} {codec:?}: {error}"
                    ),
                }
            }
        }
    }
    assert!(kept >= 64, "{kept}");
}

#[test]
fn quantized_floats_are_near() {
    let values: Vec<f32> = (0..64 * 80)
        .map(|n| 50.0 + ((n * 7919) % 1013) as f32 / 100.0)
        .collect();
    let image = NdImage::from_vec(&[64, 80], values).expect("that many");
    for codec in [
        Compression::Rice1,
        Compression::Gzip1,
        Compression::Gzip2,
        Compression::Hcompress1,
    ] {
        for method in [
            Quantization::NoDither,
            Quantization::SubtractiveDither1,
            Quantization::SubtractiveDither2,
        ] {
            let how = FitsWriteOptions::new()
                .compression_type(codec)
                .quantize_level(16.0)
                .quantize_method(method);
            let bytes = written(&image, ".fits", how).expect("an image");
            let back = reader_of(bytes)
                .read(Index::At(0), &FitsReadOptions::new())
                .expect("an image");
            let (a, b) = (
                image.as_slice::<f32>().expect("f32"),
                back.as_slice::<f32>().expect("f32"),
            );
            let most = a
                .iter()
                .zip(b)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            assert!(most > 0.0 && most < 0.5, "{most} {codec:?} {method:?}");
        }
    }
}

#[test]
fn headers_come_back_with_their_comments() {
    let options = FitsReadOptions::new();
    let mut reader = open("cards.fits");
    let image = reader.read(Index::At(0), &options).expect("an image");
    let metadata = reader
        .metadata(Index::At(0), true, &options)
        .expect("metadata");
    for how in [
        FitsWriteOptions::new(),
        FitsWriteOptions::new().compression_type(Compression::Rice1),
    ] {
        let images = Images::single(&image).metadata([metadata.clone()]);
        let mut back = reader_of(written(images, ".fits", how).expect("an image"));
        let back = back
            .metadata(Index::At(0), true, &options)
            .expect("metadata");
        for (key, value) in metadata
            .iter()
            .filter(|(key, _)| !["EXTEND", "SIMPLE", "comments"].contains(key))
        {
            assert_eq!(back.get(key), Some(value), "{key}");
        }
        assert_eq!(
            back.lookup("comments.EXPTIME"),
            Some(&Value::from("[s] exposure time"))
        );
    }
}

#[test]
fn several_images_become_units() {
    let first = NdImage::from_vec(&[2, 3], vec![1u8, 2, 3, 4, 5, 6]).expect("six");
    let second = NdImage::from_vec(&[3], vec![1.5f64, -2.5, 0.0]).expect("three");
    let mut named = Metadata::new();
    named.insert("extname", "SECOND");
    for how in [
        FitsWriteOptions::new(),
        FitsWriteOptions::new().compression_type(Compression::Gzip2),
    ] {
        let images = Images::list([&first, &second]).metadata([Metadata::new(), named.clone()]);
        let mut reader = reader_of(written(images, ".fits", how).expect("two images"));
        let options = FitsReadOptions::new();
        assert_eq!(reader.n_images(&options).ok(), Some(2));
        assert_eq!(
            reader.read(Index::At(0), &options).ok().as_ref(),
            Some(&first)
        );
        assert_eq!(
            reader.read(Index::At(1), &options).ok().as_ref(),
            Some(&second)
        );
        let metadata = reader
            .metadata(Index::At(1), true, &options)
            .expect("metadata");
        assert_eq!(metadata.get("EXTNAME"), Some(&Value::from("SECOND")));
    }
}

// checklist: E-164
#[test]
fn scaling_back_restores_the_numbers() {
    let keep = FitsReadOptions::new().scale_back(true);
    let stored = FitsReadOptions::new().do_not_scale_image_data(true);
    for name in [
        "scaled_int16.fits",
        "blank_scaled_int16.fits",
        "scaled_uint8.fits",
    ] {
        let mut reader = open(name);
        let floats = reader.read(Index::At(0), &keep).expect(name);
        let metadata = reader.metadata(Index::At(0), true, &keep).expect(name);
        let images = Images::single(&floats).metadata([metadata]);
        let bytes = written(images, ".fits", FitsWriteOptions::new().scale_back(true)).expect(name);
        let back = reader_of(bytes).read(Index::At(0), &stored).expect(name);
        assert_eq!(
            back,
            reader.read(Index::At(0), &stored).expect(name),
            "{name}"
        );
    }
}

#[test]
fn what_fits_cannot_hold_is_refused() {
    let plain = |image: NdImage| {
        written(&image, ".fits", FitsWriteOptions::new())
            .expect_err("refused")
            .kind()
    };
    let image = NdImage::from_vec(&[1, 2], vec![true, false]).expect("two");
    assert_eq!(plain(image), ErrorKind::Unsupported);
    assert_eq!(
        plain(NdImage::from_vec::<u8>(&[0, 3], vec![]).expect("none")),
        ErrorKind::Unsupported
    );
    let floats = NdImage::from_vec(&[1, 2], vec![1f32, 2.0]).expect("two");
    let rice = FitsWriteOptions::new().compression_type(Compression::Rice1);
    assert_eq!(
        written(&floats, ".fits", rice).expect_err("floats").kind(),
        ErrorKind::Unsupported
    );
    let negative = NdImage::from_vec(&[1, 2], vec![-1i16, 2]).expect("two");
    let plio = FitsWriteOptions::new().compression_type(Compression::Plio1);
    assert_eq!(
        written(&negative, ".fits", plio)
            .expect_err("a negative number")
            .kind(),
        ErrorKind::Unsupported
    );
}
