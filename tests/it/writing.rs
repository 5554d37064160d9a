//! Writing through the front door.

use imageio::v3 as iio;
use imageio::{DType, ErrorKind, Images, NdImage, Options};

use crate::fixture::path;

fn ramp<T: imageio::Element + From<u8>>(shape: &[usize]) -> NdImage {
    let len = shape.iter().product::<usize>();
    NdImage::from_vec(
        shape,
        (0..len)
            .map(|i| T::from((i * 7 % 251) as u8))
            .collect::<Vec<_>>(),
    )
    .expect("a ramp")
}

// checklist: A-004, A-086, E-051, C-014
#[test]
fn the_target_bytes_gives_the_encoded_bytes_and_a_file_gives_none() {
    let image = ramp::<u8>(&[5, 7, 3]);
    let bytes = iio::imwrite("<bytes>.png", &image)
        .expect("a PNG")
        .expect("bytes");
    assert_eq!(bytes, iio::imwrite_bytes(&image, ".png").expect("a PNG"));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.png");
    assert_eq!(iio::imwrite(&file, &image).expect("a file"), None);
    assert_eq!(std::fs::read(&file).expect("a file"), bytes);
}

// checklist: A-067, E-035, E-036
#[test]
fn a_write_overwrites_and_refuses_to_guess_the_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.png");
    std::fs::write(&file, vec![1; 100_000]).expect("something longer");
    iio::imwrite(&file, &ramp::<u8>(&[2, 2])).expect("a PNG");
    assert!(std::fs::metadata(&file).expect("a file").len() < 1000);
    let bare = folder.path().join("bare");
    let error = iio::imwrite(&bare, &ramp::<u8>(&[2, 2])).expect_err("no extension");
    assert_eq!(error.kind(), ErrorKind::BadOption, "{error}");
    assert!(!bare.exists());
    let error = iio::imwrite(folder.path().join("a.xyz"), &ramp::<u8>(&[2, 2]));
    assert_eq!(error.map_err(|e| e.kind()).err(), Some(ErrorKind::NoPlugin));
    iio::imwrite_with(
        &bare,
        &ramp::<u8>(&[2, 2]),
        iio::WriteArgs::new().option("format", "PNG"),
    )
    .expect("named");
    assert!(bare.exists());
}

// checklist: A-068, E-038, E-039, E-040, E-042
#[test]
fn one_image_a_batch_and_a_list_are_told_apart() {
    let frames = |images: Images<'_>| {
        let bytes = iio::imwrite_bytes(images, ".gif").expect("a GIF");
        iio::improps(bytes).expect("properties").shape
    };
    assert_eq!(frames((&ramp::<u8>(&[6, 8])).into()), [1, 6, 8, 3]);
    assert_eq!(frames((&ramp::<u8>(&[6, 8, 3])).into()), [1, 6, 8, 3]);
    assert_eq!(frames((&ramp::<u8>(&[6, 8, 4])).into())[..3], [1, 6, 8]);
    assert_eq!(frames((&ramp::<u8>(&[6, 8, 2])).into())[..3], [1, 6, 8]);
    assert_eq!(frames((&ramp::<u8>(&[5, 6, 8])).into()), [5, 6, 8, 3]);
    assert_eq!(frames((&ramp::<u8>(&[5, 6, 8, 3])).into()), [5, 6, 8, 3]);
    assert_eq!(
        frames((&[ramp::<u8>(&[6, 3]), ramp::<u8>(&[6, 3])]).into()),
        [2, 6, 3, 3],
        "a list is a batch"
    );
    assert_eq!(
        frames(Images::batch(&ramp::<u8>(&[5, 6, 3]))),
        [5, 6, 3, 3],
        "said so"
    );
}

// checklist: E-041
#[test]
fn one_colour_channel_as_an_axis_is_refused_not_read_as_frames() {
    let error = iio::imwrite_bytes(&ramp::<u8>(&[6, 8, 1]), ".png").expect_err("(H, W, 1)");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("[6, 8, 1]"), "{error}");
}

// checklist: A-084
#[test]
fn zero_images_are_an_error_and_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("none.gif");
    let empty = NdImage::from_vec(&[0, 10, 10], Vec::<u8>::new()).expect("no image");
    let error = iio::imwrite(&file, &empty).expect_err("zero images");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("zero images"), "{error}");
    assert!(!file.exists());
}

// checklist: E-043, E-014, F-243, G-005
#[test]
fn lossless_formats_keep_type_shape_and_pixels() {
    let folder = tempfile::tempdir().expect("a folder");
    let wide = |shape: &[usize]| ramp::<u16>(shape).cast(DType::U16);
    let bools = ramp::<u8>(&[9, 13]).cast(DType::U8);
    let bits: Vec<bool> = bools
        .as_slice::<u8>()
        .expect("bytes")
        .iter()
        .map(|value| value % 2 == 0)
        .collect();
    let bits = NdImage::from_vec(&[9, 13], bits).expect("bits");
    let floats = ramp::<f32>(&[9, 13, 3]);
    let cases = [
        (
            "a.png",
            vec![
                bits.clone(),
                ramp::<u8>(&[9, 13]),
                wide(&[9, 13]),
                ramp::<u8>(&[9, 13, 2]),
                wide(&[9, 13, 2]),
                ramp::<u8>(&[9, 13, 3]),
                wide(&[9, 13, 3]),
                ramp::<u8>(&[9, 13, 4]),
                wide(&[9, 13, 4]),
            ],
        ),
        (
            "a.bmp",
            vec![
                bits.clone(),
                ramp::<u8>(&[9, 13]),
                ramp::<u8>(&[9, 13, 3]),
                ramp::<u8>(&[9, 13, 4]),
            ],
        ),
        ("a.ppm", vec![ramp::<u8>(&[9, 13, 3]), wide(&[9, 13, 3])]),
        ("a.pgm", vec![ramp::<u8>(&[9, 13]), wide(&[9, 13])]),
        ("a.pbm", vec![bits]),
        ("a.pfm", vec![floats]),
    ];
    for (name, images) in cases {
        let file = folder.path().join(name);
        for image in images {
            iio::imwrite(&file, &image).unwrap_or_else(|error| panic!("{name} {image:?}: {error}"));
            assert_eq!(iio::imread(&file).expect(name), image, "{name} {image:?}");
        }
    }
}

// checklist: E-043
#[test]
fn a_type_that_the_format_cannot_hold_is_refused_by_name() {
    let float = ramp::<f32>(&[4, 4, 3]);
    let error = iio::imwrite_bytes(&float, ".png").expect_err("no float PNG");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("float32"), "{error}");
    let complex = float.cast(DType::C64);
    assert!(iio::imwrite_bytes(&complex, ".png").is_err());
}

// checklist: E-046
#[test]
fn several_images_in_a_single_image_format_are_refused() {
    let batch = ramp::<u8>(&[5, 6, 8, 3]);
    for extension in [".jpg", ".bmp"] {
        let error = iio::imwrite_bytes(&batch, extension).expect_err(extension);
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("one image, not 5"), "{error}");
    }
}

// checklist: E-049, F-227
#[test]
fn several_write_calls_make_one_animation() {
    let frames: Vec<_> = (0..3u8)
        .map(|i| NdImage::from_vec(&[4, 4, 3], vec![i * 40; 48]).expect("a frame"))
        .collect();
    let open = iio::OpenArgs::new().extension(".gif");
    let mut target = iio::imopen_with("<bytes>", "w", open).expect("a target");
    for (frame, duration) in frames.iter().zip([100, 200, 300]) {
        target
            .write(frame, &Options::new().set("duration", duration))
            .expect("a frame");
    }
    let bytes = target.close().expect("closed").into_bytes().expect("bytes");
    assert_eq!(
        iio::imread(bytes.as_slice()).expect("a GIF"),
        NdImage::stack(&frames).expect("equal frames")
    );
    let durations: Vec<_> = (0..3)
        .map(|i| {
            iio::immeta_with(bytes.as_slice(), iio::ReadArgs::new().index(i)).expect("metadata")
        })
        .map(|metadata| metadata.get("duration").and_then(iio::Value::as_i64))
        .collect();
    assert_eq!(durations, [Some(100), Some(200), Some(300)]);
}

// checklist: E-047
#[test]
fn equal_frames_are_all_kept() {
    let frame = ramp::<u8>(&[6, 8, 3]);
    let list = [frame.clone(), frame.clone(), frame];
    for extension in [".gif", ".png", ".apng"] {
        let bytes = iio::imwrite_bytes(&list, extension).expect(extension);
        assert_eq!(iio::imiter(bytes).flatten().count(), 3, "{extension}");
    }
}

// checklist: G-006
#[test]
fn strided_input_is_written_as_it_looks() {
    let image = ramp::<u8>(&[6, 8, 3]).flip(1).expect("an axis");
    let cropped = image.crop(&[1..5, 2..7]).expect("inside");
    for strided in [image, cropped] {
        let bytes = iio::imwrite_bytes(&strided, ".png").expect("a PNG");
        assert_eq!(iio::imread(bytes).expect("a PNG"), strided.to_contiguous());
    }
}

// checklist: F-041, F-223
#[test]
fn jpeg_quality_decides_the_size() {
    let image = iio::imread(path("png/rgb8.png")).expect("a PNG");
    let size = |quality: u8| {
        let args = iio::WriteArgs::new()
            .extension(".jpg")
            .option("quality", quality);
        iio::imwrite_bytes_with(&image, args).expect("a JPEG").len()
    };
    assert!(size(10) < size(90));
}

// checklist: A-082
#[test]
fn the_image_mode_says_whether_an_array_is_one_item() {
    let frames = |mode: &str, shape: &[usize]| {
        let mut target = iio::imopen_with("<bytes>", mode, iio::OpenArgs::new().extension(".gif"))
            .expect("a target");
        target.write(&ramp::<u8>(shape), &Options::new())?;
        let bytes = target.close()?.into_bytes().unwrap_or_default();
        Ok::<_, imageio::Error>(iio::imiter(bytes).count())
    };
    assert_eq!(
        frames("wI", &[5, 6, 3]).expect("a batch of narrow frames"),
        5
    );
    assert_eq!(frames("wi", &[5, 6, 3]).expect("one image"), 1);
    assert_eq!(frames("w", &[5, 6, 8]).expect("a batch by its shape"), 5);
    assert_eq!(
        frames("wi", &[5, 6, 8]).map_err(|error| error.kind()).err(),
        Some(ErrorKind::Unsupported)
    );
}

#[test]
fn a_duration_stays_with_the_call_that_gave_it() {
    let frame = ramp::<u8>(&[4, 4, 3]);
    let mut target =
        iio::imopen_with("<bytes>", "w", iio::OpenArgs::new().extension(".gif")).expect("a target");
    target
        .write(&frame, &Options::new())
        .expect("a frame without a duration");
    target
        .write(&frame, &Options::new().set("duration", 500))
        .expect("a frame with one");
    let bytes = target.close().expect("closed").into_bytes().expect("bytes");
    let of = |index: usize| {
        let metadata = iio::immeta_with(bytes.as_slice(), iio::ReadArgs::new().index(index))
            .expect("metadata");
        metadata.get("duration").and_then(iio::Value::as_i64)
    };
    assert_eq!((of(0), of(1)), (Some(0), Some(500)));
}

#[test]
fn metadata_that_was_read_can_be_written() {
    let source = path("jpeg/exif_rich.jpg");
    let image = iio::imread(&source).expect("a JPEG");
    let metadata =
        iio::immeta_with(&source, iio::ReadArgs::new().exclude_applied(false)).expect("metadata");
    for extension in [".jpg", ".png"] {
        let args = iio::WriteArgs::new()
            .extension(extension)
            .metadata([metadata.clone()]);
        let bytes = iio::imwrite_bytes_with(&image, args).expect(extension);
        let again = iio::immeta(bytes).expect(extension);
        assert_eq!(again.get("Make"), metadata.get("Make"), "{extension}");
        assert!(again.get("Make").is_some());
    }
}

#[test]
fn frames_that_wait_count_against_the_budget() {
    let frame = ramp::<u8>(&[100, 100, 3]);
    let open = iio::OpenArgs::new()
        .extension(".gif")
        .limits(imageio::Limits::new().bytes(70_000));
    let mut target = iio::imopen_with("<bytes>", "w", open).expect("a target");
    assert!(target.write(&frame, &Options::new()).is_ok());
    assert!(target.write(&frame, &Options::new()).is_ok());
    let error = target
        .write(&frame, &Options::new())
        .expect_err("three are 90,000 bytes");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
}

// checklist: E-054
#[test]
fn closing_finishes_what_was_written_and_lets_go_of_what_was_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = || {
        let entries = std::fs::read_dir(folder.path()).expect("the folder");
        entries
            .flatten()
            .map(|entry| entry.file_name())
            .filter(|name| name == "a.png")
            .count()
    };
    let file = folder.path().join("a.png");
    let image = ramp::<u8>(&[5, 7, 3]);
    let mut target = iio::imopen(&file, "w").expect("a target");
    target.write(&image, &Options::new()).expect("taken in");
    assert_eq!(
        names(),
        0,
        "nothing stands at the target before it is closed"
    );
    target.close().expect("written");
    assert_eq!(names(), 1);
    let entries = std::fs::read_dir(folder.path()).expect("the folder");
    assert_eq!(entries.count(), 1, "no temporary file is left");
    let mut resource = iio::imopen(&file, "r").expect("a PNG");
    assert_eq!(resource.read(0, &Options::new()).expect("an image"), image);
    resource.close().expect("closed");
    let held = std::fs::read_dir("/proc/self/fd")
        .into_iter()
        .flatten()
        .flatten();
    let held = held.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    assert!(
        !held.into_iter().any(|open| open == file),
        "the file is closed"
    );
    std::fs::remove_file(&file).expect("nobody holds it");
}
