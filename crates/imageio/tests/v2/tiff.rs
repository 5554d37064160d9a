//! TIFF: pages and volumes, and metadata of a file.

use imageio::v2::{self, ReadArgs, WriteArgs};
use imageio::{ErrorKind, Metadata, NdImage, Value, v3};

use crate::samples::{fixture, folder, gray, refused};

/// Number of images in a mode of reading.
fn length(path: &std::path::Path, mode: &str) -> imageio::Result<usize> {
    v2::get_reader_with(path, ReadArgs::new().format("TIFF").mode(mode))?.len()
}

/// Counts in the modes `i`, `I`, `v`, `V` and `?`.
fn lengths(path: &std::path::Path) -> imageio::Result<Vec<usize>> {
    let modes = ["i", "I", "v", "V", "?"];
    modes.iter().map(|mode| length(path, mode)).collect()
}

// checklist: E-122, F-053
#[test]
fn volumes_are_series_and_their_slices_pages() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.tif");
    let (one, two) = (gray(&[5, 8, 9]), gray(&[2, 8, 9]));
    v2::volwrite(&path, &one)?;
    assert_eq!(lengths(&path)?, [5, 5, 1, 1, 1]);
    assert_eq!(v2::volread(&path)?, one);
    let pages = v2::mimread(&path)?;
    assert_eq!(pages.len(), 5);
    assert_eq!(pages[3], one.frame(3)?);
    assert_eq!(v2::imread(&path)?, one.frame(0)?);

    v2::mvolwrite(&path, &[one.clone(), two.clone()])?;
    assert_eq!(lengths(&path)?, [7, 7, 2, 2, 2]);
    let volumes = v2::mvolread(&path)?;
    assert_eq!((&*volumes[0], &*volumes[1]), (&one, &two));

    let pictures: Vec<NdImage> = (0..3).map(|_| gray(&[8, 9])).collect();
    v2::mimwrite(&path, &pictures)?;
    assert_eq!(lengths(&path)?, [3; 5]);
    assert_eq!(v2::mimread(&path)?, pictures);
    Ok(())
}

// checklist: F-053
#[test]
fn a_reader_gives_each_page_and_no_more() -> imageio::Result<()> {
    let args = || ReadArgs::new().format("TIFF").mode("I");
    let mut reader = v2::get_reader_with(fixture("tiff/pages_3.tif"), args())?;
    let whole = v2::volread(fixture("tiff/pages_3.tif"))?;
    assert_eq!(reader.format().name(), "TIFF");
    assert_eq!(reader.len()?, 3);
    for (at, page) in reader.iter_data().enumerate() {
        assert_eq!(page?, whole.frame(at)?);
    }
    assert_eq!(reader.get_data(2)?, whole.frame(2)?);
    refused(reader.get_data(3), ErrorKind::OutOfRange);
    let planar = fixture("tiff/shaped_planar.tif");
    assert_eq!(v2::imread(&planar)?.shape(), [3, 10, 10]);
    assert_eq!(v2::volread(&planar)?.shape(), [2, 3, 10, 10]);
    Ok(())
}

/// Description and software of each page.
fn said(path: &std::path::Path) -> imageio::Result<Vec<(Option<String>, Option<String>)>> {
    let mut reader = v2::get_reader_with(path, ReadArgs::new().mode("I"))?;
    let text =
        |meta: &Metadata, key: &str| meta.get(key).and_then(Value::as_str).map(str::to_owned);
    (0..reader.len()?)
        .map(|at| {
            let meta = reader.get_meta_data(at)?;
            Ok((text(&meta, "description"), text(&meta, "software")))
        })
        .collect()
}

// checklist: E-126
#[test]
fn metadata_of_the_file_go_to_the_first_image_alone() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.tif");
    let of = |text: &str| -> Metadata { [("description", text)].into_iter().collect() };
    let mut writer = v2::get_writer(&path)?;
    writer.set_meta_data(&of("the file's"))?;
    writer.append_data(gray(&[3, 4]))?;
    writer.append_data(gray(&[3, 4]))?;
    writer.append_data_with(gray(&[3, 4]), &of("the third"))?;
    writer.close()?;
    let found: Vec<_> = said(&path)?.into_iter().map(|(text, _)| text).collect();
    assert_eq!(found[0].as_deref(), Some("the file's"));
    assert_ne!(found[1].as_deref(), Some("the file's"));
    assert_eq!(found[2].as_deref(), Some("the third"));

    // Metadata that come with the image push them aside.
    let mut writer = v2::get_writer(&path)?;
    writer.set_meta_data(&of("the file's"))?;
    writer.append_data_with(gray(&[3, 4]), &of("its own"))?;
    writer.append_data(gray(&[3, 4]))?;
    writer.close()?;
    let found: Vec<_> = said(&path)?.into_iter().map(|(text, _)| text).collect();
    assert_eq!(found[0].as_deref(), Some("its own"));
    assert_ne!(found[1].as_deref(), Some("the file's"));
    Ok(())
}

// checklist: E-120, E-129, F-054
#[test]
fn each_page_has_its_metadata_and_the_first_the_software() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.tif");
    let args = WriteArgs::new().option("software", "a program").mode("I");
    let mut writer = v2::get_writer_with(&path, args)?;
    for at in 0..3 {
        let meta: Metadata = [
            ("description", Value::from(format!("page {at}"))),
            ("datetime", Value::from("2015:05:09 09:08:29")),
        ]
        .into_iter()
        .collect();
        writer.append_data_with(gray(&[3, 4]), &meta)?;
    }
    writer.close()?;
    let found = said(&path)?;
    let page = |at: usize| Some(format!("page {at}"));
    let software = Some("a program".to_owned());
    assert_eq!(
        found,
        [
            (page(0), software),
            (page(1), Some(String::new())),
            (page(2), Some(String::new()))
        ]
    );
    let mut reader = v2::get_reader_with(&path, ReadArgs::new().mode("I"))?;
    for at in 0..3 {
        let meta = reader.get_meta_data(at)?;
        let date = meta.get("datetime").map(ToString::to_string);
        assert_eq!(date.as_deref(), Some("2015-05-09T09:08:29"), "{at}");
        assert_eq!(meta.get("is_imagej"), Some(&Value::Bool(false)), "{at}");
    }
    Ok(())
}

// checklist: E-130, F-056
#[test]
fn bytes_are_written_where_the_format_is_named() -> imageio::Result<()> {
    let image = gray(&[5, 6]);
    for name in ["tiff", "tif", ".tif", "TIFF"] {
        let bytes = v2::imwrite_with("<bytes>", &image, WriteArgs::new().format(name))?;
        let bytes = bytes.unwrap_or_default();
        assert!(
            bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*"),
            "{name}"
        );
        assert_eq!(v2::imread(bytes)?, image, "{name}");
    }
    let bytes = v3::imwrite_bytes(&image, ".tif")?;
    assert_eq!(v2::imread(bytes)?, image);
    let volume = gray(&[3, 5, 6]);
    let bytes = v2::volwrite_with("<bytes>", &volume, WriteArgs::new().format("tiff"))?;
    assert_eq!(v2::volread(bytes.unwrap_or_default())?, volume);
    Ok(())
}

// checklist: E-125, F-056
#[test]
fn resolutions_come_back() -> imageio::Result<()> {
    let folder = folder();
    let path = folder.path().join("a.tif");
    for (given, read) in [
        ([100.0, 200.0], [100.0, 200.0]),
        ([0.0, 1.0], [0.0, 1.0]),
        ([0.0, 12.0], [0.0, 12.0]),
    ] {
        let meta: Metadata = [("resolution", Value::from(given))].into_iter().collect();
        let image = v2::Image::new(gray(&[3, 4]), meta);
        v2::imwrite(&path, &image)?;
        let meta = v2::imread(&path)?.meta;
        assert_eq!(meta.get("resolution_unit").and_then(Value::as_i64), Some(2));
        let Some(Value::List(found)) = meta.get("resolution") else {
            panic!("{meta:?}");
        };
        let numbers: Vec<f64> = found.iter().filter_map(Value::as_f64).collect();
        assert_eq!(numbers, read);
        assert_eq!(found.get(2).and_then(Value::as_str), Some("INCH"));
    }
    Ok(())
}
