//! Reading members.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imageio_core::{ErrorKind, Limits, Request, Resource, ResourceKind, Result};
use tempfile::tempdir;

use crate::archive::{archive, deflated, stored};

fn long() -> Vec<u8> {
    (0..200_000u32)
        .flat_map(|i| (i / 7).to_le_bytes())
        .collect()
}

fn sample() -> Vec<u8> {
    archive(&[
        stored("a.PNG", b"stored"),
        deflated("inside/long.bin", &long()),
        deflated("inside/b.txt", b"beside"),
        stored("inside/deeper/c.tar.gz", b"deep"),
        stored("folder/", b""),
    ])
}

// checklist: C-024, C-027, C-047, C-012, C-019
#[test]
fn a_member_is_named_behind_its_archive() -> Result<()> {
    let folder = tempdir()?;
    let text = folder.path().display().to_string();
    std::fs::write(folder.path().join("x.zip"), sample())?;
    std::fs::write(folder.path().join("Y.ZiP"), sample())?;
    for uri in [
        format!("{text}/x.zip/a.PNG"),
        format!("{text}/x.zip#a.PNG"),
        format!("{text}/x.zip\\a.PNG"),
        format!("{text}/x.zip///a.PNG"),
        format!("file://{text}/x.zip/a.PNG"),
        format!("{text}/Y.ZiP/a.PNG"),
        format!("{text}/Y.ZiP#a.PNG"),
    ] {
        let request = Request::new(&uri);
        request.check()?;
        assert_eq!(request.read_all()?, &b"stored"[..], "{uri}");
        assert_eq!(request.extension().as_deref(), Some(".png"), "{uri}");
        assert_eq!((request.name().as_ref(), request.path()), (&*uri, None));
        assert!(!request.is_dir());
    }
    let path = folder.path().join("x.zip").join("inside").join("long.bin");
    let request = Request::from(&path);
    assert_eq!(*request.first_bytes(8)?, long()[..8]);
    assert_eq!(request.len()?, 800_000);
    assert!(request.read_all()? == long());
    let deep = Request::new(&format!("{text}/x.zip#inside/deeper/c.tar.gz"));
    assert_eq!(deep.own_extensions(), [".tar.gz", ".gz"]);
    // A path as such has no fragment.
    let odd = Request::from(folder.path().join("x.zip#a.PNG"));
    assert_eq!(odd.check().map_err(|e| e.kind()), Err(ErrorKind::NotFound));
    Ok(())
}

// checklist: C-024, C-025
#[test]
fn folders_and_files_of_such_names_are_what_they_are() -> Result<()> {
    let folder = tempdir()?;
    let inner = folder.path().join("folder.zip").join("more.ZIP");
    std::fs::create_dir_all(&inner)?;
    std::fs::write(inner.join("plain.txt"), "plain")?;
    std::fs::write(inner.join("x.zip"), sample())?;
    std::fs::write(inner.join("x.zip#a.PNG"), "a file")?;
    std::fs::create_dir(inner.join("x.zip#b"))?;
    std::fs::write(inner.join("x.zip#b").join("c"), "in a folder")?;
    let text = inner.display().to_string();
    for (uri, expected) in [
        ("plain.txt", "plain"),
        ("x.zip/a.PNG", "stored"),
        ("x.zip#a.PNG", "a file"),
        ("x.zip#b/c", "in a folder"),
        ("x.zip#inside/b.txt", "beside"),
    ] {
        let request = Request::new(&format!("{text}/{uri}"));
        assert_eq!(request.read_all()?, expected.as_bytes(), "{uri}");
    }
    assert!(Request::from(inner).is_dir());
    // Where there is no archive, there is no file.
    let missing = format!("{text}/gone.zip/a.PNG");
    let error = Request::new(&missing).check().expect_err("no archive");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.message().contains(&missing), "{error}");
    let no_name = Request::new(&format!("{text}/.zip/a.PNG"));
    assert_eq!(
        no_name.check().map_err(|e| e.kind()),
        Err(ErrorKind::NotFound)
    );
    Ok(())
}

// checklist: C-026, C-032, C-047
#[test]
fn a_missing_member_lists_those_that_are_there() -> Result<()> {
    let folder = tempdir()?;
    let text = folder.path().display().to_string();
    let long_name: &'static str = String::leak("x".repeat(300));
    let mut many = vec![stored("first.png", b""), stored(long_name, b"")];
    many.extend((0..40).map(|i| stored(String::leak(format!("{i}.png")), b"")));
    for (name, bytes) in [
        ("x.zip", sample()),
        ("one.zip", archive(&[stored("only.png", b"")])),
        ("none.zip", archive(&[])),
        ("many.zip", archive(&many)),
        ("outer.zip", archive(&[stored("in/inner.zip", &sample())])),
    ] {
        std::fs::write(folder.path().join(name), bytes)?;
    }
    let error = |uri: &str| {
        let request = Request::new(&format!("{text}/{uri}"));
        let error = request.check().expect_err(uri);
        (error.kind(), error.message().to_owned())
    };
    let (kind, message) = error("x.zip/gone.png");
    assert_eq!(kind, ErrorKind::NotFound);
    assert_eq!(
        message,
        format!(
            "no member `gone.png` in '{text}/x.zip'; members are `a.PNG`, `inside/long.bin`, `inside/b.txt`, \
             `inside/deeper/c.tar.gz`"
        )
    );
    assert!(error("x.zip/insid").1.contains("members are `a.PNG`"));
    assert!(
        error("one.zip#a")
            .1
            .contains("its only member is `only.png`")
    );
    assert!(error("none.zip/a").1.contains("it is empty"));
    let (_, message) = error("many.zip/a");
    assert!(
        message.ends_with("and 32 more") && message.len() < 500,
        "{message}"
    );
    for uri in [
        "outer.zip/in/inner.zip/a.PNG",
        "outer.zip#in/inner.zip#a.PNG",
    ] {
        let (kind, message) = error(uri);
        assert_eq!(kind, ErrorKind::Unsupported, "{uri}");
        assert!(message.contains("no archive inside it"), "{message}");
    }
    let inner = Request::new(&format!("{text}/outer.zip/in/inner.zip"));
    assert!(inner.read_all()? == sample(), "as a file it is read");
    let io = std::io::Error::from(
        Request::new(&format!("{text}/x.zip/z"))
            .check()
            .expect_err("z"),
    );
    assert_eq!(io.kind(), std::io::ErrorKind::NotFound);
    Ok(())
}

// checklist: C-030, C-040
#[test]
fn folders_of_an_archive_are_folders() -> Result<()> {
    let folder = tempdir()?;
    let text = folder.path().display().to_string();
    std::fs::write(folder.path().join("x.zip"), sample())?;
    std::fs::write(folder.path().join("none.zip"), archive(&[]))?;
    for (uri, names) in [
        ("x.zip/", &["a.PNG", "folder", "inside"][..]),
        ("x.zip#/", &["a.PNG", "folder", "inside"]),
        ("x.zip/inside", &["b.txt", "deeper", "long.bin"]),
        ("x.zip#inside/", &["b.txt", "deeper", "long.bin"]),
        ("x.zip/folder", &[]),
        ("none.zip/", &[]),
    ] {
        let request = Request::new(&format!("{text}/{uri}"));
        request.check()?;
        assert!(request.is_dir(), "{uri}");
        assert_eq!(request.list()?, names, "{uri}");
        assert!(request.first_bytes(4)?.is_empty(), "{uri}");
        let error = request.read_all().map(|_| ()).expect_err(uri);
        assert!(error.message().ends_with("is a folder"), "{error}");
    }
    let inside = Request::new(&format!("{text}/x.zip")).sibling("x.zip")?;
    assert!(!inside.is_dir(), "the archive as such is a file");
    let root = Request::new(&format!("{text}/x.zip/"));
    let deep = root.sibling("inside")?.sibling("deeper")?;
    assert!(deep.is_dir());
    assert_eq!(deep.list()?, ["c.tar.gz"]);
    assert_eq!(deep.sibling("c.tar.gz")?.read_all()?, &b"deep"[..]);
    assert_eq!(
        deep.sibling("c.tar.gz")?.name(),
        format!("{text}/x.zip/inside/deeper/c.tar.gz")
    );
    let gone = root.sibling("gone")?;
    assert!(!gone.is_dir());
    assert_eq!(gone.check().map_err(|e| e.kind()), Err(ErrorKind::NotFound));
    Ok(())
}

#[test]
fn names_that_lead_out_of_an_archive_are_not_listed() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("x.zip");
    let names = ["../a.png", "/b.png", "./c.png", "d.png"];
    std::fs::write(&path, archive(&names.map(|name| stored(name, b""))))?;
    assert_eq!(Request::from(path.join("d.png")).list()?, ["d.png"]);
    Ok(())
}

#[test]
fn siblings_and_lists_stay_in_the_archive() -> Result<()> {
    let folder = tempdir()?;
    let text = folder.path().display().to_string();
    std::fs::write(folder.path().join("x.zip"), sample())?;
    let list = |uri: &str| Request::new(&format!("{text}/{uri}")).list();
    assert_eq!(list("x.zip/")?, ["a.PNG", "folder", "inside"]);
    assert_eq!(list("x.zip/a.PNG")?, ["a.PNG", "folder", "inside"]);
    assert_eq!(list("x.zip#inside")?, ["b.txt", "deeper", "long.bin"]);
    assert_eq!(list("x.zip/inside/b.txt")?, ["b.txt", "deeper", "long.bin"]);
    for uri in ["x.zip/inside/long.bin", "x.zip#inside/long.bin"] {
        let request = Request::new(&format!("{text}/{uri}"));
        assert_eq!(request.sibling("b.txt")?.read_all()?, &b"beside"[..]);
        for name in ["../a.PNG", "deeper/c.tar.gz", "..", ""] {
            let error = request.sibling(name).map_err(|e| e.kind()).map(|_| ());
            assert_eq!(error, Err(ErrorKind::BadOption), "{name:?}");
        }
    }
    Ok(())
}

// checklist: C-054, C-055, C-057, C-059
#[test]
fn another_program_gets_a_private_copy_of_the_member() -> Result<()> {
    let folder = tempdir()?;
    std::fs::write(folder.path().join("x.zip"), sample())?;
    let request = Request::from(folder.path().join("x.zip").join("inside/b.txt"));
    let path = request.local_path()?;
    assert_eq!(std::fs::read(&path)?, b"beside");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    assert!(
        name.starts_with("imageio_") && name.ends_with(".txt"),
        "{name}"
    );
    assert_eq!(request.local_path()?, path);
    drop(request);
    assert!(!path.exists());
    Ok(())
}

#[test]
fn the_other_deflate_is_unpacked_too() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("x.zip");
    // Short matches are packed alike by both.
    let bytes: Vec<u8> = (0..3000u32).map(|i| (i * i / 50) as u8).collect();
    let member = crate::archive::Entry {
        method: 9,
        ..deflated("a.bin", &bytes)
    };
    std::fs::write(&path, archive(&[member]))?;
    assert!(Request::from(path.join("a.bin")).read_all()? == bytes);
    Ok(())
}

// checklist: C-047, C-065
#[test]
fn a_packed_member_is_read_at_any_position() -> Result<()> {
    let folder = tempdir()?;
    std::fs::write(folder.path().join("x.zip"), sample())?;
    let request = Request::from(folder.path().join("x.zip/inside/long.bin"));
    let bytes = long();
    let mut reader = request.reader()?;
    for at in [700_000, 3, 799_999, 400_000] {
        reader.seek(SeekFrom::Start(at))?;
        let mut byte = [0];
        reader.read_exact(&mut byte)?;
        assert_eq!(byte, [bytes[at as usize]], "{at}");
    }
    let (mut a, mut b) = ([0; 4], [0; 4]);
    request.read_ranges(&mut [(799_996, &mut a), (0, &mut b)])?;
    assert_eq!((&a[..], &b[..]), (&bytes[799_996..], &bytes[..4]));
    let past = request.read_ranges(&mut [(799_998, &mut a)]);
    assert_eq!(past.map_err(|e| e.kind()), Err(ErrorKind::Corrupt));
    Ok(())
}

static FETCHED: AtomicU64 = AtomicU64::new(0);

/// An archive of 64 MiB that is nowhere, and counts what is read of it.
struct Counted {
    bytes: Vec<u8>,
}

impl Resource for Counted {
    fn len(&self) -> Result<u64> {
        Ok(self.bytes.len() as u64)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let rest = self.bytes.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buf.len());
        buf[..count].copy_from_slice(&rest[..count]);
        FETCHED.fetch_add(count as u64, Ordering::SeqCst);
        Ok(count)
    }
}

#[test]
fn an_address_has_members_too_and_little_of_it_is_read() -> Result<()> {
    let open = |_: &str, _: &Limits| -> Result<Arc<dyn Resource>> {
        let mut big = vec![7; 16 << 20];
        big[1_000_000] = 8;
        let bytes = archive(&[
            stored("a.bin", &vec![1; 16 << 20]),
            stored("dir/b.bin", &big),
            deflated(
                "dir/c.bin",
                &(0..8u32 << 20)
                    .map(|i| i.wrapping_mul(i) as u8)
                    .collect::<Vec<_>>(),
            ),
            stored("d.bin", &vec![2; 16 << 20]),
        ]);
        Ok(Arc::new(Counted { bytes }))
    };
    ResourceKind::new("counted", &["counted://"], open).add();
    let request = Request::new("counted://host/x.ZIP?key=1#dir/b.bin");
    assert_eq!(request.extension().as_deref(), Some(".bin"));
    assert_eq!(request.len()?, 16 << 20);
    let mut byte = [0];
    request.read_exact_at(1_000_000, &mut byte)?;
    assert_eq!(byte, [8]);
    let fetched = FETCHED.swap(0, Ordering::SeqCst);
    assert!(fetched < 1 << 18, "{fetched} bytes");
    let packed = request.sibling("c.bin")?;
    assert_eq!(packed.first_bytes(4)?[..], [0, 1, 4, 9]);
    let fetched = FETCHED.swap(0, Ordering::SeqCst);
    assert!(fetched < 1 << 18, "{fetched} bytes");
    let stored = request.sibling("b.bin")?.sibling("b.bin")?;
    assert_eq!(stored.first_bytes(1)?[0], 7);
    let fetched = FETCHED.swap(0, Ordering::SeqCst);
    assert!(fetched < 6000, "{fetched} bytes: the table was read again");
    assert_eq!(packed.list()?, ["b.bin", "c.bin"]);
    // What stands before the sign is no archive here, and the rest belongs to the address.
    assert!(Request::new("counted://host/x#dir/b.bin").len()? > 40 << 20);
    let error = Request::new("counted://host/x.zip#gone")
        .check()
        .expect_err("no member");
    assert!(
        error
            .message()
            .contains("in 'counted://host/x.zip'; members are `a.bin`"),
        "{error}"
    );
    let target = Request::new("counted://host/x.zip#new").mode(imageio_core::Mode::WRITE);
    assert_eq!(
        target.check().map_err(|e| e.kind()),
        Err(ErrorKind::ReadOnly)
    );
    Ok(())
}

#[test]
fn a_relative_archive_is_named_by_its_whole_path() {
    let here = std::env::current_dir().expect("a folder");
    // This crate's own sources hold no archive, so one is made beside them for a moment.
    let folder = tempfile::tempdir_in(&here).expect("a folder to write to");
    let name = folder
        .path()
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    std::fs::write(folder.path().join("r.zip"), sample()).expect("a file");
    let uri = format!("{name}/r.zip/gone");
    let error = Request::new(&uri).check().expect_err("no member");
    let path = Path::new(&here).join(&name).join("r.zip");
    assert!(
        error.message().contains(&path.display().to_string()),
        "{error}"
    );
}
