//! Folders, files beside the one pointed at, and kinds of resources that crates add.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use imageio_core::{
    ErrorKind, Limits, Mode, OpenArgs, Options, PluginInfo, Request, Resource, ResourceKind,
    Result, imopen_in, register_resource_kind,
};
use tempfile::tempdir;

use crate::toy::{TOY, card, file, notes, registry};

card!(FOLDERS, "folders", Accept);

// checklist, C-030, C-040
#[test]
fn a_folder_is_for_the_plugin_that_is_named() -> Result<()> {
    let folder = tempdir()?;
    let registry = registry(&[&TOY, &FOLDERS]);
    let uris = [folder.path().display().to_string(), String::new()];
    for uri in uris {
        assert!(Request::from(&uri).is_dir());
        assert!(Request::from(&uri).first_bytes(4)?.is_empty());
        let error = imopen_in(&registry, &uri, OpenArgs::new()).expect_err("a folder");
        assert_eq!(error.kind(), ErrorKind::NoPlugin);
        assert!(error.message().contains("plugin=\"DICOM\""), "{error}");
        assert!(notes().is_empty(), "no plugin is bothered");
        let opened = imopen_in(&registry, &uri, OpenArgs::new().plugin("folders"))?;
        assert_eq!(opened.plugin().name(), "folders");
        assert_eq!(notes(), ["folders"]);
    }
    Ok(())
}

// checklist: A-044
#[test]
fn a_folder_with_an_extension_goes_to_its_plugins() -> Result<()> {
    card!(SERIES, "series", Accept, extensions(&[".series"]));
    let folder = tempdir()?;
    let path = folder.path().join("scan.series");
    std::fs::create_dir(&path)?;
    let opened = imopen_in(&registry(&[&TOY, &SERIES]), &path, OpenArgs::new())?;
    assert_eq!(opened.plugin().name(), "series");
    Ok(())
}

#[test]
fn siblings_stay_in_the_folder() -> Result<()> {
    let folder = tempdir()?;
    for name in ["b.hdr", "a.img", "c.txt"] {
        std::fs::write(folder.path().join(name), name)?;
    }
    let inside = Request::from(folder.path().join("a.img"));
    let whole = Request::from(folder.path());
    for request in [&inside, &whole] {
        assert_eq!(request.list()?, ["a.img", "b.hdr", "c.txt"]);
        assert_eq!(request.sibling("b.hdr")?.read_all()?, &b"b.hdr"[..]);
        for name in [
            "",
            ".",
            "..",
            "../x",
            "d/x",
            "/etc/passwd",
            "./b.hdr",
            "b.hdr/",
        ] {
            let error = request.sibling(name).expect_err(name);
            assert_eq!(error.kind(), ErrorKind::BadOption, "{name}");
        }
    }
    let limits = Limits::new().bytes(3);
    let limited = inside.with_limits(limits).sibling("b.hdr")?;
    let error = limited.read_all().expect_err("over the budget");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    let missing = whole.sibling("no-such.hdr")?.read_all().map(|_| ());
    assert_eq!(missing.map_err(|e| e.kind()), Err(ErrorKind::NotFound));
    Ok(())
}

#[test]
fn what_is_no_path_has_no_folder() {
    for request in [
        Request::from(b"bytes"),
        Request::new("http://host/a.img"),
        Request::to_bytes(),
    ] {
        for outcome in [
            request.sibling("b.hdr").map(|_| ()),
            request.list().map(|_| ()),
        ] {
            let error = outcome.expect_err("no folder");
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
    }
}

/// A store of the test: addresses `shelf://NAME` with content by name.
struct Shelf(Vec<u8>);

static OPENED: AtomicUsize = AtomicUsize::new(0);
static FETCHED: AtomicUsize = AtomicUsize::new(0);

impl Resource for Shelf {
    fn len(&self) -> Result<u64> {
        Ok(self.0.len() as u64)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let rest = self.0.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buf.len());
        buf[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn read_ranges(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        FETCHED.fetch_add(1, Ordering::SeqCst);
        parts
            .iter_mut()
            .try_for_each(|(offset, buf)| self.read_at(*offset, buf).map(|_| ()))
    }
}

register_resource_kind!(ResourceKind::new("shelf", &["shelf://"], |uri, _| {
    OPENED.fetch_add(1, Ordering::SeqCst);
    match uri {
        "shelf://gone.toy" => Err(imageio_core::Error::new(
            ErrorKind::NotFound,
            "not on the shelf",
        )),
        _ => Ok(Arc::new(Shelf(file(1, &[&[1, 2, 3]])))),
    }
}));

// checklist: C-035, C-044, C-055
#[test]
fn a_registered_kind_serves_its_addresses() -> Result<()> {
    let registry = registry(&[&TOY]);
    let request = Request::new("shelf://top/a.TOY?version=2");
    assert_eq!(request.extension().as_deref(), Some(".toy"));
    let before = OPENED.load(Ordering::SeqCst);
    let mut resource = imopen_in(&registry, &request, OpenArgs::new())?;
    assert_eq!(
        resource.read(0, &Options::new())?.into_vec::<u8>()?,
        [1, 2, 3]
    );
    resource.properties(0, &Options::new())?;
    assert_eq!(
        OPENED.load(Ordering::SeqCst),
        before + 1,
        "opened once for all"
    );
    let mut part = [0; 3];
    request.read_ranges(&mut [(7, &mut part)])?;
    assert_eq!((part, FETCHED.load(Ordering::SeqCst)), ([1, 2, 3], 1));
    let copy = request.local_path()?;
    assert!(
        copy.to_string_lossy().ends_with(".toy"),
        "{}",
        copy.display()
    );
    assert_eq!(std::fs::read(&copy)?, *request.read_all()?);
    assert_eq!(request.local_path()?, copy, "copied once");

    let error = imopen_in(&registry, "shelf://gone.toy", OpenArgs::new()).expect_err("gone");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let target = Request::new("shelf://a.toy").mode(Mode::WRITE);
    let error = imopen_in(&registry, target, OpenArgs::new()).expect_err("an address");
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    Ok(())
}

#[test]
fn a_kind_can_be_added_at_run_time() -> Result<()> {
    static ANY: PluginInfo = PluginInfo::new("any", |request, options| {
        crate::toy::open("any", request, options)
    });
    assert!(Request::new("late://a").read_all().is_err());
    ResourceKind::new("late", &["late://"], |_, _| {
        Ok(Arc::new(Shelf(file(1, &[&[8]]))))
    })
    .add();
    let mut resource = imopen_in(&registry(&[&ANY]), "late://a", OpenArgs::new())?;
    assert_eq!(resource.read(0, &Options::new())?.into_vec::<u8>()?, [8]);
    Ok(())
}
