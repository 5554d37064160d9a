//! Where video may come from, and how the plugin is found for it.

use super::*;

// checklist: E-437, F-159
#[test]
fn bytes_and_streams_are_read_like_files() {
    let path = movie();
    let bytes = std::fs::read(&path).expect("a file");
    let expected = all(&path, &FfmpegReadOptions::new());
    let requests = [
        Request::from(bytes.clone()),
        Request::from_reader(std::io::Cursor::new(bytes.clone())),
        Request::from(bytes.clone())
            .extension_hint(Some(".mp4"))
            .expect("a hint"),
        Request::new(&format!("file://{}", path.display())),
    ];
    for request in requests {
        let mut video = open(request, "r?").expect("a video");
        for position in [13, 2, 14] {
            assert!(video.read(position, &none()).expect("a frame") == expected[position]);
        }
        assert_eq!(
            video.read(.., &none()).expect("all").shape(),
            [20, 48, 64, 3]
        );
    }
}

// checklist: E-418
#[test]
fn odd_names_are_names() {
    let bytes = std::fs::read(movie()).expect("a file");
    let folder = crate::support::folder();
    for name in [
        "-i.mp4",
        "a^b%03d.mp4",
        "x:y;$(z) 'q'.mp4",
        "concat:a|b.mp4",
        "ümläut\n.mp4",
    ] {
        let path = folder.join(name);
        std::fs::write(&path, &bytes).expect("a file");
        let mut reader = FfmpegReader::open(path.as_path()).expect(name);
        assert_eq!(
            number_of(
                &reader
                    .read(Index::At(9), &FfmpegReadOptions::new())
                    .expect(name)
            ),
            9
        );
        assert_eq!(reader.count_frames().expect(name), 20);
    }
}

// checklist: E-406, E-408, E-423
#[test]
fn only_video_is_taken() {
    let path = movie();
    for extension in [
        ".mov", ".avi", ".mpg", ".mpeg", ".mp4", ".mkv", ".webm", ".wmv", ".h264",
    ] {
        assert!(imageio_ffmpeg::PLUGIN.readable().contains(&extension));
        assert!(imageio_ffmpeg::PLUGIN.writable().contains(&extension));
    }
    assert_eq!(imageio_ffmpeg::PLUGIN.v2_modes(), "I");
    assert!(
        imageio_ffmpeg::PLUGIN.serves(ImageMode::Any)
            && !imageio_ffmpeg::PLUGIN.serves(ImageMode::SingleImage)
    );
    let other = crate::support::folder().join("movie.dat");
    std::fs::copy(&path, &other).expect("a copy");
    assert!(
        open(other.as_path(), "r?").is_ok(),
        "the first bytes say so"
    );
    let picture = crate::support::folder().join("picture.gif");
    std::fs::write(&picture, b"GIF89a\x01\0\x01\0\0\0\0;").expect("a file");
    for request in [
        Request::from(picture.as_path()),
        Request::new("<videof1>"),
        Request::new("<video0x>"),
        Request::new("<video>"),
        Request::new("<video0>x"),
    ] {
        let error = open(request, "r?").map(drop).expect_err("no video");
        assert!(
            error.message().contains("neither name nor first bytes"),
            "{error}"
        );
    }
}

// checklist: E-434, F-067, F-146
#[test]
fn files_that_are_no_video_say_so_at_once() {
    let folder = crate::support::folder();
    let kind = |path: &Path| open(path, "r?").err().map(|error| error.kind());
    assert_eq!(kind(&folder.join("gone.mp4")), Some(ErrorKind::NotFound));
    for (name, bytes) in [
        ("empty.mp4", &b""[..]),
        ("text.mp4", b"just some words\n"),
        ("text.avi", b"RIFF1234AVI "),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a file");
        assert_eq!(kind(&path), Some(ErrorKind::Corrupt), "{name}");
    }
    let empty = open(folder.join("empty.mp4").as_path(), "r?").expect_err("empty");
    assert!(empty.message().contains("the file is empty"), "{empty}");
    let sound = folder.join("sound.mp4");
    crate::support::ffmpeg(&[
        "-f",
        "lavfi",
        "-i",
        "sine=duration=0.1",
        sound.to_str().expect("text"),
    ]);
    let error = open(sound.as_path(), "r?").map(drop).expect_err("no video");
    assert!(error.message().contains("no video among"), "{error}");
}

#[test]
fn windows_buffers_and_budgets() {
    let path = movie();
    let mut video = open(path.as_path(), "r?").expect("a video");
    let whole = video.read(6, &none()).expect("a frame");
    let part = video
        .read_window(6, &Window::new([3..20, 10..11]), &none())
        .expect("a part");
    assert_eq!(
        part,
        whole
            .crop(&[3..20, 10..11])
            .expect("a part")
            .to_contiguous()
    );
    let mut out = NdImage::zeros(DType::U8, &[48, 64, 3], &Limits::new()).expect("a buffer");
    video.read_into(6, &mut out, &none()).expect("a frame");
    assert_eq!(out, whole);
    let kind = |limits: Limits, index: Index| {
        let request = Request::from(path.as_path()).with_limits(limits);
        open(request, "r?")
            .expect("a video")
            .read(index, &none())
            .err()
            .map(|error| error.kind())
    };
    let frame = 48 * 64 * 3;
    assert_eq!(
        kind(Limits::new().bytes(frame - 1), Index::At(0)),
        Some(ErrorKind::LimitExceeded)
    );
    assert_eq!(
        kind(Limits::new().bytes(frame * 19), Index::All),
        Some(ErrorKind::LimitExceeded)
    );
    assert_eq!(
        kind(Limits::new().frames(19), Index::All),
        Some(ErrorKind::LimitExceeded)
    );
    assert_eq!(
        kind(Limits::new().pixels(3000), Index::At(0)),
        Some(ErrorKind::LimitExceeded)
    );
    assert_eq!(kind(Limits::new().bytes(frame * 20), Index::All), None);
}

#[test]
fn times_are_exact() {
    let path = movie();
    let mut reader = FfmpegReader::open(path.as_path()).expect("a video");
    let (time, base) = reader.time_of(5).expect("an index").expect("a time");
    assert_eq!(base * time, imageio_ffmpeg::Rational64::new(1, 5));
    let info = reader.time_info(5).expect("an index");
    assert_eq!((info.pts, info.timebase), (Some(time), Some(base)));
    assert_eq!(reader.time_of(20).expect("an index"), None);
}

#[test]
fn of_several_streams_the_default_is_read() {
    let small = movie();
    let big = sized(
        "big.mp4",
        20,
        (128, 96),
        &["-c:v", "libx264", "-pix_fmt", "yuv420p"],
    );
    let both = crate::support::folder().join("both.mkv");
    let (small, big, to) = (
        small.to_str().expect("t"),
        big.to_str().expect("t"),
        both.to_str().expect("t"),
    );
    crate::support::ffmpeg(&[
        "-i",
        small,
        "-i",
        big,
        "-map",
        "0:v",
        "-map",
        "0:a",
        "-map",
        "1:v",
        "-c",
        "copy",
        "-disposition:v:0",
        "0",
        "-disposition:v:1",
        "0",
        to,
    ]);
    let mut reader = FfmpegReader::open(both.as_path()).expect("a video");
    assert_eq!(reader.info().stream, 2, "the largest");
    let frames = all(&both, &FfmpegReadOptions::new());
    assert_eq!((frames.len(), frames[0].shape()), (20, &[96, 128, 3][..]));
    let far = reader
        .read(Index::At(18), &FfmpegReadOptions::new())
        .expect("a frame");
    assert!(far == frames[18]);
    let mapped = read_options(&[("output_params", &["-map", "0:v:0"])]);
    assert_eq!(
        reader.read(Index::At(0), &mapped).expect("a frame").shape(),
        [48, 64, 3]
    );
}

// checklist: E-406, E-407, F-066, F-141, H-016
#[test]
fn extensions_and_modes_find_the_plugin() {
    let mut registry = Registry::new();
    registry
        .add_plugin(&imageio_ffmpeg::PLUGIN)
        .expect("a free name");
    for extension in [
        ".mov", ".avi", ".mpg", ".mpeg", ".mp4", ".mkv", ".webm", ".wmv", ".h264",
    ] {
        let first = registry
            .candidates(extension)
            .first()
            .map(|card| card.name());
        assert_eq!(first, Some("FFMPEG"), "{extension}");
    }
    assert!(registry.candidates(".gif").is_empty() && registry.candidates(".png").is_empty());
    let open = |mode: &str| {
        let request = Request::from(movie()).mode(mode.parse::<Mode>().expect("a mode"));
        imopen_in(&registry, request, OpenArgs::new().by_image_mode(true)).map(drop)
    };
    assert!(open("rI").is_ok() && open("r?").is_ok());
    for mode in ["ri", "rv", "rV", "wi", "wv"] {
        assert!(open(mode).is_err(), "{mode}");
    }
}
