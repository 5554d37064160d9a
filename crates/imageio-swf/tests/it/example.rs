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
    let output = Command::new(folder.join("examples/swf_info"))
        .arg(fixtures().join("swf/three_frames.swf"))
        .output()
        .expect("the example");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("  2: uint8 [7, 9, 4]"),
        "{said}"
    );
}
