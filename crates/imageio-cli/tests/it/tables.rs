//! `imageio formats`, `imageio plugins`, `imageio help` and `imageio completions`.

use serde_json::{Value, json};

use crate::{json, run, succeed, text};

fn row<'a>(rows: &'a Value, key: &str, value: &str) -> &'a Value {
    let mut rows = rows.as_array().expect("an array").iter();
    rows.find(|row| row[key] == value).expect("a row")
}

fn strings(value: &Value) -> Vec<&str> {
    let values = value.as_array().expect("an array").iter();
    values.map(|value| value.as_str().expect("text")).collect()
}

// checklist: D-029, D-030
#[test]
fn formats_are_listed_with_their_plugins_in_order() {
    let out = text(succeed(&["formats", ".png"]));
    let line = out
        .lines()
        .find(|line| line.contains(".png"))
        .expect("a line");
    let expected = "rw .png (Portable Network Graphics): pillow* PNG-PIL* PNG-FI ITK pyav opencv";
    assert_eq!(line, expected);
    let by_plugin = text(succeed(&["formats", "lytro"]));
    assert!(
        by_plugin
            .lines()
            .any(|line| line.contains(".lfr") && line.contains("LYTRO-LFR"))
    );
    assert!(text(succeed(&["formats"])).lines().count() > 300);
}

#[test]
fn formats_as_json_say_what_is_here() {
    let rows = json(&["formats", "--json"]);
    let png = row(&rows, "extension", ".png");
    assert_eq!(png["name"], "Portable Network Graphics");
    assert_eq!(strings(&png["installed"]), ["pillow", "PNG-PIL"]);
    assert_eq!((&png["read"], &png["write"]), (&json!(true), &json!(true)));
    let spe = row(&rows, "extension", ".spe");
    assert_eq!((&spe["read"], &spe["write"]), (&json!(true), &json!(false)));
    let dicom = row(&rows, "extension", ".dcm");
    assert_eq!(strings(&dicom["plugins"]), ["DICOM", "ITK"]);
    // What a plugin of this build claims is listed, also where the table names others.
    assert_eq!(
        strings(&row(&rows, "extension", ".pam")["installed"]),
        ["pillow"]
    );
    assert_eq!(json(&["formats", "--json", "no such thing"]), json!([]));
}

// checklist: G-037
#[test]
fn plugins_as_json_are_cards_and_what_is_missing() {
    let rows = json(&["plugins", "--json"]);
    let pillow = row(&rows, "name", "pillow");
    assert_eq!(
        (&pillow["modes"], &pillow["feature"]),
        (&json!("rw"), &json!("pillow"))
    );
    assert_eq!(pillow["installed"], json!(true));
    assert!(strings(&pillow["extensions"]).contains(&".png"));
    let quality = row(&pillow["write_options"], "name", "quality");
    assert_eq!(
        (&quality["type"], &quality["default"]),
        (&json!("int or none"), &Value::Null)
    );
    assert!(
        quality["doc"]
            .as_str()
            .is_some_and(|doc| doc.contains("JPEG"))
    );
    let spe = row(&rows, "name", "SPE");
    assert_eq!(spe["modes"], "r");
    assert_eq!(strings(&spe["write_extensions"]), [""; 0]);
    let missing = row(&rows, "name", "ITK");
    assert_eq!(
        (&missing["installed"], &missing["feature"]),
        (&json!(false), &json!("itk"))
    );
    let people = text(succeed(&["plugins"]));
    assert!(people.starts_with("pillow  ") && people.contains("not in this build"));
    assert!(text(succeed(&["plugins", "princeton"])).starts_with("SPE  "));
}

// checklist: G-037
#[test]
fn help_knows_commands_plugins_and_extensions() {
    assert!(text(succeed(&["help", "frames"])).contains("OUTDIR|PATTERN"));
    let pillow = text(succeed(&["help", "pillow"]));
    for part in [
        "Options of reading",
        "Options of writing",
        "quality",
        "Default: `256`",
    ] {
        assert!(pillow.contains(part), "{part}");
    }
    assert!(text(succeed(&["help", "png-pil"])).contains("ignoregamma"));
    assert!(text(succeed(&["help", ".gif"])).contains("GIF-PIL"));
    assert!(text(succeed(&["help", "bmp"])).contains("BMP-PIL"));
}

#[test]
fn completions_exist_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(succeed(&["completions", shell]));
        assert!(script.contains("limit-bytes"), "{shell}");
    }
    assert_eq!(run(&["completions", "cobol"]).status.code(), Some(2));
}
