//! What a user can point at, and what is refused before any plugin is asked.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use imageio_core::{ErrorKind, Mode, OpenArgs, Options, Request, Result, imopen_in};
use tempfile::tempdir;

use crate::toy::{TOY, file, registry};

fn first_pixels(request: impl Into<Request>) -> Result<Vec<u8>> {
    let mut resource = imopen_in(&registry(&[&TOY]), request, OpenArgs::new())?;
    resource.read(0, &Options::new())?.into_vec()
}

// checklist: C-004, C-012, C-016, C-017, C-019, C-020, G-012
#[test]
fn every_kind_of_input_gives_the_same_pixels() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    let bytes = file(1, &[&[7, 8]]);
    std::fs::write(&path, &bytes)?;
    let text = path.display().to_string();
    let inputs: Vec<(&str, Request)> = vec![
        ("text", Request::from(&text)),
        ("String", Request::from(text.clone())),
        ("file address", Request::new(&format!("file://{text}"))),
        ("path", Request::from(&path)),
        ("borrowed path", Request::from(path.as_path())),
        ("OsStr", Request::from(path.as_os_str())),
        ("Vec", Request::from(bytes.clone())),
        ("slice", Request::from(&bytes[..])),
        ("array", Request::from(b"TOY1\x01\x01\x02\x07\x08")),
        ("Arc", Request::from(Arc::<[u8]>::from(bytes.clone()))),
        ("Box", Request::from(bytes.clone().into_boxed_slice())),
        ("File", Request::from(std::fs::File::open(&path)?)),
        (
            "Read",
            Request::from_reader(std::io::Cursor::new(bytes.clone())),
        ),
        (
            "Seek",
            Request::from_seekable(std::io::Cursor::new(bytes.clone())),
        ),
    ];
    for (what, request) in inputs {
        assert_eq!(first_pixels(request)?, [7, 8], "{what}");
    }
    Ok(())
}

// checklist: C-012
#[test]
fn a_file_address_is_taken_as_it_stands() {
    let path = |uri: &str| Request::new(uri).path();
    assert_eq!(
        path("file:///a/b%20c.png").as_deref(),
        Some(Path::new("/a/b%20c.png"))
    );
    assert_eq!(path("file://rel.png"), path("rel.png"));
}

// checklist: C-019, C-023
#[test]
fn paths_are_absolute_and_never_addresses() {
    let here = std::env::current_dir().expect("a current folder");
    assert_eq!(Request::new("a.toy").path(), Some(here.join("a.toy")));
    let odd = Request::from(Path::new("http://x/y.png"));
    assert_eq!(odd.path(), Some(here.join("http:/x/y.png")));
}

// checklist: C-022
#[test]
fn a_tilde_is_the_home_folder() {
    // Read when it is used: whatever it is now, the path follows it.
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from);
    let Some(home) = home.filter(|home| home.is_absolute()) else {
        eprintln!("HOME is not set: nothing to test");
        return;
    };
    assert_eq!(Request::new("~/a/b.png").path(), Some(home.join("a/b.png")));
    assert_eq!(Request::new("~").path(), Some(home));
    let here = std::env::current_dir().expect("a current folder");
    assert_eq!(Request::new("~a.png").path(), Some(here.join("~a.png")));
}

// checklist: C-030, C-032, C-015
#[test]
fn a_missing_file_is_named() {
    let missing = std::env::temp_dir().join("No-Such-Folder/no-such.toy");
    for uri in [
        missing.to_string_lossy().as_ref(),
        "<bytes>",
        "C:\\no\\such.toy",
    ] {
        let error = first_pixels(uri).expect_err(uri);
        assert_eq!(error.kind(), ErrorKind::NotFound, "{uri}");
        let path = Request::new(uri).path().expect("a path");
        assert!(
            error.message().contains(&path.display().to_string()),
            "{error}"
        );
        let io = std::io::Error::from(error);
        assert_eq!(io.kind(), std::io::ErrorKind::NotFound);
    }
}

#[test]
fn a_file_in_the_place_of_a_folder_is_a_missing_file() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    std::fs::write(&path, "x")?;
    let error = first_pixels(path.join("b.toy")).expect_err("a.toy is no folder");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    Ok(())
}

// checklist: C-031, C-032
#[test]
fn a_missing_folder_to_write_to_is_named() -> Result<()> {
    let folder = tempdir()?;
    let missing = folder.path().join("absent");
    let request = Request::from(missing.join("a.toy")).mode(Mode::WRITE);
    let error = imopen_in(&registry(&[&TOY]), request, OpenArgs::new()).expect_err("no folder");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error.message().contains(&missing.display().to_string()),
        "{error}"
    );
    Ok(())
}

// checklist: C-004
#[test]
fn an_address_nothing_opens_says_what_would() {
    for (uri, feature) in [
        ("http://host/a.toy", "net"),
        ("https://host/a.toy", "net"),
        ("ftp://host/a.toy", "net"),
        ("ftps://host/a.toy", "net"),
        ("imageio:a.toy", "net"),
    ] {
        let error = first_pixels(uri).expect_err(uri);
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{uri}");
        assert_eq!(
            error.help(),
            [format!("feature `{feature}` of imageio-rs")],
            "{uri}"
        );
        assert_eq!((error.resource(), error.plugin()), (Some(uri), None));
    }
    let error = first_pixels("s4://bucket/a.toy").expect_err("no such kind");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.help()[0].contains("`s4://`"), "{error}");
    // Case counts, so this is a file name.
    let error = first_pixels("HTTP://host/a.toy").expect_err("no such file");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

// checklist: C-013
#[test]
fn a_device_nothing_opens_says_what_would() {
    for (uri, feature) in [
        ("<video0>", "ffmpeg"),
        ("<screen>", "grab"),
        ("<clipboard>", "grab"),
    ] {
        assert!(Request::new(uri).is_device());
        let error = first_pixels(uri).expect_err(uri);
        assert_eq!(error.kind(), ErrorKind::NoPlugin, "{uri}");
        assert_eq!(
            error.help(),
            [format!("feature `{feature}` of imageio-rs")],
            "{uri}"
        );
    }
}

// checklist, C-011, C-013, C-018
#[test]
fn what_cannot_be_written_to_is_read_only() {
    let targets: Vec<Request> = vec![
        "http://host/a.toy".into(),
        "https://host/a.toy".into(),
        "ftp://host/a.toy".into(),
        "ftps://host/a.toy".into(),
        "imageio:a.toy".into(),
        "<video0>".into(),
        "<screen>".into(),
        "<clipboard>".into(),
        b"bytes".into(),
        Request::from_reader(std::io::empty()),
        Request::from_seekable(std::io::Cursor::new([0])),
        std::env::temp_dir().into(),
    ];
    for target in targets {
        let target = target.mode(Mode::WRITE);
        let name = target.name().into_owned();
        let args = OpenArgs::new().extension(".toy");
        let error = imopen_in(&registry(&[&TOY]), target, args).expect_err(&name);
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{name}: {error}");
        assert_eq!(error.resource(), Some(&*name));
    }
}

// checklist: A-039, C-034
#[test]
fn the_content_of_bytes_never_shows() {
    let secret = b"secret bytes that no message may hold".to_vec();
    let request = Request::from(secret);
    assert_eq!(request.name(), "<bytes>");
    assert_eq!(Request::from_reader(std::io::empty()).name(), "<file>");
    let error = first_pixels(request).expect_err("no toy");
    assert_eq!(error.resource(), Some("<bytes>"));
    assert!(!format!("{error:?} {error}").contains("secret"));
}

// checklist: C-035, C-014
#[test]
fn the_extension_is_the_last_suffix_in_lower_case() {
    let extension = |uri: &str| Request::new(uri).extension().map(Cow::into_owned);
    for (uri, expected) in [
        ("a.PNG", Some(".png")),
        ("dir.d/a", None),
        ("a.tar.gz", Some(".gz")),
        (".png", None),
        ("a.", None),
        ("a.b c", None),
        ("http://host.com", None),
        ("http://host.com/", None),
        ("http://host/dir.x/a.PNG?v=1.zip#b.gif", Some(".png")),
        ("imageio:chelsea.png", Some(".png")),
        ("<bytes>", None),
        ("<bytes>.png", Some(".png")),
        ("<video0>", None),
    ] {
        assert_eq!(extension(uri).as_deref(), expected, "{uri}");
    }
    assert_eq!(
        Request::new("a.nii.GZ").own_extensions(),
        [".nii.gz", ".gz"]
    );
    assert_eq!(Request::from(b"x.png").extension(), None);
}

// checklist, C-037, C-043
#[test]
fn a_hint_begins_with_a_dot_and_wins() -> Result<()> {
    let request = Request::new("a.png").extension_hint(Some(".TOY"))?;
    assert_eq!(request.extension().as_deref(), Some(".toy"));
    assert_eq!(request.hint(), Some(".toy"));
    assert_eq!(request.own_extensions(), [".png"]);
    for wrong in ["", "toy", "."] {
        // Checked before the uri is looked at, which is missing here.
        let args = OpenArgs::new().extension(wrong);
        let error = imopen_in(&registry(&[]), "no-such-file", args).expect_err(wrong);
        assert_eq!(error.kind(), ErrorKind::BadOption);
        assert!(error.message().contains(&format!("{wrong:?}")), "{error}");
    }
    Ok(())
}

// checklist: A-038
#[test]
fn a_request_as_input_keeps_its_mode() -> Result<()> {
    let request = Request::new("<bytes>.png").mode("wI".parse()?);
    let args = OpenArgs::new().extension(".toy");
    let resource = imopen_in(&registry(&[&TOY]), &request, args)?;
    assert_eq!(resource.request().io_mode().to_string(), "wI");
    assert_eq!(resource.request().extension().as_deref(), Some(".toy"));
    Ok(())
}
