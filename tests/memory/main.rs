//! What reading holds at its peak, counted by the allocator of this binary.
#![expect(unsafe_code, reason = "a counting allocator wraps the system's")]

mod corpus;
mod counter;
mod tiff;

use imageio::v3 as iio;
use imageio::{DType, Limits, NdImage};

use counter::Meter;

const MIB: usize = 1 << 20;

/// What any call may take beside its output.
const SLACK: usize = 16 * MIB;

fn noise(shape: &[usize]) -> NdImage {
    let mut state = 1u32;
    let len = shape.iter().product();
    let data = (0..len).map(|_| {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        (state >> 24) as u8
    });
    NdImage::from_vec(shape, data.collect()).expect("noise")
}

#[test]
fn uncompressed_formats_hold_their_output_and_little_else() {
    let meter = Meter::alone();
    let folder = tempfile::tempdir().expect("a folder");
    let image = noise(&[4000, 3000, 3]);
    for name in ["a.bmp", "a.ppm"] {
        let file = folder.path().join(name);
        iio::imwrite(&file, &image).expect(name);
        let (read, peak) = meter.peak(|| iio::imread(&file).expect(name));
        assert_eq!(read, image, "{name}");
        println!(
            "{name}: output {} MiB, peak {} MiB",
            read.nbytes() / MIB,
            peak / MIB
        );
        assert!(
            peak <= image.nbytes() + SLACK,
            "{name}: peak {peak} for {} bytes",
            image.nbytes()
        );
    }
    let spe = folder.path().join("a.spe");
    let mut header = vec![0u8; 4100];
    header[42..44].copy_from_slice(&2000u16.to_le_bytes());
    header[656..658].copy_from_slice(&1000u16.to_le_bytes());
    header[108..110].copy_from_slice(&3i16.to_le_bytes());
    header[1446..1450].copy_from_slice(&8i32.to_le_bytes());
    header[1992..1996].copy_from_slice(&2.5f32.to_le_bytes());
    header.resize(4100 + 8 * 2000 * 1000 * 2, 7);
    std::fs::write(&spe, &header).expect("an SPE");
    drop(header);
    let (read, peak) = meter.peak(|| iio::imread(&spe).expect("an SPE"));
    assert_eq!(
        (read.shape(), read.dtype()),
        (&[8, 1000, 2000][..], DType::U16)
    );
    assert!(
        peak <= read.nbytes() + SLACK,
        "SPE: peak {peak} for {} bytes",
        read.nbytes()
    );
}

#[test]
fn compressed_formats_hold_their_output_and_little_else() {
    let meter = Meter::alone();
    let image = noise(&[2000, 1500, 3]);
    for extension in [".png", ".jpg"] {
        let bytes = iio::imwrite_bytes(&image, extension).expect(extension);
        let (read, peak) = meter.peak(|| iio::imread(bytes).expect(extension));
        println!(
            "{extension}: output {} MiB, peak {} MiB",
            read.nbytes() / MIB,
            peak / MIB
        );
        assert!(
            peak <= read.nbytes() + SLACK,
            "{extension}: peak {peak} for {} bytes",
            read.nbytes()
        );
    }
}

// checklist: A-073, E-032
#[test]
fn metadata_and_properties_decode_nothing() {
    let meter = Meter::alone();
    let image = noise(&[4000, 3000, 3]);
    for extension in [
        ".png", ".jpg", ".bmp", ".ppm", ".gif", ".webp", ".qoi", ".tga",
    ] {
        let bytes: std::sync::Arc<[u8]> = iio::imwrite_bytes(&image, extension)
            .expect(extension)
            .into();
        let (_, peak) = meter.peak(|| {
            iio::improps(std::sync::Arc::clone(&bytes)).expect(extension);
            iio::immeta(std::sync::Arc::clone(&bytes)).expect(extension)
        });
        assert!(peak < MIB, "{extension}: {peak} bytes");
    }
}

#[test]
fn iterating_a_long_animation_holds_one_frame() {
    let meter = Meter::alone();
    let frames: Vec<_> = (0..500u32)
        .map(|i| {
            NdImage::from_vec(&[200, 300, 3], vec![(i % 251) as u8; 180_000]).expect("a frame")
        })
        .collect();
    let bytes = iio::imwrite_bytes(&frames, ".gif").expect("a GIF");
    drop(frames);
    let (count, peak) = meter.peak(|| iio::imiter(bytes).flatten().count());
    println!("500 frames of 180,000 bytes: peak {peak}");
    assert_eq!(count, 500);
    // The frame, the canvas, the tables of the decoder, where each frame lies, and the indices of the 16 frames that
    // are unpacked ahead; not 500 frames.
    assert!(peak < 4 * 180_000 + 16 * 60_000, "peak {peak}");
}

#[test]
fn a_budget_is_kept_and_the_error_says_how_to_raise_it() {
    let meter = Meter::alone();
    let bytes = iio::imwrite_bytes(&noise(&[1000, 1000, 3]), ".png").expect("a PNG");
    let args = iio::ReadArgs::new().limits(Limits::new().bytes(2_000_000));
    let (read, peak) = meter.peak(|| iio::imread_with(bytes, args));
    let error = read.expect_err("three million bytes");
    assert_eq!(error.kind(), imageio::ErrorKind::LimitExceeded);
    assert!(
        error
            .to_string()
            .contains("3000000 bytes, over the budget of 2000000 bytes"),
        "{error}"
    );
    assert_eq!(error.help(), ["a higher `Limits::bytes`"]);
    assert!(peak < 2_000_000, "peak {peak}");
}
