//! No process, thread or file outlives its owner.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use imageio_core::{ErrorKind, Index, Request, Setting};
use imageio_ffmpeg::{Camera, CameraReader, FfmpegReadOptions, FfmpegReader};

use crate::{apart, children, folder, turn, video};

/// Starts a helper and waits until it says that it is ready.
fn helper(name: &str, temporary: &std::path::Path) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("a program"))
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            &format!("helper::{name}"),
        ])
        .env("TMPDIR", temporary)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a helper");
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut lines = stdout.lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "ready"), "{name}");
    // Its last words need somebody who hears them.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit(')')
        .next()
        .and_then(|fields| fields.split_whitespace().next());
    state.is_some_and(|state| state != "Z" && state != "X")
}

// checklist: E-435, F-155, G-028
#[test]
fn two_hundred_opens_and_drops_leave_nothing() {
    let temporary = tempfile::tempdir_in(folder()).expect("a folder");
    let mut helper = {
        // The others go on meanwhile, so they must not take it for a child of theirs.
        let _turn = turn();
        let helper = helper("opens_and_drops", temporary.path());
        apart(helper.id());
        helper
    };
    assert!(helper.wait().expect("an end").success());
    let left: Vec<_> = std::fs::read_dir(temporary.path())
        .expect("a folder")
        .flatten()
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let dropped = std::fs::read_dir(folder()).expect("a folder").flatten();
    let dropped = dropped
        .filter(|entry| entry.file_name().to_string_lossy().contains("dropped"))
        .count();
    assert_eq!(dropped, 0);
}

#[test]
fn a_killed_program_leaves_no_ffmpeg() {
    let _turn = turn();
    let temporary = tempfile::tempdir_in(folder()).expect("a folder");
    for (name, running) in [("reads_and_waits", 2), ("writes_and_waits", 1)] {
        let mut helper = helper(name, temporary.path());
        let orphans = children(helper.id());
        assert_eq!(orphans.len(), running, "{name}");
        helper.kill().expect("a kill");
        helper.wait().expect("an end");
        let begun = Instant::now();
        while orphans.iter().any(|&pid| is_alive(pid)) {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "{name}: ffmpeg lives on"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

// checklist: E-435, F-069, F-156, F-157, G-029
#[test]
fn a_camera_ends_with_its_reader() {
    let _turn = turn();
    let me = std::process::id();
    let camera = Camera::new("lavfi", "testsrc2=size=64x48:rate=50");
    let mut reader =
        CameraReader::open(Request::new("<video0>"), camera, &FfmpegReadOptions::new())
            .expect("a camera");
    reader.newest().expect("a frame");
    assert_eq!(children(me).len(), 1);
    let begun = Instant::now();
    drop(reader);
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(children(me).len(), 0);
}

// checklist: E-434
#[test]
fn a_stuck_ffmpeg_is_ended() {
    let _turn = turn();
    let fake = folder().join("stuck-ffmpeg");
    let script = "#!/bin/sh\ncase \"$*\" in\n*-version*) echo 'ffmpeg version 6.0 fake';;\n*) exec sleep 600;;\nesac\n";
    std::fs::write(&fake, script).expect("a file");
    make_executable(&fake);
    let video = video();
    Setting::FFMPEG_EXE.set(Some(&fake));
    let begun = Instant::now();
    let options = FfmpegReadOptions::new().timeout(0.3);
    let error = FfmpegReader::open_with(video.as_path(), &options).expect_err("stuck");
    Setting::FFMPEG_EXE.set(None::<&str>);
    assert_eq!(error.kind(), ErrorKind::External);
    assert!(error.message().contains("silent for"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(children(std::process::id()).is_empty());
}

/// The distribution's program probes, another one that hangs decodes.
#[test]
fn a_decoding_that_stops_is_ended() {
    let _turn = turn();
    let place = folder().join("half");
    std::fs::create_dir_all(&place).expect("a folder");
    let fake = place.join("ffmpeg");
    // It describes the output and gives half a frame.
    let script = "#!/bin/sh\ncase \"$*\" in\n*-version*) echo 'ffmpeg version 6.0 fake';;\n*) \
        printf \"Output #0, rawvideo, to 'pipe:1':\\n  Stream #0:0: Video: rawvideo, rgb24, 64x48, x\\n\" >&2; \
        printf half; exec sleep 600;;\nesac\n";
    std::fs::write(&fake, script).expect("a file");
    make_executable(&fake);
    let probe = place.join("ffprobe");
    let _ = std::fs::remove_file(&probe);
    std::os::unix::fs::symlink("/usr/bin/ffprobe", &probe).expect("a link");
    let video = video();
    Setting::FFMPEG_EXE.set(Some(&fake));
    let options = FfmpegReadOptions::new().timeout(0.3);
    let opened = FfmpegReader::open(video.as_path());
    Setting::FFMPEG_EXE.set(None::<&str>);
    let mut reader = opened.expect("a video");
    let error = reader.read(Index::At(0), &options).expect_err("stuck");
    assert!(error.message().contains("silent"), "{error}");
    drop(reader);
    assert!(children(std::process::id()).is_empty());
}

// checklist: E-428
#[test]
fn a_part_of_a_frame_is_told() {
    let _turn = turn();
    let place = folder().join("part");
    std::fs::create_dir_all(&place).expect("a folder");
    let fake = place.join("ffmpeg");
    let script = "#!/bin/sh\ncase \"$*\" in\n*-version*) echo 'ffmpeg version 6.0 fake';;\n*) \
        printf \"Output #0, rawvideo, to 'pipe:1':\\n  Stream #0:0: Video: rawvideo, rgb24, 64x48, x\\n\" >&2; \
        printf half;;\nesac\n";
    std::fs::write(&fake, script).expect("a file");
    make_executable(&fake);
    let probe = place.join("ffprobe");
    let _ = std::fs::remove_file(&probe);
    std::os::unix::fs::symlink("/usr/bin/ffprobe", &probe).expect("a link");
    let video = video();
    Setting::FFMPEG_EXE.set(Some(&fake));
    let opened = FfmpegReader::open(video.as_path());
    Setting::FFMPEG_EXE.set(None::<&str>);
    let options = FfmpegReadOptions::new();
    let error = opened
        .expect("a video")
        .read(Index::At(0), &options)
        .expect_err("half a frame");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(
        error
            .message()
            .contains("frame 0 is 4 bytes, but expected 9216"),
        "{error}"
    );
}

pub(crate) fn make_executable(path: &std::path::Path) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(path, mode).expect("a mode");
}
