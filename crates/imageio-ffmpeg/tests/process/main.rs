//! Processes: which program runs, and that none stays behind. These tests change what holds for the whole process, so
//! they are a program of their own and take turns.

#![cfg(unix)]

mod helper;
mod lifetime;
mod programs;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// One test at a time.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder of these tests.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("process");
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    })
}

/// A video of a few seconds.
fn video() -> PathBuf {
    static VIDEO: OnceLock<PathBuf> = OnceLock::new();
    VIDEO
        .get_or_init(|| {
            // Helpers make it too, at the same time.
            let path = folder().join(format!("video{}.mp4", std::process::id()));
            let done = std::process::Command::new("ffmpeg")
                .args([
                    "-v",
                    "error",
                    "-nostdin",
                    "-y",
                    "-f",
                    "lavfi",
                    "-i",
                    "testsrc2=size=64x48:rate=25:duration=8",
                ])
                .args(["-c:v", "libx264", "-g", "25", "-pix_fmt", "yuv420p"])
                .arg(&path)
                .status();
            assert!(done.expect("ffmpeg").success());
            path
        })
        .clone()
}

/// Helpers that run beside the tests.
static APART: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Takes process `pid` out of what [`children`] lists.
fn apart(pid: u32) {
    APART.lock().expect("a lock").push(pid);
}

/// The processes whose parent is `pid`, zombies too, without those that are set apart.
fn children(pid: u32) -> Vec<u32> {
    let apart = APART.lock().expect("a lock").clone();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|child| {
            if apart.contains(child) {
                return false;
            }
            let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            let fields = stat.rsplit(')').next().unwrap_or_default();
            fields
                .split_whitespace()
                .nth(1)
                .and_then(|parent| parent.parse().ok())
                == Some(pid)
        })
        .collect()
}

/// Threads of this process.
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}
