//! The promises that every plugin makes.

use imageio_core::DType;
use imageio_core::testing::{Cases, check};
use imageio_npz::PLUGIN;

use crate::support::{archive, counted, fixtures};

// checklist: E-304
#[test]
fn keeps_every_promise_of_its_card() {
    let one = [counted(DType::U16, &[5, 7])];
    let three = [0, 1, 2].map(|_| counted(DType::F32, &[6, 4, 3]));
    let mut cases = Cases::new()
        .sample(".npz", archive(&one, true))
        .sample(".npz", archive(&three, false))
        .sample(".npy", counted(DType::Bool, &[9, 5]).to_npy())
        .lossless(".npy", counted(DType::U8, &[4, 3]));
    for name in [
        "npz/equal.npz",
        "npz/many.npz",
        "npy/fortran_big.npy",
        "npy/version_2.npy",
    ] {
        let extension = &name[name.len() - 4..];
        cases = cases.sample(extension, std::fs::read(fixtures().join(name)).expect(name));
    }
    for dtype in DType::ALL {
        cases = cases.lossless(".npz", counted(*dtype, &[4, 3, 2]));
    }
    let report = check(&PLUGIN, &cases);
    println!("{report}");
    assert!(report.checks() > 0 && report.mutations() > 0, "{report}");
}
