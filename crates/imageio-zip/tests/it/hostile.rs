//! Archives that are broken or mean harm.

use imageio_core::{ErrorKind, Limits, Request, Result};
use tempfile::tempdir;

use crate::archive::{Entry, archive, deflated, stored};

/// The error of reading all of the member `name`.
fn refused(entry: Entry, limits: Limits) -> (ErrorKind, String) {
    let folder = tempdir().expect("a folder");
    let name = entry.name;
    let path = folder.path().join("x.zip");
    std::fs::write(&path, archive(&[entry, stored("good", b"good")])).expect("a file");
    let good = Request::from(path.join("good")).read_all().map(Vec::from);
    assert_eq!(
        good.ok().as_deref(),
        Some(&b"good"[..]),
        "its neighbour is fine"
    );
    let request = Request::from(path.join(name)).with_limits(limits);
    let error = request.read_all().expect_err(name);
    (error.kind(), error.to_string())
}

#[test]
fn bombs_do_not_go_off() {
    let zeros = vec![0; 1 << 20];
    let small = Limits::new().bytes(100_000);
    let (kind, text) = refused(deflated("absolute", &zeros), small);
    assert_eq!(kind, ErrorKind::LimitExceeded);
    assert!(
        text.contains("1048576 bytes") && text.contains("budget of 100000 bytes"),
        "{text}"
    );
    assert!(text.contains("Limits::bytes"), "{text}");
    let ratio = Entry {
        announced: 4_000_000_000,
        ..deflated("ratio", &zeros)
    };
    let (kind, text) = refused(ratio, Limits::new());
    assert_eq!(kind, ErrorKind::LimitExceeded);
    assert!(
        text.contains("4000000000 bytes") && text.contains("times as many"),
        "{text}"
    );
    // One that announces less than it holds stops there.
    let liar = Entry {
        announced: 1000,
        ..deflated("liar", &zeros)
    };
    let (kind, text) = refused(liar, Limits::new());
    assert_eq!(kind, ErrorKind::Corrupt);
    assert!(
        text.contains("more than the 1000 bytes announced"),
        "{text}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    let good = deflated("x", b"some bytes that are packed");
    let cases = [
        (
            Entry {
                flags: 1,
                ..good.clone()
            },
            ErrorKind::Unsupported,
            "encrypted",
        ),
        (
            Entry {
                method: 12,
                ..good.clone()
            },
            ErrorKind::Unsupported,
            "bzip2 (12)",
        ),
        (
            Entry {
                method: 93,
                ..good.clone()
            },
            ErrorKind::Unsupported,
            "Zstandard (93)",
        ),
        (
            Entry {
                method: 77,
                ..good.clone()
            },
            ErrorKind::Unsupported,
            "(77)",
        ),
        (
            Entry {
                checksum: 1,
                ..good.clone()
            },
            ErrorKind::Corrupt,
            "expected 00000001",
        ),
        (
            Entry {
                announced: 27,
                ..good.clone()
            },
            ErrorKind::Corrupt,
            "unpacks to 26 bytes, 27",
        ),
        (
            Entry {
                announced: 3,
                ..stored("x", b"ab")
            },
            ErrorKind::Corrupt,
            "should be 3",
        ),
        (
            Entry {
                packed: vec![0xff; 9],
                ..good
            },
            ErrorKind::Corrupt,
            "cannot be unpacked",
        ),
    ];
    for (entry, kind, words) in cases {
        let (found, text) = refused(entry, Limits::new());
        assert_eq!(found, kind, "{text}");
        assert!(text.contains(words) && text.contains("`x`"), "{text}");
    }
}

/// Reads everything that an archive offers, and gives the first error.
fn read_everything(path: &std::path::Path) -> Result<()> {
    let limits = Limits::new().bytes(1 << 20);
    for name in ["inside/a", "b"] {
        Request::from(path.join(name))
            .with_limits(limits.clone())
            .read_all()?;
    }
    Request::from(path.join("b")).list().map(|_| ())
}

#[test]
fn a_cut_archive_is_corrupt_wherever_it_is_cut() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("x.zip");
    let whole = archive(&[deflated("inside/a", &[1; 3000]), stored("b", b"stored")]);
    for len in 0..whole.len() {
        std::fs::write(&path, &whole[..len])?;
        let error = read_everything(&path).expect_err("cut");
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{len}: {error}");
    }
    // Cut in its middle and closed again with the table of the whole one.
    let table = whole
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap_or(0);
    let mut patched = whole[..20].to_vec();
    patched.extend(&whole[table..]);
    std::fs::write(&path, patched)?;
    assert!(read_everything(&path).is_err());
    Ok(())
}

#[test]
fn wrong_bytes_anywhere_do_no_harm() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("x.zip");
    let whole = archive(&[deflated("inside/a", &[1; 3000]), stored("b", b"stored")]);
    for at in 0..whole.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] = value;
            std::fs::write(&path, bytes)?;
            // Many of these are still good; none may panic, hang or take more than the budget.
            let _ = read_everything(&path);
        }
    }
    Ok(())
}

#[test]
fn names_that_lead_out_lead_nowhere() -> Result<()> {
    let folder = tempdir()?;
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner)?;
    let path = inner.join("x.zip");
    let names = [
        "../evil.png",
        "/etc/evil.png",
        "a/../../evil.png",
        "C:\\evil.png",
    ];
    let entries: Vec<Entry> = names.iter().map(|&name| stored(name, b"evil")).collect();
    std::fs::write(&path, archive(&entries))?;
    let before = || -> Result<Vec<String>> {
        let mut names = Request::from(folder.path()).list()?;
        names.extend(Request::from(&*inner).list()?);
        Ok(names)
    };
    let seen = before()?;
    for name in ["../evil.png", "a/../../evil.png", "C:\\evil.png"] {
        let request = Request::new(&format!("{}#{name}", path.display()));
        assert_eq!(
            request.read_all()?,
            &b"evil"[..],
            "{name}: as bytes it is harmless"
        );
        let copy = request.local_path()?;
        assert_eq!(copy.parent(), Some(&*std::env::temp_dir()), "{name}");
        assert_eq!(before()?, seen, "{name}");
    }
    let absolute = Request::new(&format!("{}//etc/evil.png", path.display()));
    assert_eq!(
        absolute.check().map_err(|e| e.kind()),
        Err(ErrorKind::NotFound)
    );
    Ok(())
}
