//! The six functions, as the checklist's area A has them.

use std::io::Cursor;

use imageio::v3 as iio;
use imageio::{DType, ErrorKind, Index, NdImage, Options};

use crate::fixture::path;

// checklist: A-014, A-015, A-011
#[test]
fn an_index_means_one_image_and_all_means_a_new_first_axis() {
    let png = path("png/rgb8.png");
    let one = iio::imread(&png).expect("a PNG");
    assert_eq!(
        iio::imread_with(&png, iio::ReadArgs::new().index(0)).expect("the first"),
        one
    );
    let all = iio::imread_with(&png, iio::ReadArgs::new().index(..)).expect("all");
    assert_eq!(all.shape()[0], 1);
    assert_eq!(all.frame(0).expect("the first"), one);
    let gif = path("gif/durations.gif");
    let second = iio::imread_with(&gif, iio::ReadArgs::new().index(1)).expect("the second");
    assert_eq!(
        iio::imread(&gif)
            .expect("all")
            .frame(1)
            .expect("the second"),
        second
    );
}

// checklist: A-016, A-021, E-003, G-009
#[test]
fn without_an_index_the_plugin_decides() {
    let shape = |name: &str| iio::imread(path(name)).expect(name).shape().to_vec();
    assert_eq!(shape("gif/durations.gif"), [4, 12, 16, 3]);
    assert_eq!(
        shape("gif/still.gif").len(),
        4,
        "a GIF gives its frames, even if it has one"
    );
    assert_eq!(shape("png/apng_delays.png").len(), 4);
    assert_eq!(shape("png/rgb8.png").len(), 3);
    assert_eq!(
        shape("pnm/three_pictures.ppm").len(),
        3,
        "a PNM stream gives its first picture"
    );
    assert_eq!(shape("spe/uint16.spe").len(), 3, "SPE gives all frames");
    let axes = |name: &str| iio::imread(path(name)).expect(name).shape().to_vec();
    assert_eq!(axes("png/gray1_13x7.png"), [7, 13], "rows before columns");
    assert_eq!(axes("png/rgb8_13x7.png"), [7, 13, 3], "channels last");
}

// checklist: A-017
#[test]
fn unequal_images_do_not_stack_but_iterate() {
    let file = path("pnm/two_sizes.ppm");
    let error = iio::imread_with(&file, iio::ReadArgs::new().index(..)).expect_err("two sizes");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("image 1"), "{error}");
    assert_eq!(iio::imiter(&file).flatten().count(), 2);
}

// checklist: A-018, A-006, A-012, A-070, E-028
#[test]
fn metadata_is_of_an_image_or_of_the_file() {
    let gif = path("gif/durations.gif");
    let of_file = iio::immeta(&gif).expect("metadata");
    let all = iio::immeta_with(&gif, iio::ReadArgs::new().index(..)).expect("metadata");
    assert_eq!(of_file, all, "the default index of a GIF is all of it");
    let of_third = iio::immeta_with(&gif, iio::ReadArgs::new().index(2)).expect("metadata");
    assert_eq!(
        of_third.get("duration").and_then(iio::Value::as_f64),
        Some(250.0)
    );
    assert_ne!(all, of_third, "one is of the file, the other of an image");
    let jpeg = path("jpeg/exif_orientation6.jpg");
    assert!(
        !iio::immeta(&jpeg)
            .expect("metadata")
            .contains_key("Orientation")
    );
    let with =
        iio::immeta_with(&jpeg, iio::ReadArgs::new().exclude_applied(false)).expect("metadata");
    assert_eq!(
        with.get("Orientation").and_then(iio::Value::as_i64),
        Some(6)
    );
    let without = iio::immeta(&jpeg).expect("metadata");
    let kept = with.keys().filter(|key| *key != "Orientation");
    assert!(kept.eq(without.keys()), "nothing else is left out");
}

// checklist: A-019, A-020, G-017
#[test]
fn an_index_past_the_end_is_one_kind_of_error_everywhere() {
    for (name, count) in [
        ("png/rgb8.png", 1),
        ("gif/durations.gif", 4),
        ("spe/uint16.spe", 3),
        ("pnm/rgb.pam", 1),
    ] {
        let file = path(name);
        let count = iio::imiter(&file).count().max(count.min(1));
        for args in [
            iio::ReadArgs::new().index(count),
            iio::ReadArgs::new().index(usize::MAX),
        ] {
            let error = iio::imread_with(&file, args.clone()).expect_err(name);
            assert_eq!(error.kind(), ErrorKind::OutOfRange, "{error}");
            assert!(
                error.message().contains(&format!("holds {count} ")),
                "{error}"
            );
            assert_eq!(
                iio::improps_with(&file, args.clone())
                    .map_err(|e| e.kind())
                    .err(),
                Some(ErrorKind::OutOfRange)
            );
            assert_eq!(
                iio::immeta_with(&file, args).map_err(|e| e.kind()).err(),
                Some(ErrorKind::OutOfRange)
            );
        }
    }
}

// checklist: A-003, A-069, F-022
#[test]
fn iteration_is_lazy_and_equals_reading_by_index() {
    let missing = iio::imiter("no/such/file.gif");
    let first = missing.into_iter().next().expect("an item");
    assert_eq!(
        first.map_err(|error| error.kind()).err(),
        Some(ErrorKind::NotFound)
    );
    let gif = path("gif/durations.gif");
    let args = || iio::ReadArgs::new().option("mode", "RGB");
    let all = iio::imread_with(&gif, args()).expect("all");
    let frames: Vec<_> = iio::imiter_with(&gif, args())
        .map(|frame| frame.expect("a frame"))
        .collect();
    assert_eq!(NdImage::stack(&frames).expect("equal frames"), all);
    assert_eq!(
        iio::imread_with(&gif, args().index(1)).expect("the second"),
        frames[1]
    );
    let mut ended = iio::imiter(&gif);
    assert_eq!(ended.by_ref().count(), 4);
    assert!(ended.next().is_none());
}

// checklist: A-005, A-071, A-072
#[test]
fn properties_say_shape_type_and_count() {
    let gif = iio::improps(path("gif/durations.gif")).expect("properties");
    assert_eq!(
        (gif.shape.as_slice(), gif.dtype),
        (&[4, 12, 16, 3][..], DType::U8)
    );
    assert_eq!((gif.is_batch, gif.n_images), (true, Some(4)));
    let one = iio::improps_with(path("gif/durations.gif"), iio::ReadArgs::new().index(0))
        .expect("properties");
    assert_eq!(
        (one.shape.as_slice(), one.is_batch, one.n_images),
        (&[12, 16, 3][..], false, None)
    );
    assert_eq!(one.spacing, None);
}

// checklist: E-033
#[test]
fn formats_without_a_frame_counter_have_properties_too() {
    for name in ["bmp/rgb24_13x7.bmp", "jpeg/gray.jpg", "pnm/raw_max255.ppm"] {
        let file = path(name);
        let properties = iio::improps_with(&file, iio::ReadArgs::new().index(..)).expect(name);
        assert_eq!(
            (properties.shape[0], properties.is_batch),
            (1, true),
            "{name}"
        );
        assert_eq!(
            properties.shape[1..],
            iio::improps(&file).expect(name).shape
        );
    }
}

// checklist: A-088, A-089
#[test]
fn is_batch_tells_for_former_legacy_plugins_too() {
    let file = path("spe/uint16.spe");
    assert!(
        iio::improps_with(&file, iio::ReadArgs::new().index(..))
            .expect("properties")
            .is_batch
    );
    assert!(
        !iio::improps_with(&file, iio::ReadArgs::new().index(0))
            .expect("properties")
            .is_batch
    );
    let (said, read) = (iio::improps(&file).expect("properties"), iio::imread(&file));
    let read = read.expect("an SPE");
    assert_eq!((&said.shape[..], said.dtype), (read.shape(), read.dtype()));
}

// checklist: A-091
#[test]
fn metadata_of_a_former_legacy_plugin_needs_no_arguments() {
    let metadata = iio::immeta(path("spe/uint16.spe")).expect("metadata");
    let everything = iio::immeta_with(
        path("spe/uint16.spe"),
        iio::ReadArgs::new().exclude_applied(false),
    );
    assert_eq!(Some(metadata), everything.ok());
}

// checklist: A-007, A-008, A-023, A-024, F-026
#[test]
fn every_function_takes_an_extension_and_checks_it_first() {
    let bytes = std::fs::read(path("png/rgb8.png")).expect("a fixture");
    let args = || iio::ReadArgs::new().extension(".png");
    assert!(iio::imread_with(bytes.as_slice(), args()).is_ok());
    assert!(iio::imiter_with(bytes.as_slice(), args()).all(|frame| frame.is_ok()));
    assert!(iio::improps_with(bytes.as_slice(), args()).is_ok());
    assert!(iio::immeta_with(bytes.as_slice(), args()).is_ok());
    assert!(
        iio::imopen_with(
            bytes.as_slice(),
            "r",
            iio::OpenArgs::new().extension(".png")
        )
        .is_ok()
    );
    for wrong in ["PNG", "", "."] {
        let error = iio::imread_with("no/such/file", iio::ReadArgs::new().extension(wrong))
            .expect_err("no dot");
        assert_eq!(
            error.kind(),
            ErrorKind::BadOption,
            "checked before the resource is looked at"
        );
        assert!(error.message().contains(&format!("{wrong:?}")), "{error}");
    }
    let image = iio::imread(path("png/gray8.png")).expect("a PNG");
    let bmp = iio::imwrite_with(
        "<bytes>.png",
        &image,
        iio::WriteArgs::new().extension(".bmp"),
    )
    .expect("a BMP");
    assert!(
        bmp.is_some_and(|bytes| bytes.starts_with(b"BM")),
        "the hint decides the output format"
    );
}

// checklist: A-022, A-025, A-081, H-006
#[test]
fn an_opened_resource_serves_many_calls() {
    let mut resource = iio::imopen(path("gif/durations.gif"), "r").expect("a GIF");
    let none = Options::new();
    let all = resource.read(Index::Default, &none).expect("all");
    let third = resource.read(2, &none).expect("the third");
    assert_eq!(all.frame(2).expect("the third"), third);
    assert_eq!(
        resource.read(0, &none).expect("back to the first"),
        all.frame(0).expect("the first")
    );
    assert_eq!(
        resource
            .properties(Index::All, &none)
            .expect("properties")
            .shape,
        all.shape()
    );
    assert!(resource.metadata(1, true, &none).is_ok());
    assert_eq!(resource.plugin().name(), "pillow");
    assert!(resource.close().is_ok());
    let error = iio::imopen(path("gif/durations.gif"), "rx").expect_err("no mode");
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

// checklist: A-080, G-011
#[test]
fn bytes_streams_and_seekable_readers_give_the_same_image() {
    let file = path("gif/durations.gif");
    let bytes = std::fs::read(&file).expect("a fixture");
    let expected = iio::imread(&file).expect("from a path");
    let once = std::io::Read::chain(
        Cursor::new(bytes[..10].to_vec()),
        Cursor::new(bytes[10..].to_vec()),
    );
    assert_eq!(
        iio::imread(iio::Request::from_reader(once)).expect("a stream"),
        expected
    );
    assert_eq!(
        iio::imread(iio::Request::from_seekable(Cursor::new(bytes.clone()))).expect("a reader"),
        expected
    );
    assert_eq!(
        iio::imread(std::fs::File::open(&file).expect("a file")).expect("an open file"),
        expected
    );
    assert_eq!(iio::imread(bytes).expect("bytes"), expected);
}

// checklist: A-010
#[test]
fn a_call_lets_go_of_its_resource_also_when_it_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("broken.png");
    std::fs::write(&file, b"\x89PNG\r\n\x1a\nbroken").expect("a file");
    assert!(iio::imread(&file).is_err());
    std::fs::rename(&file, folder.path().join("moved.png")).expect("nobody holds it");
    for name in ["png/rgb8.png", "bad/none"] {
        let bytes = std::fs::read(crate::fixture::folder().join(name)).unwrap_or_default();
        let bytes: std::sync::Arc<[u8]> = bytes.into();
        let reader = || iio::Request::from_seekable(Cursor::new(std::sync::Arc::clone(&bytes)));
        assert_eq!(iio::imread(reader()).is_ok(), !bytes.is_empty());
        assert_eq!(iio::improps(reader()).is_ok(), !bytes.is_empty());
        assert_eq!(iio::immeta(reader()).is_ok(), !bytes.is_empty());
        assert_eq!(std::sync::Arc::strong_count(&bytes), 1, "{name}");
    }
}

#[test]
fn a_window_is_the_crop() {
    let file = path("png/rgb8.png");
    let whole = iio::imread(&file).expect("a PNG");
    let part =
        iio::imread_with(&file, iio::ReadArgs::new().window([2..7, 1..5])).expect("a window");
    assert_eq!(part, whole.crop(&[2..7, 1..5]).expect("inside"));
}

// checklist: A-005, E-017, E-018, E-019
#[test]
fn rotate_turns_every_orientation_upright_and_reports_it() {
    let upright = iio::imread(path("png/exif_orientation1.png")).expect("orientation 1");
    for orientation in 2..=8u16 {
        let file = path(&format!("png/exif_orientation{orientation}.png"));
        let args = iio::ReadArgs::new().option("rotate", true);
        assert_eq!(
            iio::imread_with(&file, args.clone()).expect("rotated"),
            upright,
            "orientation {orientation}"
        );
        assert_eq!(
            iio::improps_with(&file, args).expect("properties").shape,
            upright.shape()
        );
        assert_ne!(
            iio::imread(&file).expect("raw"),
            upright,
            "raw pixels are the default"
        );
        let mut resource = iio::imopen(&file, "r").expect("a PNG");
        resource
            .read(0, &Options::new().set("rotate", true))
            .expect("rotated");
        assert_eq!(resource.applied().orientation, Some(orientation));
    }
}

// checklist: A-001, A-009, F-036
#[test]
fn the_public_names_are_pythons() {
    let gif = path("gif/durations.gif");
    let image: imageio::Result<NdImage> = imageio::v3::imread(&gif);
    let iterator: imageio::Frames = imageio::v3::imiter(&gif);
    let properties: imageio::Result<iio::ImageProperties> = imageio::v3::improps(&gif);
    let metadata: imageio::Result<iio::Metadata> = imageio::v3::immeta(&gif);
    let written: imageio::Result<Option<Vec<u8>>> =
        imageio::v3::imwrite("<bytes>.gif", &image.expect("a GIF"));
    let opened: imageio::Result<iio::ImageResource> = imageio::v3::imopen(&gif, "r");
    assert_eq!(iterator.count(), 4);
    assert!(properties.is_ok() && metadata.is_ok() && written.is_ok() && opened.is_ok());
}

// checklist: A-076
#[test]
fn options_of_opening_are_refused_where_there_are_none() {
    let options = Options::new().set("mode", "RGB");
    for (plugin, name) in [("pillow", "png/rgb8.png"), ("SPE", "spe/uint16.spe")] {
        let open = iio::OpenArgs::new().plugin(plugin).options(options.clone());
        let error = iio::imopen_with(path(name), "r", open).expect_err("no such option");
        assert_eq!(
            (error.kind(), error.plugin()),
            (ErrorKind::BadOption, Some(plugin))
        );
    }
}

// checklist: A-077, A-092
#[test]
fn a_former_legacy_plugin_stacks_indexes_and_describes_by_the_same_default() {
    let spe = path("spe/uint16.spe");
    let frames: Vec<_> = iio::imiter(&spe)
        .map(|frame| frame.expect("a frame"))
        .collect();
    let all = iio::imread_with(&spe, iio::ReadArgs::new().index(..)).expect("all");
    assert_eq!(all, NdImage::stack(&frames).expect("equal frames"));
    let last = frames.len() - 1;
    assert_eq!(
        iio::imread_with(&spe, iio::ReadArgs::new().index(last)).expect("the last"),
        frames[last]
    );
    let latin = iio::ReadArgs::new().option("char_encoding", "latin1");
    assert_eq!(
        iio::imread_with(&spe, latin).expect("options of opening go with the read"),
        all
    );
    for (name, index) in [
        ("gif/durations.gif", Index::All),
        ("png/rgb8.png", Index::At(0)),
        ("spe/uint16.spe", Index::All),
    ] {
        let by_default = iio::immeta(path(name)).expect(name);
        let by_index = iio::immeta_with(path(name), iio::ReadArgs::new().index(index));
        assert_eq!(Some(by_default), by_index.ok(), "{name}");
    }
}
