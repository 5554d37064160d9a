//! The promises that every plugin makes.

use imageio_bsdf::PLUGIN;
use imageio_core::DType;
use imageio_core::testing::{Cases, check};

use crate::support::{counted, good, name_of};

// checklist: E-341
#[test]
fn keeps_every_promise_of_its_card() {
    let mut cases = Cases::new().lossless(".bsdf", counted(DType::U8, &[4, 7, 5]));
    for path in good() {
        // Their images are of several types or shapes, or are one of many that the suite need not damage.
        if !["types.bsdf", "capital.bsdf"].contains(&name_of(&path).as_str()) {
            cases = cases.sample(".bsdf", std::fs::read(path).expect("a fixture"));
        }
    }
    for dtype in DType::ALL {
        cases = cases.lossless(".bsdf", counted(*dtype, &[5, 3]));
    }
    let report = check(&PLUGIN, &cases);
    println!("{report}");
    assert!(report.checks() > 0 && report.mutations() > 0, "{report}");
}
