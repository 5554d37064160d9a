//! Where written bytes can go besides a file, and how a plugin writes.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use imageio_core::{
    Error, ErrorKind, Finished, ImageProperties, Images, Index, Mode, Modes, NdImage, OpenArgs,
    Options, PluginInfo, PluginV3, Request, Result, imopen_in,
};
use tempfile::tempdir;

use crate::toy::{TOY, file, registry, row};

/// A plugin whose write is one function.
struct Scribe {
    request: Request,
    write: fn(&Request) -> Result<()>,
}

impl PluginV3 for Scribe {
    fn read(&mut self, _: Index, _: &Options) -> Result<NdImage> {
        Err(Error::unsupported("writes only"))
    }

    fn properties(&mut self, _: Index, _: &Options) -> Result<ImageProperties> {
        Err(Error::unsupported("writes only"))
    }

    fn write(&mut self, _: Images<'_>, _: &Options) -> Result<()> {
        (self.write)(&self.request)
    }
}

macro_rules! scribe {
    ($write:expr) => {{
        static SCRIBE: PluginInfo = PluginInfo::new("scribe", |request, _| {
            let write: fn(&Request) -> Result<()> = $write;
            Ok(Box::new(Scribe { request, write }))
        })
        .modes(Modes::WRITE);
        &SCRIBE
    }};
}

fn write_with(plugin: &'static PluginInfo, target: impl Into<Request>) -> Result<Finished> {
    let request = target.into().mode(Mode::WRITE);
    let args = OpenArgs::new().plugin(plugin);
    let mut resource = imopen_in(&registry(&[]), request, args)?;
    resource.write(&row(&[1]), &Options::new())?;
    resource.close()
}

// checklist: A-086, C-014, C-060, G-013
#[test]
fn bytes_come_back_for_the_target_bytes_alone() -> Result<()> {
    let write = |request: Request| -> Result<Finished> {
        let args = OpenArgs::new().extension(".toy");
        let mut resource = imopen_in(&registry(&[&TOY]), request.mode(Mode::WRITE), args)?;
        resource.write(&row(&[4, 5]), &Options::new())?;
        resource.close()
    };
    let expected = file(1, &[&[4, 5]]);
    assert_eq!(
        write(Request::to_bytes())?.into_bytes(),
        Some(expected.clone())
    );
    assert_eq!(write("<bytes>.png".into())?.into_bytes(), Some(expected));
    let folder = tempdir()?;
    let finished = write(folder.path().join("a.toy").into())?;
    assert_eq!(finished.into_bytes(), None);
    let plain = Request::new("<bytes>.toy").mode(Mode::WRITE);
    let opened = imopen_in(&registry(&[&TOY]), plain, OpenArgs::new())?;
    assert_eq!(opened.plugin().name(), "toy");
    Ok(())
}

// checklist: C-020, C-052, C-061, G-011
#[test]
fn a_writer_comes_back_open_and_at_its_end() -> Result<()> {
    let at_once = scribe!(|request| Ok(request.stream_writer()?.write_all(b"streamed")?));
    let at_commit = scribe!(|request| {
        let mut out = request.writer()?;
        out.write_all(b"XXreamed")?;
        out.seek(SeekFrom::Start(0))?;
        Ok(out.write_all(b"st")?)
    });
    for plugin in [at_once, at_commit] {
        let mut cursor = Cursor::new(b"before ".to_vec());
        cursor.seek(SeekFrom::End(0))?;
        let finished = write_with(plugin, Request::from_writer(cursor))?;
        let mut cursor: Cursor<Vec<u8>> = finished.into_writer().expect("the writer");
        assert_eq!(cursor.get_ref(), b"before streamed");
        cursor.write_all(b", after")?;
        assert_eq!(cursor.into_inner(), b"before streamed, after");
    }
    let unused = scribe!(|_| Ok(()));
    let finished = write_with(unused, Request::from_writer(vec![1u8]))?;
    assert_eq!(finished.into_writer::<Vec<u8>>(), Some(vec![1]));
    let error = Request::from_writer(vec![0u8])
        .read_all()
        .expect_err("no input");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    Ok(())
}

#[test]
fn a_stream_writer_hands_bytes_on_as_they_come() -> Result<()> {
    #[derive(Clone, Default)]
    struct Seen(Arc<Mutex<Vec<u8>>>);
    impl Write for Seen {
        fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("whole").extend_from_slice(buf);
            Ok(buf.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let seen = Seen::default();
    let request = Request::from_writer(seen.clone());
    let mut out = request.stream_writer()?;
    out.write_all(&vec![1; 100_000])?;
    assert!(seen.0.lock().expect("whole").len() > 50_000);
    assert!(out.seek(SeekFrom::Start(0)).is_err(), "only forward");
    assert!(request.clone().stream_writer().is_err(), "handed over once");
    Ok(())
}

#[test]
fn an_output_can_seek_and_read_back() -> Result<()> {
    let plugin = scribe!(|request| {
        let mut out = request.writer()?;
        out.write_all(&vec![7; 100_000])?;
        out.seek(SeekFrom::Start(99_998))?;
        let mut tail = [0; 2];
        out.read_exact(&mut tail)?;
        assert_eq!(tail, [7, 7]);
        out.seek(SeekFrom::Start(4))?;
        Ok(out.write_all(&[8])?)
    });
    let folder = tempdir()?;
    let path = folder.path().join("a.bin");
    write_with(plugin, &path)?;
    let mut expected = vec![7; 100_000];
    expected[4] = 8;
    assert!(std::fs::read(&path)? == expected);
    let bytes = write_with(plugin, Request::to_bytes())?.into_bytes();
    assert!(bytes.as_ref() == Some(&expected));
    Ok(())
}

#[test]
fn a_second_writer_begins_the_file_anew() -> Result<()> {
    let plugin = scribe!(|request| {
        let mut first = request.writer()?;
        first.write_all(b"first try")?;
        request.writer()?.write_all(b"second")?;
        // The first one comes back later and changes nothing.
        drop(first);
        Ok(())
    });
    let folder = tempdir()?;
    let path = folder.path().join("a.bin");
    write_with(plugin, &path)?;
    assert_eq!(std::fs::read(&path)?, b"second");
    let finished = write_with(plugin, Request::to_bytes())?;
    assert_eq!(finished.into_bytes().as_deref(), Some(&b"second"[..]));
    let finished = write_with(plugin, Request::from_writer(Vec::new()))?;
    assert_eq!(finished.into_writer(), Some(b"second".to_vec()));
    Ok(())
}

#[test]
fn files_beside_the_target_come_with_it_or_not_at_all() -> Result<()> {
    let good = scribe!(|request| {
        // The side file is begun first and must not become the result.
        request.sibling_writer("a.hdr")?.write_all(b"header")?;
        Ok(request.writer()?.write_all(b"pixels")?)
    });
    let bad = scribe!(|request| {
        request.sibling_writer("a.hdr")?.write_all(b"new header")?;
        request.writer()?.write_all(b"new pixels")?;
        Err(Error::corrupt("after all was written"))
    });
    let folder = tempdir()?;
    let path = folder.path().join("a.img");
    write_with(good, &path)?;
    assert!(write_with(bad, &path).is_err());
    let request = Request::from(folder.path());
    assert_eq!(request.list()?, ["a.hdr", "a.img"]);
    assert_eq!(request.sibling("a.hdr")?.read_all()?, &b"header"[..]);
    assert_eq!(std::fs::read(&path)?, b"pixels");
    let error = write_with(good, Request::to_bytes()).expect_err("memory has no folder");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let outside = scribe!(|request| request.sibling_writer("../x").map(|_| ()));
    let error = write_with(outside, &path).expect_err("leaves the folder");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    Ok(())
}

#[test]
fn an_output_in_use_stops_the_commit() -> Result<()> {
    let plugin = scribe!(|request| {
        let mut out = request.writer()?;
        out.write_all(b"new")?;
        std::mem::forget(out);
        Ok(())
    });
    let folder = tempdir()?;
    let path = folder.path().join("a.img");
    std::fs::write(&path, "old")?;
    let error = write_with(plugin, &path).expect_err("not all of it may be there");
    assert!(error.message().contains("still in use"), "{error}");
    assert_eq!(std::fs::read(&path)?, b"old");
    Ok(())
}

#[cfg(unix)]
#[test]
fn the_named_file_comes_last() -> Result<()> {
    let plugin = scribe!(|request| {
        request.writer()?.write_all(b"new")?;
        let side = request.sibling_writer("a.hdr")?;
        drop(side);
        // Now the side file cannot take its place.
        let path = request.path().expect("a path").with_file_name("a.hdr");
        std::fs::create_dir(path)?;
        Ok(())
    });
    let folder = tempdir()?;
    let path = folder.path().join("a.img");
    std::fs::write(&path, "old")?;
    assert!(write_with(plugin, &path).is_err());
    assert_eq!(
        std::fs::read(&path)?,
        b"old",
        "nothing refers to what is not there"
    );
    Ok(())
}

// checklist: C-054, C-056, C-057
#[test]
fn another_program_writes_to_a_private_path() -> Result<()> {
    let plugin = scribe!(|request| {
        let path = request.local_path()?;
        assert_eq!(request.local_path()?, path, "made once");
        assert_eq!(path.extension().unwrap_or_default(), "toy");
        Ok(std::fs::write(path, b"from outside")?)
    });
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    std::fs::write(&path, "old")?;
    let hinted = |request: Request| request.extension_hint(Some(".toy"));
    write_with(plugin, &path)?;
    assert_eq!(std::fs::read(&path)?, b"from outside");
    assert_eq!(Request::from(folder.path()).list()?, ["a.toy"]);
    let finished = write_with(plugin, hinted(Request::to_bytes())?)?;
    assert_eq!(finished.into_bytes().as_deref(), Some(&b"from outside"[..]));
    let finished = write_with(plugin, hinted(Request::from_writer(Vec::new()))?)?;
    assert_eq!(finished.into_writer(), Some(b"from outside".to_vec()));

    let request = Request::from(&path).mode(Mode::WRITE);
    std::fs::write(request.local_path()?, b"never committed")?;
    drop(request);
    assert_eq!(std::fs::read(&path)?, b"from outside");
    assert_eq!(Request::from(folder.path()).list()?, ["a.toy"]);
    Ok(())
}

#[test]
fn an_error_of_the_last_flush_stops_the_commit() {
    /// Takes nothing.
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no space left"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let streamed = scribe!(|request| Ok(request.stream_writer()?.write_all(b"x")?));
    let seeking = scribe!(|request| Ok(request.writer()?.write_all(b"x")?));
    for plugin in [streamed, seeking] {
        let error = write_with(plugin, Request::from_writer(Full)).expect_err("full");
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(error.message(), "no space left");
        assert_eq!(
            (error.plugin(), error.resource()),
            (Some("scribe"), Some("<file>"))
        );
    }
}
