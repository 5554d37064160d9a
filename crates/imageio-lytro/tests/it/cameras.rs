//! Files of the real size, made by formula.

use imageio_core::{Index, Request, Window};
use imageio_lytro::{LytroFormat, LytroReadOptions, LytroReader};

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

fn check(format: LytroFormat, len: u64, shape: [usize; 2], pixel: fn(u64) -> f64) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("it.raw");
    let bytes: Vec<u8> = (0..len).map(byte).collect();
    std::fs::write(&path, &bytes).expect("a file");
    let requests = [
        Request::from(&path),
        Request::from(bytes)
            .extension_hint(Some(".raw"))
            .expect("an extension"),
    ];
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
