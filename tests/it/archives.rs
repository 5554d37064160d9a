//! Zip members through the front door: from disk, from a server, and from the standard images.

use imageio::v2;
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

/// A slice of 2 by 3 samples of 16 bits, from `first` up: explicit little-endian DICOM (PS3.5, 7.1.2).
fn slice(number: u16) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    let uid = b"1.2.840.10008.1.2.1\0";
    element(&mut bytes, (0x0002, 0x0010, b"UI"), uid);
    element(&mut bytes, (0x0020, 0x000e, b"UI"), b"1.2.34");
    let text = number.to_string() + " ";
    element(&mut bytes, (0x0020, 0x0013, b"IS"), text.as_bytes());
    let place = format!("0\\0\\{number}.5");
    element(&mut bytes, (0x0020, 0x0032, b"DS"), place.as_bytes());
    for (tag, value) in [
        (0x0002, 1),
        (0x0010, 2),
        (0x0011, 3),
        (0x0100, 16),
        (0x0101, 16),
        (0x0103, 0u16),
    ] {
        element(&mut bytes, (0x0028, tag, b"US"), &value.to_le_bytes());
    }
    bytes.extend([0xe0, 0x7f, 0x10, 0, b'O', b'W', 0, 0, 12, 0, 0, 0]);
    bytes.extend((0..6).flat_map(|at| (100 * number + at).to_le_bytes()));
    bytes
}

fn element(out: &mut Vec<u8>, (group, tag, vr): (u16, u16, &[u8; 2]), value: &[u8]) {
    out.extend([group.to_le_bytes(), tag.to_le_bytes()].concat());
    out.extend(vr);
    out.extend((value.len() as u16).to_le_bytes());
    out.extend(value);
}

/// Three slices whose names do not follow their places.
fn scan() -> Vec<u8> {
    let slices = [1, 2, 3].map(slice);
    let names = ["series/b.dcm", "series/c.dcm", "series/a.dcm"];
    let members: Vec<_> = names
        .into_iter()
        .zip(slices.iter().map(Vec::as_slice))
        .collect();
    stored(&members)
}

/// An archive of stored members (APPNOTE 4.3).
pub(crate) fn stored(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for &(name, content) in members {
        let start = bytes.len() as u32;
        let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x50];
        let len = content.len() as u32;
        fields.extend([crc(content), len, len].map(u32::to_le_bytes).concat());
        fields.extend((name.len() as u32).to_le_bytes());
        bytes.extend([&b"PK\x03\x04"[..], &fields, name.as_bytes(), content].concat());
        directory.extend([&b"PK\x01\x02\x14\x00"[..], &fields, &[0; 10]].concat());
        directory.extend([&start.to_le_bytes()[..], name.as_bytes()].concat());
    }
    let (at, len) = (bytes.len() as u32, directory.len() as u32);
    let count = (members.len() as u16).to_le_bytes();
    bytes.extend([&directory[..], b"PK\x05\x06\0\0\0\0", &count, &count].concat());
    bytes.extend([len, at].map(u32::to_le_bytes).concat());
    bytes.extend([0, 0]);
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            crc >> 1 ^ (crc & 1).wrapping_neg() & 0xedb8_8320
        })
    })
}

// checklist: E-179, F-060
#[test]
fn a_series_is_read_from_an_archive_here_and_on_a_server() -> Result<()> {
    let bytes = scan();
    let folder = tempdir()?;
    let path = folder.path().join("scan.zip");
    std::fs::write(&path, &bytes)?;
    let len = bytes.len() as u64;
    let server = Server::start(move |seen, out| match seen.path.as_str() {
        "/scan.zip" => out.ranges(seen, len, |at, buf| {
            buf.copy_from_slice(&bytes[at as usize..at as usize + buf.len()]);
        }),
        "/a.dcm" => out.answer("200 OK", &slice(3)),
        _ => out.answer("404 Not Found", b""),
    });
    let planes = |volume: NdImage| -> Result<Vec<u16>> {
        Ok(volume.into_vec::<u16>()?.into_iter().step_by(6).collect())
    };
    for archive in [path.display().to_string(), server.url("/scan.zip")] {
        let one = format!("{archive}#series/a.dcm");
        let image = iio::imread(&one)?;
        assert_eq!(image.into_vec::<u16>()?[0], 300, "{one}");
        assert_eq!(iio::immeta(&one)?.get("InstanceNumber"), Some(&3.into()));
        // The series around the member, the folder that it lies in, and the whole archive.
        assert_eq!(planes(v2::volread(&one)?.into())?, [100, 200, 300], "{one}");
        for uri in [format!("{archive}#series"), format!("{archive}#/")] {
            let args = || iio::ReadArgs::new().plugin("DICOM");
            assert_eq!(planes(iio::imread_with(&uri, args())?)?, [100, 200, 300]);
            let properties = iio::improps_with(&uri, args())?;
            assert_eq!(properties.shape, [3, 2, 3], "{uri}");
            assert_eq!(iio::imiter_with(&uri, args()).count(), 3, "{uri}");
        }
    }
    // A server lists nothing, so that a file there is a series alone.
    let alone: NdImage = v2::volread(server.url("/a.dcm"))?.into();
    assert_eq!(alone.shape(), [2, 3]);
    assert_eq!(alone.into_vec::<u16>()?[5], 305);
    Ok(())
}
