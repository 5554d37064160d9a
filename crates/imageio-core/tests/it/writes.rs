//! A write never harms what was there.

use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use imageio_core::{
    ErrorKind, ImageResource, Mode, OpenArgs, Options, PluginInfo, Request, Result, imopen_in,
};
use tempfile::tempdir;

use crate::toy::{TOY, ToyWriteOptions, card, file, registry, row};

/// The null device, or a private one where this user could replace the machine's own if the code were wrong.
#[cfg(unix)]
fn null_device() -> Option<(tempfile::TempDir, std::path::PathBuf)> {
    let folder = tempdir().expect("a folder");
    if tempfile::tempfile_in("/dev").is_err() {
        return Some((folder, "/dev/null".into()));
    }
    let null = folder.path().join("null");
    let mut make = std::process::Command::new("mknod");
    let made = make.arg(&null).args(["c", "1", "3"]).status();
    if made.is_ok_and(|status| status.success()) && std::fs::write(&null, "x").is_ok() {
        return Some((folder, null));
    }
    eprintln!("no device that could be written to without danger: not tested");
    None
}

/// Makes a named pipe, which the standard library cannot.
#[cfg(unix)]
pub(crate) fn make_pipe(path: &Path) {
    let status = std::process::Command::new("mkfifo")
        .arg(path)
        .status()
        .expect("mkfifo runs");
    assert!(status.success());
}

fn open_writer(target: impl Into<Request>) -> Result<ImageResource> {
    let request = target.into().mode(Mode::WRITE);
    imopen_in(
        &registry(&[&TOY]),
        request,
        OpenArgs::new().extension(".toy"),
    )
}

fn write_to(target: impl Into<Request>, values: &[u8]) -> Result<()> {
    let mut resource = open_writer(target)?;
    resource.write(&row(values), &Options::new())?;
    resource.close().map(|_| ())
}

fn names_in(folder: &Path) -> Vec<String> {
    Request::from(folder).list().expect("a folder")
}

// checklist: A-067
#[test]
fn a_write_replaces_what_was_there() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    std::fs::write(&path, vec![1; 5000])?;
    write_to(&path, &[1, 2])?;
    assert_eq!(std::fs::read(&path)?, file(1, &[&[1, 2]]));
    assert_eq!(names_in(folder.path()), ["a.toy"]);
    let mut again = imopen_in(&registry(&[&TOY]), &path, OpenArgs::new())?;
    assert_eq!(again.read(.., &Options::new())?.shape(), [1, 1, 2]);
    Ok(())
}

// checklist: A-067
#[test]
fn a_target_whose_format_is_unknown_is_refused() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.unknown");
    let request = Request::from(&path).mode(Mode::WRITE);
    let error = imopen_in(&registry(&[&TOY]), request, OpenArgs::new()).expect_err("no format");
    assert_eq!(error.kind(), ErrorKind::NoPlugin);
    assert!(!path.exists());
    Ok(())
}

// checklist: G-014, G-015, A-063
#[test]
fn nothing_counts_before_close() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    std::fs::write(&path, "old")?;
    let mut resource = open_writer(&path)?;
    resource.write(&row(&[1]), &Options::new())?;
    drop(resource);
    assert_eq!(std::fs::read(&path)?, b"old");
    let mut resource = open_writer(&path)?;
    resource.write(&row(&[1]), &Options::new())?;
    let request = resource.request().clone();
    resource.close()?;
    assert_eq!(std::fs::read(&path)?, file(1, &[&[1]]));
    // What is left of the request neither commits again nor takes anything away.
    std::fs::write(&path, "newer")?;
    drop(request);
    assert_eq!(std::fs::read(&path)?, b"newer");
    Ok(())
}

/// Writes a good half, then does what its name says.
macro_rules! half_writer {
    ($CARD:ident, $name:literal, $end:expr) => {
        static $CARD: PluginInfo = PluginInfo::new($name, |request, _| {
            let mut out = request.writer()?;
            out.write_all(&[9; 200_000])?;
            let end: fn() -> Result<Box<dyn imageio_core::PluginV3>> = $end;
            end()
        })
        .modes(imageio_core::Modes::READ_WRITE);
    };
}
half_writer!(FAILS, "fails", || Err(imageio_core::Error::corrupt(
    "half-way"
)));
half_writer!(DECLINES, "declines", || Err(
    imageio_core::Error::not_this_format("half-way")
));
half_writer!(PANICS, "panics", || panic!("half-way"));

#[test]
fn an_error_or_a_panic_leaves_the_old_file_and_nothing_else() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    std::fs::write(&path, "old")?;
    let request = Request::from(&path).mode(Mode::WRITE);
    for plugin in [&FAILS, &DECLINES, &PANICS] {
        let args = OpenArgs::new().plugin(plugin);
        let registry = registry(&[]);
        let write = AssertUnwindSafe(|| imopen_in(&registry, &request, args).map(|_| ()));
        let outcome = std::panic::catch_unwind(write);
        assert!(!matches!(outcome, Ok(Ok(()))), "{plugin:?}");
        assert_eq!(std::fs::read(&path)?, b"old");
    }
    let mut resource = open_writer(&path)?;
    let error = resource
        .write(&row(&[1]), &ToyWriteOptions::new().fail(true).into())
        .expect_err("asked to fail");
    assert_eq!(error.plugin(), Some("toy"));
    drop(resource);
    drop(request);
    assert_eq!(std::fs::read(&path)?, b"old");
    assert_eq!(names_in(folder.path()), ["a.toy"], "no stray file");
    Ok(())
}

#[test]
fn an_abandoned_write_leaves_no_file_while_its_request_lives() -> Result<()> {
    static HOLDS: PluginInfo = PluginInfo::new("holds", |request, _| {
        request.writer()?.write_all(&[1; 10])?;
        crate::toy::open("holds", request, &Options::new())
    })
    .modes(imageio_core::Modes::WRITE);
    let folder = tempdir()?;
    let request = Request::from(folder.path().join("a.toy")).mode(Mode::WRITE);
    let resource = imopen_in(&registry(&[]), &request, OpenArgs::new().plugin(&HOLDS))?;
    assert_eq!(
        names_in(folder.path()).len(),
        1,
        "the bytes lie beside the target"
    );
    drop(resource);
    assert!(names_in(folder.path()).is_empty());
    Ok(())
}

// checklist: A-057
#[test]
fn what_a_plugin_wrote_before_it_declined_is_forgotten() -> Result<()> {
    static SIDE: PluginInfo = PluginInfo::new("side", |request, _| {
        crate::toy::note("side");
        request.writer()?.write_all(b"wrong")?;
        request.sibling_writer("stray.hdr")?.write_all(b"wrong")?;
        Err(imageio_core::Error::not_this_format("after writing"))
    })
    .modes(imageio_core::Modes::WRITE)
    .extensions(&[".toy"])
    .tier(imageio_core::Tier::Preferred);
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    let request = Request::from(&path).mode(Mode::WRITE);
    let mut resource = imopen_in(&registry(&[&SIDE, &TOY]), request, OpenArgs::new())?;
    assert_eq!(crate::toy::notes(), ["side", "toy"]);
    resource.write(&row(&[3]), &Options::new())?;
    resource.close()?;
    assert_eq!(std::fs::read(&path)?, file(1, &[&[3]]));
    assert_eq!(names_in(folder.path()), ["a.toy"]);
    Ok(())
}

#[test]
fn a_file_can_be_rewritten_while_it_is_read() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    std::fs::write(&path, file(1, &[&[1], &[2]]))?;
    let mut reader = imopen_in(&registry(&[&TOY]), &path, OpenArgs::new())?;
    write_to(&path, &[7])?;
    let last = reader.read(1, &Options::new());
    if cfg!(unix) {
        assert_eq!(
            last?.into_vec::<u8>()?,
            [2],
            "the reader keeps the file it opened"
        );
    }
    assert_eq!(std::fs::read(&path)?, file(1, &[&[7]]));
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_link_is_kept_and_its_target_replaced() -> Result<()> {
    use std::os::unix::fs::symlink;
    let folder = tempdir()?;
    let deep = folder.path().join("deep");
    std::fs::create_dir(&deep)?;
    std::fs::write(deep.join("real.toy"), "old")?;
    symlink("deep/real.toy", folder.path().join("one.toy"))?;
    symlink("one.toy", folder.path().join("two.toy"))?;
    symlink("deep/absent.toy", folder.path().join("dangling.toy"))?;
    write_to(folder.path().join("two.toy"), &[5])?;
    assert_eq!(std::fs::read(deep.join("real.toy"))?, file(1, &[&[5]]));
    write_to(folder.path().join("dangling.toy"), &[6])?;
    assert_eq!(std::fs::read(deep.join("absent.toy"))?, file(1, &[&[6]]));
    for link in ["one.toy", "two.toy", "dangling.toy"] {
        let kind = std::fs::symlink_metadata(folder.path().join(link))?.file_type();
        assert!(kind.is_symlink(), "{link}");
    }
    symlink("round.toy", folder.path().join("round.toy"))?;
    let error = write_to(folder.path().join("round.toy"), &[1]).expect_err("a circle");
    assert_eq!(error.kind(), ErrorKind::Io);
    Ok(())
}

#[cfg(unix)]
#[test]
fn modes_are_kept_and_new_files_have_the_usual_one() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir()?;
    let mode = |name: &str| -> Result<u32> {
        Ok(std::fs::metadata(folder.path().join(name))?
            .permissions()
            .mode()
            & 0o7777)
    };
    for kept in [0o640, 0o600, 0o755] {
        let path = folder.path().join("old.toy");
        std::fs::write(&path, "old")?;
        std::fs::set_permissions(&path, PermissionsExt::from_mode(kept))?;
        write_to(&path, &[1])?;
        assert_eq!(mode("old.toy")?, kept);
    }
    std::fs::File::create(folder.path().join("usual"))?;
    write_to(folder.path().join("new.toy"), &[1])?;
    assert_eq!(mode("new.toy")?, mode("usual")?);
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_protected_file_is_not_replaced() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    std::fs::write(&path, "old")?;
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o444))?;
    if std::fs::OpenOptions::new().write(true).open(&path).is_ok() {
        eprintln!("this user may write to protected files: nothing to test");
        return Ok(());
    }
    let error = write_to(&path, &[1]).expect_err("protected");
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    assert_eq!(std::fs::read(&path)?, b"old");
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_device_or_pipe_is_written_through() -> Result<()> {
    use std::os::unix::fs::FileTypeExt;
    if let Some((_folder, null)) = null_device() {
        write_to(&null, &[1, 2])?;
        assert!(
            std::fs::symlink_metadata(&null)?
                .file_type()
                .is_char_device()
        );
    }
    let folder = tempdir()?;
    let pipe = folder.path().join("pipe.toy");
    make_pipe(&pipe);
    let path = pipe.clone();
    let reader = std::thread::spawn(move || std::fs::read(path));
    write_to(&pipe, &[1, 2])?;
    assert_eq!(reader.join().expect("no panic")?, file(1, &[&[1, 2]]));
    assert!(std::fs::metadata(&pipe)?.file_type().is_fifo());
    assert_eq!(names_in(folder.path()), ["pipe.toy"]);
    Ok(())
}

// checklist: A-049
#[test]
fn a_hint_that_nothing_writes_is_warned_about() -> Result<()> {
    card!(LAST, "last", Accept, modes(imageio_core::Modes::WRITE));
    let request = Request::to_bytes();
    let args = OpenArgs::new().extension(".odd");
    let resource = imopen_in(&registry(&[&LAST]), request, args)?;
    assert!(resource.warnings()[0].contains("`.odd`"));
    Ok(())
}
