//! Writing members.

use std::io::Write;
use std::path::Path;

use imageio_core::{
    Error, ErrorKind, Finished, ImageProperties, Images, Index, Mode, Modes, NdImage, OpenArgs,
    Options, PluginInfo, PluginV3, Request, Result, imopen,
};
use tempfile::tempdir;

use crate::archive::{archive, deflated, stored};

/// Writes the samples as they are, so that a test says what is in the file.
struct Raw(Request);

pub(crate) static RAW: PluginInfo =
    PluginInfo::new("raw", |request, _| Ok(Box::new(Raw(request)))).modes(Modes::WRITE);

impl PluginV3 for Raw {
    fn read(&mut self, _: Index, _: &Options) -> Result<NdImage> {
        Err(Error::unsupported("writes only"))
    }

    fn properties(&mut self, _: Index, _: &Options) -> Result<ImageProperties> {
        Err(Error::unsupported("writes only"))
    }

    fn write(&mut self, images: Images<'_>, options: &Options) -> Result<()> {
        let mut bytes = Vec::new();
        for image in images.frames(|_| false)? {
            bytes.extend(image.into_vec::<u8>()?);
        }
        if options.get("path").is_some() {
            std::fs::write(self.0.local_path()?, &bytes)?;
        } else {
            self.0.writer()?.write_all(&bytes)?;
        }
        if options.get("side").is_some() {
            self.0.sibling_writer("side.hdr")?.write_all(b"side")?;
        }
        match options.get("fail") {
            Some(_) => Err(Error::corrupt("after all was written")),
            None => Ok(()),
        }
    }
}

fn write_with(target: impl Into<Request>, bytes: &[u8], options: &Options) -> Result<Finished> {
    let request = target.into().mode(Mode::WRITE);
    let mut resource = imopen(request, OpenArgs::new().plugin(&RAW))?;
    let image = NdImage::from_vec(&[1, bytes.len()], bytes.to_vec())?;
    resource.write(&image, options)?;
    resource.close()
}

fn write(target: impl Into<Request>, bytes: &[u8]) -> Result<Finished> {
    write_with(target, bytes, &Options::new())
}

fn content(path: &Path) -> Result<Vec<u8>> {
    Ok(Request::from(path).read_all()?.into_owned())
}

/// Names in a folder, with everything that was left behind.
fn files(folder: &Path) -> Result<Vec<String>> {
    Request::from(folder).list()
}

// checklist: C-024, C-048, C-049, C-058
#[test]
fn a_member_is_added_then_replaced() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("new.zip");
    assert!(
        write(path.join("inside/a.bin"), b"first")?
            .into_bytes()
            .is_none()
    );
    assert_eq!(content(&path.join("inside/a.bin"))?, b"first");
    let text = path.display().to_string();
    write(format!("{text}#b.bin"), b"second")?;
    write(format!("{text}/inside/c.bin"), &vec![3; 200_000])?;
    write(path.join("inside/a.bin"), b"replaced")?;
    let all = Request::new(&format!("{text}/"));
    assert_eq!(all.list()?, ["b.bin", "inside"]);
    assert_eq!(content(&path.join("inside/a.bin"))?, b"replaced");
    assert_eq!(content(&path.join("b.bin"))?, b"second");
    assert_eq!(content(&path.join("inside/c.bin"))?, vec![3; 200_000]);
    // No second member of the name, and nothing of the first.
    let bytes = std::fs::read(&path)?;
    let count = |what: &[u8]| {
        bytes
            .windows(what.len())
            .filter(|part| *part == what)
            .count()
    };
    assert_eq!(
        count(b"inside/a.bin"),
        2,
        "once with its data, once in the table"
    );
    assert_eq!(count(b"first"), 0);
    assert_eq!(files(folder.path())?, ["new.zip"]);
    Ok(())
}

#[test]
fn what_is_in_the_archive_stays_as_it_is() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("old.zip");
    let packed: Vec<u8> = (0..50_000u32).map(|i| (i / 100) as u8).collect();
    let mut old = archive(&[
        deflated("p", &packed),
        stored("s", b"stored"),
        stored("d/", b""),
    ]);
    let comment = b"a comment";
    let end = old.len() - 2;
    old[end..].copy_from_slice(&(comment.len() as u16).to_le_bytes());
    old.extend(comment);
    let table = old
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap_or(0);
    for new in ["x", "s"] {
        std::fs::write(&path, &old)?;
        write(path.join(new), b"content")?;
        assert_eq!(content(&path.join(new))?, b"content");
        assert!(content(&path.join("p"))? == packed);
        let bytes = std::fs::read(&path)?;
        assert!(bytes.ends_with(comment), "{new}");
        if new == "x" {
            assert!(
                bytes.starts_with(&old[..table]),
                "the old members byte by byte"
            );
            assert_eq!(content(&path.join("s"))?, b"stored");
        }
        assert!(bytes.len() < old.len() + 500, "packed members stay packed");
        assert!(
            Request::from(path.join("x"))
                .list()?
                .contains(&"d".to_owned())
        );
    }
    Ok(())
}

// checklist: C-031, C-032, C-058
#[test]
fn a_write_that_fails_leaves_the_archive() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("old.zip");
    let old = archive(&[stored("a.bin", b"old"), stored("inner.zip", b"")]);
    std::fs::write(&path, &old)?;
    let fails = Options::new().set("fail", true);
    assert!(write_with(path.join("a.bin"), b"new", &fails).is_err());
    // Dropped before it was closed.
    let request = Request::from(path.join("a.bin")).mode(Mode::WRITE);
    let mut resource = imopen(request, OpenArgs::new().plugin(&RAW))?;
    resource.write(&NdImage::from_vec(&[1, 1], vec![1u8])?, &Options::new())?;
    drop(resource);

    let kind = |target: &str| {
        let error = write(folder.path().join(target), b"new").expect_err(target);
        (error.kind(), error.message().to_owned())
    };
    let (found, message) = kind("absent/new.zip/a.bin");
    assert_eq!(found, ErrorKind::NotFound);
    let absent = folder.path().join("absent").display().to_string();
    assert!(
        message.contains(&format!("the directory '{absent}' does not exist")),
        "{message}"
    );
    for name in ["../a", "a/../../b", "a//b", "a/./b", "a/", ""] {
        let target = format!("{}#{name}", path.display());
        let error = write(target, b"new").expect_err(name);
        assert_eq!(error.kind(), ErrorKind::BadOption, "{name:?}: {error}");
    }
    assert_eq!(kind("old.zip/inner.zip/a.bin").0, ErrorKind::Unsupported);
    assert!(std::fs::read(&path)? == old);
    assert_eq!(files(folder.path())?, ["old.zip"]);

    std::fs::write(&path, b"no archive at all")?;
    assert_eq!(kind("old.zip/a.bin").0, ErrorKind::Corrupt);
    assert_eq!(std::fs::read(&path)?, b"no archive at all");
    // A folder of that name is a folder.
    std::fs::create_dir(folder.path().join("dir.zip"))?;
    write(folder.path().join("dir.zip/a.bin"), b"plain")?;
    assert_eq!(
        std::fs::read(folder.path().join("dir.zip/a.bin"))?,
        b"plain"
    );
    Ok(())
}

// checklist: C-058, C-059
#[test]
fn what_another_program_wrote_becomes_the_member() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("new.zip");
    let by_path = Options::new().set("path", true);
    write_with(path.join("a.bin"), b"by path", &by_path)?;
    assert_eq!(content(&path.join("a.bin"))?, b"by path");
    let with_side = Options::new().set("side", true);
    write_with(path.join("in/b.bin"), b"main", &with_side)?;
    assert_eq!(content(&path.join("in/side.hdr"))?, b"side");
    assert_eq!(
        Request::from(path.join("in/b.bin")).list()?,
        ["b.bin", "side.hdr"]
    );
    assert_eq!(files(folder.path())?, ["new.zip"]);
    Ok(())
}

#[test]
fn many_threads_write_to_one_archive() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("new.zip");
    std::thread::scope(|scope| {
        for i in 0..8u8 {
            let path = path.clone();
            scope.spawn(move || write(path.join(format!("{i}.bin")), &[i; 1000]));
        }
    });
    assert_eq!(Request::from(path.join("0.bin")).list()?.len(), 8);
    for i in 0..8u8 {
        assert_eq!(content(&path.join(format!("{i}.bin")))?, [i; 1000]);
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn the_archive_behind_a_link_is_written_and_keeps_its_mode() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir()?;
    let path = folder.path().join("real.zip");
    std::fs::write(&path, archive(&[stored("a", b"a")]))?;
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640))?;
    let link = folder.path().join("link.zip");
    std::os::unix::fs::symlink("real.zip", &link)?;
    write(link.join("b"), b"b")?;
    assert!(link.is_symlink());
    assert_eq!(content(&path.join("b"))?, b"b");
    assert_eq!(
        std::fs::metadata(&path)?.permissions().mode() & 0o777,
        0o640
    );
    Ok(())
}

#[test]
fn wrong_bytes_in_an_old_archive_do_no_harm() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("old.zip");
    let whole = archive(&[deflated("inside/a", &[1; 300]), stored("b", b"stored")]);
    for at in 0..whole.len() {
        for value in [0, 0xff] {
            for name in ["b", "new"] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                std::fs::write(&path, &bytes)?;
                match write(path.join(name), b"content") {
                    Ok(_) => assert_eq!(content(&path.join(name))?, b"content", "{at} {value}"),
                    Err(_) => assert!(std::fs::read(&path)? == bytes, "{at} {value}"),
                }
            }
        }
    }
    assert_eq!(files(folder.path())?, ["old.zip"]);
    Ok(())
}
