//! JPEG of TIFF 6.0 §22, whose tables stand apart from its strips: in tags, in a stream, in the first strip.

use imageio_codecs::jpeg::{Area, FrameHeader, Job, Subsampling, decode_u8, encode, next_segment};
use imageio_core::{ErrorKind, Index, Limits, Window};
use imageio_tiff::{TiffReadOptions, TiffReader};

use crate::support::{LONG, SHORT, file};

const WIDTH: usize = 40;
/// Rows of the page: a strip, and one that is shorter.
const HEIGHT: usize = 56;
const STRIP: usize = 32;
const BEHIND_HEADER: u32 = 8;

/// Rows of a picture in which neighbours differ, and colours too.
fn samples(rows: std::ops::Range<usize>) -> Vec<u8> {
    let pixel = |y: usize, x: usize| [(x * 6) as u8, (y * 4) as u8, (x * y % 251) as u8];
    rows.flat_map(|y| (0..WIDTH).flat_map(move |x| pixel(y, x)))
        .collect()
}

/// These rows as a JPEG that stands alone.
fn jpeg(rows: std::ops::Range<usize>, subsampling: Subsampling, restart_rows: u16) -> Vec<u8> {
    let job = Job {
        samples: &samples(rows.clone()),
        height: rows.len(),
        width: WIDTH,
        channels: 3,
        quality: 90,
        subsampling,
        progressive: false,
        optimize: false,
        tables: &[],
        restart_blocks: 0,
        restart_rows,
        density: None,
        keep_rgb: false,
    };
    encode(&job).expect("a picture")
}

/// What a JPEG that stands alone decodes to.
fn decoded(data: &[u8]) -> Vec<u8> {
    let frame = FrameHeader::find(data).expect("a frame");
    let mut out = vec![0; usize::from(frame.height) * usize::from(frame.width) * 3];
    decode_u8(data, &frame, &Area::whole(&frame), &mut out, &Limits::new()).expect("pixels");
    out
}

/// Where the samples of a JPEG begin.
fn samples_at(data: &[u8]) -> usize {
    let mut rest = &data[2..];
    while let Some((_, after)) = next_segment(rest) {
        rest = after;
    }
    data.len() - rest.len() + 2 + usize::from(u16::from_be_bytes([rest[2], rest[3]]))
}

/// The samples alone, without the marker of the end.
fn body(data: &[u8]) -> &[u8] {
    &data[samples_at(data)..data.len() - 2]
}

/// The tables of one kind as tags have them: without a segment around each, in the order of their numbers.
fn tables(data: &[u8], code: u8, class: u8, len: impl Fn(&[u8]) -> usize) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut rest = &data[2..];
    while let Some((segment, after)) = next_segment(rest) {
        let mut body = &segment[4..];
        while segment[1] == code && !body.is_empty() {
            let end = 1 + len(&body[1..]);
            if body[0] >> 4 == class {
                found.push(body[1..end].to_vec());
            }
            body = &body[end..];
        }
        rest = after;
    }
    found
}

/// What a file keeps before its page.
#[derive(Default)]
struct Parts {
    data: Vec<u8>,
}

impl Parts {
    fn add(&mut self, bytes: &[u8]) -> u32 {
        let at = BEHIND_HEADER + self.data.len() as u32;
        self.data.extend(bytes);
        at
    }

    fn add_numbers(&mut self, numbers: &[u32]) -> u32 {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.add(&bytes)
    }

    /// The places of three tables, of which the last two are one.
    fn add_tables(&mut self, tables: &[Vec<u8>]) -> u32 {
        assert_eq!(tables.len(), 2);
        let at: Vec<u32> = tables.iter().map(|table| self.add(table)).collect();
        self.add_numbers(&[at[0], at[1], at[1]])
    }

    /// A file of two strips of old-style JPEG with further tags.
    fn file(mut self, strips: [&[u8]; 2], (across, down): (u32, u32), more: &[Tag]) -> Vec<u8> {
        let at = strips.map(|strip| self.add(strip));
        let (offsets, counts) = (
            self.add_numbers(&at),
            self.add_numbers(&strips.map(|strip| strip.len() as u32)),
        );
        let mut tags = vec![
            (256, LONG, 1, WIDTH as u32),
            (257, LONG, 1, HEIGHT as u32),
            (259, SHORT, 1, 6),
            (262, SHORT, 1, 6),
            (273, LONG, 2, offsets),
            (277, SHORT, 1, 3),
            (278, LONG, 1, STRIP as u32),
            (279, LONG, 2, counts),
            (530, SHORT, 2, down << 16 | across),
        ];
        tags.extend(more);
        tags.sort_unstable();
        file(&self.data, &tags)
    }
}

type Tag = (u16, u16, u32, u32);

/// Asserts that the file has these pixels, as a whole and in a window over both strips.
fn has(bytes: Vec<u8>, expected: &[u8]) {
    let mut reader = TiffReader::open(bytes).expect("a file");
    let options = TiffReadOptions::new();
    let image = reader.read(Index::Default, &options).expect("a page");
    assert_eq!(image.shape(), [HEIGHT, WIDTH, 3]);
    assert!(image.as_slice::<u8>().expect("bytes") == expected);
    let window = Window::new([20..40, 3..17]);
    let part = reader.read_window(Index::Default, &window, &options);
    assert_eq!(
        part.expect("a part"),
        image.crop(&[20..40, 3..17]).expect("a part")
    );
}

/// A file whose tables are in tags alone.
fn in_tags(process: u32) -> (Vec<u8>, Vec<u8>) {
    let first = jpeg(0..STRIP, Subsampling::S420, 0);
    let second = jpeg(STRIP..HEIGHT, Subsampling::S420, 0);
    let codes = |table: &[u8]| 16 + table[..16].iter().map(|&n| usize::from(n)).sum::<usize>();
    let mut parts = Parts::default();
    let quantization = parts.add_tables(&tables(&first, 0xdb, 0, |_| 64));
    let (dc, ac) = (
        tables(&first, 0xc4, 0, codes),
        tables(&first, 0xc4, 1, codes),
    );
    let (dc, ac) = (parts.add_tables(&dc), parts.add_tables(&ac));
    let more = [
        (512, SHORT, 1, process),
        (519, LONG, 3, quantization),
        (520, LONG, 3, dc),
        (521, LONG, 3, ac),
    ];
    let bytes = parts.file([body(&first), body(&second)], (2, 2), &more);
    (bytes, [decoded(&first), decoded(&second)].concat())
}

// checklist: E-133
#[test]
fn tables_stand_in_tags() {
    let (bytes, expected) = in_tags(1);
    has(bytes, &expected);
}

#[test]
fn a_process_without_loss_is_refused_by_its_number() {
    let (bytes, _) = in_tags(14);
    let mut reader = TiffReader::open(bytes).expect("a file");
    let error = reader.read(Index::Default, &TiffReadOptions::new());
    let error = error.expect_err("no such process");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("process 14"), "{error}");
}

// checklist: E-133
#[test]
fn tables_stand_in_a_stream_without_samples() {
    let first = jpeg(0..STRIP, Subsampling::S422, 0);
    let second = jpeg(STRIP..HEIGHT, Subsampling::S422, 0);
    let mut header = first[..samples_at(&first)].to_vec();
    // The frame is that of the page.
    let frame = header
        .windows(2)
        .position(|w| w == [0xff, 0xc0])
        .expect("a frame");
    header[frame + 6] = HEIGHT as u8;
    let mut parts = Parts::default();
    let at = parts.add(&header);
    let more = [(513, LONG, 1, at), (514, LONG, 1, header.len() as u32)];
    let bytes = parts.file([body(&first), body(&second)], (2, 1), &more);
    has(bytes, &[decoded(&first), decoded(&second)].concat());
}

/// One stream that is cut into strips where its restart markers are; each strip has two rows of units, or three.
#[test]
fn tables_stand_in_the_first_strip() {
    let whole = jpeg(0..HEIGHT, Subsampling::S444, 1);
    let start = samples_at(&whole);
    let marks: Vec<usize> = (start..whole.len() - 2)
        .filter(|&at| whole[at] == 0xff && matches!(whole[at + 1], 0xd0..=0xd7))
        .collect();
    assert_eq!(marks.len(), HEIGHT / 8 - 1);
    let cut = marks[STRIP / 8 - 1];
    // The marker belongs to the strip before it in some files, in others to the one behind it.
    for at in [cut, cut + 2] {
        let strips = [&whole[..at], &whole[at..whole.len() - 2]];
        has(Parts::default().file(strips, (1, 1), &[]), &decoded(&whole));
    }
}

/// Bits of the tables and of what points to them may be wrong.
#[test]
fn broken_tables_are_survived() {
    let (bytes, _) = in_tags(1);
    let (mut read, mut refused) = (0, 0);
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 0x41;
        let image = TiffReader::open(changed)
            .and_then(|mut reader| reader.read(Index::Default, &TiffReadOptions::new()));
        match image {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    // The last four bytes say that no page follows.
    for len in 0..bytes.len() - 4 {
        assert!(TiffReader::open(bytes[..len].to_vec()).is_err());
    }
    println!("{read} changed files are read, {refused} refused");
    assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
}
