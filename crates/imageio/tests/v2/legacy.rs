//! Formats of the older style.

use std::io::Write;
use std::sync::{Arc, Mutex};

use imageio::v2::{self, Format, FormatHooks, FormatReader, FormatWriter, Length, ReadArgs};
use imageio::{Error, ErrorKind, Metadata, Mode, NdImage, OpenArgs, Options, Request, Result, v3};

use crate::dummy_format::dummy;
use crate::samples::{folder, gray, refused};

/// What a format in memory was given, and whether it was closed.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) written: Mutex<Vec<(NdImage, Metadata)>>,
    pub(crate) global: Mutex<Metadata>,
    pub(crate) closed: Mutex<usize>,
    pub(crate) endless: bool,
    /// A length that is not true.
    pub(crate) claimed: Option<usize>,
    /// Whether the images just end, as with Python's `StopIteration`.
    pub(crate) stops: bool,
}

impl Memory {
    pub(crate) fn shapes(&self) -> Vec<Vec<usize>> {
        let written = self.written.lock().expect("a lock");
        written
            .iter()
            .map(|(image, _)| image.shape().to_vec())
            .collect()
    }

    pub(crate) fn metas(&self) -> Vec<Metadata> {
        let written = self.written.lock().expect("a lock");
        written.iter().map(|(_, meta)| meta.clone()).collect()
    }
}

struct Hooks(Arc<Memory>);

impl FormatHooks for Hooks {
    fn can_read(&self, format: &Format, request: &Request) -> Result<bool> {
        self.can_write(format, request)
    }

    fn can_write(&self, format: &Format, request: &Request) -> Result<bool> {
        let extension = request.extension().unwrap_or_default();
        Ok(format.extensions().iter().any(|one| **one == *extension))
    }

    fn reader(&self, _: &Request, options: &Options) -> Result<Box<dyn FormatReader>> {
        let _: imageio_none::NoReadOptions = options.parse()?;
        Ok(Box::new(Half(Arc::clone(&self.0), None)))
    }

    fn writer(&self, request: &Request, options: &Options) -> Result<Box<dyn FormatWriter>> {
        let _: imageio_none::NoReadOptions = options.parse()?;
        self.0.written.lock().expect("a lock").clear();
        Ok(Box::new(Half(Arc::clone(&self.0), Some(request.clone()))))
    }
}

mod imageio_none {
    imageio::plugin_options! {
        /// No options.
        pub(crate) struct NoReadOptions {}
    }
}

struct Half(Arc<Memory>, Option<Request>);

impl FormatReader for Half {
    fn length(&mut self) -> Result<Length> {
        let count = self.0.written.lock().expect("a lock").len();
        Ok(match self.0.claimed {
            Some(claimed) => claimed.into(),
            None if self.0.endless => Length::Unknown,
            None => count.into(),
        })
    }

    fn data(&mut self, index: usize) -> Result<Option<(NdImage, Metadata)>> {
        let written = self.0.written.lock().expect("a lock");
        let count = written.len();
        if self.0.stops && index >= count {
            return Ok(None);
        }
        written
            .get(index)
            .cloned()
            .map(Some)
            .ok_or_else(|| Error::out_of_range(index, count))
    }

    fn meta_data(&mut self, index: Option<usize>) -> Result<Metadata> {
        match index {
            None => Ok(self.0.global.lock().expect("a lock").clone()),
            Some(index) => Ok(self.data(index)?.map(|(_, meta)| meta).unwrap_or_default()),
        }
    }

    fn close(&mut self) -> Result<()> {
        *self.0.closed.lock().expect("a lock") += 1;
        Ok(())
    }
}

impl FormatWriter for Half {
    fn append_data(&mut self, image: &NdImage, meta: &Metadata) -> Result<()> {
        let pair = (image.clone(), meta.clone());
        self.0.written.lock().expect("a lock").push(pair);
        Ok(())
    }

    fn set_meta_data(&mut self, meta: &Metadata) -> Result<()> {
        meta.clone_into(&mut self.0.global.lock().expect("a lock"));
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        *self.0.closed.lock().expect("a lock") += 1;
        let Some(request) = &self.1 else {
            return Ok(());
        };
        Ok(request.writer()?.write_all(b"in memory")?)
    }
}

/// A format that keeps what it is given, and what it keeps.
pub(crate) fn memory_format(name: &str, extension: &str, modes: &str) -> (Format, Arc<Memory>) {
    format_over(Memory::default(), name, extension, modes)
}

pub(crate) fn format_over(
    memory: Memory,
    name: &str,
    extension: &str,
    modes: &str,
) -> (Format, Arc<Memory>) {
    let memory = Arc::new(memory);
    let hooks = Hooks(Arc::clone(&memory));
    let format = Format::new(name, "Kept in memory", extension, modes, hooks);
    (format.expect("a format"), memory)
}

// checklist: B-057
#[test]
fn extensions_are_split_and_dotted() -> Result<()> {
    struct Nothing;
    impl FormatHooks for Nothing {}
    let format = Format::new("my-Format", "About it", ".aAa bbb, .ccc ,,", "iI", Nothing)?;
    assert_eq!(
        (format.name(), format.description()),
        ("MY-FORMAT", "About it")
    );
    assert_eq!(format.extensions(), [".aaa", ".bbb", ".ccc"]);
    let format = Format::new("a", "", ["x", ".Y", ""], "v", Nothing)?;
    assert_eq!(
        (format.extensions(), format.modes()),
        (&[".x".to_owned(), ".y".to_owned()][..], "v")
    );
    assert!(
        Format::new("a", "", "", "", Nothing)?
            .extensions()
            .is_empty()
    );
    Ok(())
}

// checklist: B-058
#[test]
fn modes_are_letters_of_a_set() {
    struct Nothing;
    impl FormatHooks for Nothing {}
    assert!(Format::new("a", "", "", "iIvV?", Nothing).is_ok());
    let message = refused(
        Format::new("a", "", "", "iIx", Nothing),
        ErrorKind::BadOption,
    );
    assert!(message.contains("`x`"), "{message}");
}

// checklist: B-059
#[test]
fn a_format_describes_itself() -> Result<()> {
    let format = dummy()?;
    assert!(
        format
            .doc()
            .starts_with("DUMMY - An example format that does nothing.\n\nThe dummy reads")
    );
    assert_eq!(format.to_string(), format.doc());
    assert_eq!(
        format!("{format:?}"),
        "<Format DUMMY - An example format that does nothing.>"
    );
    assert_eq!(format.modes(), "iI");
    Ok(())
}

// checklist: B-060, F-030
#[test]
fn hooks_decide_and_refuse_by_default() -> Result<()> {
    struct Nothing;
    impl FormatHooks for Nothing {}
    let format = Format::new("a", "", ".foobar", "iI", Nothing)?;
    let mine = Request::new("a.foobar");
    assert!(!format.can_read(&mine)? && !format.can_write(&mine)?);
    let format = dummy()?;
    let with = |request: &Request, letter: &str| -> Result<[bool; 2]> {
        let mode: Mode = format!("r{letter}").parse()?;
        let request = request.clone().mode(mode);
        Ok([format.can_read(&request)?, format.can_write(&request)?])
    };
    for letter in ["i", "I", "?"] {
        assert_eq!(with(&mine, letter)?, [true, true]);
        assert_eq!(with(&Request::new("a.png"), letter)?, [false, false]);
    }
    assert_eq!(with(&mine, "v")?, [false, false]);
    Ok(())
}

// checklist: B-061
#[test]
fn a_reader_needs_a_mode_of_the_format() -> Result<()> {
    let folder = folder();
    let path = folder.path().join("a.foobar");
    std::fs::write(&path, b"bytes")?;
    let format = dummy()?;
    for mode in ["ri", "rI", "r?"] {
        let request = Request::from(&path).mode(mode.parse()?);
        let mut reader = format.get_reader(request, Options::new())?;
        assert_eq!(reader.get_data(0)?.shape(), [5, 1]);
        assert_eq!(*reader.format(), format);
    }
    let request = Request::from(&path).mode("rv".parse()?);
    let message = refused(
        format.get_reader(request, Options::new()),
        ErrorKind::Unsupported,
    );
    assert!(
        message.contains("format DUMMY cannot read in mode v; it supports i, I"),
        "{message}"
    );
    let request = Request::from(&path).mode("wV".parse()?);
    let message = refused(
        format.get_writer(request, Options::new()),
        ErrorKind::Unsupported,
    );
    assert!(
        message.contains("format DUMMY cannot write in mode V"),
        "{message}"
    );
    Ok(())
}

// checklist: B-035
#[test]
fn unknown_options_are_refused() -> Result<()> {
    let folder = folder();
    let path = folder.path().join("a.foobar");
    std::fs::write(&path, b"bytes")?;
    let format = dummy()?;
    let mut reader =
        v2::get_reader_with(&path, ReadArgs::new().format(&format).option("length", 3))?;
    assert_eq!(reader.len()?, 3);
    let mut reader =
        v2::get_reader_with(&path, ReadArgs::new().format(&format).option("lenght", 3))?;
    let message = refused(reader.get_data(0), ErrorKind::BadOption);
    assert!(
        message.contains("unknown option `lenght`, did you mean `length`?"),
        "{message}"
    );
    let args = v2::WriteArgs::new().format(&format).option("falgs", 1);
    let mut writer = v2::get_writer_with(&path, args)?;
    refused(writer.append_data(gray(&[2, 2])), ErrorKind::BadOption);
    Ok(())
}

// checklist: B-062
#[test]
fn a_new_format_is_a_reader_and_a_writer() -> Result<()> {
    let (format, memory) = memory_format("NEW", ".b062", "iIvV");
    v2::formats().add_format(&format, false)?;
    let folder = folder();
    let path = folder.path().join("a.b062");
    let meta: Metadata = [("author", "me")].into_iter().collect();
    let mut writer = v2::get_writer(&path)?;
    writer.append_data(gray(&[2, 3]))?;
    writer.append_data_with(gray(&[4, 3]), &meta)?;
    writer.set_meta_data(&meta)?;
    writer.close()?;
    assert_eq!(std::fs::read(&path)?, b"in memory");
    assert_eq!(*memory.closed.lock().expect("a lock"), 1);
    let mut reader = v2::get_reader(&path)?;
    assert_eq!((reader.len()?, reader.format()), (2, &format));
    assert_eq!(reader.get_data(1)?.meta, meta);
    assert_eq!(reader.get_meta_data(None)?, meta);
    assert!(reader.get_meta_data(0)?.is_empty());
    reader.close()?;
    assert_eq!(*memory.closed.lock().expect("a lock"), 2);
    // v3 uses it too, with all that comes after reading.
    assert_eq!(
        v3::imread_with(&path, v3::ReadArgs::new().index(1))?,
        gray(&[4, 3])
    );
    assert_eq!(v3::imiter(&path).count(), 2);
    let one = v3::ReadArgs::new().index(1);
    assert_eq!(v3::improps_with(&path, one.clone())?.shape, [4, 3]);
    assert_eq!(v3::immeta_with(&path, one)?, meta);
    assert_eq!(v3::immeta_with(&path, v3::ReadArgs::new().index(..))?, meta);
    refused(
        v3::imread_with(&path, v3::ReadArgs::new().index(2)),
        ErrorKind::OutOfRange,
    );
    v3::imwrite(&path, &gray(&[3, 4, 5]))?;
    assert_eq!(memory.shapes(), [[4, 5], [4, 5], [4, 5]]);
    v3::imwrite(&path, &gray(&[4, 5, 3]))?;
    assert_eq!(memory.shapes(), [[4, 5, 3]]);
    let all = v3::ReadArgs::new().index(..);
    assert_eq!(v3::imread_with(&path, all.clone())?.shape(), [1, 4, 5, 3]);
    assert!(v3::improps_with(&path, all)?.is_batch);
    Ok(())
}

// checklist: E-512, E-513, F-017, F-106
#[test]
fn the_dummy_of_the_manual_reads_bytes() -> Result<()> {
    let (format, folder) = (dummy()?, folder());
    assert_eq!((format.name(), format.modes()), ("DUMMY", "iI"));
    assert_eq!(format.extensions(), [".foobar", ".nonexistenttext"]);
    refused(v2::formats().get("DUMMY"), ErrorKind::UnknownPlugin);
    let path = folder.path().join("a.foobar");
    std::fs::write(&path, b"some bytes")?;
    let image = v2::imread_with(&path, ReadArgs::new().format(&format))?;
    assert_eq!(
        (image.shape(), image.as_slice::<u8>()?),
        (&[10, 1][..], &b"some bytes"[..])
    );
    let args = ReadArgs::new().format(&format);
    let mut reader = v2::get_reader_with(&path, args.option("some_option", true))?;
    assert_eq!(reader.len()?, 1);
    refused(reader.get_data(1), ErrorKind::OutOfRange);
    assert!(reader.get_meta_data(None)?.is_empty() && reader.get_meta_data(0)?.is_empty());
    let args = ReadArgs::new().format(&format).option("length", 3);
    let mut reader = v2::get_reader_with(&path, args)?;
    assert_eq!(reader.get_data(2)?, image);
    refused(reader.get_data(3), ErrorKind::OutOfRange);
    let mut writer = v2::get_writer_with(&path, v2::WriteArgs::new().format(&format))?;
    let message = refused(writer.append_data(gray(&[2, 2])), ErrorKind::Unsupported);
    assert!(
        message.contains("the dummy format cannot write image data"),
        "{message}"
    );
    let message = refused(
        writer.set_meta_data(&Metadata::new()),
        ErrorKind::Unsupported,
    );
    assert!(
        message.contains("the dummy format cannot write meta data"),
        "{message}"
    );
    drop(writer);
    assert_eq!(
        std::fs::read(&path)?,
        b"some bytes",
        "a failed write leaves the file"
    );
    let other = folder.path().join("a.other");
    std::fs::write(&other, b"some bytes")?;
    let message = refused(
        v2::imread_with(&other, ReadArgs::new().format(&format)),
        ErrorKind::NotThisFormat,
    );
    assert!(message.contains("`DUMMY` can not read"), "{message}");
    Ok(())
}

// checklist: A-094, A-095
#[test]
fn readers_and_writers_of_an_opened_resource_own_it() -> Result<()> {
    let folder = folder();
    let path = folder.path().join("a.gif");
    let mut writer = {
        let resource = v3::imopen_with(&path, "w", OpenArgs::new().plugin("GIF-PIL"))?;
        v2::Writer::new(resource, Options::new())
    };
    writer.append_data(gray(&[4, 5, 3]))?;
    writer.append_data(gray(&[4, 5, 3]))?;
    writer.close()?;
    let mut reader = {
        let resource = v3::imopen(&path, "r")?;
        v2::Reader::new(resource, Options::new())
    };
    assert_eq!(reader.len()?, 2);
    assert_eq!(reader.get_data(1)?.shape(), [4, 5, 3]);
    Ok(())
}

// checklist: A-087
#[test]
fn shapes_tell_one_image_from_several() -> Result<()> {
    let (format, memory) = memory_format("BATCHES", ".a087 .a087v", "iIvV");
    v2::formats().add_format(&format, false)?;
    imageio::Registry::update(|registry| {
        for row in registry.formats_mut(".a087v") {
            row.volume_support = true;
        }
    });
    let folder = folder();
    let written = |extension: &str, shape: &[usize], batch: Option<bool>| -> Result<usize> {
        let path = folder.path().join("a").with_extension(extension);
        let image = gray(shape).cast(imageio::DType::Bool);
        let args = v3::WriteArgs::new();
        let args = match batch {
            Some(batch) => args.is_batch(batch),
            None => args,
        };
        v3::imwrite_with(path, &image, args)?;
        Ok(memory.shapes().len())
    };
    for (shape, plain, volumes) in [
        (&[4, 5][..], 1, 1),
        (&[4, 5, 3], 1, 1),
        (&[4, 5, 6], 4, 1),
        (&[2, 4, 5, 3], 2, 1),
        (&[2, 4, 5, 6], 2, 2),
        (&[2, 4, 5, 6, 3], 2, 2),
    ] {
        assert_eq!(written("a087", shape, None)?, plain, "{shape:?}");
        assert_eq!(written("a087v", shape, None)?, volumes, "{shape:?}");
        assert_eq!(written("a087", shape, Some(false))?, 1, "{shape:?}");
    }
    assert_eq!(written("a087", &[4, 5, 3], Some(true))?, 4);
    let path = folder.path().join("a.a087");
    v3::imwrite(&path, &[gray(&[4, 5, 6]), gray(&[2, 2])])?;
    assert_eq!(memory.shapes(), [&[4, 5, 6][..], &[2, 2]]);
    refused(v3::imwrite(&path, &gray(&[4])), ErrorKind::Unsupported);
    refused(written("a087", &[4, 5], Some(true)), ErrorKind::Unsupported);
    Ok(())
}
