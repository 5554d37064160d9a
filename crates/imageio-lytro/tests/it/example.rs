//! The example runs on a fixture.

use std::process::Command;

use crate::support::fixtures;

#[test]
fn the_example_says_what_is_in_a_file() {
    let binary = std::env::current_exe().expect("this test");
    let folder = binary
        .ancestors()
        .nth(2)
        .expect("the folder of the profile");
    let output = Command::new(folder.join("examples/lytro_info"))
        .arg(fixtures().join("lytro/small.lfr"))
        .output()
        .expect("the example");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("small.lfr: float64 ["),
        "{said}"
    );
}
