//! The promises that every plugin makes.

use imageio_core::NdImage;
use imageio_core::testing::{Cases, check};
use imageio_fits::PLUGIN;

use crate::support::fixture;

#[test]
fn keeps_every_promise_of_its_card() {
    let mut cases = Cases::new();
    for name in [
        "uint16.fits",
        "multi.fits",
        "scaled_int16.fits",
        "cards.fits",
        "groups.fits",
    ] {
        cases = cases.sample(".fits", fixture(name));
    }
    cases = cases
        .sample(".fits.gz", fixture("whole.fits.gz"))
        .sample(".fz", fixture("tiled.fits.fz"));
    macro_rules! round_trip {
        ($($type:ty),*) => {$(
            let data: Vec<$type> = (0..35u8).map(|n| <$type>::from(n as u8 as i8 as $type) * (3 as $type)).collect();
            let image = NdImage::from_vec(&[5, 7], data).expect("35 elements");
            cases = cases.lossless(".fits", image.clone()).lossless(".fz", image);
        )*};
    }
    round_trip!(u8, i8, u16, i16, u32, i32, u64, i64, f32, f64);
    let report = check(&PLUGIN, &cases);
    println!("{report}");
    assert!(
        report.checks() > 100 && report.mutations() > 100,
        "{report}"
    );
}
