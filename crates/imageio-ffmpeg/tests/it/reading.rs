//! What reading gives, and what its options do.

use std::path::Path;

use imageio_core::{
    DType, ErrorKind, ImageMode, Index, Limits, Mode, NdImage, OpenArgs, Registry, Request, Value,
    Window, imopen_in,
};
use imageio_ffmpeg::{FfmpegReadOptions, FfmpegReader, FrameSize, Rate, SampleType};

use crate::support::{all, frame, none, number_of, numbered, open, read_options, sized};

mod resources;

/// Twenty frames with sound.
fn movie() -> std::path::PathBuf {
    numbered(
        "movie.mp4",
        20,
        &[
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=400:duration=0.8",
            "-c:v",
            "libx264",
            "-g",
            "6",
            "-pix_fmt",
            "yuv420p",
            "-crf",
            "10",
            "-c:a",
            "aac",
            "-metadata",
            "title=a title",
        ],
    )
}

fn float(value: Option<&Value>) -> f64 {
    value.and_then(Value::as_f64).expect("a number")
}

// checklist: E-429, E-437, F-144
#[test]
fn the_default_is_all_frames() {
    let mut video = open(movie().as_path(), "r?").expect("a video");
    let stack = video.read(Index::Default, &none()).expect("all frames");
    assert_eq!(
        (stack.shape(), stack.dtype()),
        (&[20, 48, 64, 3][..], DType::U8)
    );
    for position in [0, 7, 19] {
        let one = stack.frame(position).expect("a frame");
        assert_eq!(number_of(&one), position);
        assert_eq!(one, video.read(position, &none()).expect("a frame"));
    }
    let known = video
        .properties(Index::Default, &none())
        .expect("properties");
    assert_eq!(
        (known.shape, known.n_images),
        (vec![20, 48, 64, 3], Some(20))
    );
    let wanted = frame(7, 64, 48);
    let error = mean_error(&stack.frame(7).expect("a frame"), &wanted);
    assert!(error < 6.0, "{error}");
}

/// Mean distance of two images.
fn mean_error(a: &NdImage, b: &NdImage) -> f64 {
    let (a, b) = (
        a.as_slice::<u8>().expect("uint8"),
        b.as_slice::<u8>().expect("uint8"),
    );
    let sum: u64 = a
        .iter()
        .zip(b)
        .map(|(&a, &b)| u64::from(a.abs_diff(b)))
        .sum();
    sum as f64 / a.len() as f64
}

// checklist: E-430, E-431, E-433
#[test]
fn metadata_has_the_references_keys_and_more() {
    let mut video = open(movie().as_path(), "r?").expect("a video");
    let meta = video
        .metadata(Index::All, false, &none())
        .expect("metadata");
    let text = |key: &str| {
        meta.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(text("plugin"), "ffmpeg");
    assert!(float(meta.get("nframes")).is_infinite());
    assert!(text("ffmpeg_version").contains("built with"));
    assert_eq!(
        (text("codec"), text("pix_fmt"), text("audio_codec")),
        ("h264".into(), "yuv420p".into(), "aac".into())
    );
    assert!((float(meta.get("fps")) - 25.0).abs() < 1e-9);
    let size = Value::List(vec![64.into(), 48.into()]);
    assert_eq!(
        (meta.get("source_size"), meta.get("size")),
        (Some(&size), Some(&size))
    );
    assert_eq!(meta.get("rotate"), Some(&Value::Int(0)));
    assert!((float(meta.get("duration")) - 0.8).abs() < 0.05);
    assert_eq!(
        meta.lookup("frame_rate")
            .map(ToString::to_string)
            .as_deref(),
        Some("25/1")
    );
    assert_eq!(meta.lookup("audio.sample_rate"), Some(&Value::Int(44100)));
    assert_eq!(
        meta.lookup("tags.title").and_then(Value::as_str),
        Some("a title")
    );
    assert_eq!(meta.get("bits_per_sample"), Some(&Value::Int(8)));
    let order: Vec<&str> = meta.keys().take(11).collect();
    let expected = [
        "plugin",
        "nframes",
        "ffmpeg_version",
        "codec",
        "pix_fmt",
        "audio_codec",
        "fps",
        "source_size",
        "size",
        "rotate",
        "duration",
    ];
    assert_eq!(order, expected);
    let of_frame = video.metadata(3, false, &none()).expect("metadata");
    assert_eq!(
        of_frame.len(),
        meta.len() + 1,
        "the same for every index, but for `new`"
    );
}

// checklist: E-424, E-426, E-427, E-428, F-067, F-142, F-146
#[test]
fn indices_are_checked_and_the_last_frame_is_kept() {
    let path = movie();
    let mut reader = FfmpegReader::open(path.as_path()).expect("a video");
    let options = FfmpegReadOptions::new();
    let third = reader.read(Index::At(3), &options).expect("a frame");
    let is_new = |reader: &mut FfmpegReader| {
        let meta = reader.metadata(Index::At(3), &options).expect("metadata");
        meta.get("new").and_then(Value::as_bool)
    };
    assert_eq!(is_new(&mut reader), Some(true));
    assert_eq!(reader.read(Index::At(3), &options).expect("a frame"), third);
    assert_eq!(is_new(&mut reader), Some(false), "it was given before");
    assert_eq!(
        number_of(&reader.read(Index::At(19), &options).expect("a frame")),
        19
    );
    for past in [20, 21, 5000, usize::MAX] {
        let error = reader
            .read(Index::At(past), &options)
            .expect_err("past the end");
        assert_eq!(error.kind(), ErrorKind::OutOfRange);
        assert!(error.message().contains("holds 20 images"), "{error}");
    }
    assert_eq!(
        number_of(&reader.read(Index::At(0), &options).expect("a frame")),
        0
    );
    assert_eq!(reader.read_next(20, &options).expect("the end"), None);
    // In v2 nobody knows how many frames there are.
    let mut series = open(path.as_path(), "rI").expect("a video");
    let known = series.properties(Index::All, &none()).expect("properties");
    assert_eq!((known.n_images, known.is_batch), (None, true));
}

// checklist: E-409, E-424, E-426, F-067, F-146
#[test]
fn a_loop_begins_again() {
    let options = none().set("loop", true);
    let path = movie();
    let mut series = open(path.as_path(), "rI").expect("a video");
    let known = series.properties(Index::All, &options).expect("properties");
    assert_eq!(known.n_images, Some(20));
    for position in [0, 19, 20, 45] {
        let frame = series.read(position, &options).expect("a frame");
        assert_eq!(number_of(&frame), position % 20);
    }
    let next = series
        .read_next(23, &options)
        .expect("a frame")
        .expect("a frame");
    assert_eq!(number_of(&next), 3);
    let meta = series
        .metadata(Index::All, false, &options)
        .expect("metadata");
    assert_eq!(meta.get("nframes"), Some(&Value::Int(20)));
    let mut any = open(path.as_path(), "r?").expect("a video");
    assert_eq!(any.iter(&options).count(), 20, "an iteration ends");
}

// checklist: E-410, E-432, F-067, F-146
#[test]
fn sizes_are_scaled_to() {
    let path = movie();
    for size in ["32x24".into(), Value::List(vec![32.into(), 24.into()])] {
        let options = none().set("size", size);
        let mut video = open(path.as_path(), "r?").expect("a video");
        let known = video.properties(0, &options).expect("properties");
        assert_eq!(known.shape, [24, 32, 3]);
        assert_eq!(
            video.read(2, &options).expect("a frame").shape(),
            [24, 32, 3]
        );
        let meta = video
            .metadata(Index::All, false, &options)
            .expect("metadata");
        assert_eq!(
            meta.get("source_size"),
            Some(&Value::List(vec![64.into(), 48.into()]))
        );
        assert_eq!(
            meta.get("size"),
            Some(&Value::List(vec![32.into(), 24.into()]))
        );
    }
    let typed = FfmpegReadOptions::new().size(FrameSize::from((16, 8)));
    let request = Request::from(path.as_path());
    let mut reader = FfmpegReader::open(request.clone()).expect("a video");
    reader
        .read(Index::At(0), &FfmpegReadOptions::new())
        .expect("a frame");
    assert!(request.warnings().is_empty(), "{:?}", request.warnings());
    for position in [1, 0] {
        let small = reader.read(Index::At(position), &typed).expect("a frame");
        assert_eq!(small.shape(), [8, 16, 3]);
    }
    let warnings = request.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("16x8"), "{warnings:?}");
    let wrong = [
        ("size", "20"),
        ("size", "ax3"),
        ("dtype", "float"),
        ("fps", "-3"),
        ("nosuch", "1"),
    ];
    for (key, value) in wrong {
        let error = open(path.as_path(), "r?")
            .expect("a video")
            .read(0, &none().set(key, value));
        assert_eq!(
            error.map_err(|error| error.kind()),
            Err(ErrorKind::BadOption),
            "{key}={value}"
        );
    }
    let error = open(path.as_path(), "r?")
        .expect("a video")
        .read(0, &none().set("pixelformat", true));
    assert_eq!(
        error.map_err(|error| error.kind()),
        Err(ErrorKind::BadOption),
        "it must be text"
    );
}

// checklist: E-411
#[test]
fn sixteen_bits_are_read() {
    let deep = sized(
        "deep.mkv",
        6,
        (64, 48),
        &["-c:v", "ffv1", "-pix_fmt", "gbrp12le"],
    );
    let options = FfmpegReadOptions::new().dtype(SampleType::U16);
    let frames = all(&deep, &options);
    assert_eq!((frames.len(), frames[0].dtype()), (6, DType::U16));
    assert_eq!(number_of(&frames[5]), 5);
    let mut reader = FfmpegReader::open(deep.as_path()).expect("a video");
    let stack = reader.read(Index::All, &options).expect("all");
    assert_eq!(
        (stack.shape(), stack.dtype()),
        (&[6, 48, 64, 3][..], DType::U16)
    );
    assert_eq!(
        reader
            .properties(Index::At(2), &options)
            .expect("known")
            .dtype,
        DType::U16
    );
    let white = frames[5].as_array::<u16>().expect("uint16")[[4, 60, 0]];
    assert!(white > 65000, "{white}");
}

// checklist: E-416, E-425, E-436, F-070, F-161
#[test]
fn a_rate_of_ones_own_leaves_frames_out_and_repeats_them() {
    let path = numbered("long.mp4", 100, &["-c:v", "libx264", "-pix_fmt", "yuv420p"]);
    for (fps, expected) in [
        ("25", 100i64),
        ("8", 32),
        ("50", 200),
        ("24.975", 100),
        ("30000/1001", 120),
    ] {
        let rate: Rate = fps.parse().expect("a rate");
        let options = FfmpegReadOptions::new().fps(rate);
        let frames = all(&path, &options);
        assert!(
            (frames.len() as i64 - expected).abs() <= 2,
            "{fps}: {}",
            frames.len()
        );
        let mut reader = FfmpegReader::open(path.as_path()).expect("a video");
        for position in [frames.len() - 1, 5, 17] {
            let one = reader.read(Index::At(position), &options).expect("a frame");
            assert!(one == frames[position], "{fps}: frame {position}");
        }
        let known = reader.properties(Index::All, &options).expect("properties");
        assert_eq!(known.n_images, Some(frames.len()), "{fps}");
        assert_eq!(
            reader.count_frames().expect("a count"),
            100,
            "the count ignores the rate"
        );
    }
}

// checklist: E-412, E-413, E-416
#[test]
fn arguments_of_the_caller_reach_ffmpeg() {
    let path = movie();
    let options = read_options(&[("output_params", &["-vf", "crop=32:16,hflip"])]);
    let mut reader = FfmpegReader::open(path.as_path()).expect("a video");
    assert_eq!(
        reader
            .properties(Index::At(0), &options)
            .expect("known")
            .shape,
        [16, 32, 3]
    );
    assert_eq!(
        reader
            .read(Index::At(4), &options)
            .expect("a frame")
            .shape(),
        [16, 32, 3]
    );
    assert_eq!(
        reader
            .properties(Index::All, &options)
            .expect("known")
            .n_images,
        Some(20)
    );
    for name in ["input_params", "ffmpeg_params"] {
        let options = read_options(&[(name, &["-ss", "0.4"])]);
        let mut reader = FfmpegReader::open(path.as_path()).expect("a video");
        let first = reader
            .read_next(0, &options)
            .expect("a frame")
            .expect("a frame");
        assert_eq!(number_of(&first), 10, "{name}");
        let again = reader.read(Index::At(0), &options).expect("a frame");
        assert_eq!(again, first);
        assert_eq!(
            options,
            read_options(&[(name, &["-ss", "0.4"])]),
            "lists stay as they are"
        );
    }
    // The last one counts, as on a command line.
    let both = read_options(&[
        ("input_params", &["-ss", "0.2"]),
        ("ffmpeg_params", &["-ss", "0.4"]),
    ]);
    let mut reader = FfmpegReader::open(path.as_path()).expect("a video");
    let first = reader
        .read_next(0, &both)
        .expect("a frame")
        .expect("a frame");
    assert_eq!(number_of(&first), 10);
}

#[test]
fn bad_arguments_are_told_by_ffmpeg() {
    let options = read_options(&[("output_params", &["-vf", "nosuchfilter"])]);
    let mut reader = FfmpegReader::open(movie().as_path()).expect("a video");
    let error = reader
        .read(Index::At(0), &options)
        .expect_err("no such filter");
    assert!(error.message().contains("nosuchfilter"), "{error}");
}

#[test]
fn a_rotation_is_applied_and_told() {
    let plain = movie();
    let turned = crate::support::folder().join("turned.mp4");
    let (from, to) = (
        plain.to_str().expect("text"),
        turned.to_str().expect("text"),
    );
    crate::support::ffmpeg(&["-i", from, "-c", "copy", "-metadata:s:v", "rotate=90", to]);
    let mut video = open(turned.as_path(), "r?").expect("a video");
    assert_eq!(
        video.properties(0, &none()).expect("known").shape,
        [64, 48, 3]
    );
    let upright = FfmpegReader::open(plain.as_path())
        .and_then(|mut reader| reader.read(Index::At(5), &FfmpegReadOptions::new()))
        .expect("a frame");
    let frame = video.read(5, &none()).expect("a frame");
    assert_eq!(frame.shape(), [64, 48, 3]);
    let meta = video
        .metadata(Index::All, false, &none())
        .expect("metadata");
    let degrees = meta.get("rotate").and_then(Value::as_i64).expect("degrees");
    let summary = video.summary(Index::All, &none()).expect("a summary");
    assert_eq!(summary.get("rotate"), meta.get("rotate"));
    let back = if degrees == 90 {
        frame.permute(&[1, 0, 2]).and_then(|f| f.flip(0))
    } else {
        frame.permute(&[1, 0, 2]).and_then(|f| f.flip(1))
    };
    let error = mean_error(&back.expect("turned").to_contiguous(), &upright);
    assert!(error < 3.0, "{degrees}: {error}");
    let orientation = video.applied().orientation;
    assert_eq!(orientation, Some(if degrees == 90 { 6 } else { 8 }));
}

#[test]
fn a_summary_says_what_people_look_for() {
    let mut video = open(movie().as_path(), "r?").expect("a video");
    let meta = video
        .metadata(Index::All, false, &none())
        .expect("metadata");
    let summary = video.summary(Index::All, &none()).expect("a summary");
    let keys: Vec<&str> = summary.iter().map(|(key, _)| key).collect();
    assert_eq!(keys[..3], ["duration", "fps", "codec"]);
    assert_eq!(summary.get("codec"), Some(&Value::from("h264")));
    assert!(keys.contains(&"audio_codec") && !keys.contains(&"rotate"));
    assert!(
        summary
            .iter()
            .all(|(key, value)| meta.get(key) == Some(value))
    );
}
