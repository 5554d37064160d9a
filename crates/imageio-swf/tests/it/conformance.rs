//! The promises that every plugin makes.

use imageio_core::testing::{Cases, check};
use imageio_swf::{PLUGIN, SwfWriteOptions};

use crate::support::{Swf, files_in, fixtures, head, noise, write_bytes};

#[test]
fn keeps_every_promise_of_its_card() {
    let frames = [noise(&[7, 9, 4]), noise(&[7, 9, 3])];
    let options = SwfWriteOptions::new();
    let lossless = Swf::new().bitmap(36, &head(5, 9, 7), &[200; 4 * 9 * 7]);
    let mut cases = Cases::new()
        .sample(".swf", write_bytes(&frames, options.clone()))
        .sample(".swf", write_bytes(&frames, options.compress(true)))
        .sample(".swf", lossless.packed())
        .lossless(".swf", noise(&[7, 9, 4]))
        .lossless(".swf", noise(&[1, 1, 4]));
    for path in files_in(&fixtures().join("swf")) {
        cases = cases.sample(".swf", std::fs::read(path).expect("a fixture"));
    }
    let report = check(&PLUGIN, &cases);
    println!("{report}");
    assert!(report.checks() > 0 && report.mutations() > 0, "{report}");
}
