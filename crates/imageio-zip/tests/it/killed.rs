//! A process that is killed while it writes into an archive.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use imageio_core::{Images, Mode, NdImage, OpenArgs, Options, Request, Result, imopen};
use tempfile::tempdir;

use crate::archive::{archive, stored};
use crate::write::RAW;

/// Tells the child where to write.
const FOLDER: &str = "IMAGEIO_TEST_KILLED_IN";

/// Long enough for a busy machine; a child that nobody kills ends by itself.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
#[ignore = "the child of the test below"]
fn writes_again_and_again() -> Result<()> {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return Ok(());
    };
    let begin = Instant::now();
    let image = NdImage::from_vec(&[1, 1 << 20], vec![5u8; 1 << 20])?;
    while begin.elapsed() < PATIENCE {
        let request = Request::from(folder.join("x.zip").join("new.bin")).mode(Mode::WRITE);
        let mut resource = imopen(request, OpenArgs::new().plugin(&RAW))?;
        resource.write(Images::single(&image), &Options::new())?;
        resource.close()?;
        std::fs::write(folder.join("ready"), "")?;
    }
    Ok(())
}

#[test]
fn a_kill_at_any_time_leaves_a_whole_archive() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("x.zip");
    std::fs::write(&path, archive(&[stored("old", &vec![9; 1 << 20])]))?;
    for pause in [0, 3, 7, 13, 29] {
        let _ = std::fs::remove_file(folder.path().join("ready"));
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--exact", "killed::writes_again_and_again", "--ignored"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .spawn()?;
        let begin = Instant::now();
        while !folder.path().join("ready").exists() {
            assert!(begin.elapsed() < PATIENCE, "the child is not ready");
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(pause));
        child.kill()?;
        child.wait()?;
        for (name, value) in [("old", 9), ("new.bin", 5)] {
            let bytes = Request::from(path.join(name)).read_all()?.into_owned();
            assert!(bytes == vec![value; 1 << 20], "{name} after {pause} ms");
        }
    }
    Ok(())
}
