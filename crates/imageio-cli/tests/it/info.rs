//! `imageio info`.

use serde_json::{Value, json};

use crate::{fixture, graymap, json, run, succeed, succeed_with, text};

// checklist: G-037
#[test]
fn one_json_object_a_line_for_each_file() {
    let (png, gif) = (fixture("png/rgba8.png"), fixture("gif/durations.gif"));
    let out = text(succeed(&["info", "--json", &png, &gif]));
    let rows: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("valid JSON"))
        .collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["uri"], json!(png));
    assert_eq!(rows[0]["plugin"], "pillow");
    assert_eq!(rows[0]["format"], "Portable Network Graphics");
    let properties = &rows[0]["properties"];
    assert_eq!(properties["shape"], json!([17, 23, 4]));
    assert_eq!(properties["dtype"], "uint8");
    assert_eq!(properties["is_batch"], json!(false));
    assert_eq!(properties["n_images"], Value::Null);
    assert_eq!(properties["spacing"], Value::Null);
    assert_eq!(rows[0]["metadata"]["mode"], "RGBA");
    let properties = &rows[1]["properties"];
    assert_eq!(properties["shape"], json!([4, 12, 16, 3]));
    assert_eq!(properties["n_images"], json!(4));
    assert_eq!(
        rows[1]["metadata"]["version"],
        json!({"$bytes": "R0lGODlh"})
    );
}

#[test]
fn an_index_picks_what_is_described() {
    let gif = fixture("gif/durations.gif");
    let one = json(&["info", "--json", "--index", "2", &gif]);
    assert_eq!(one["properties"]["shape"], json!([12, 16, 3]));
    assert_eq!(one["metadata"]["duration"], json!(250));
    let png = fixture("png/rgb8.png");
    let all = json(&["info", "--json", "--index", "all", &png]);
    assert_eq!(all["properties"]["shape"], json!([1, 17, 23, 3]));
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let out = succeed_with(&["info", "--json", "-"], &graymap(2, 1, &[1, 2]));
    let row: Value = serde_json::from_slice(&out).expect("valid JSON");
    assert_eq!(row["uri"], "-");
    assert_eq!(row["format"], "");
    assert_eq!(row["properties"]["shape"], json!([1, 2]));
}

#[test]
fn spe_files_are_described_with_their_options() {
    let spe = fixture("spe/two_regions.spe");
    let whole = json(&["info", "--json", &spe]);
    assert_eq!(whole["plugin"], "SPE");
    let region = json(&["info", "--json", "--option", "roi=0", &spe]);
    assert_ne!(whole["properties"]["shape"], region["properties"]["shape"]);
}

#[test]
fn what_people_look_for_first_stands_first() {
    let fits = fixture("fits/tiled.fits.fz");
    let out = text(succeed(&["info", &fits]));
    let at = |part: &str| out.find(part).unwrap_or_else(|| panic!("{part} in {out}"));
    assert!(
        at("  summary\n    INSTRUME  WFC") < at("  metadata\n"),
        "{out}"
    );
    assert!(at("EXPTIME") < at("  metadata\n"));
    assert_eq!(
        out.matches("INSTRUME  WFC").count(),
        1,
        "once is enough: {out}"
    );
    let row = json(&["info", "--json", &fits]);
    assert_eq!(row["summary"]["EXPTIME"], json!(12.5));
    assert_eq!(row["metadata"]["EXPTIME"], json!(12.5));
    assert_eq!(
        json(&["info", "--json", &fixture("png/rgba8.png")]).get("summary"),
        None
    );
}

#[test]
fn people_get_aligned_lines() {
    let out = text(succeed(&["info", &fixture("png/rgba8.png")]));
    let lines: Vec<&str> = out.lines().skip(1).collect();
    let expected = [
        "  plugin    pillow",
        "  format    Portable Network Graphics",
        "  shape     (17, 23, 4)",
        "  axes      YXS",
        "  dtype     uint8",
        "  images    1",
        "  metadata",
        "    mode   RGBA",
        "    shape  [23, 17]",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_bad_file_does_not_hide_the_others() {
    let png = fixture("png/rgb8.png");
    let output = run(&["info", "--json", "/no/such.png", &png, "/no/other.png"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(text(output.stdout).lines().count(), 1);
    assert_eq!(text(output.stderr).lines().count(), 2);
}

#[test]
fn values_are_cut_to_the_width() {
    let mut command = crate::program(&["info", &fixture("jpeg/exif_rich.jpg")]);
    let output = command.env("COLUMNS", "30").output().expect("it runs");
    let out = text(output.stdout);
    let long: Vec<&str> = out
        .lines()
        .skip(1)
        .filter(|line| line.chars().count() > 30)
        .collect();
    assert!(out.contains('…') && long.is_empty(), "{long:?}");
}
