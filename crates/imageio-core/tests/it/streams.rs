//! Reading bytes: once-only streams, readers that stand somewhere, ranges, private copies.

use std::io::{BufRead, Cursor, Error as IoError, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use imageio_core::{ErrorKind, Limits, OpenArgs, Options, Request, Result, imopen_in};
use tempfile::tempdir;

use crate::toy::{TOY, card, file, notes, registry};

card!(DECLINER, "decliner", Decline);
card!(GREEDY, "greedy", Decline);

/// Gives one byte at a time and counts them; says so when it is dropped.
struct Drip {
    bytes: Cursor<Vec<u8>>,
    given: Arc<AtomicUsize>,
    dropped: Arc<AtomicBool>,
}

impl Drip {
    fn new(bytes: Vec<u8>) -> Self {
        Drip {
            bytes: Cursor::new(bytes),
            given: Arc::default(),
            dropped: Arc::default(),
        }
    }
}

impl Read for Drip {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = self.bytes.read(&mut buf[..1])?;
        self.given.fetch_add(count, Ordering::SeqCst);
        Ok(count)
    }
}

impl Seek for Drip {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.bytes.seek(to)
    }
}

impl Drop for Drip {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

// checklist, C-042, G-011, H-002, H-006
#[test]
fn a_stream_that_reads_once_serves_every_candidate_and_many_reads() -> Result<()> {
    static LOOKER: imageio_core::PluginInfo =
        imageio_core::PluginInfo::new("looker", |request, _| {
            // Reads everything there is before it declines.
            assert!(request.read_all()?.starts_with(b"TOY1"));
            Err(imageio_core::Error::not_this_format("only looks"))
        });
    let drip = Drip::new(file(1, &[&[1, 2], &[3, 4]]));
    let given = Arc::clone(&drip.given);
    let registry = registry(&[&LOOKER, &DECLINER, &TOY]);
    let request = Request::from_reader(drip);
    for name in ["looker", "decliner"] {
        let error = imopen_in(&registry, &request, OpenArgs::new().plugin(name)).expect_err(name);
        assert!(error.is_not_this_format());
    }
    let mut resource = imopen_in(&registry, &request, OpenArgs::new())?;
    let none = Options::new();
    assert_eq!(resource.read(1, &none)?.into_vec::<u8>()?, [3, 4]);
    assert_eq!(resource.read(0, &none)?.into_vec::<u8>()?, [1, 2]);
    assert_eq!(resource.read(.., &none)?.shape(), [2, 1, 2]);
    assert_eq!(given.load(Ordering::SeqCst), 11, "each byte is read once");
    Ok(())
}

// checklist: A-057, H-002
#[test]
fn a_declined_stream_starts_anew_for_the_next_plugin() -> Result<()> {
    static GLUTTON: imageio_core::PluginInfo =
        imageio_core::PluginInfo::new("glutton", |request, _| {
            crate::toy::note("glutton");
            let mut all = Vec::new();
            request.reader()?.read_to_end(&mut all)?;
            Err(imageio_core::Error::not_this_format("ate it all"))
        })
        .extensions(&[".toy"])
        .tier(imageio_core::Tier::Preferred);
    let args = OpenArgs::new().extension(".toy");
    let request = Request::from_reader(Drip::new(file(1, &[&[9]])));
    let mut resource = imopen_in(&registry(&[&TOY, &GLUTTON]), request, args)?;
    assert_eq!(notes(), ["glutton", "toy"]);
    assert_eq!(resource.read(0, &Options::new())?.into_vec::<u8>()?, [9]);
    Ok(())
}

#[test]
fn a_reader_is_read_from_where_it_stands() -> Result<()> {
    let mut bytes = b"something before".to_vec();
    let start = bytes.len() as u64;
    bytes.extend(file(1, &[&[5, 6]]));
    let mut cursor = Cursor::new(bytes.clone());
    cursor.seek(SeekFrom::Start(start))?;
    let request = Request::from_seekable(cursor);
    assert_eq!(
        (&*request.first_bytes(4)?, request.len()?),
        (&b"TOY1"[..], 9)
    );

    let folder = tempdir()?;
    let path = folder.path().join("both.bin");
    std::fs::write(&path, bytes)?;
    let mut opened = std::fs::File::open(&path)?;
    opened.seek(SeekFrom::Start(start))?;
    let mut resource = imopen_in(&registry(&[&TOY]), opened, OpenArgs::new())?;
    assert_eq!(resource.read(0, &Options::new())?.into_vec::<u8>()?, [5, 6]);
    Ok(())
}

// checklist
#[test]
fn a_reader_is_let_go_when_nobody_needs_it() -> Result<()> {
    let registry = registry(&[&TOY, &GREEDY]);
    let watched = |bytes: &[u8]| {
        let drip = Drip::new(bytes.to_vec());
        (Arc::clone(&drip.dropped), Request::from_seekable(drip))
    };
    for plugin in [None, Some("toy"), Some("greedy"), Some("no such plugin")] {
        let (dropped, request) = watched(b"no toy");
        let args = plugin.map_or_else(OpenArgs::new, |name| OpenArgs::new().plugin(name));
        assert!(imopen_in(&registry, request, args).is_err());
        assert!(dropped.load(Ordering::SeqCst), "{plugin:?}");
    }
    let (dropped, request) = watched(&file(1, &[&[1]]));
    let resource = imopen_in(&registry, request, OpenArgs::new())?;
    assert!(!dropped.load(Ordering::SeqCst), "in use");
    resource.close()?;
    assert!(dropped.load(Ordering::SeqCst), "closed");
    Ok(())
}

// checklist: C-052, C-061
#[test]
fn a_file_that_its_owner_shares_stays_open() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.toy");
    std::fs::write(&path, file(1, &[&[1]]))?;
    let shared = Arc::new(std::fs::File::open(&path)?);
    let request = Request::from_seekable(Arc::clone(&shared));
    imopen_in(&registry(&[&TOY]), request, OpenArgs::new())?.close()?;
    assert_eq!(Arc::strong_count(&shared), 1);
    let mut again = Arc::clone(&shared);
    again.seek(SeekFrom::Start(0))?;
    assert_eq!(std::io::read_to_string(again)?.len(), 8);
    Ok(())
}

// checklist: C-039, C-042
#[test]
fn first_bytes_are_cached_and_shorter_at_the_end() -> Result<()> {
    let drip = Drip::new((0..=255).cycle().take(10_000).collect());
    let given = Arc::clone(&drip.given);
    let request = Request::from_reader(drip);
    let first = request.first_bytes(256)?;
    assert_eq!((first.len(), first[255]), (256, 255));
    let read = given.load(Ordering::SeqCst);
    assert!(read < 10_000, "a look does not read it all: {read}");
    assert_eq!(request.clone().first_bytes(16)?.len(), 16);
    assert_eq!(given.load(Ordering::SeqCst), read, "a second look is free");
    assert_eq!(request.first_bytes(5000)?.len(), 5000);
    assert_eq!(request.first_bytes(20_000)?.len(), 10_000);
    let mut all = Vec::new();
    request.reader()?.read_to_end(&mut all)?;
    assert_eq!((all.len(), all[0]), (10_000, 0), "looking moved nothing");
    Ok(())
}

// checklist: C-044
#[test]
fn several_readers_do_not_disturb_each_other() -> Result<()> {
    let bytes: Vec<u8> = (0..100_000u32).map(|i| (i % 251) as u8).collect();
    let folder = tempdir()?;
    let path = folder.path().join("a.bin");
    std::fs::write(&path, &bytes)?;
    let requests = [
        Request::from(&path),
        Request::from(bytes.clone()),
        Request::from_seekable(Cursor::new(bytes.clone())),
        Request::from_reader(Cursor::new(bytes.clone())),
    ];
    for request in requests {
        let (mut one, mut two) = (request.reader()?, request.reader()?);
        one.seek(SeekFrom::Start(90_000))?;
        let mut byte = [0];
        two.read_exact(&mut byte)?;
        assert_eq!(byte, [0]);
        one.read_exact(&mut byte)?;
        assert_eq!(byte, [bytes[90_000]]);
        assert_eq!(one.seek(SeekFrom::Current(-50_001))?, 40_000);
        let mut middle = vec![0; 40_000];
        one.read_exact(&mut middle)?;
        assert_eq!(middle, bytes[40_000..80_000]);
        assert_eq!(one.seek(SeekFrom::End(-1))?, 99_999);
        assert_eq!(one.read_to_end(&mut Vec::new())?, 1);
        assert_eq!(one.seek(SeekFrom::Start(1 << 40))?, 1 << 40);
        assert!(one.fill_buf()?.is_empty(), "nothing past the end");
        assert!(one.seek(SeekFrom::End(-200_000)).is_err());
        assert_eq!(request.read_all()?, bytes);
    }
    Ok(())
}

#[test]
fn ranges_are_filled_together_or_the_end_is_named() -> Result<()> {
    for request in [
        Request::from(b"0123456789"),
        Request::from_reader(&b"0123456789"[..]),
    ] {
        let (mut a, mut b) = ([0; 3], [0; 2]);
        request.read_ranges(&mut [(7, &mut a), (0, &mut b)])?;
        assert_eq!((&a, &b), (b"789", b"01"));
        let error = request
            .read_ranges(&mut [(0, &mut a), (9, &mut b)])
            .expect_err("one byte there");
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(
            error.message().contains("1 bytes at offset 9, expected 2"),
            "{error}"
        );
        assert_eq!(request.read_at(8, &mut a)?, 2);
        assert_eq!(request.read_at(u64::MAX, &mut a)?, 0);
    }
    Ok(())
}

#[test]
fn a_failed_read_leaves_no_false_data() -> Result<()> {
    /// Fails once, then goes on.
    struct Hiccup(bool, Cursor<Vec<u8>>);
    impl Read for Hiccup {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            if !std::mem::replace(&mut self.0, true) {
                return Err(IoError::other("Hiccup at Station X"));
            }
            self.1.read(buf)
        }
    }
    let mut reader = Request::from_reader(Hiccup(false, Cursor::new(vec![7; 10]))).reader()?;
    let error = reader.read(&mut [0; 4]).expect_err("fails once");
    assert_eq!(
        imageio_core::Error::from(error).message(),
        "hiccup at Station X"
    );
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest)?;
    assert_eq!(rest, [7; 10]);
    Ok(())
}

#[test]
fn a_stream_is_kept_inside_the_budget() -> Result<()> {
    let request = Request::from_reader(&[1; 500][..]).with_limits(Limits::new().bytes(2000));
    assert_eq!(request.read_all()?.len(), 500);
    let endless =
        Request::from_reader(std::io::repeat(0)).with_limits(Limits::new().bytes(100_000));
    assert_eq!(endless.first_bytes(16)?.len(), 16);
    let error = endless.len().expect_err("it never ends");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    Ok(())
}

// checklist: C-054, C-056, C-057, G-027
#[test]
fn a_private_copy_is_made_once_and_removed() -> Result<()> {
    let request = Request::from(b"content").extension_hint(Some(".toy"))?;
    let path = request.local_path()?;
    assert_eq!(std::fs::read(&path)?, b"content");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    assert!(
        name.starts_with("imageio_") && name.ends_with(".toy"),
        "{name}"
    );
    assert_eq!(request.clone().local_path()?, path);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path)?.permissions().mode();
        assert_eq!(mode & 0o077, 0, "private");
    }
    drop(request);
    assert!(!path.exists());
    let folder = tempdir()?;
    let own = folder.path().join("own.toy");
    std::fs::write(&own, "x")?;
    assert_eq!(Request::from(&own).local_path()?, own);
    Ok(())
}

// checklist: C-045
#[test]
fn bytes_are_borrowed_where_they_lie() -> Result<()> {
    let bytes: Arc<[u8]> = Arc::from(&b"here"[..]);
    let request = Request::from(Arc::clone(&bytes));
    let slice = request.as_slice().expect("in memory");
    assert_eq!(slice.as_ptr(), bytes.as_ptr());
    assert!(matches!(request.read_all()?, std::borrow::Cow::Borrowed(_)));
    assert!(Request::from_reader(&b"x"[..]).as_slice().is_none());
    // A device has no bytes of its own.
    assert!(Request::new("<screen>").first_bytes(4)?.is_empty());
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_once_and_served_to_all() -> Result<()> {
    let folder = tempdir()?;
    let pipe = folder.path().join("pipe.toy");
    crate::writes::make_pipe(&pipe);
    let path = pipe.clone();
    let writer = std::thread::spawn(move || std::fs::write(path, file(1, &[&[1], &[2]])));
    let mut resource = imopen_in(&registry(&[&DECLINER, &TOY]), pipe, OpenArgs::new())?;
    assert_eq!(
        resource.read(.., &Options::new())?.into_vec::<u8>()?,
        [1, 2]
    );
    writer.join().expect("no panic")?;
    Ok(())
}

// checklist: G-011
#[cfg(unix)]
#[test]
fn a_file_that_cannot_seek_is_a_stream() -> Result<()> {
    let (reader, mut writer) = std::io::pipe()?;
    std::io::Write::write_all(&mut writer, &file(1, &[&[4]]))?;
    drop(writer);
    let opened = std::fs::File::from(std::os::fd::OwnedFd::from(reader));
    let mut resource = imopen_in(&registry(&[&TOY]), opened, OpenArgs::new())?;
    assert_eq!(resource.read(0, &Options::new())?.into_vec::<u8>()?, [4]);
    Ok(())
}
