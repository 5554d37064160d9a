//! The promises that every plugin makes.

use imageio_core::testing::{Cases, check};
use imageio_lytro::{F01_RAW, LFP, LFR};

use crate::support::{files_in, fixtures, name_of};

#[test]
fn containers_keep_every_promise_of_their_cards() {
    for (card, ending) in [(&LFR, ".lfr"), (&LFP, ".lfp")] {
        let files = files_in(&fixtures().join("lytro"));
        let mut cases = Cases::new();
        for path in files.iter().filter(|path| name_of(path).ends_with(ending)) {
            cases = cases.sample(ending, std::fs::read(path).expect("a fixture"));
        }
        let report = check(card, &cases);
        println!("{report}");
        assert!(
            report.checks() > 100 && report.mutations() > 100,
            "{report}"
        );
    }
}

// A raw file is told by its length alone, so that the sample is a whole one.
#[test]
fn raw_files_keep_every_promise_of_their_card() {
    let bytes: Vec<u8> = (0..16_137_600u32).map(|n| (n % 251) as u8).collect();
    let report = check(&F01_RAW, &Cases::new().sample(".raw", bytes));
    println!("{report}");
    assert!(report.checks() > 50, "{report}");
}
