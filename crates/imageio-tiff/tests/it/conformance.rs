//! The promises that every plugin makes.

use imageio_core::testing::{Cases, check};
use imageio_core::{ImageProperties, NdImage};
use imageio_tiff::PLUGIN;

use crate::support::bytes;

/// Files whose iteration gives their series; that of plain pages is tested in `modes`.
const SAMPLES: [&str; 12] = [
    "container_le.tif",
    "container_big_be.tif",
    "pages_unequal.tif",
    "strips_rgb.tif",
    "planar_rgb.tif",
    "shaped_two.tif",
    "imagej_be.tif",
    "imagej_virtual.tif",
    "ome_two.ome.tif",
    "ome_5d.ome.tif",
    "pyramid_subifds.tif",
    "exif_gps.tif",
];

#[test]
fn keeps_every_promise_of_its_card() {
    let gray = NdImage::from_vec(&[3, 4], (0..12u8).collect()).expect("an image");
    assert_eq!(ImageProperties::of(&gray).shape, [3, 4]);
    let mut cases = Cases::new().lossless(".tif", gray);
    for name in SAMPLES {
        cases = cases.sample(".tif", bytes(name));
    }
    let report = check(&PLUGIN, &cases);
    assert!(report.checks() > 0 && report.mutations() > 0, "{report}");
}
