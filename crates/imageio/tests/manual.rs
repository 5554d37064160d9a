//! The examples of the manual's user guide, as `docs/porting-from-python.md` ports them.
//!
//! `uri` is a fixture here. Every line of the page's tables stands in this file.

use std::io::{Cursor, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use imageio::v3 as iio;
use imageio::{NdImage, Options, ReadArgs, Request, Result, WriteArgs, v2};

const PAGE: &str = include_str!("../../../docs/porting-from-python.md");
const TESTS: &str = include_str!("manual.rs");

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(name)
}

/// Code without its blanks and without the commas that only a wrapped call has.
fn bare(code: &str) -> String {
    let bare: String = code.split_whitespace().collect();
    bare.replace(",)", ")")
}

#[test]
fn every_line_of_the_page_is_run() {
    let part = PAGE
        .split("## The manual's examples")
        .nth(1)
        .expect("the part");
    let part = part.split("\n## ").next().unwrap_or_default();
    let tests = bare(TESTS);
    let rows = part.lines().filter(|line| line.starts_with("| `"));
    let mut count = 0;
    for row in rows {
        let rust = row.split(" | ").nth(1).unwrap_or_default();
        for code in rust.split('`').skip(1).step_by(2) {
            assert!(tests.contains(&bare(code)), "not run: {code}");
            count += 1;
        }
    }
    assert!(count >= 30, "{count} lines");
}

#[test]
fn images_and_animations() -> Result<()> {
    let uri = &fixture("png/rgb8.png");
    let im = iio::imread(uri)?;
    assert_eq!(im.shape(), [17, 23, 3]);
    let img = iio::imread_with(uri, ReadArgs::new().option("mode", "RGBA"))?;
    assert_eq!(img.shape(), [17, 23, 4]);
    let uri = &fixture("gif/durations.gif");
    let frames = iio::imread_with(uri, ReadArgs::new().index(..))?;
    assert_eq!((frames.ndim(), frames.shape()[0]), (4, 4));
    let mut means = Vec::new();
    for (i, frame) in iio::imiter(uri).enumerate() {
        means.push((
            i,
            frame?.cast(imageio::DType::F64).as_array::<f64>()?.mean(),
        ));
    }
    assert_eq!(means.len(), 4);
    Ok(())
}

#[test]
fn fancy_sources() -> Result<()> {
    let uri = &fixture("gif/durations.gif");
    let frames = iio::imread_with(uri, ReadArgs::new().index(..))?;
    let bytes_image = iio::imwrite_bytes(&frames, ".gif")?;
    let all = || ReadArgs::new().index(..);
    assert_eq!(
        iio::imread_with(bytes_image.clone(), all())?.shape(),
        frames.shape()
    );
    let stream = Request::from_seekable(Cursor::new(bytes_image.clone()));
    assert_eq!(iio::imread_with(stream, all())?.shape(), frames.shape());
    let reader = Cursor::new(bytes_image);
    let frames = iio::imread(Request::from_reader(reader))?;
    assert_eq!(frames.shape()[0], 4);
    let path = fixture("jpeg/exif_rich.jpg");
    let img = iio::imread(std::fs::File::open(&path)?)?;
    assert_eq!(img, iio::imread(&path)?);
    let img = iio::imread(format!("file://{}", path.display()))?;
    assert_eq!(img, iio::imread(&path)?);
    Ok(())
}

/// Serves a file to whoever asks, as often as they ask.
fn serve(body: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                request.push(byte[0]);
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let sent = stream.write_all(head.as_bytes());
            if sent.and_then(|()| stream.write_all(&body)).is_err() {
                return;
            }
        }
    });
    address.to_string()
}

// checklist: F-024, F-121
#[test]
fn a_web_server() -> Result<()> {
    let address = serve(std::fs::read(fixture("gif/durations.gif"))?);
    let img = iio::imread(format!("http://{address}/image.gif"))?;
    assert_eq!(img.shape()[0], 4);
    let img = v2::imread(format!("http://{address}/image.gif"))?;
    assert_eq!(img.ndim(), 3);
    let args = v2::ReadArgs::new().memtest("1B");
    let error = v2::mvolread_with(format!("http://{address}/image.gif"), args).expect_err("1 byte");
    assert_eq!(error.kind(), imageio::ErrorKind::LimitExceeded);
    Ok(())
}

#[test]
fn all_images_of_a_folder_make_a_gif() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for shade in [0u8, 100, 200] {
        let image = NdImage::from_vec(&[2, 2, 3], vec![shade; 12])?;
        iio::imwrite(folder.path().join(format!("{shade}.png")), &image)?;
    }
    let mut images = Vec::new();
    for entry in std::fs::read_dir(folder.path())? {
        images.push(iio::imread(entry?.path())?);
    }
    assert_eq!(images.len(), 3);
    let gif_path = &folder.path().join("test.gif");
    let frames = NdImage::stack(&images)?;
    iio::imwrite(gif_path, &frames)?;
    assert_eq!(iio::imiter(gif_path).count(), 3);
    Ok(())
}

#[test]
fn encoding() -> Result<()> {
    let img = iio::imread(fixture("png/rgb8.png"))?;
    let png_encoded = iio::imwrite_bytes(&img, ".png")?;
    assert!(png_encoded.starts_with(b"\x89PNG"));
    let jpg_encoded = iio::imwrite_bytes(&img, ".jpeg")?;
    assert!(jpg_encoded.starts_with(b"\xff\xd8"));
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("output");
    let output = Request::from_writer(std::fs::File::create(&path)?);
    iio::imwrite_with(
        output,
        &img,
        WriteArgs::new().plugin("pillow").extension(".png"),
    )?;
    assert_eq!(std::fs::read(path)?, png_encoded);
    Ok(())
}

#[test]
fn from_v2_to_v3_reading() -> Result<()> {
    let uri = &fixture("spe/int16.spe");
    let img = v2::imread(uri)?;
    assert_eq!(img, iio::imread_with(uri, ReadArgs::new().index(0))?);
    let img = v2::volread(uri)?;
    assert_eq!(img, iio::imread_with(uri, ReadArgs::new().index(..))?);
    let img = v2::mimread(uri)?;
    let same: Vec<_> = iio::imiter(uri).collect::<Result<_>>()?;
    assert_eq!(img, same);
    let img = v2::mvolread(uri)?;
    assert_eq!(img.len(), 1);
    Ok(())
}

#[test]
fn from_v2_to_v3_writing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (uri, ndimage) = (
        &folder.path().join("a.png"),
        NdImage::from_vec(&[1, 2], vec![3u8, 4])?,
    );
    v2::imwrite(uri, &ndimage)?;
    iio::imwrite(uri, &ndimage)?;
    assert_eq!(v2::imread(uri)?, ndimage);
    let (uri, list_of_ndimages) = (&folder.path().join("a.gif"), [ndimage.clone(), ndimage]);
    v2::mimwrite(uri, &list_of_ndimages)?;
    iio::imwrite(uri, &list_of_ndimages)?;
    assert_eq!(v2::mimread(uri)?.len(), 2);
    Ok(())
}

#[test]
fn readers_and_writers() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let uri = &folder.path().join("a.gif");
    let (image1, image2) = (
        NdImage::from_vec(&[1, 2], vec![3u8, 4])?,
        NdImage::from_vec(&[1, 2], vec![5u8, 6])?,
    );
    let mut w = v2::get_writer_with(uri, v2::WriteArgs::new().format("GIF").mode("I"))?;
    w.append_data(&image1)?;
    w.append_data(&image2)?;
    w.close()?;
    let mut reader = v2::get_reader(uri)?;
    assert_eq!(reader.len()?, 2);
    let meta = reader.get_meta_data(0)?;
    let mut images = Vec::new();
    for im in reader.iter_data() {
        images.push(im?);
    }
    assert_eq!(images.len(), 2);
    let mut reader = iio::imopen(uri, "r")?;
    let img = reader.read(0, &Options::new())?;
    assert_eq!(images[0], img);
    assert_eq!(reader.metadata(0, false, &Options::new())?, meta);
    let mut writer = iio::imopen(uri, "w")?;
    writer.write(&img, &Options::new())?;
    writer.close()?;
    assert_eq!(v2::mimread(uri)?.len(), 1);
    Ok(())
}

#[test]
fn metadata() -> Result<()> {
    let uri = &fixture("jpeg/exif_rich.jpg");
    let metadata = v2::imread(uri)?.meta;
    let make = metadata.get("Make");
    assert_eq!(iio::immeta(uri)?.get("Make"), make);
    let props = iio::improps(uri)?;
    assert_eq!(props.shape, [25, 33, 3]);
    Ok(())
}

#[test]
fn from_scipy() -> Result<()> {
    let uri = &fixture("png/rgb8.png");
    let im = v2::imread_with(uri, v2::ReadArgs::new().option("pilmode", "L"))?;
    assert_eq!((im.ndim(), im.dtype()), (2, imageio::DType::U8));
    let args = v2::ReadArgs::new()
        .format("PNG-PIL")
        .option("as_gray", true);
    let im = v2::imread_with(uri, args)?;
    assert_eq!((im.ndim(), im.dtype()), (2, imageio::DType::F32));
    Ok(())
}

#[test]
fn formats_and_limits() -> Result<()> {
    let uri = &fixture("gif/durations.gif");
    v2::formats().sort(&["TIFF", "-FI"])?;
    v2::formats().sort(&[])?;
    let format = v2::formats().get("GIF-PIL")?;
    assert_eq!(format.name(), "GIF-PIL");
    let text = v2::help_text("GIF-PIL")?;
    assert!(text.starts_with("GIF-PIL - "));
    let ims = v2::mimread_with(uri, v2::ReadArgs::new().memtest("1GB"))?;
    assert_eq!(ims.len(), 4);
    Ok(())
}
