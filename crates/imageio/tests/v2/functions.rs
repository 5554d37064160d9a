//! Reading and writing in one call.

use imageio::v2::{self, Image, ReadArgs, WriteArgs};
use imageio::{ErrorKind, Metadata, NdImage, ndarray, v3};

use crate::samples::{animation, fixture, folder, gray, refused};

// checklist: B-001, B-002
#[test]
fn every_name_of_v2_is_there() -> imageio::Result<()> {
    let folder = folder();
    let (picture, movie) = (folder.path().join("a.png"), folder.path().join("a.gif"));
    v2::imsave(&picture, gray(&[3, 4]))?;
    v2::mimsave(&movie, &[gray(&[3, 4]), gray(&[3, 4])])?;
    assert_eq!(v2::read(&movie)?.len()?, 2);
    let mut writer = v2::save(&picture)?;
    writer.append_data(gray(&[5, 6]))?;
    writer.close()?;
    assert_eq!(v2::imread(&picture)?, gray(&[5, 6]));
    assert_eq!(v2::RETURN_BYTES, "<bytes>");
    let volume = gray(&[2, 3, 4]);
    for error in [
        v2::volsave(&picture, &volume),
        v2::mvolsave(&picture, std::slice::from_ref(&volume)),
    ] {
        refused(error, ErrorKind::Unsupported);
    }
    v2::help_text(None)?;
    Ok(())
}

// checklist: B-004, G-007
#[test]
fn imread_gives_the_first_image_with_its_metadata() -> imageio::Result<()> {
    let image: Image = v2::imread(animation())?;
    let frames = v3::imread_with(animation(), v3::ReadArgs::new().index(..))?;
    assert_eq!(image, frames.frame(0)?);
    let photo = v2::imread(fixture("jpeg/exif_rich.jpg"))?;
    assert_eq!(
        photo.meta.get("Make").and_then(|make| make.as_str()),
        Some("Fixture Works")
    );
    let same = v3::immeta_with(
        fixture("jpeg/exif_rich.jpg"),
        v3::ReadArgs::new().exclude_applied(false),
    )?;
    assert_eq!(photo.meta, same);
    let args = ReadArgs::new().format("PNG-PIL").option("pilmode", "L");
    assert_eq!(v2::imread_with(fixture("png/rgb8.png"), args)?.ndim(), 2);
    Ok(())
}

// checklist: B-005
#[test]
fn a_mode_is_answered_with_pilmode() {
    let rgb = fixture("png/rgb8.png");
    let args = ReadArgs::new().format("PNG-PIL").option("mode", "L");
    assert!(refused(v2::imread_with(&rgb, args), ErrorKind::BadOption).contains("`pilmode`"));
    let args = ReadArgs::new().mode("i");
    assert!(refused(v2::imread_with(&rgb, args), ErrorKind::BadOption).contains("`pilmode`"));
}

#[test]
fn pilmode_is_the_mode_of_the_pillow_plugin() -> imageio::Result<()> {
    let args = ReadArgs::new().option("pilmode", "L");
    let mut reader = v2::get_reader_with(fixture("png/rgb8.png"), args.clone())?;
    assert_eq!(reader.format().name(), "pillow");
    assert_eq!(reader.get_data(0)?.ndim(), 2);
    let args = WriteArgs::new().format("png").option("pilmode", "L");
    let png = v2::imwrite_with("<bytes>", gray(&[4, 5]), args)?.unwrap_or_default();
    assert_eq!(v2::imread(png)?.shape(), [4, 5]);
    Ok(())
}

// checklist: B-006
#[test]
fn mimread_gives_a_list() -> imageio::Result<()> {
    let list: Vec<Image> = v2::mimread(animation())?;
    assert_eq!(list.len(), 4);
    for (image, frame) in list.iter().zip(v3::imiter(animation())) {
        assert_eq!(*image, frame?);
        assert!(image.meta.contains_key("duration"));
    }
    Ok(())
}

// checklist: B-007, B-008
#[test]
fn volumes_are_read_with_their_own_mode() -> imageio::Result<()> {
    let stack = fixture("spe/int16.spe");
    let images = v2::mimread(&stack)?;
    let volume = v2::volread(&stack)?;
    assert_eq!(volume.shape()[0], images.len());
    assert_eq!(volume.frame(1)?, images[1]);
    let volumes = v2::mvolread(&stack)?;
    assert_eq!(volumes.len(), 1);
    assert_eq!(volumes[0], volume);
    assert_eq!(v2::imread(&stack)?, images[0]);
    Ok(())
}

// checklist: B-038
#[test]
fn one_image_is_a_list_of_one() -> imageio::Result<()> {
    for format in ["pillow", "PNG-PIL"] {
        let list = v2::mimread_with(fixture("png/rgb8.png"), ReadArgs::new().format(format))?;
        assert_eq!(list.len(), 1);
        assert_eq!(list[0], v2::imread(fixture("png/rgb8.png"))?);
    }
    assert_eq!(v2::volread(fixture("png/rgb8.png"))?, list_of_one());
    assert_eq!(v2::mvolread(fixture("png/rgb8.png"))?.len(), 1);
    Ok(())
}

fn list_of_one() -> NdImage {
    v3::imread(fixture("png/rgb8.png")).expect("a PNG")
}

// checklist: B-009, B-010, B-015
#[test]
fn imwrite_takes_pictures_alone() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.png");
    for shape in [&[4, 5][..], &[4, 5, 3], &[4, 5, 4]] {
        assert_eq!(v2::imwrite(&path, gray(shape))?, None);
        assert_eq!(v2::imread(&path)?, gray(shape));
    }
    for shape in [&[4][..], &[4, 5, 5], &[2, 4, 5, 3]] {
        let message = refused(v2::imwrite(&path, gray(shape)), ErrorKind::Unsupported);
        assert!(
            message.contains("image must be 2D (grayscale, RGB, or RGBA)"),
            "{message}"
        );
    }
    let list = [gray(&[4, 5])];
    refused(v2::imwrite(&path, &list), ErrorKind::Unsupported);
    let png = v2::imwrite_with("<bytes>", gray(&[4, 5]), WriteArgs::new().format("PNG"))?;
    assert!(png.is_some_and(|png| png.starts_with(b"\x89PNG")));
    Ok(())
}

// checklist: B-011
#[test]
fn bools_and_two_channels_are_written() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.png");
    let mask = NdImage::from_vec(&[1, 3], vec![true, false, true])?;
    v2::imwrite(&path, &mask)?;
    assert_eq!(v2::imread(&path)?, mask);
    let gray_alpha = gray(&[4, 5, 2]);
    v2::imwrite(&path, &gray_alpha)?;
    assert_eq!(v2::imread(&path)?, gray_alpha);
    Ok(())
}

// checklist: B-012, B-016
#[test]
fn mimwrite_takes_lists_and_batches() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.gif");
    let frames = [gray(&[4, 5, 3]), gray(&[4, 5, 3])];
    v2::mimwrite(&path, &frames)?;
    assert_eq!(v2::mimread(&path)?.len(), 2);
    v2::mimwrite(&path, gray(&[3, 4, 5, 3]))?;
    assert_eq!(v2::mimread(&path)?.len(), 3);
    v2::mimwrite(&path, gray(&[2, 6, 7]))?;
    assert_eq!(v2::mimread(&path)?.len(), 2);
    let bad = [gray(&[4, 5]), gray(&[4, 5, 7])];
    let message = refused(v2::mimwrite(&path, &bad), ErrorKind::Unsupported);
    assert!(message.contains("image must be 2D"), "{message}");
    let nothing: &[NdImage] = &[];
    for nothing in [v2::mimwrite(&path, nothing), v2::mvolwrite(&path, nothing)] {
        let message = refused(nothing, ErrorKind::Unsupported);
        assert!(message.contains("zero images were written"), "{message}");
    }
    let message = refused(v2::mimwrite(&path, gray(&[4, 5])), ErrorKind::Unsupported);
    assert!(
        message.contains("image data must be a sequence of ndimages"),
        "{message}"
    );
    assert_eq!(
        v2::mimread(&path)?.len(),
        2,
        "a refused write leaves the file"
    );
    Ok(())
}

// checklist: B-013, B-014, F-124
#[test]
fn volumes_are_checked_before_a_format_is_asked() -> imageio::Result<()> {
    let format = crate::legacy::memory_format("VOLUMES", ".b013", "vV");
    v2::formats().add_format(&format.0, false)?;
    let folder = folder();
    let path = folder.path().join("a.b013");
    for shape in [&[2, 3, 4][..], &[2, 3, 4, 31]] {
        v2::volwrite(&path, gray(shape))?;
        assert_eq!(format.1.shapes(), [shape]);
        v2::mvolwrite(&path, &[gray(shape), gray(shape)])?;
        assert_eq!(format.1.shapes(), [shape, shape]);
    }
    for shape in [&[3, 4][..], &[2, 3, 4, 32], &[1, 2, 3, 4, 5]] {
        let message = refused(v2::volwrite(&path, gray(shape)), ErrorKind::Unsupported);
        assert!(
            message.contains("image must be 3D, or 4D if each voxel is a tuple"),
            "{message}"
        );
        let list = [gray(&[2, 3, 4]), gray(shape)];
        refused(v2::mvolwrite(&path, &list), ErrorKind::Unsupported);
    }
    Ok(())
}

// checklist: B-018, F-107
#[test]
fn arrays_of_ndarray_are_images() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.png");
    v2::imwrite(&path, ndarray::Array2::<u8>::from_elem((3, 4), 9))?;
    assert_eq!(v2::imread(&path)?.as_array::<u8>()?[[2, 3]], 9);
    v2::imwrite(&path, ndarray::arr2(&[[true], [false]]))?;
    assert_eq!(v2::imread(&path)?.shape(), [2, 1]);
    Ok(())
}

// checklist: F-019, F-109
#[test]
fn a_name_full_of_signs_keeps_its_extension() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a #&$@~!%^()_+-=[]{};',.x.jpg");
    v2::imwrite(&path, gray(&[8, 9, 3]))?;
    assert!(std::fs::read(&path)?.starts_with(b"\xff\xd8"));
    assert_eq!(
        v2::imread(path.to_string_lossy().into_owned())?.shape(),
        [8, 9, 3]
    );
    Ok(())
}

// checklist: F-110
#[test]
fn the_older_gif_writes_no_empty_list() {
    let nothing: &[NdImage] = &[];
    let args = WriteArgs::new().format("GIF-PIL");
    let message = refused(
        v2::mimwrite_with("<bytes>", nothing, args),
        ErrorKind::Unsupported,
    );
    assert!(message.contains("zero images were written"), "{message}");
}

// checklist: B-019
#[test]
fn what_fails_has_its_kind() -> imageio::Result<()> {
    let folder = folder();
    let unreadable = folder.path().join("a.bogus");
    std::fs::write(&unreadable, b"no picture at all")?;
    let missing = folder.path().join("missing.png");
    refused(v2::imread(&unreadable), ErrorKind::NoPlugin);
    refused(v2::imwrite(&unreadable, gray(&[2, 2])), ErrorKind::NoPlugin);
    refused(v2::imread(&missing), ErrorKind::NotFound);
    refused(v2::mimread(&missing), ErrorKind::NotFound);
    refused(v2::volread(&missing), ErrorKind::NotFound);
    refused(v2::get_reader(&missing), ErrorKind::NotFound);
    let args = ReadArgs::new().format("NO-SUCH");
    refused(v2::imread_with(animation(), args), ErrorKind::UnknownPlugin);
    Ok(())
}

// checklist: B-020
#[test]
fn metadata_travels_with_the_image() -> imageio::Result<()> {
    let format = crate::legacy::memory_format("TRAVEL", ".b020", "iIvV");
    v2::formats().add_format(&format.0, false)?;
    let folder = folder();
    let path = folder.path().join("a.b020");
    let meta: Metadata = [("author", "me")].into_iter().collect();
    let image = Image::new(gray(&[4, 5]), meta.clone());
    let volume = Image::new(gray(&[4, 5, 6]), meta.clone());
    v2::imwrite(&path, &image)?;
    assert_eq!(format.1.metas(), std::slice::from_ref(&meta));
    v2::mimwrite(&path, &[image.clone(), image])?;
    assert_eq!(format.1.metas(), [meta.clone(), meta.clone()]);
    v2::volwrite(&path, &volume)?;
    assert_eq!(format.1.metas(), std::slice::from_ref(&meta));
    v2::mvolwrite(&path, [volume])?;
    assert_eq!(format.1.metas(), [meta]);
    Ok(())
}

// checklist: B-029, B-030, F-016, F-102
#[test]
fn a_format_is_a_name_an_extension_or_a_file_name() -> imageio::Result<()> {
    let image = gray(&[4, 5]);
    let begins = |format: &str| {
        let bytes = v2::imwrite_with("<bytes>", &image, WriteArgs::new().format(format));
        bytes.map(|bytes| bytes.unwrap_or_default()[..2].to_vec())
    };
    for format in [
        "PNG-PIL",
        "png-pil",
        ".png",
        "png",
        "PNG",
        ".PNG",
        "some/where/a.png",
        "A.PNG",
    ] {
        assert_eq!(begins(format)?, b"\x89P", "{format}");
    }
    for format in ["BMP-PIL", "bmp", "pillow.bmp", "PNG-PIL.bmp"] {
        assert_eq!(begins(format)?, b"BM", "{format}");
    }
    let bytes = std::fs::read(fixture("png/rgb8.png"))?;
    let args = ReadArgs::new().format(imageio::plugins()[0]);
    assert_eq!(v2::imread_with(bytes, args)?.shape(), [17, 23, 3]);
    Ok(())
}

// checklist: B-031
#[test]
fn an_unknown_format_is_named() {
    for format in ["NO-SUCH", "no.such", "."] {
        let args = ReadArgs::new().format(format);
        let message = refused(v2::imread_with(animation(), args), ErrorKind::UnknownPlugin);
        assert!(message.contains(&format!("`{format}`")), "{message}");
    }
}

// checklist: B-032
#[test]
fn an_extension_is_a_hint_and_a_name_is_strict() -> imageio::Result<()> {
    let args = ReadArgs::new().format(".bmp");
    assert_eq!(
        v2::imread_with(fixture("png/rgb8.png"), args)?.shape(),
        [17, 23, 3]
    );
    let args = ReadArgs::new().format("BMP-PIL");
    assert!(v2::imread_with(fixture("png/rgb8.png"), args).is_err());
    Ok(())
}

// checklist: B-033, A-030
#[test]
fn a_format_object_or_a_card_names_itself() -> imageio::Result<()> {
    let gif = v2::formats().get("GIF-PIL")?;
    let mut reader = v2::get_reader_with(animation(), ReadArgs::new().format(&gif))?;
    assert_eq!(reader.format().name(), "GIF-PIL");
    assert_eq!(reader.len()?, 4);
    let card = gif.card().expect("a card");
    let reader = v2::get_reader_with(animation(), ReadArgs::new().format(card))?;
    assert_eq!(*reader.format(), gif);
    Ok(())
}

// checklist: A-060, H-021
#[test]
fn a_v3_plugin_serves_v2() -> imageio::Result<()> {
    let mut reader = v2::get_reader(animation())?;
    assert_eq!((reader.len()?, reader.format().name()), (4, "pillow"));
    let folder = folder();
    let path = folder.path().join("a.gif");
    let mut writer = v2::get_writer(&path)?;
    assert_eq!(writer.format().name(), "pillow");
    for image in reader.iter_data() {
        writer.append_data(&image?)?;
    }
    writer.close()?;
    assert_eq!(v2::mimread(path)?.len(), 4);
    Ok(())
}

// checklist: G-024
#[test]
fn dynamic_values_are_checked_as_they_are_used() {
    let image = gray(&[2, 2]);
    let args = WriteArgs::new()
        .format("png")
        .option("compress_level", "high");
    let message = refused(
        v2::imwrite_with("<bytes>", &image, args),
        ErrorKind::BadOption,
    );
    assert!(message.contains("expected int, got \"high\""), "{message}");
    let args = ReadArgs::new().option("rotate", Metadata::new());
    let message = refused(v2::imread_with(animation(), args), ErrorKind::BadOption);
    assert!(message.contains("expected bool, got map"), "{message}");
}

// checklist: B-098
#[test]
fn the_version_is_exported() {
    assert_eq!(v2::VERSION, env!("CARGO_PKG_VERSION"));
}

// checklist: B-097, F-096
#[test]
fn the_platform_has_a_short_name() {
    let name = v2::get_platform();
    let expected = match std::env::consts::OS {
        "linux" => Some("linux"),
        "macos" => Some("osx"),
        "windows" => Some("win"),
        "freebsd" => Some("freebsd"),
        _ => None,
    };
    assert_eq!(
        name,
        expected.map(|system| format!("{system}{}", usize::BITS))
    );
}
