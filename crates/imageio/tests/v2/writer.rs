//! Writers.

use imageio::v2::{self, Image};
use imageio::{ErrorKind, Metadata, NdImage, Options, Request, Value, WriteArgs, v3};

use crate::legacy::memory_format;
use crate::samples::{folder, gray, refused};

// checklist: B-053, B-054
#[test]
fn the_metadata_given_goes_over_that_of_the_image() -> imageio::Result<()> {
    let (format, memory) = memory_format("MERGED", ".b054", "iI");
    let folder = folder();
    let path = folder.path().join("a.b054");
    let mut writer = format.get_writer(&path, Options::new())?;
    let own: Metadata = [("a", 1), ("b", 1)].into_iter().collect();
    let given: Metadata = [("b", 2), ("c", 2)].into_iter().collect();
    let (plain, image) = (gray(&[2, 3]), Image::new(gray(&[2, 3]), own.clone()));
    writer.append_data(&plain)?;
    writer.append_data(&image)?;
    writer.append_data_with(&plain, &given)?;
    writer.append_data_with(&image, &given)?;
    writer.close()?;
    let both: Metadata = [("a", 1), ("b", 2), ("c", 2)].into_iter().collect();
    assert_eq!(memory.metas(), [Metadata::new(), own, given, both]);
    let mut reader = format.get_reader(&path, Options::new())?;
    let (held, given) = (reader.get_data(0)?, plain.as_slice::<u8>()?.as_ptr());
    assert_eq!(held.as_slice::<u8>()?.as_ptr(), given, "without a copy");
    Ok(())
}

// checklist: B-055
#[test]
fn metadata_of_the_file_may_be_refused() -> imageio::Result<()> {
    let (format, memory) = memory_format("GLOBAL", ".b055", "iI");
    let folder = folder();
    let mut writer = format.get_writer(folder.path().join("a.b055"), Options::new())?;
    let meta: Metadata = [("software", "this")].into_iter().collect();
    writer.set_meta_data(&meta)?;
    assert_eq!(*memory.global.lock().expect("a lock"), meta);
    let mut writer = v2::get_writer(folder.path().join("a.png"))?;
    refused(writer.set_meta_data(&meta), ErrorKind::Unsupported);
    Ok(())
}

// checklist: B-056
#[test]
fn closing_delivers() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.png");
    let mut writer = v2::get_writer(&path)?;
    writer.append_data(gray(&[2, 3]))?;
    assert!(!path.exists());
    assert_eq!(writer.close()?, None);
    assert_eq!(v2::imread(&path)?, gray(&[2, 3]));
    let mut writer = v2::get_writer_with("<bytes>", v2::WriteArgs::new().format("png"))?;
    writer.append_data(gray(&[2, 3]))?;
    let bytes = writer.close()?.unwrap_or_default();
    assert_eq!(v2::imread(bytes.clone())?, gray(&[2, 3]));
    let args = v2::WriteArgs::new().format("png");
    let mut writer = v2::get_writer_with(Request::from_writer(Vec::new()), args)?;
    writer.append_data(gray(&[2, 3]))?;
    let back: Option<Vec<u8>> = writer.finish()?.into_writer();
    assert_eq!(back, Some(bytes));
    Ok(())
}

#[test]
fn a_picture_read_and_written_keeps_what_it_says() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.png");
    let meta: Metadata = [("Orientation", 6)].into_iter().collect();
    let args = WriteArgs::new().metadata([meta]);
    v3::imwrite_with(&path, &gray(&[2, 3]), args)?;
    let image = v2::imread(&path)?;
    v2::imwrite(&path, &image)?;
    let again = v2::imread(&path)?;
    assert_eq!(again, image);
    assert_eq!(again.meta.get("Orientation"), image.meta.get("Orientation"));
    let args = v2::ReadArgs::new().option("rotate", true);
    let upright = v2::imread_with(&path, args)?;
    if image.meta.get("Orientation") == Some(&Value::Int(6)) {
        assert_eq!(upright.shape(), [3, 2]);
        assert!(!upright.meta.contains_key("Orientation"), "it was applied");
    }
    let plain: NdImage = upright.into();
    assert_eq!(plain.ndim(), 2);
    Ok(())
}
