//! `imageio convert` and `imageio frames`.

use std::fs;

use serde_json::json;

use crate::{fail, fixture, graymap, json, pixels, run, succeed, succeed_with, text};

/// A folder that goes away, and the path of a file in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("text").to_owned()
    }
}

#[test]
fn a_picture_goes_through_two_pipes_and_comes_back() {
    let (png, folder) = (fixture("png/rgb8.png"), Folder::new());
    let bytes = fs::read(&png).expect("a fixture");
    let bmp = succeed_with(&["convert", "-", "-", "--extension", ".bmp"], &bytes);
    assert!(bmp.starts_with(b"BM"));
    let back = folder.path("back.png");
    succeed_with(&["convert", "-", &back], &bmp);
    assert_eq!(pixels(&back), pixels(&png));
}

#[test]
fn animations_keep_their_times() {
    let (gif, folder) = (fixture("gif/durations.gif"), Folder::new());
    let target = folder.path("a.gif");
    succeed(&["convert", &gif, &target]);
    assert_eq!(pixels(&target), pixels(&gif));
    for (index, duration) in [("1", 10), ("2", 250), ("3", 655_350)] {
        let info = json(&["info", "--json", "--index", index, &target]);
        assert_eq!(
            info["metadata"]["duration"],
            json!(duration),
            "image {index}"
        );
    }
    let looped = folder.path("b.gif");
    succeed(&["convert", &fixture("gif/loop_3.gif"), &looped]);
    assert_eq!(
        json(&["info", "--json", &looped])["metadata"]["loop"],
        json!(3)
    );
    succeed(&["convert", &gif, &looped, "--write-option", "duration=40"]);
    let info = json(&["info", "--json", "--index", "3", &looped]);
    assert_eq!(info["metadata"]["duration"], json!(40));
}

#[test]
fn a_format_of_one_image_gets_the_first_and_says_so() {
    let (gif, folder) = (fixture("gif/durations.gif"), Folder::new());
    let target = folder.path("a.bmp");
    let output = run(&["convert", &gif, &target]);
    assert_eq!(output.status.code(), Some(0));
    let stderr = text(output.stderr);
    assert!(
        stderr.starts_with("imageio: note: ") && stderr.contains("first"),
        "{stderr}"
    );
    succeed(&["convert", &gif, &target, "--index", "2"]);
    let read = |index| crate::npy_parts(&succeed(&["read", &gif, "--npy", "-", "--index", index]));
    assert_eq!(pixels(&target), read("2"));
    // Several images that were asked for in words are no accident.
    assert_eq!(
        fail(&["convert", &gif, &target, "--frames", "0:2"], b"").0,
        7
    );
    assert_eq!(pixels(&target), read("2"), "the old file is there");
}

#[test]
fn several_inputs_make_a_batch() {
    let folder = Folder::new();
    let (a, b) = (folder.path("a.pgm"), folder.path("b.pgm"));
    fs::write(&a, graymap(2, 1, &[0, 255])).expect("written");
    fs::write(&b, graymap(2, 1, &[255, 0])).expect("written");
    let target = folder.path("out.png");
    succeed(&["convert", &a, &b, &a, &target]);
    let info = json(&["info", "--json", &target]);
    assert_eq!(info["properties"]["shape"], json!([3, 1, 2]));
    assert_eq!(pixels(&target).1, [0, 255, 255, 0, 0, 255]);
}

#[test]
fn frames_are_chosen_like_slices() {
    let (gif, folder) = (fixture("gif/durations.gif"), Folder::new());
    let target = folder.path("a.gif");
    succeed(&["convert", &gif, &target, "--frames", "1:3"]);
    assert_eq!(
        json(&["info", "--json", &target])["properties"]["n_images"],
        json!(2)
    );
    assert_eq!(
        fail(&["convert", &gif, &target, "--frames", "4:"], b"").0,
        8
    );
    assert_eq!(
        fail(&["convert", &gif, &target, "--frames", "3:3"], b"").0,
        2
    );
}

#[test]
fn options_find_their_side() {
    let (png, folder) = (fixture("png/rgb8.png"), Folder::new());
    let size = |args: &[&str]| {
        let target = folder.path("q.jpg");
        succeed(&[&["convert", &png, &target][..], args].concat());
        fs::metadata(&target).expect("written").len()
    };
    let low = size(&["--option", "quality=10"]);
    assert!(low < size(&["--write-option", "quality=95"]));
    let target = folder.path("gray.png");
    succeed(&["convert", &png, &target, "--option", "mode=L"]);
    assert_eq!(json(&["info", "--json", &target])["metadata"]["mode"], "L");
    let (code, line) = fail(&["convert", &png, &target, "--option", "zork=1"], b"");
    assert!(
        code == 2 && line.contains("`zork`") && line.contains("compress_level"),
        "{line}"
    );
}

#[test]
fn what_the_format_can_hold_is_kept() {
    let folder = Folder::new();
    let (png, bmp) = (folder.path("a.png"), folder.path("a.bmp"));
    let jpeg = fixture("jpeg/exif_orientation6.jpg");
    succeed(&["convert", &jpeg, &png]);
    let kept = json(&["info", "--json", &png]);
    let source = json(&["info", "--json", &jpeg]);
    assert_eq!(kept["metadata"]["Make"], source["metadata"]["Make"]);
    assert!(source["metadata"]["Make"].is_string());
    // Orientation that was undone is not kept to be undone again.
    succeed(&["convert", &jpeg, &png, "--option", "rotate=true"]);
    assert!(
        json(&["info", "--json", &png])["metadata"]
            .get("exif")
            .is_none()
    );
    succeed(&["convert", &jpeg, &bmp]);
    assert_eq!(pixels(&bmp), pixels(&jpeg));
}

#[test]
fn inks_do_not_become_colours_with_alpha() {
    let folder = Folder::new();
    let target = folder.path("a.png");
    let output = run(&["convert", &fixture("jpeg/cmyk.jpg"), &target]);
    assert!(output.status.success() && text(output.stderr).contains("CMYK"));
    assert_eq!(
        json(&["info", "--json", &target])["metadata"]["mode"],
        "RGB"
    );
}

#[test]
fn an_animation_becomes_numbered_files() {
    let (gif, folder) = (fixture("gif/durations.gif"), Folder::new());
    let out = folder.path("new/frames");
    succeed(&["frames", &gif, &out]);
    let mut names: Vec<_> = fs::read_dir(&out)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    let expected = [
        "frame_000.png",
        "frame_001.png",
        "frame_002.png",
        "frame_003.png",
    ];
    assert_eq!(names, expected);
    let third = crate::npy_parts(&succeed(&["read", &gif, "--npy", "-", "--index", "2"]));
    assert_eq!(pixels(&format!("{out}/frame_002.png")), third);
    succeed(&["frames", &gif, &folder.path("x%d.bmp"), "--frames", "2:9"]);
    assert_eq!(pixels(&folder.path("x2.bmp")), third);
    assert!(!fs::exists(folder.path("x1.bmp")).expect("known"));
}

#[test]
fn describe_says_what_was_read_and_written() {
    let (png, folder) = (fixture("png/rgb8.png"), Folder::new());
    let target = folder.path("a.jpg");
    let said = run(&["convert", &png, &target, "--describe"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let formats: Vec<_> = said
        .lines()
        .filter(|line| line.contains("  format"))
        .collect();
    assert_eq!(formats.len(), 2, "{said}");
    assert!(formats[0].ends_with("Portable Network Graphics"), "{said}");
    assert!(
        formats[1].ends_with("Joint Photographic Experts Group"),
        "{said}"
    );
    let quiet = run(&["convert", &png, &target]);
    assert!(quiet.stdout.is_empty() && quiet.status.success());
}
