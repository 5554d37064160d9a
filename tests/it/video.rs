//! Video through the front door: from disk, from a zip archive, from a server and from memory.

use imageio::v3 as iio;
use imageio::{ErrorKind, NdImage};

use crate::fixture;
use crate::remote::server::Server;

const FRAMES: usize = 7;

/// The number that a frame of the fixtures carries.
fn number_of(frame: &NdImage) -> usize {
    let samples = frame.as_slice::<u8>().expect("uint8");
    let width = frame.shape()[1];
    (0..4).fold(0, |number, bit| {
        let sample = samples[(4 * width + bit * 8 + 4) * 3];
        number << 1 | usize::from(sample > 127)
    })
}

/// What every resource must give: all frames, one of them, and what is known of it.
fn check(uri: &str) {
    let frames: Vec<NdImage> = iio::imiter(uri).collect::<Result<_, _>>().expect(uri);
    let numbers: Vec<usize> = frames.iter().map(number_of).collect();
    assert_eq!(numbers, (0..FRAMES).collect::<Vec<_>>(), "{uri}");
    let fifth = iio::imread_with(uri, iio::ReadArgs::new().index(5)).expect(uri);
    assert!(fifth == frames[5], "{uri}");
    let properties = iio::improps_with(uri, iio::ReadArgs::new().index(..)).expect(uri);
    assert_eq!(properties.shape, [FRAMES, 24, 32, 3], "{uri}");
    assert_eq!(iio::immeta(uri).expect(uri)["codec"].as_str(), Some("h264"));
}

// checklist: E-437, F-159
#[test]
fn a_video_is_read_from_disk_from_an_archive_and_from_a_server() {
    let path = fixture::path("video/numbered.mp4");
    let bytes = std::fs::read(&path).expect("the fixture");
    check(&path.display().to_string());

    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("films.zip");
    let member = imageio::Request::new(archive.join("inside").join("film.mp4"));
    let mut out = member
        .mode(imageio::Mode::WRITE)
        .writer()
        .expect("a member");
    std::io::Write::write_all(&mut out, &bytes).expect("room");
    out.commit().expect("an archive");
    check(&format!("{}/inside/film.mp4", archive.display()));
    check(&format!("{}#inside/film.mp4", archive.display()));

    let served = bytes.clone();
    let server = Server::start(move |seen, out| match seen.path.as_str() {
        "/ranges.mp4" => out.ranges(seen, served.len() as u64, |at, buf| {
            let at = at as usize;
            buf.copy_from_slice(&served[at..at + buf.len()]);
        }),
        "/plain.mp4" | "/nameless" => out.answer("200 OK", &served),
        _ => out.answer("404 Not Found", b""),
    });
    for name in ["/ranges.mp4", "/plain.mp4", "/nameless"] {
        check(&server.url(name));
    }
    let gone = iio::imread(server.url("/gone.mp4")).expect_err("gone");
    assert_eq!(gone.kind(), ErrorKind::NotFound);

    let stack = iio::imread_with(bytes, iio::ReadArgs::new().extension(".mp4")).expect("bytes");
    assert_eq!(stack.shape(), [FRAMES, 24, 32, 3]);
}

#[test]
fn a_lossless_video_gives_what_went_in() {
    for answer in fixture::expected("video") {
        let name = answer["file"].as_str().expect("a file");
        let tolerance = answer["max_difference"].as_i64().unwrap_or(0);
        let frames = answer["frames"].as_array().expect("frames");
        let ours: Vec<NdImage> = iio::imiter(fixture::path(name))
            .collect::<Result<_, _>>()
            .expect(name);
        assert_eq!(ours.len(), frames.len(), "{name}");
        for (image, frame) in ours.iter().zip(frames) {
            fixture::compare(image, frame, tolerance).expect(name);
        }
    }
}
