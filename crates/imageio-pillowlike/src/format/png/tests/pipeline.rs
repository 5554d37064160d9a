//! The row pipeline against crate `png`, and on two threads against one.

use std::io::Cursor;

use super::*;
use crate::format::png::header::{Color, Header};
use crate::format::png::pixels::{Part, decode_with};
use crate::format::png::samples::Samples;

struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    /// Rows that suit each filter now and then.
    fn samples(&mut self, len: usize) -> Vec<u8> {
        let mut value = 0u8;
        let smooth = self.next() & 1 == 0;
        let next = |_| {
            let step = self.next();
            value = if smooth {
                value.wrapping_add((step & 7) as u8)
            } else {
                step as u8
            };
            value
        };
        (0..len).map(next).collect()
    }
}

const KINDS: [(png::ColorType, &[u8]); 5] = [
    (png::ColorType::Grayscale, &[1, 2, 4, 8, 16]),
    (png::ColorType::Rgb, &[8, 16]),
    (png::ColorType::Indexed, &[1, 2, 4, 8]),
    (png::ColorType::GrayscaleAlpha, &[8, 16]),
    (png::ColorType::Rgba, &[8, 16]),
];

const FILTERS: [png::Filter; 6] = [
    png::Filter::NoFilter,
    png::Filter::Sub,
    png::Filter::Up,
    png::Filter::Avg,
    png::Filter::Paeth,
    png::Filter::Adaptive,
];

fn by_the_crate(
    color: png::ColorType,
    depth: u8,
    (width, height): (usize, usize),
    filter: png::Filter,
    random: &mut Random,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width as u32, height as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::from_u8(depth).unwrap());
    if color == png::ColorType::Indexed {
        encoder.set_palette(random.samples(3 << depth));
    }
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(filter);
    let row = (width * color.samples() * usize::from(depth)).div_ceil(8);
    let mut writer = encoder.write_header().unwrap();
    writer
        .write_image_data(&random.samples(row * height))
        .unwrap();
    writer.finish().unwrap();
    out
}

/// The rows as crate `png` reads them, a sample each in native order.
fn read_by_the_crate(bytes: &[u8]) -> (Vec<u8>, Header) {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let mut out = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut out).unwrap();
    out.truncate(frame.buffer_size());
    (out, Header::parse(&bytes[16..29]).unwrap())
}

/// What crate `png` gives as the samples that we give.
fn expected(bytes: &[u8]) -> Vec<u8> {
    let (rows, header) = read_by_the_crate(bytes);
    let samples = header.width * header.color.channels();
    let row_bytes = header.row_bytes(header.width).unwrap();
    let mut found = Vec::new();
    for row in rows.chunks_exact(row_bytes) {
        match header.depth {
            8 => found.extend_from_slice(row),
            16 => found.extend(
                row.chunks_exact(2)
                    .flat_map(|pair| u16::from_be_bytes([pair[0], pair[1]]).to_ne_bytes()),
            ),
            depth => found.extend((0..samples).map(|at| {
                let bit = at * usize::from(depth);
                let level = row[bit / 8] >> (8 - usize::from(depth) - bit % 8);
                let level = level & ((1 << depth) - 1);
                match header.color {
                    Color::Gray if depth > 1 => level * header.scale(),
                    _ => level,
                }
            })),
        }
    }
    found
}

fn decoded(bytes: &[u8], threads: bool) -> Result<NdImage> {
    let request = Request::from_owner(bytes.to_vec());
    let mut input = request.reader()?;
    let limits = Limits::new();
    let outline = walk::read_outline(&mut input, &limits)?;
    let stream = FrameStream::still(&mut input, outline.data)?;
    let header = &outline.header;
    let samples: Samples = decode_with(stream, header, &Part::whole(header), &limits, || threads)?;
    assert!(limits.live() == 0);
    let channels = header.color.channels();
    samples.into_image(&[header.height, header.width, channels])
}

#[test]
fn rows_are_those_of_another_decoder() {
    let mut random = Random(7);
    for (color, depths) in KINDS {
        for &depth in depths {
            for (at, filter) in FILTERS.into_iter().enumerate() {
                for size in [(1, 1), (3, 5), (37 + at, 29)] {
                    let bytes = by_the_crate(color, depth, size, filter, &mut random);
                    let found = decoded(&bytes, false).unwrap();
                    assert_eq!(
                        *found.as_bytes(),
                        expected(&bytes),
                        "{color:?} {depth} {filter:?} {size:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn fixtures_are_those_of_another_decoder() {
    for (name, _) in expectations() {
        let bytes = fixture(&name);
        let found = decoded(&bytes, false).unwrap();
        assert_eq!(*found.as_bytes(), expected(&bytes), "{name}");
    }
}

#[test]
fn two_threads_give_what_one_gives() {
    let mut random = Random(11);
    for (color, depth) in [
        (png::ColorType::Rgb, 8),
        (png::ColorType::Rgba, 16),
        (png::ColorType::Grayscale, 1),
    ] {
        let width = 8 * 900 / usize::from(depth);
        let size = (width, 1400);
        let bytes = by_the_crate(color, depth, size, png::Filter::Adaptive, &mut random);
        let whole = decoded(&bytes, false).unwrap();
        assert!(decoded(&bytes, true).unwrap() == whole);
        let mut failed = 0;
        for at in 1..8 {
            let mut broken = bytes.clone();
            let place = broken.len() * at / 8;
            broken[place] ^= 0x55;
            let outcome = |threads| decoded(&broken, threads).map_err(|error| error.to_string());
            let (one, two) = (outcome(false), outcome(true));
            assert!(
                one == two,
                "{color:?} {at}: {:?} {:?}",
                one.err(),
                two.err()
            );
            failed += u32::from(one.is_err());
            let cut = &bytes[..place];
            let outcome = |threads| decoded(cut, threads).map_err(|error| error.to_string());
            assert!(outcome(false) == outcome(true));
        }
        assert!(failed > 0);
    }
}

#[test]
fn interlaced_files_are_written_as_others_read_them() {
    let settings = Settings {
        interlace: true,
        ..Settings::default()
    };
    let mut random = Random(3);
    for (height, width) in [(1, 1), (1, 9), (3, 5), (7, 1), (8, 8), (33, 21)] {
        for channels in 1..=4 {
            let shape = match channels {
                1 => vec![height, width],
                _ => vec![height, width, channels],
            };
            let samples = random.samples(height * width * channels);
            let wide = samples.iter().map(|&sample| u16::from(sample) * 257);
            let images = [
                NdImage::from_vec(&shape, wide.collect::<Vec<u16>>()).unwrap(),
                NdImage::from_vec(&shape, samples).unwrap(),
            ];
            for image in images {
                let mut out = Cursor::new(Vec::new());
                let frames = std::slice::from_ref(&image);
                encode(frames, &settings, &mut out, &Limits::new()).unwrap();
                let bytes = out.into_inner();
                assert_eq!(expected(&bytes), *image.as_bytes(), "{shape:?}");
                let mut decoder = open_bytes(bytes, &Limits::new()).unwrap();
                assert_eq!(
                    decoder.metadata(None).unwrap().get("interlace"),
                    Some(&1.into())
                );
                assert_eq!(decoder.decode(0).unwrap().pixels, image);
            }
        }
    }
}

#[test]
fn a_window_of_an_interlaced_image_costs_its_own_size() {
    let image = NdImage::from_vec(&[300, 300], Random(5).samples(90_000)).unwrap();
    let settings = Settings {
        interlace: true,
        ..Settings::default()
    };
    let mut out = Cursor::new(Vec::new());
    let frames = std::slice::from_ref(&image);
    encode(frames, &settings, &mut out, &Limits::new()).unwrap();
    // Working rows take 64 KiB.
    let tight = Limits::new().bytes(80_000);
    let mut decoder = open_bytes(out.into_inner(), &tight).unwrap();
    assert!(decoder.decode(0).is_err());
    let found = decoder.decode_window(0, 17..40, 5..31).unwrap();
    assert_eq!(found.pixels, image.crop(&[17..40, 5..31]).unwrap());
}
