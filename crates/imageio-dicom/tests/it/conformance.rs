//! The promises that every plugin makes.

use imageio_core::testing::{Cases, check};
use imageio_dicom::PLUGIN;

use crate::support::{files_in, fixtures};

// checklist: E-172
#[test]
fn keeps_every_promise_of_its_card() {
    let mut cases = Cases::new();
    for path in files_in(&fixtures().join("dicom")) {
        cases = cases.sample(".dcm", std::fs::read(path).expect("a fixture"));
    }
    let report = check(&PLUGIN, &cases);
    assert!(report.checks() > 0 && report.mutations() > 0, "{report}");
    assert!(PLUGIN.can_read() && !PLUGIN.can_write());
    assert_eq!(PLUGIN.readable(), [".dcm", ".ct", ".mri"]);
}
