//! The promises that every plugin makes.

use imageio_core::testing::{Cases, check};
use imageio_spe::PLUGIN;

use crate::support::{Spe, files_in, fixtures};

#[test]
fn keeps_every_promise_of_its_card() {
    let mut cases = Cases::new().sample(".spe", Spe::new(3, 4, 5).signed().bytes());
    for path in files_in(&fixtures().join("spe")) {
        cases = cases.sample(".spe", std::fs::read(path).expect("a fixture"));
    }
    let report = check(&PLUGIN, &cases);
    assert!(report.checks() > 0 && report.mutations() > 0, "{report}");
}
