//! TIFF files of many gigabytes, of which a part is read, or which are written piece by piece.
#![expect(clippy::print_stdout, reason = "figures of a run are worth a look")]

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imageio::v3 as iio;
use imageio::{NdImage, Options, Request, Window};

use crate::counter::Meter;
use crate::{MIB, SLACK, noise};

#[path = "../huge_tiff.rs"]
mod files;

use files::Huge;

/// A source that counts what is read of it.
struct Counted {
    huge: Arc<Huge>,
    at: u64,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let len = buf.len().min((self.huge.len - self.at) as usize);
        self.huge.fill(self.at, &mut buf[..len]);
        self.at += len as u64;
        self.read.fetch_add(len as u64, Ordering::Relaxed);
        Ok(len)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(back) => self.huge.len.checked_add_signed(back),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at
            .ok_or(std::io::ErrorKind::InvalidInput)?
            .min(self.huge.len);
        Ok(self.at)
    }
}

/// A window, the bytes that were read for it, and the memory beyond it.
fn window(meter: &Meter, huge: &Arc<Huge>, window: Window) -> (NdImage, u64, usize) {
    let read = Arc::new(AtomicU64::new(0));
    let source = Counted {
        huge: Arc::clone(huge),
        at: 0,
        read: Arc::clone(&read),
    };
    let args = iio::ReadArgs::new().extension(".tif").window(window);
    let (image, peak) =
        meter.peak(|| iio::imread_with(Request::from_seekable(source), args).expect("a window"));
    let bytes = read.load(Ordering::Relaxed);
    println!("{bytes} bytes read, {peak} bytes held");
    let beyond = peak.saturating_sub(image.nbytes());
    (image, bytes, beyond)
}

#[test]
fn a_window_of_ten_gigapixels_reads_and_holds_little() {
    let meter = Meter::alone();
    let huge = Arc::new(files::tiled());
    let tile = files::tile_bytes();
    for (rows, columns, tiles) in [
        (512 * 101..512 * 102, 512 * 57..512 * 58, 1),
        (51_300..51_812, 99_000..99_512, 4),
        (99_900..100_000, 99_900..100_000, 2),
    ] {
        let place = Window::new([rows.clone(), columns.clone()]);
        let (image, bytes, beyond) = window(&meter, &huge, place);
        assert_eq!(image, files::pixels(rows, columns));
        // The index alone has 461 KB, of which few entries are read.
        assert!(
            bytes <= tiles * tile + (256 << 10),
            "{bytes} bytes for {tiles} tiles of {tile}"
        );
        assert!(beyond <= SLACK, "{beyond} bytes held");
    }
}

#[test]
fn a_slice_of_twenty_gigabytes_reads_and_holds_little() {
    let meter = Meter::alone();
    let huge = Arc::new(files::volume());
    assert!(huge.len > 20_000_000_000);
    for at in [0, 12_345, 19_999] {
        let (image, bytes, beyond) = window(&meter, &huge, Window::new([at..at + 1]));
        assert_eq!(image, files::slice(at));
        assert!(bytes <= image.nbytes() as u64 + (256 << 10), "{bytes}");
        assert!(beyond <= SLACK, "{beyond} bytes held");
    }
}

/// What writing so many frames of 1 MiB, one after the other, holds at its peak.
fn written(meter: &Meter, frames: usize, options: &Options) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.tif");
    let frame = noise(&[1024, 1024]);
    let ((), peak) = meter.peak(|| {
        let mut file = iio::imopen(&path, imageio::Mode::WRITE).expect("a file");
        for _ in 0..frames {
            file.write(&frame, options).expect("a frame");
        }
        file.close().expect("a file");
    });
    let args = iio::ReadArgs::new().index(0).option("page", 0);
    let read = iio::imread_with(&path, args).expect("a frame");
    assert_eq!(read.as_bytes()[..], frame.as_bytes()[..]);
    peak
}

#[test]
fn writing_holds_the_same_for_short_and_long_series() {
    let meter = Meter::alone();
    for options in [
        Options::new(),
        Options::new().set("contiguous", true),
        Options::new().set("compression", "zlib"),
        Options::new()
            .set("compression", "zstd")
            .set("tile", [256, 256]),
    ] {
        let (short, long) = (written(&meter, 8, &options), written(&meter, 96, &options));
        println!("{options:?}: {short} bytes for 8 frames, {long} for 96");
        assert!(
            long <= short + MIB,
            "{short} bytes for 8 frames, {long} for 96"
        );
        assert!(long <= 8 * MIB, "{long} bytes");
    }
}
