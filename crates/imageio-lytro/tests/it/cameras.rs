//! Files of the real size, made by formula.

use imageio_core::{Index, Request, Window};
use imageio_lytro::{LytroFormat, LytroReadOptions, LytroReader};

use crate::support::{FILE, chunk, f01_index, illum_index, reference};

/// The byte at `n` of a raw file.
fn byte(n: u64) -> u8 {
    (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) as u8
}

/// What the reference computes for a pixel: ten bits, four pixels in five bytes.
fn illum(n: u64) -> f64 {
    let (group, at) = (n / 4 * 5, n % 4);
    let low = byte(group + 4) >> (2 * at) & 3;
    f64::from(u16::from(byte(group + at)) << 2 | u16::from(low)) / 1023.0
}

/// Twelve bits, two pixels in three bytes.
fn f01(n: u64) -> f64 {
    let group = n / 2 * 3;
    let [a, b, c] = [0, 1, 2].map(|at| u16::from(byte(group + at)));
    f64::from(if n.is_multiple_of(2) {
        a << 4 | b >> 4
    } else {
        (b & 15) << 8 | c
    }) / 4095.0
}

/// Bytes that are said to be of a raw file.
fn named(bytes: Vec<u8>) -> Request {
    let request = Request::from(bytes).extension_hint(Some(".raw"));
    request.expect("an extension")
}

fn check(format: LytroFormat, len: u64, shape: [usize; 2], pixel: fn(u64) -> f64) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("it.raw");
    let bytes: Vec<u8> = (0..len).map(byte).collect();
    std::fs::write(&path, &bytes).expect("a file");
    let requests = [Request::from(&path), named(bytes)];
    for request in requests {
        let reader = LytroReader::open(request, format).expect("a file");
        let options = LytroReadOptions::new();
        let image = reader.read(Index::Default, &options).expect("an image");
        assert_eq!(image.shape(), shape);
        let pixels = image.as_slice::<f64>().expect("floats");
        // Every part of the file, though not every pixel in a test that is not optimised.
        for n in (0..pixels.len())
            .step_by(997)
            .chain(pixels.len() - 64..pixels.len())
        {
            assert_eq!(pixels[n].to_bits(), pixel(n as u64).to_bits(), "pixel {n}");
        }
        let ranges = [1000..1201, 1001..1100];
        let part = reader
            .read_window(Index::Default, &Window::new(ranges.clone()), &options)
            .expect("a window");
        assert_eq!(part, image.crop(&ranges).expect("a window").to_contiguous());
    }
}

// checklist: E-389, E-391
#[test]
fn the_illum_has_ten_bits() {
    check(LytroFormat::IllumRaw, 51_854_880, [5368, 7728], illum);
}

// checklist: E-390, E-391
#[test]
fn the_first_camera_has_twelve_bits() {
    check(LytroFormat::F01Raw, 16_137_600, [3280, 3280], f01);
}

/// A pixel of an image whose other pixels are zeros, with ten or twelve bits.
fn packed(bits: u8, place: [usize; 2], value: u16) -> Vec<u8> {
    let [row, column] = place;
    if bits == 10 {
        let (n, mut bytes) = (row * 7728 + column, vec![0; 51_854_880]);
        bytes[n / 4 * 5 + n % 4] = (value >> 2) as u8;
        bytes[n / 4 * 5 + 4] = ((value & 3) << (2 * (n % 4))) as u8;
        return bytes;
    }
    let (n, mut bytes) = (row * 3280 + column, vec![0; 16_137_600]);
    let group = &mut bytes[n / 2 * 3..n / 2 * 3 + 3];
    if n.is_multiple_of(2) {
        group[..2].copy_from_slice(&(value << 4).to_be_bytes());
    } else {
        group[1..].copy_from_slice(&value.to_be_bytes());
    }
    bytes
}

/// The same bytes in a container.
fn wrapped(bits: u8, bytes: &[u8]) -> Vec<u8> {
    let [metadata, image, private] = [1, 2, 3].map(reference);
    let about: &[u8] = match bits {
        10 => {
            br#"{"image": {"width": 7728, "height": 5368, "pixelPacking": {"bitsPerPixel": 10}}}"#
        }
        _ => br#"{"image": {"width": 3280, "height": 3280, "pixelPacking": {"bitsPerPixel": 12}}}"#,
    };
    let index = if bits == 10 {
        illum_index()
    } else {
        f01_index()
    };
    let index = chunk(b'M', &reference(0), index.as_bytes());
    let chunks = [
        chunk(b'C', &metadata, about),
        chunk(b'C', &image, bytes),
        chunk(b'C', &private, b"{}"),
    ]
    .concat();
    match bits {
        10 => [FILE, &chunks, &index].concat(),
        _ => [FILE, &index, &chunks].concat(),
    }
}

// The values that the reference finds at these places of the sample files, which are no part of these tests.
// checklist: E-395
#[test]
fn pixels_of_the_sample_files_have_their_values() {
    use LytroFormat::{F01Raw, IllumRaw, Lfp, Lfr};
    let facts = [
        (Lfr, 10, [14, 32], 103, 0.100684261974585),
        (Lfr, 10, [1531, 95], 256, 0.250244379276637),
        (Lfr, 10, [4951, 2025], 357, 0.348973607038123),
        (IllumRaw, 10, [24, 48], 755, 0.738025415444770),
        (Lfp, 12, [171, 94], 1164, 0.284249084249084),
        (Lfp, 12, [1032, 2230], 1452, 0.354578754578755),
        (F01Raw, 12, [16, 7], 183, 0.044688644688645),
    ];
    for (format, bits, [row, column], value, expected) in facts {
        let mut bytes = packed(bits, [row, column], value);
        if matches!(format, Lfr | Lfp) {
            bytes = wrapped(bits, &bytes);
        }
        let reader = LytroReader::open(named(bytes), format).expect("a file");
        let options = LytroReadOptions::new();
        let window = Window::new([row - 1..row + 2, column - 1..column + 2]);
        let part = reader.read_window(Index::Default, &window, &options);
        let part = part
            .expect("nine pixels")
            .into_vec::<f64>()
            .expect("floats");
        let others = part.iter().filter(|pixel| **pixel == 0.0).count();
        assert_eq!(others, 8, "{format:?} [{row}, {column}]");
        assert!((part[4] - expected).abs() < 1e-15, "{format:?} {}", part[4]);
    }
}
