//! Standard images from a mirror on loopback.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imageio_core::{ErrorKind, Mode, Request, Result, Setting};
use imageio_net::{MIRROR, Progress, RemoteFile, set_progress};

use crate::ready;
use crate::server::{Seen, Server};

/// What the mirror serves under each name: enough of a PNG to be taken for one.
fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(crate::bytes(0, 300_000));
    bytes.extend(b"IEND\xaeB`\x82");
    bytes
}

fn serve(seen: &Seen) -> (&'static str, Vec<u8>) {
    match seen.path.as_str() {
        "/images/page.png" | "/images/moon.png" | "/images/chelsea.png" => ("200 OK", png()),
        "/images/text.png" => ("200 OK", b"<html>please log in</html>".to_vec()),
        "/images/chelsea.zip" | "/bin/tool" => ("200 OK", b"a tool".to_vec()),
        // Comes at the second time.
        "/bin/later" if seen.earlier > 0 => ("200 OK", b"late".to_vec()),
        "/bin/later" | "/bin/never" => ("500 Internal Server Error", Vec::new()),
        _ => ("404 Not Found", Vec::new()),
    }
}

/// A mirror and an empty user folder, for one test at a time.
struct Mirror {
    server: Server,
    folder: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Mirror {
    fn start() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        ready();
        set_progress(Some(|_: &Progress<'_>| ()));
        let server = Server::start(|seen, out| {
            let (status, bytes) = serve(seen);
            out.answer(status, &bytes)
        });
        let folder = tempfile::tempdir().expect("a folder");
        MIRROR.set(Some(server.url("/")));
        Setting::USERDIR.set(Some(folder.path()));
        Setting::NO_INTERNET.set(Some("no"));
        Mirror {
            server,
            folder,
            _alone: alone,
        }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(".imageio").join(name)
    }

    /// Everything in the folder of images, which shows what was left behind.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.place("images"))
            .into_iter()
            .flatten();
        let names = entries.flatten().map(|entry| entry.file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    }
}

// checklist: C-005, C-007, C-078, G-041
#[test]
fn a_standard_image_is_downloaded_once() -> Result<()> {
    let mirror = Mirror::start();
    for uri in ["imageio:page.png", "imageio:PAGE.png", "imageio://page.png"] {
        let request = Request::new(uri);
        assert_eq!(request.extension().as_deref(), Some(".png"));
        assert_eq!(*request.read_all()?, png(), "{uri}");
        let path = request.local_path()?;
        assert_eq!(path, mirror.place("images/page.png"), "no second copy");
    }
    assert_eq!(mirror.server.seen().len(), 1);
    assert_eq!(mirror.files(), ["page.png"]);

    let error = Request::new("imageio:dog.png")
        .read_all()
        .expect_err("unknown");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error
            .to_string()
            .contains("unknown standard image \"dog.png\""),
        "{error}"
    );
    let target = Request::new("imageio:page.png").mode(Mode::WRITE);
    assert_eq!(
        target.check().map_err(|e| e.kind()),
        Err(ErrorKind::ReadOnly)
    );
    Ok(())
}

// checklist: C-028, C-029
#[test]
fn a_bare_name_that_is_missing_gets_the_hint() {
    ready();
    let error = Request::new("chelsea.png")
        .check()
        .expect_err("no such file");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let text = error.to_string();
    assert!(
        text.contains("no such file") && text.contains("`imageio:chelsea.png`"),
        "{text}"
    );
    for other in ["./chelsea.png", "sub/chelsea.png", "Chelsea.png", "dog.png"] {
        let error = Request::new(other).check().expect_err("no such file");
        assert!(!error.to_string().contains("imageio:"), "{error}");
    }
}

// checklist: C-083
#[test]
fn what_is_not_the_file_is_not_kept() {
    let mirror = Mirror::start();
    // The mirror serves something else than the cat whose checksum is known.
    let error = imageio_net::standard_image("chelsea.png").expect_err("another file");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("97403c9c171d1aed"), "{error}");
    let error = imageio_net::standard_image("text.png").expect_err("a page of a portal");
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    assert_eq!(mirror.files(), Vec::<String>::new());
    assert_eq!(
        mirror.server.seen().len(),
        2,
        "a wrong file is not asked for again"
    );
}

// checklist: C-076, C-077
#[test]
fn nothing_is_downloaded_that_must_not_be() -> Result<()> {
    let mirror = Mirror::start();
    let error = RemoteFile::new("images/page.png").auto(false).get();
    assert_eq!(error.map_err(|e| e.kind()), Err(ErrorKind::NotFound));
    for value in ["1", "YES", "True"] {
        Setting::NO_INTERNET.set(Some(value));
        let error = Request::new("imageio:page.png")
            .read_all()
            .expect_err(value);
        let text = error.to_string();
        assert!(
            text.contains("will not download") && text.contains("IMAGEIO_NO_INTERNET"),
            "{text}"
        );
        assert!(
            text.contains("the file at"),
            "says where a copy would be seen: {text}"
        );
    }
    assert_eq!(mirror.server.seen().len(), 0);
    // What is there already needs no internet.
    let place = mirror.place("images/page.png");
    std::fs::create_dir_all(place.parent().unwrap_or(Path::new(".")))?;
    std::fs::write(&place, b"mine")?;
    assert_eq!(*Request::new("imageio:page.png").read_all()?, *b"mine");
    Ok(())
}

// checklist: C-072, C-073, C-074, C-075
#[test]
fn a_remote_file_is_looked_for_then_fetched() -> Result<()> {
    let mirror = Mirror::start();
    let seen = || mirror.server.seen().len();
    let place = mirror.place("bin/tool");
    assert_eq!(RemoteFile::new("bin/tool").get()?, place);
    let other = mirror.folder.path().join("new").join("folder");
    let copy = RemoteFile::new("bin/tool").directory(&other).get()?;
    assert_eq!(copy, other.join("bin/tool"), "copied from where it was");
    assert_eq!((std::fs::read(&copy)?, seen()), (b"a tool".to_vec(), 1));
    std::fs::write(&place, b"old")?;
    assert_eq!(
        RemoteFile::new("bin/tool").newer_than("2020-01-01").get()?,
        place
    );
    assert_eq!((std::fs::read(&place)?, seen()), (b"old".to_vec(), 1));
    RemoteFile::new("bin/tool").newer_than("2999-01-01").get()?;
    assert_eq!((std::fs::read(&place)?, seen()), (b"a tool".to_vec(), 2));
    RemoteFile::new("bin/tool").force_download(true).get()?;
    assert_eq!(seen(), 3);
    for bad in ["", "../x", "a//b", "/etc/passwd", "a/../../b", "c:x"] {
        let error = RemoteFile::new(bad).get().map_err(|error| error.kind());
        assert_eq!(error, Err(ErrorKind::BadOption), "{bad}");
    }
    let sum = "2b3e9aef36a3c9a3d3dbd0dc6a46df42b9db4f7c3b6d4c2ed8f7aee9bc9d1f00";
    let wrong = RemoteFile::new("bin/tool").force_download(true).sha256(sum);
    assert_eq!(wrong.get().map_err(|e| e.kind()), Err(ErrorKind::Corrupt));
    assert_eq!(std::fs::read(&place)?, b"a tool", "the good one stays");
    Ok(())
}

// checklist: C-079
#[test]
fn a_download_is_tried_again_and_shown() -> Result<()> {
    let mirror = Mirror::start();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    set_progress(Some(move |progress: &Progress<'_>| {
        let line = format!("{progress:?}");
        let word = line.split([' ', '{']).next().unwrap_or_default().to_owned();
        tell.lock().expect("no panic").push((word, line));
    }));
    let path = RemoteFile::new("bin/later").get()?;
    assert_eq!(std::fs::read(path)?, b"late");
    let words: Vec<String> = std::mem::take(&mut *told.lock().expect("no panic"))
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    assert_eq!(words, ["Missing", "Failed", "Started", "Advanced", "Saved"]);

    let begin = mirror.server.seen().len();
    let error = imageio_net::standard_image("horse.png").expect_err("the mirror has none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let text = error.to_string();
    assert!(
        text.contains("unable to download `images/horse.png`"),
        "{text}"
    );
    assert!(text.contains("no internet connection"), "{text}");
    assert_eq!(
        mirror.server.seen().len() - begin,
        1,
        "what is not there stays away"
    );
    Ok(())
}

// checklist: C-079, C-080, C-082
#[test]
fn a_download_fails_after_four_tries() {
    let mirror = Mirror::start();
    let error = RemoteFile::new("bin/never").get().expect_err("never");
    assert_eq!(error.kind(), ErrorKind::Io);
    let text = error.to_string();
    assert!(
        text.contains("unable to download `bin/never`") && text.contains("status 500"),
        "{text}"
    );
    let on_ci = ["CI", "CONTINUOUS_INTEGRATION"].map(|name| std::env::var_os(name).is_some());
    let rounds = if on_ci.contains(&true) { 3 } else { 1 };
    assert_eq!(mirror.server.seen().len(), 4 * rounds);
    assert!(!mirror.place("bin/never").exists());
}

/// What [`two_processes_leave_one_good_file`] runs in processes of its own.
#[test]
fn child() -> Result<()> {
    if std::env::var_os("IMAGEIO_NET_TEST_CHILD").is_none() {
        return Ok(());
    }
    // Everything comes from the environment here.
    assert_eq!(imageio_net::timeout()?.as_millis(), 2500);
    assert_eq!(*Request::new("imageio:moon.png").read_all()?, png());
    Ok(())
}

#[test]
fn two_processes_leave_one_good_file() -> Result<()> {
    let mirror = Mirror::start();
    let program = std::env::current_exe()?;
    let start = || {
        Command::new(&program)
            .args(["--exact", "standard::child", "--nocapture"])
            .env("IMAGEIO_NET_TEST_CHILD", "1")
            .env("IMAGEIO_USERDIR", mirror.folder.path())
            .env("IMAGEIO_STANDARD_IMAGES_URL", mirror.server.url("/"))
            .env("IMAGEIO_REQUEST_TIMEOUT", "2.5")
            .env("IMAGEIO_NO_INTERNET", "")
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
    };
    let children = [start()?, start()?, start()?];
    for child in children {
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}"
        );
        assert!(output.stderr.is_empty(), "no progress where nobody looks");
    }
    assert_eq!(mirror.files(), ["moon.png"], "nothing else is left");
    assert_eq!(std::fs::read(mirror.place("images/moon.png"))?, png());
    Ok(())
}
