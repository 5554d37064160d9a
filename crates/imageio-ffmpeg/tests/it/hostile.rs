//! Files that mean harm, and files that are broken.

use std::time::{Duration, Instant};

use imageio_core::{ErrorKind, Index, Limits, Request};
use imageio_ffmpeg::{FfmpegReadOptions, FfmpegReader};

use crate::support::{folder, numbered, read_options};

/// Opens and reads a few frames; must come to an end.
fn exercise(request: Request) -> Option<ErrorKind> {
    let begun = Instant::now();
    let options = FfmpegReadOptions::new().timeout(20.0);
    let read =
        FfmpegReader::open_with(request.with_limits(Limits::new().bytes(64 << 20)), &options)
            .and_then(|mut reader| {
                let _ = reader.properties(Index::All, &options);
                reader.metadata(Index::All, &options)?;
                for position in 0..3 {
                    if reader.read_next(position, &options)?.is_none() {
                        break;
                    }
                }
                reader.read(Index::At(40), &options)
            });
    assert!(begun.elapsed() < Duration::from_mins(1));
    read.err().map(|error| error.kind())
}

#[test]
fn playlists_reach_no_file() {
    let video = numbered("hls.ts", 30, &["-c:v", "mpeg2video"]);
    let name = video.file_name().expect("a name").to_str().expect("text");
    let hls = format!("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10.0,\n{name}\n#EXT-X-ENDLIST\n");
    let concat = format!("ffconcat version 1.0\nfile {name}\n");
    for (file, text) in [
        ("list.mp4", &hls),
        ("list.ts", &hls),
        ("list2.mkv", &concat),
        ("list3.avi", &concat),
    ] {
        let path = folder().join(file);
        std::fs::write(&path, text).expect("a file");
        let error = FfmpegReader::open(path.as_path())
            .map(drop)
            .expect_err("a list is no video");
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{file}: {error}");
    }
    // Whoever asks for it in so many words gets it.
    let path = folder().join("list.mp4");
    let wanted = read_options(&[(
        "input_params",
        &["-f", "hls", "-protocol_whitelist", "file"],
    )]);
    let mut reader = FfmpegReader::open_with(path.as_path(), &wanted).expect("a list of videos");
    assert_eq!(
        reader.read(Index::At(0), &wanted).expect("a frame").shape(),
        [48, 64, 3]
    );
}

#[test]
fn cut_and_broken_files_come_to_an_end() {
    for (name, arguments) in [
        (
            "broken.mp4",
            &["-c:v", "libx264", "-g", "5", "-movflags", "+faststart"][..],
        ),
        ("broken.mkv", &["-c:v", "libx264", "-g", "5"]),
        ("broken.avi", &["-c:v", "mjpeg"]),
    ] {
        let bytes = std::fs::read(numbered(name, 20, arguments)).expect("a file");
        let mut random = 0x2545_f491_4f6c_dd1du64;
        let mut next = move |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            (random % below as u64) as usize
        };
        for round in 0..6 {
            let mut broken = bytes.clone();
            if round % 2 == 0 {
                broken.truncate(next(bytes.len()));
            } else {
                for _ in 0..20 {
                    let at = next(broken.len());
                    broken[at] ^= 1 << next(8);
                }
            }
            let request = Request::from(broken)
                .extension_hint(Some(".mp4"))
                .expect("a hint");
            let kind = exercise(request).expect("there are not as many frames");
            let fine = [
                ErrorKind::Corrupt,
                ErrorKind::NotThisFormat,
                ErrorKind::OutOfRange,
                ErrorKind::LimitExceeded,
            ];
            assert!(fine.contains(&kind), "{name} {round}: {kind:?}");
        }
    }
}

#[test]
fn a_cut_file_gives_what_it_has_and_a_warning_or_an_end() {
    let whole = numbered("half.mkv", 40, &["-c:v", "libx264", "-g", "5"]);
    let bytes = std::fs::read(whole).expect("a file");
    let request = Request::from(bytes[..bytes.len() / 2].to_vec());
    let mut reader = FfmpegReader::open(request).expect("a video");
    let options = FfmpegReadOptions::new();
    let mut count = 0;
    while reader
        .read_next(count, &options)
        .expect("a frame or the end")
        .is_some()
    {
        count += 1;
    }
    assert!(count > 5 && count < 40, "{count}");
    assert_eq!(
        reader.count_frames().expect("a count"),
        count,
        "the count is the truth"
    );
    let past = reader
        .read(Index::At(count), &options)
        .expect_err("past the end");
    assert_eq!(past.kind(), ErrorKind::OutOfRange);
}
