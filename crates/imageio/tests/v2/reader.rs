//! Readers.

use std::path::PathBuf;

use imageio::v2::{self, Length, ReadArgs};
use imageio::{ErrorKind, Mode, Options, v3};

use crate::legacy::{Memory, format_over};
use crate::samples::{animation, fixture, folder, gray, refused};

fn a_file(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, b"in memory").expect("a file");
    path
}

// checklist: B-034
#[test]
fn a_mode_is_one_of_five_letters() {
    for mode in ["i", "I", "?"] {
        assert!(v2::get_reader_with(animation(), ReadArgs::new().mode(mode)).is_ok());
    }
    for mode in ["v", "V"] {
        let args = ReadArgs::new().mode(mode);
        assert!(v2::get_reader_with(fixture("spe/int16.spe"), args).is_ok());
    }
    for mode in ["", "x", "ii", "ri", "3"] {
        let args = ReadArgs::new().mode(mode);
        let message = refused(v2::get_reader_with(animation(), args), ErrorKind::BadOption);
        assert!(message.contains(&format!("`r{mode}`")), "{message}");
        let args = v2::WriteArgs::new().mode(mode);
        let message = refused(v2::get_writer_with("<bytes>", args), ErrorKind::BadOption);
        assert!(message.contains(&format!("`w{mode}`")), "{message}");
    }
}

// checklist: B-036, B-037
#[test]
fn a_mode_that_the_format_lacks_names_those_it_has() {
    for (format, mode, modes) in [
        ("PNG-PIL", "I", "i"),
        ("png", "v", "i, I"),
        ("GIF-PIL", "V", "i, I"),
    ] {
        let args = ReadArgs::new().format(format).mode(mode);
        let path = if format == "GIF-PIL" {
            animation()
        } else {
            fixture("png/rgb8.png")
        };
        let message = refused(v2::get_reader_with(path, args), ErrorKind::Unsupported);
        let said = format!("cannot read in mode {mode}; it supports {modes}");
        assert!(message.contains(&said), "{message}");
        let args = v2::WriteArgs::new().format(format).mode(mode);
        let message = refused(v2::get_writer_with("<bytes>", args), ErrorKind::Unsupported);
        assert!(
            message.contains(&format!("cannot write in mode {mode}; it supports {modes}")),
            "{message}"
        );
    }
}

// checklist: B-039, B-040
#[test]
fn the_length_is_a_count_or_unknown() -> imageio::Result<()> {
    let mut reader = v2::get_reader(animation())?;
    assert_eq!(
        (reader.get_length()?, reader.len()?),
        (Length::Images(4), 4)
    );
    let mut reader = v2::get_reader(fixture("png/rgb8.png"))?;
    assert_eq!(
        (reader.get_length()?, reader.len()?),
        (Length::Images(1), 1)
    );
    let folder = folder();
    let (format, _) = format_over(Memory::default(), "NOTHING", ".b039", "iI");
    let mut reader = format.get_reader(a_file(&folder, "a.b039"), Options::new())?;
    assert_eq!(
        (reader.get_length()?, reader.is_empty()?),
        (Length::Images(0), true)
    );
    let memory = Memory {
        endless: true,
        ..Memory::default()
    };
    let (format, _) = format_over(memory, "ENDLESS", ".b040", "iI");
    let mut reader = format.get_reader(a_file(&folder, "a.b040"), Options::new())?;
    assert_eq!(
        (reader.get_length()?, reader.len()?),
        (Length::Unknown, usize::MAX)
    );
    Ok(())
}

// checklist: B-041, B-046
#[test]
fn a_stream_ends_where_its_images_end() -> imageio::Result<()> {
    let memory = Memory {
        endless: true,
        ..Memory::default()
    };
    let (format, _) = format_over(memory, "STREAM", ".b041", "iI");
    let folder = folder();
    let path = folder.path().join("a.b041");
    let request = imageio::Request::from(&path);
    let mut writer = format.get_writer(request.clone(), Options::new())?;
    for _ in 0..5 {
        writer.append_data(gray(&[2, 3]))?;
    }
    writer.close()?;
    let mut reader = format.get_reader(request.clone(), Options::new())?;
    assert_eq!(reader.iter_data().size_hint(), (0, None));
    assert_eq!(reader.iter_data().collect::<Result<Vec<_>, _>>()?.len(), 5);
    let again = format.get_reader(request, Options::new())?.into_iter();
    assert_eq!((again.size_hint(), again.count()), ((0, None), 5));
    Ok(())
}

// checklist: B-046
#[test]
fn a_missing_image_of_a_series_is_an_error() -> imageio::Result<()> {
    let folder = folder();
    for (name, stops) in [("MISSING", false), ("STOPPING", true)] {
        let memory = Memory {
            claimed: Some(3),
            stops,
            ..Memory::default()
        };
        let (format, _) = format_over(memory, name, ".b046", "iI");
        let path = folder.path().join("a.b046");
        let mut writer = format.get_writer(&path, Options::new())?;
        writer.append_data(gray(&[2, 3]))?;
        writer.append_data(gray(&[2, 3]))?;
        writer.close()?;
        let mut reader = format.get_reader(&path, Options::new())?;
        let mut images = reader.iter_data();
        assert!(images.by_ref().take(2).all(|image| image.is_ok()));
        match images.next() {
            Some(error) => assert!(!stops && refused(error, ErrorKind::OutOfRange).contains('2')),
            None => assert!(stops),
        }
        assert!(images.next().is_none());
        refused(reader.get_data(2), ErrorKind::OutOfRange);
    }
    Ok(())
}

// checklist: B-042, B-043
#[test]
fn the_next_image_follows_the_last_one() -> imageio::Result<()> {
    let frames = v3::imread_with(animation(), v3::ReadArgs::new().index(..))?;
    let mut reader = v2::get_reader(animation())?;
    assert_eq!(reader.get_next_data()?, frames.frame(0)?);
    assert_eq!(reader.get_next_data()?, frames.frame(1)?);
    let third = reader.get_data(2)?;
    assert_eq!(third, frames.frame(2)?);
    assert!(third.meta.contains_key("duration"));
    assert_eq!(reader.get_next_data()?, frames.frame(3)?);
    refused(reader.get_next_data(), ErrorKind::OutOfRange);
    assert_eq!(reader.get_data(0)?, frames.frame(0)?);
    assert_eq!(reader.get_next_data()?, frames.frame(1)?);
    let gray = reader.get_data_with(3, &Options::new().set("mode", "L"))?;
    assert_eq!(gray.ndim(), 2);
    Ok(())
}

// checklist: B-044
#[test]
fn the_pointer_can_be_set() -> imageio::Result<()> {
    let frames = v3::imread_with(animation(), v3::ReadArgs::new().index(..))?;
    let mut reader = v2::get_reader(animation())?;
    for index in [2, 0, 3] {
        reader.set_image_index(index)?;
        assert_eq!(reader.get_next_data()?, frames.frame(index)?);
    }
    reader.set_image_index(100)?;
    let message = refused(reader.get_next_data(), ErrorKind::OutOfRange);
    assert!(
        message.contains('5') && !message.contains("100"),
        "{message}"
    );
    Ok(())
}

// checklist: B-045, A-093
#[test]
fn metadata_is_that_of_an_image_or_of_the_file() -> imageio::Result<()> {
    let mut reader = v2::get_reader(animation())?;
    let of = |index: Option<usize>| {
        let args = v3::ReadArgs::new().exclude_applied(false);
        let args = match index {
            Some(index) => args.index(index),
            None => args.index(..),
        };
        v3::immeta_with(animation(), args)
    };
    assert_eq!(reader.get_meta_data(None)?, of(None)?);
    assert_eq!(reader.get_meta_data(2)?, of(Some(2))?);
    assert_ne!(reader.get_meta_data(0)?, reader.get_meta_data(2)?);
    refused(reader.get_meta_data(9), ErrorKind::OutOfRange);
    let mut photo = v2::get_reader(fixture("jpeg/exif_orientation6.jpg"))?;
    assert!(photo.get_meta_data(0)?.contains_key("Orientation"));
    Ok(())
}

// checklist: B-047
#[test]
fn a_closed_reader_reads_no_more() -> imageio::Result<()> {
    let mut reader = v2::get_reader(animation())?;
    assert!(!reader.closed());
    reader.close()?;
    reader.close()?;
    assert!(reader.closed());
    let messages = [
        refused(reader.get_data(0), ErrorKind::Unsupported),
        refused(reader.get_next_data(), ErrorKind::Unsupported),
        refused(reader.get_meta_data(None), ErrorKind::Unsupported),
        refused(reader.set_image_index(0), ErrorKind::Unsupported),
    ];
    for message in messages {
        assert_eq!(message, "I/O operation on closed reader");
    }
    let folder = folder();
    let path = folder.path().join("a.png");
    let mut writer = v2::get_writer(&path)?;
    writer.append_data(gray(&[2, 3]))?;
    writer.close()?;
    assert!(writer.closed() && writer.close()?.is_none());
    let message = refused(writer.append_data(gray(&[2, 3])), ErrorKind::Unsupported);
    assert_eq!(message, "I/O operation on closed writer");
    assert_eq!(v2::imread(path)?, gray(&[2, 3]));
    Ok(())
}

// checklist: B-048
#[test]
fn format_and_request_are_those_in_use() -> imageio::Result<()> {
    let reader = v2::get_reader_with(animation(), ReadArgs::new().format("GIF-PIL").mode("I"))?;
    assert_eq!(reader.format().name(), "GIF-PIL");
    let request = reader.request()?;
    assert_eq!(request.io_mode(), "rI".parse::<Mode>()?);
    assert!(request.name().ends_with("durations.gif"));
    Ok(())
}

// checklist: B-052
#[test]
fn a_closed_reader_knows_its_length() -> imageio::Result<()> {
    let mut reader = v2::get_reader(animation())?;
    reader.close()?;
    assert_eq!(reader.len()?, 4);
    Ok(())
}

// checklist: B-049, B-050, B-051
#[test]
fn leaving_a_block_releases_in_every_case() -> imageio::Result<()> {
    use crate::legacy::memory_format;
    let folder = folder();
    let path = folder.path().join("a.gif");
    {
        let mut writer = v2::get_writer(&path)?;
        writer.append_data(gray(&[2, 3]))?;
    }
    assert_eq!(
        v2::imread(&path)?.shape(),
        [2, 3, 3],
        "dropping a writer closes it"
    );
    let before = std::fs::read(&path)?;
    let fails = || -> imageio::Result<()> {
        let mut writer = v2::get_writer(&path)?;
        writer.append_data(gray(&[7, 7]))?;
        writer.append_data(gray(&[7]))?;
        Ok(())
    };
    assert!(fails().is_err());
    assert_eq!(
        std::fs::read(&path)?,
        before,
        "a write that failed leaves the file"
    );
    let (format, memory) = memory_format("DROPPED", ".b051", "iI");
    let mut reader = format.get_reader(a_file(&folder, "a.b051"), Options::new())?;
    reader.get_length()?;
    drop(reader);
    assert_eq!(*memory.closed.lock().expect("a lock"), 1);
    Ok(())
}
