//! A reader over any kind of resource is as good as one over memory.

use std::io::{BufRead, Cursor, Read, Result as IoResult, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use imageio_core::{Limits, Request, RequestReader, Result, Spool};
use tempfile::tempdir;

/// Gives few bytes at a time and cannot seek.
struct Drip {
    bytes: Cursor<Vec<u8>>,
    given: Arc<AtomicUsize>,
    dropped: Arc<AtomicBool>,
}

impl Read for Drip {
    fn read(&mut self, buf: &mut [u8]) -> IoResult<usize> {
        let most = buf.len().min(777);
        let count = self.bytes.read(&mut buf[..most])?;
        self.given.fetch_add(count, Ordering::SeqCst);
        Ok(count)
    }
}

impl Drop for Drip {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

fn drip(bytes: &[u8]) -> Drip {
    Drip {
        bytes: Cursor::new(bytes.to_vec()),
        given: Arc::default(),
        dropped: Arc::default(),
    }
}

/// Numbers without a pattern, the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// One step on both, which must come out the same.
fn step<A: BufRead + Seek, B: BufRead + Seek>(dice: &mut Dice, len: u64, one: &mut A, two: &mut B) {
    let far = dice.roll(len * 5 / 4 + 10);
    let by = dice.roll(2 * len + 10) as i64 - len as i64;
    match dice.roll(8) {
        0 | 1 => {
            let most = [1, 10, 3000, 70_000][dice.roll(4) as usize];
            let size = dice.roll(most) as usize;
            let (mut a, mut b) = (vec![0; size], vec![0; size]);
            // One call may give less than there is; what comes until the end must be equal.
            let (a_len, b_len) = (fill(one, &mut a), fill(two, &mut b));
            assert_eq!(a_len, b_len);
            assert!(a == b);
        }
        2 => assert_eq!(
            seek(one, SeekFrom::Start(far)),
            seek(two, SeekFrom::Start(far))
        ),
        3 => {
            assert_eq!(
                seek(one, SeekFrom::Current(by)),
                seek(two, SeekFrom::Current(by))
            );
        }
        4 => assert_eq!(seek(one, SeekFrom::End(by)), seek(two, SeekFrom::End(by))),
        5 => {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            one.read_until(b'\n', &mut a).expect("a line");
            two.read_until(b'\n', &mut b).expect("a line");
            assert!(a == b);
        }
        6 if dice.roll(10) == 0 => {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            one.read_to_end(&mut a).expect("the rest");
            two.read_to_end(&mut b).expect("the rest");
            assert!(a == b);
        }
        _ => {}
    }
    assert_eq!(
        one.stream_position().expect("a position"),
        two.stream_position().expect("a position")
    );
}

fn fill(reader: &mut impl Read, buf: &mut [u8]) -> usize {
    let mut done = 0;
    while done < buf.len() {
        match reader.read(&mut buf[done..]).expect("bytes") {
            0 => break,
            count => done += count,
        }
    }
    done
}

fn seek(reader: &mut impl Seek, to: SeekFrom) -> Option<u64> {
    reader.seek(to).ok()
}

// checklist: C-062, C-065, C-067
#[test]
fn any_sequence_of_reads_and_seeks_is_that_of_a_file_in_memory() -> Result<()> {
    let folder = tempdir()?;
    let path = folder.path().join("a.bin");
    let mut dice = Dice(7);
    for len in [0u64, 1, 500, 100_000, 9 << 20] {
        let bytes: Vec<u8> = (0..len).map(|_| dice.roll(30) as u8).collect();
        std::fs::write(&path, &bytes)?;
        let spool = Spool::new(Box::new(drip(&bytes)), None, &Limits::new());
        let readers: Vec<(&str, RequestReader)> = vec![
            ("stream", Request::from_reader(drip(&bytes)).reader()?),
            ("spool", RequestReader::over(Arc::new(spool))),
            ("file", Request::from(&path).reader()?),
            ("bytes", Request::from(bytes.clone()).reader()?),
            (
                "seekable",
                Request::from_seekable(Cursor::new(bytes.clone())).reader()?,
            ),
        ];
        for (what, mut reader) in readers {
            let mut memory = Cursor::new(&bytes);
            eprintln!("{what} of {len} bytes");
            for _ in 0..300 {
                step(&mut dice, len, &mut memory, &mut reader);
            }
        }
    }
    Ok(())
}

// checklist: C-062, C-064
#[test]
fn a_stream_is_read_as_far_as_is_asked_and_closed_with_its_last_user() -> Result<()> {
    let bytes = vec![3; 300_000];
    let drip = drip(&bytes);
    let (given, dropped) = (Arc::clone(&drip.given), Arc::clone(&drip.dropped));
    let request = Request::from_reader(drip);
    let mut reader = request.reader()?;
    let mut some = [0; 1000];
    reader.read_exact(&mut some)?;
    assert_eq!((reader.position(), reader.stream_position()?), (1000, 1000));
    let read = given.load(Ordering::SeqCst);
    assert!(read < 150_000, "{read} bytes for 1000");
    reader.seek(SeekFrom::Start(0))?;
    reader.read_exact(&mut some)?;
    assert_eq!(given.load(Ordering::SeqCst), read, "what was read is kept");
    drop(request);
    assert!(!dropped.load(Ordering::SeqCst), "the reader goes on");
    drop(reader);
    assert!(dropped.load(Ordering::SeqCst));
    Ok(())
}
