//! `imageio read`.

use std::fs;

use crate::{fail, fixture, graymap, npy_parts, pixels, run, succeed, succeed_with};

#[test]
fn the_array_comes_as_npy() {
    let file = succeed_with(
        &["read", "-", "--npy", "-"],
        b"P6 2 1 255\n\x01\x02\x03\x04\x05\x06",
    );
    let (header, data) = npy_parts(&file);
    let expected = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 3), }";
    assert_eq!(header.trim_end(), expected);
    assert_eq!(data, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn windows_and_indices_choose_the_part() {
    let samples: Vec<u8> = (0..12).collect();
    let window = |text: &str| {
        let args = ["read", "-", "--npy", "-", "--window", text];
        npy_parts(&succeed_with(&args, &graymap(4, 3, &samples))).1
    };
    assert_eq!(window("1:3,2:4"), [6, 7, 10, 11]);
    assert_eq!(window("2:"), [8, 9, 10, 11]);
    assert_eq!(window(":,:1"), [0, 4, 8]);
    let gif = fixture("gif/durations.gif");
    let all = npy_parts(&succeed(&["read", &gif, "--npy", "-", "--index", "all"]));
    let third = npy_parts(&succeed(&["read", &gif, "--npy", "-", "--index", "2"]));
    assert!(all.0.contains("(4, 12, 16, 3)") && third.0.contains("(12, 16, 3)"));
    let frame = 12 * 16 * 3;
    assert_eq!(all.1[2 * frame..3 * frame], third.1);
}

#[test]
fn a_failed_read_leaves_the_old_array() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("a.npy");
    let name = target.to_str().expect("text");
    fs::write(&target, "old").expect("written");
    let broken = fixture("bad/png/cut_in_data.png");
    assert_eq!(fail(&["read", &broken, "--npy", name], b"").0, 5);
    assert_eq!(fs::read(&target).expect("read"), b"old");
    let png = fixture("png/gray16.png");
    succeed(&["read", &png, "--npy", name]);
    let (header, data) = npy_parts(&fs::read(&target).expect("read"));
    assert!(header.contains("'<u2'"), "{header}");
    assert_eq!((header, data), pixels(&png));
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left beside the target: {left:?}");
}

#[cfg(unix)]
#[test]
fn links_stay_links_and_devices_stay_devices() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("link.npy");
    std::os::unix::fs::symlink("real.npy", &link).expect("a link");
    let png = fixture("png/rgb8.png");
    succeed(&["read", &png, "--npy", link.to_str().expect("text")]);
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert!(folder.path().join("real.npy").is_file());
    succeed(&["read", &png, "--npy", "/dev/null"]);
    assert!(!fs::metadata("/dev/null").expect("there").is_file());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;
    let png = fixture("png/rgb8.png");
    for args in [
        &["read", &png, "--npy", "-"][..],
        &["convert", &png, "-", "--extension", ".bmp"],
        &["info", &png],
        &["formats"],
    ] {
        let mut command = crate::program(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(output.stderr, b"", "{args:?}");
    }
    assert!(run(&["read", &png, "--npy", "-"]).status.success());
}
