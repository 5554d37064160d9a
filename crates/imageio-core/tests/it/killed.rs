//! A process that is killed half-way through a write.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use imageio_core::{Mode, Request, Result};
use tempfile::tempdir;

/// Tells the child where to write.
const FOLDER: &str = "IMAGEIO_TEST_KILLED_IN";

/// Long enough for a busy machine; a child that nobody kills ends by itself.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
#[ignore = "the child of the test below"]
fn writes_half_and_waits() -> Result<()> {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return Ok(());
    };
    let request = Request::from(folder.join("picture.toy")).mode(Mode::WRITE);
    let mut out = request.writer()?;
    let mut side = request.sibling_writer("side.hdr")?;
    out.write_all(&vec![1; 1_000_000])?;
    side.write_all(&vec![2; 1_000_000])?;
    std::fs::write(folder.join("ready"), "")?;
    std::thread::sleep(PATIENCE);
    Ok(())
}

#[test]
fn a_killed_write_leaves_the_old_file_byte_identical() -> Result<()> {
    let folder = tempdir()?;
    let picture = folder.path().join("picture.toy");
    std::fs::write(&picture, "the old picture")?;
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--exact", "killed::writes_half_and_waits", "--ignored"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .spawn()?;
    wait_for(&folder.path().join("ready"), &mut child);
    assert!(
        half_written(folder.path()) > 900_000,
        "it was in the middle"
    );
    child.kill()?;
    child.wait()?;
    assert_eq!(std::fs::read(&picture)?, b"the old picture");
    assert!(!folder.path().join("side.hdr").exists());
    Ok(())
}

/// Bytes in the files that the write has not put in their place yet.
fn half_written(folder: &Path) -> u64 {
    let names = Request::from(folder).list().expect("a folder");
    let hidden = names.iter().filter(|name| name.starts_with('.'));
    hidden
        .map(|name| folder.join(name).metadata().map_or(0, |file| file.len()))
        .sum()
}

fn wait_for(path: &Path, child: &mut Child) {
    let begin = Instant::now();
    while !path.exists() {
        let ended = child.try_wait().expect("a child");
        assert!(ended.is_none(), "the child ended early: {ended:?}");
        assert!(begin.elapsed() < PATIENCE, "the child is not ready");
        std::thread::sleep(Duration::from_millis(5));
    }
}
