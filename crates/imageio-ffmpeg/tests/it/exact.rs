//! Any frame, however it is reached, is the one that a decoding from the start gives.

use std::path::Path;

use imageio_core::{ErrorKind, Index, NdImage};
use imageio_ffmpeg::{FfmpegReadOptions, FfmpegReader};

use crate::support::{all, ffmpeg, folder, number_of, numbered, sized};

/// Frames of each video: enough for several groups of pictures.
const COUNT: usize = 60;

/// Positions in an order that goes back, far ahead and on.
fn jumps(count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = [47, 3, 31, 32, 58].map(|n| n % count).to_vec();
    order.extend([count - 1, 0]);
    order
}

/// Checks every promise about positions for one file; gives its frames.
fn check(path: &Path) -> Vec<NdImage> {
    let options = FfmpegReadOptions::new();
    let frames = all(path, &options);
    let name = path.display();
    let mut reader = FfmpegReader::open(path).expect("a video");
    for position in jumps(frames.len()) {
        let frame = reader.read(Index::At(position), &options).expect("a frame");
        assert!(
            frame == frames[position],
            "{name}: frame {position} is {}",
            number_of(&frame)
        );
    }
    assert_eq!(
        reader.count_frames().expect("a count"),
        frames.len(),
        "{name}"
    );
    let known = reader.properties(Index::All, &options).expect("properties");
    assert_eq!(known.n_images, Some(frames.len()), "{name}");
    assert_eq!(known.shape[1..], *frames[0].shape(), "{name}");
    let past = reader.read(Index::At(frames.len()), &options);
    assert_eq!(
        past.map_err(|error| error.kind()),
        Err(ErrorKind::OutOfRange),
        "{name}"
    );
    frames
}

/// The numbers that the frames carry.
fn numbers(frames: &[NdImage]) -> Vec<usize> {
    frames.iter().map(number_of).collect()
}

fn check_numbered(name: &str, arguments: &[&str]) {
    let path = numbered(name, COUNT, arguments);
    let frames = check(&path);
    assert_eq!(numbers(&frames), (0..COUNT).collect::<Vec<_>>(), "{name}");
}

const X264: [&str; 6] = ["-c:v", "libx264", "-preset", "veryfast", "-g", "12"];

/// Pictures before a keyframe that need the one before that.
const OPEN: [&str; 4] = [
    "-x264-params",
    "open-gop=1:bframes=3:keyint=10:min-keyint=10:scenecut=0",
    "-pix_fmt",
    "yuv420p",
];

// checklist: E-426, F-066, F-143, F-158
#[test]
fn constant_rate_with_b_frames() {
    check_numbered(
        "cfr.mp4",
        &[&X264[..], &["-bf", "3", "-pix_fmt", "yuv420p"]].concat(),
    );
    check_numbered("cfr.mkv", &[&X264[..], &["-bf", "3"]].concat());
    check_numbered("no_b.mov", &[&X264[..], &["-bf", "0"]].concat());
}

#[test]
fn open_groups_of_pictures() {
    check_numbered("open.mp4", &[&["-c:v", "libx264"], &OPEN[..]].concat());
    check_numbered("open.mkv", &[&["-c:v", "libx264"], &OPEN[..]].concat());
    check_numbered("open.ts", &[&["-c:v", "libx264"], &OPEN[..]].concat());
    check_numbered(
        "open.mpg",
        &["-c:v", "mpeg2video", "-bf", "2", "-g", "9", "-q:v", "2"],
    );
}

#[test]
fn transport_and_program_streams() {
    check_numbered("b.ts", &[&X264[..], &["-bf", "3"]].concat());
    check_numbered(
        "b.mts",
        &[
            &X264[..],
            &["-bf", "3", "-f", "mpegts", "-mpegts_m2ts_mode", "1"],
        ]
        .concat(),
    );
    check_numbered(
        "b.avi",
        &["-c:v", "mpeg4", "-bf", "2", "-g", "10", "-q:v", "2"],
    );
    check_numbered("b.flv", &[&X264[..], &["-bf", "2"]].concat());
    check_numbered("raw.h264", &[&X264[..], &["-bf", "2"]].concat());
    check_numbered("b.wmv", &["-c:v", "wmv2", "-g", "10", "-q:v", "2"]);
}

#[test]
fn other_codecs() {
    check_numbered(
        "vp8.webm",
        &[
            "-c:v",
            "libvpx",
            "-b:v",
            "1M",
            "-g",
            "12",
            "-auto-alt-ref",
            "1",
            "-lag-in-frames",
            "16",
        ],
    );
    check_numbered(
        "vp9.webm",
        &[
            "-c:v",
            "libvpx-vp9",
            "-b:v",
            "1M",
            "-g",
            "12",
            "-lag-in-frames",
            "16",
            "-cpu-used",
            "8",
        ],
    );
    check_numbered(
        "hevc.mp4",
        &[
            "-c:v",
            "libx265",
            "-x265-params",
            "log-level=none:keyint=12:open-gop=1",
            "-preset",
            "fast",
        ],
    );
    check_numbered("mjpeg.avi", &["-c:v", "mjpeg", "-q:v", "2"]);
    check_numbered("ffv1.mkv", &["-c:v", "ffv1"]);
    check_numbered(
        "theora.ogv",
        &["-c:v", "libtheora", "-g", "12", "-q:v", "9"],
    );
}

#[test]
fn variable_rate() {
    // No two neighbours are as far apart as the next two.
    let times = "settb=1/1000,setpts='40*N+10*mod(N,4)'";
    let base = [
        &X264[..],
        &[
            "-bf",
            "2",
            "-vf",
            times,
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            "1:1000",
        ],
    ]
    .concat();
    check_numbered("vfr.mkv", &base);
    check_numbered("vfr.mp4", &base);
}

#[test]
fn files_that_do_not_start_at_zero() {
    check_numbered(
        "late.ts",
        &[&X264[..], &["-bf", "3", "-output_ts_offset", "100"]].concat(),
    );
    let late = [
        &X264[..],
        &[
            "-bf",
            "3",
            "-output_ts_offset",
            "7.5",
            "-avoid_negative_ts",
            "disabled",
        ],
    ]
    .concat();
    check_numbered("late.mkv", &late);
    check_numbered("late.mp4", &late);
}

#[test]
fn edit_lists() {
    let whole = numbered(
        "cfr.mp4",
        COUNT,
        &[&X264[..], &["-bf", "3", "-pix_fmt", "yuv420p"]].concat(),
    );
    let cut = folder().join("cut.mp4");
    // Copied from between two keyframes, an edit list leaves out what is only there to be decoded.
    let (from, to) = (whole.to_str().expect("text"), cut.to_str().expect("text"));
    ffmpeg(&["-ss", "0.7", "-i", from, "-c", "copy", "-t", "1.2", to]);
    let numbers = numbers(&check(&cut));
    assert!(numbers[0] >= 12 && numbers.len() < COUNT, "{numbers:?}");
    assert!(
        numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]),
        "{numbers:?}"
    );
}

#[test]
fn streams_that_were_cut() {
    let whole = numbered(
        "open.ts",
        COUNT,
        &[&["-c:v", "libx264"], &OPEN[..]].concat(),
    );
    let bytes = std::fs::read(whole).expect("a file");
    // Not at a keyframe, and not at a packet's end.
    for (name, range) in [
        ("head.ts", bytes.len() / 3..bytes.len()),
        ("tail.ts", 0..bytes.len() * 2 / 3),
    ] {
        let cut = folder().join(name);
        std::fs::write(&cut, &bytes[range]).expect("a file");
        let frames = check(&cut);
        assert!(
            frames.len() > 5 && frames.len() < COUNT,
            "{name}: {}",
            frames.len()
        );
    }
}

#[test]
fn odd_sizes_depths_and_alpha() {
    for (name, size, arguments) in [
        (
            "odd.mkv",
            (71, 53),
            &["-c:v", "libx264", "-pix_fmt", "yuv444p", "-g", "7"][..],
        ),
        (
            "ten.mkv",
            (64, 48),
            &["-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-g", "7"],
        ),
        (
            "alpha.mov",
            (64, 48),
            &["-c:v", "prores_ks", "-pix_fmt", "yuva444p10le"],
        ),
        (
            "alpha.webm",
            (64, 48),
            &[
                "-c:v",
                "libvpx-vp9",
                "-pix_fmt",
                "yuva420p",
                "-b:v",
                "1M",
                "-cpu-used",
                "8",
            ],
        ),
    ] {
        let frames = check(&sized(name, 30, size, arguments));
        assert_eq!(numbers(&frames), (0..30).collect::<Vec<_>>(), "{name}");
        assert_eq!(frames[0].shape(), [size.1, size.0, 3]);
    }
}
