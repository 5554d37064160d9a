//! What the card promises.

use imageio_core::NdImage;
use imageio_core::testing::{Cases, check};
use imageio_tiff::PLUGIN;

/// A file of three columns and two rows, byte by byte.
pub(crate) const SAMPLE: &[u8] = b"TIFF\x01\n\x03\0\0\0\x02\0\0\0\x00\x10\x20\x30\x40\xff";

#[test]
fn keeps_the_promises_of_its_card() {
    let image = NdImage::from_vec(&[5, 7], (0..35).map(|n| n * 7).collect::<Vec<u8>>()).unwrap();
    let report = check(
        &PLUGIN,
        &Cases::new()
            .sample(".tiff", SAMPLE)
            .lossless(".tiff", image),
    );
    println!("{report}");
    assert!(report.checks() > 50 && report.mutations() > 50);
}
