//! Where bytes come from, and how many of them a read takes.

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imageio_core::{
    DType, ErrorKind, Index, Limits, Mode, NdImage, OpenArgs, Options, Registry, Request, Window,
    imopen_in,
};
use imageio_spe::{PLUGIN, SpeReadOptions, SpeReader};

use crate::support::{DATA_START, Spe, fixtures, named, pixels};

/// Counts the bytes and the calls of reading.
struct Counted(Cursor<Vec<u8>>, Arc<AtomicU64>, Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buf)?;
        self.1.fetch_add(count as u64, Ordering::Relaxed);
        self.2.fetch_add(1, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

/// An opened file with counters of bytes and calls, which stand at zero.
fn counted(spe: &Spe) -> (SpeReader, impl Fn() -> (u64, u64) + use<>) {
    let (bytes, calls) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let source = Counted(
        Cursor::new(spe.bytes()),
        Arc::clone(&bytes),
        Arc::clone(&calls),
    );
    let reader = SpeReader::open(Request::from_seekable(source)).expect("a valid file");
    let take = move || {
        (
            bytes.swap(0, Ordering::Relaxed),
            calls.swap(0, Ordering::Relaxed),
        )
    };
    assert_eq!(take(), (4096, 1), "opening reads the header once");
    (reader, take)
}

#[test]
fn a_read_costs_what_it_gives() {
    let options = SpeReadOptions::new();
    let (mut reader, cost) = counted(&Spe::new(20, 30, 40));
    reader.read(Index::At(17), &options).expect("a frame");
    assert_eq!(cost(), (2 * 30 * 40, 1), "a frame is one read");
    reader.read(Index::All, &options).expect("all frames");
    assert_eq!(cost(), (2 * 20 * 30 * 40, 1), "all frames are one read");
    reader
        .read_window(Index::At(3), &Window::new([10..20, 0..40]), &options)
        .expect("whole rows");
    assert_eq!(cost(), (2 * 10 * 40, 1), "whole rows are one read");
    reader
        .read_window(Index::At(3), &Window::new([10..20, 5..8]), &options)
        .expect("a block");
    assert_eq!(cost(), (2 * 10 * 3, 10), "a block is one read a row");
    reader
        .read_window(Index::All, &Window::new([4..6, 0..30]), &options)
        .expect("two frames");
    assert_eq!(
        cost(),
        (2 * 2 * 30 * 40, 1),
        "frames side by side are one read"
    );
    reader
        .read_next(5, &options)
        .expect("a frame")
        .expect("a frame");
    assert_eq!(cost(), (2 * 30 * 40, 1));
    assert_eq!(reader.read_next(20, &options).expect("the end"), None);
    reader.properties(Index::All, &options).expect("properties");
    reader.metadata(Index::At(1), &options).expect("metadata");
    assert_eq!(cost(), (0, 0), "what is known costs nothing more");
}

// checklist: E-227, E-293
#[test]
fn every_kind_of_resource_gives_the_same() {
    let path = fixtures().join("spe/uint16.spe");
    let bytes = std::fs::read(&path).expect("a fixture");
    let absolute = path.canonicalize().expect("a fixture");
    let requests = [
        Request::from(&path),
        Request::new(&format!("file://{}", absolute.display())),
        Request::from(std::fs::File::open(&path).expect("a fixture")),
        Request::from(bytes.clone()),
        Request::from_owner(bytes.clone()),
        Request::from_reader(Cursor::new(bytes.clone())),
        Request::from_seekable(Cursor::new(bytes.clone())),
    ];
    let stored: Vec<u16> = bytes[DATA_START..]
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let mut registry = Registry::new();
    registry.add_plugin(&PLUGIN).expect("a free name");
    for request in requests {
        let mut found = imopen_in(&registry, request, OpenArgs::new()).expect("the plugin");
        let stack = found.read(.., &Options::new()).expect("all frames");
        assert_eq!(
            (stack.shape(), pixels(&stack)),
            (&[3, 5, 7][..], stored.clone())
        );
        let known = found
            .properties(Index::Default, &Options::new())
            .expect("properties");
        assert_eq!(
            (known.shape.as_slice(), known.n_images),
            (&[3, 5, 7][..], Some(3))
        );
    }
}

#[test]
fn windows_are_the_same_part_of_the_whole() {
    let options = SpeReadOptions::new();
    let mut reader = Spe::new(4, 6, 7).open().expect("a valid file");
    let whole = reader.read(Index::All, &options).expect("all frames");
    for ranges in [
        [0..4, 0..6, 0..7],
        [1..3, 2..5, 3..4],
        [0..1, 5..6, 0..7],
        [2..2, 0..6, 0..7],
        [0..4, 0..6, 6..7],
    ] {
        let window = Window::new(ranges.clone());
        let part = reader
            .read_window(Index::All, &window, &options)
            .expect("a window");
        assert_eq!(part, whole.crop(&ranges).expect("a window").to_contiguous());
    }
    let outside = reader.read_window(Index::At(0), &Window::new([0..7, 0..1]), &options);
    assert_eq!(
        outside.map_err(|error| error.kind()),
        Err(ErrorKind::OutOfRange)
    );
    let pyramid = reader.read_window(Index::At(0), &Window::new([0..1, 0..1]).level(1), &options);
    assert_eq!(
        pyramid.map_err(|error| error.kind()),
        Err(ErrorKind::OutOfRange)
    );
}

#[test]
fn a_buffer_is_filled_in_place() {
    let options = SpeReadOptions::new();
    let mut reader = Spe::new(4, 6, 7).open().expect("a valid file");
    let mut frame = NdImage::zeros(DType::U16, &[6, 7], &Limits::new()).expect("a buffer");
    let place = frame.as_slice::<u16>().expect("a slice").as_ptr();
    reader
        .read_into(Index::At(2), &mut frame, &options)
        .expect("a frame");
    assert_eq!(frame, reader.read(Index::At(2), &options).expect("a frame"));
    assert_eq!(frame.as_slice::<u16>().expect("a slice").as_ptr(), place);
    let mut turned = NdImage::zeros(DType::U16, &[7, 6], &Limits::new())
        .expect("a buffer")
        .permute(&[1, 0])
        .expect("turned");
    reader
        .read_into(Index::At(2), &mut turned, &options)
        .expect("a strided buffer");
    assert_eq!(turned, frame);
    let mut wrong = NdImage::zeros(DType::U8, &[6, 7], &Limits::new()).expect("a buffer");
    let error = reader
        .read_into(Index::At(2), &mut wrong, &options)
        .expect_err("another type");
    assert_eq!(error.kind(), ErrorKind::BadOption);
}

// checklist: E-291, E-292
#[test]
fn the_volume_modes_have_one_volume() {
    let options = SpeReadOptions::new();
    for mode in ["rv", "rV"] {
        let mode: Mode = mode.parse().expect("a mode");
        let mut reader =
            SpeReader::open(Spe::new(3, 4, 5).request().mode(mode)).expect("a valid file");
        let volume = reader.read(Index::At(0), &options).expect("the volume");
        assert_eq!(
            (volume.shape(), pixels(&volume)),
            (&[3, 4, 5][..], (0..60).collect())
        );
        let known = reader
            .properties(Index::At(0), &options)
            .expect("properties");
        assert_eq!(
            (known.shape.as_slice(), known.is_batch),
            (&[3, 4, 5][..], false)
        );
        assert_eq!(
            reader.read(Index::At(1), &options).map_err(|e| e.kind()),
            Err(ErrorKind::OutOfRange)
        );
        assert_eq!(reader.read_next(1, &options).expect("the end"), None);
    }
}

#[test]
fn budgets_are_kept() {
    let options = SpeReadOptions::new();
    let open = |limits| {
        SpeReader::open(Spe::new(4, 6, 7).request().with_limits(limits)).expect("a valid file")
    };
    let mut tight = open(Limits::new().bytes(100));
    assert_eq!(
        tight.read(Index::All, &options).map_err(|e| e.kind()),
        Err(ErrorKind::LimitExceeded)
    );
    assert!(tight.read(Index::At(1), &options).is_ok());
    assert_eq!(
        tight.properties(Index::All, &options).expect("known").shape,
        [4, 6, 7]
    );
    let mut few = open(Limits::new().frames(3));
    assert_eq!(
        few.read(Index::All, &options).map_err(|e| e.kind()),
        Err(ErrorKind::LimitExceeded)
    );
    assert!(
        few.read_window(Index::All, &Window::new([0..3, 0..6]), &options)
            .is_ok()
    );
    let mut small = open(Limits::new().pixels(41));
    assert_eq!(
        small.read(Index::At(0), &options).map_err(|e| e.kind()),
        Err(ErrorKind::LimitExceeded)
    );
}

#[test]
fn a_stream_that_is_no_spe_is_not_read_to_its_end() {
    struct Endless(Arc<AtomicU64>);
    impl Read for Endless {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            buf.fill(b'x');
            self.0.fetch_add(buf.len() as u64, Ordering::Relaxed);
            Ok(buf.len())
        }
    }
    let read = Arc::new(AtomicU64::new(0));
    let error =
        SpeReader::open(Request::from_reader(Endless(Arc::clone(&read)))).expect_err("letters");
    assert_eq!(error.kind(), ErrorKind::NotThisFormat);
    assert!(read.load(Ordering::Relaxed) <= 1 << 17);
}

#[test]
fn a_name_or_a_signature_makes_trouble_corruption() {
    let cut = Spe::new(1, 6, 7).bytes()[..DATA_START + 3].to_vec();
    let signed = Spe::new(1, 6, 7).signed().bytes()[..DATA_START + 3].to_vec();
    let kind = |request: Request| {
        SpeReader::open(request)
            .map(drop)
            .map_err(|error| error.kind())
    };
    assert_eq!(kind(named(cut.clone())), Err(ErrorKind::Corrupt));
    assert_eq!(kind(Request::from(cut)), Err(ErrorKind::NotThisFormat));
    assert_eq!(kind(Request::from(signed)), Err(ErrorKind::Corrupt));
}

// checklist: E-227
#[test]
fn versions_that_do_not_exist_are_declined() {
    let kind = |request: Request| {
        SpeReader::open(request)
            .map(drop)
            .map_err(|error| error.kind())
    };
    let version = |version: f32| Spe::new(1, 6, 7).put(1992, version.to_le_bytes());
    for odd in [4.0, 1e30, -1.0, f32::NAN, f32::INFINITY] {
        assert_eq!(
            kind(version(odd).request()),
            Err(ErrorKind::NotThisFormat),
            "{odd}"
        );
    }
    // SDT-control leaves the version at 0, which says nothing on its own.
    assert_eq!(kind(version(0.0).request()), Ok(()));
    assert_eq!(kind(version(0.0).signed().bytes().into()), Ok(()));
    assert_eq!(
        kind(version(0.0).bytes().into()),
        Err(ErrorKind::NotThisFormat)
    );
    assert_eq!(kind(version(1.6).bytes().into()), Ok(()));
}
