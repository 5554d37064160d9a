//! Zip members through the front door: from disk, from a server, and from the standard images.

use imageio::v3 as iio;
use imageio::{ErrorKind, NdImage, Request, Result, Setting};
use tempfile::tempdir;

use crate::remote::server::Server;

fn picture() -> NdImage {
    let samples = (0..5 * 7 * 3).map(|i| (i * 5) as u8).collect::<Vec<_>>();
    NdImage::from_vec(&[5, 7, 3], samples).expect("5 x 7")
}

/// An archive with `chelsea.png` and `inside/pic.bmp`.
fn archive() -> Vec<u8> {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("x.zip");
    iio::imwrite(path.join("chelsea.png"), &picture()).expect("a new archive");
    iio::imwrite(path.join("inside").join("pic.bmp"), &picture()).expect("one more");
    std::fs::read(path).expect("an archive")
}

// checklist: C-024, C-027, C-048
#[test]
fn pictures_go_into_archives_and_come_back() -> Result<()> {
    let folder = tempdir()?;
    let text = folder.path().display().to_string();
    let image = picture();
    for name in ["a.png", "b/c.bmp", "d.ppm", "e.gif", "f.webp"] {
        let uri = format!("{text}/new.zip/{name}");
        assert!(iio::imwrite(&uri, &image)?.is_none());
        let first = iio::ReadArgs::new().index(0);
        let properties = iio::improps_with(&uri, first)?;
        assert_eq!(properties.shape, [5, 7, 3], "{name}");
        if !name.ends_with("gif") && !name.ends_with("webp") {
            assert_eq!(iio::imread(&uri)?, image, "{name}");
            assert_eq!(iio::imread(format!("{text}/new.zip#{name}"))?, image);
        }
        iio::immeta(&uri)?;
    }
    let first = iio::imiter(format!("{text}/new.zip/e.gif")).next();
    assert!(first.is_some_and(|image| image.is_ok()));
    let whole = iio::imread(format!("{text}/new.zip")).expect_err("no picture");
    assert_eq!(whole.kind(), ErrorKind::NoPlugin);
    assert!(
        whole
            .help()
            .iter()
            .any(|line| line.contains("new.zip#NAME`")),
        "{whole}"
    );
    let error = iio::imread(format!("{text}/new.zip/gone.png")).expect_err("no member");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error.to_string().contains("members are `a.png`, `b/c.bmp`"),
        "{error}"
    );
    Ok(())
}

// checklist: C-006
#[test]
fn a_member_of_a_standard_archive_has_an_address() -> Result<()> {
    let home = tempdir()?;
    let images = home.path().join(".imageio").join("images");
    std::fs::create_dir_all(&images)?;
    std::fs::write(images.join("chelsea.zip"), archive())?;
    Setting::USERDIR.set(Some(home.path()));
    Setting::NO_INTERNET.set(Some("1"));
    for uri in [
        "imageio:chelsea.zip/chelsea.png",
        "imageio:chelsea.zip#chelsea.png",
        "imageio://chelsea.zip/chelsea.png",
        "imageio:chelsea.zip/inside/pic.bmp",
    ] {
        assert_eq!(iio::imread(uri)?, picture(), "{uri}");
    }
    let request = Request::new("imageio:chelsea.zip/chelsea.png");
    assert_eq!(request.extension().as_deref(), Some(".png"));
    assert_eq!(request.list()?, ["chelsea.png", "inside"]);
    assert_eq!(iio::imread(request.local_path()?)?, picture());
    let beside = request.sibling("inside")?.list()?;
    assert_eq!(beside, ["pic.bmp"]);
    let error = iio::imread("imageio:chelsea.zip/dog.png").expect_err("no dog");
    assert!(
        error.to_string().contains("members are `chelsea.png`"),
        "{error}"
    );
    let error = iio::imwrite("imageio:chelsea.zip/new.png", &picture()).expect_err("read only");
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    Setting::USERDIR.set(None::<&str>);
    Setting::NO_INTERNET.set(None::<&str>);
    Ok(())
}

// checklist: C-027
#[test]
fn a_member_of_a_remote_archive_has_an_address() -> Result<()> {
    let bytes = archive();
    let len = bytes.len() as u64;
    let served = bytes.clone();
    let server = Server::start(move |seen, out| match seen.path.as_str() {
        "/with.zip" => out.ranges(seen, len, |at, buf| {
            let at = at as usize;
            buf.copy_from_slice(&served[at..at + buf.len()]);
        }),
        "/without.zip" => out.answer("200 OK", &served),
        _ => out.answer("404 Not Found", b""),
    });
    for path in ["/with.zip#chelsea.png", "/without.zip#inside/pic.bmp"] {
        assert_eq!(iio::imread(server.url(path))?, picture(), "{path}");
    }
    let error = iio::imread(server.url("/with.zip#gone.png")).expect_err("no member");
    assert!(
        error.to_string().contains("members are `chelsea.png`"),
        "{error}"
    );
    let error = iio::imread(server.url("/gone.zip#a.png")).expect_err("no archive");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let error = iio::imwrite(server.url("/with.zip#new.png"), &picture()).expect_err("read only");
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    Ok(())
}
