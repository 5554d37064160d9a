//! The second part: pictures that we write, read by other software.
//!
//! The kinds of difference: `refused` (by us), and a reader's name with what it saw otherwise, as `pillow pixels`. Where
//! nobody else reads the file it counts as "only we read".

use super::compare::{Difference, Outcome};
use super::{Accepted, Report};
use crate::run::Result;
use crate::worker::Worker;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Extension, options of writing, whether the codec may change pixels, the kinds of picture it holds, and whether other
/// software reads several in a file.
struct Format {
    extension: &'static str,
    options: &'static [&'static str],
    lossy: bool,
    kinds: &'static [&'static str],
    several: bool,
}

const DEEP: &[&str] = &[
    "gray_bool",
    "gray_uint8",
    "graya_uint8",
    "rgb_uint8",
    "rgba_uint8",
    "gray_uint16",
    "graya_uint16",
    "rgb_uint16",
    "rgba_uint16",
];
const GRAY: &[&str] = &["gray_bool", "gray_uint8", "gray_uint16"];
const COLOURS: &[&str] = &["gray_bool", "gray_uint8", "rgb_uint8", "rgba_uint8"];
const BYTES: &[&str] = &[
    "gray_bool",
    "gray_uint8",
    "graya_uint8",
    "rgb_uint8",
    "rgba_uint8",
];
const FLOATS: &[&str] = &[
    "gray_float16",
    "gray_float32",
    "rgb_float16",
    "rgb_float32",
    "rgba_float16",
    "rgb_uint32",
];
const ARRAYS: &[&str] = &[
    "gray_bool",
    "gray_uint8",
    "graya_uint8",
    "rgb_uint8",
    "rgba_uint8",
    "gray_uint16",
    "rgba_uint16",
    "gray_float16",
    "gray_float32",
    "rgb_float32",
    "rgb_uint32",
];
const LOSSLESS: &[&str] = &["lossless=true"];
const FINE: &[&str] = &["quality=95"];

const FORMATS: &[Format] = &[
    several("png", &[], DEEP),
    several("apng", &[], DEEP),
    lossy("jpg", false),
    lossy("mpo", true),
    several("gif", &[], BYTES),
    one("bmp", COLOURS),
    one("dib", COLOURS),
    several(
        "webp",
        LOSSLESS,
        &["gray_uint8", "graya_uint8", "rgb_uint8", "rgba_uint8"],
    ),
    one("pbm", &["gray_bool"]),
    one("pgm", GRAY),
    one(
        "ppm",
        &[
            "gray_bool",
            "gray_uint8",
            "gray_uint16",
            "rgb_uint8",
            "rgb_uint16",
        ],
    ),
    one(
        "pnm",
        &[
            "gray_bool",
            "gray_uint8",
            "gray_uint16",
            "rgb_uint8",
            "rgb_uint16",
        ],
    ),
    one("pam", DEEP),
    one("pfm", &["gray_float32", "rgb_float32"]),
    one("tga", BYTES),
    one("ico", DEEP),
    one("cur", DEEP),
    one("qoi", &["rgb_uint8", "rgba_uint8"]),
    one("hdr", &["rgb_float32"]),
    one("exr", FLOATS),
    several("npz", &[], ARRAYS),
    one("npy", ARRAYS),
    several("bsdf", &[], ARRAYS),
];

const fn one(extension: &'static str, kinds: &'static [&'static str]) -> Format {
    Format {
        extension,
        options: &[],
        lossy: false,
        kinds,
        several: false,
    }
}

const fn several(
    extension: &'static str,
    options: &'static [&'static str],
    kinds: &'static [&'static str],
) -> Format {
    Format {
        extension,
        options,
        lossy: false,
        kinds,
        several: true,
    }
}

const fn lossy(extension: &'static str, several: bool) -> Format {
    Format {
        extension,
        options: FINE,
        lossy: true,
        kinds: &["gray_uint8", "rgb_uint8"],
        several,
    }
}

const SIZES: &[&str] = &["1x1", "1x9", "7x1", "5x3", "13x11"];
const ANIMATIONS: &[(&str, &str)] = &[
    ("gray_uint8", "5x3_3"),
    ("rgb_uint8", "13x11_4"),
    ("rgba_uint8", "5x3_3"),
];

pub(super) fn run(
    (root, program, python, work): (&Path, &Path, &Path, &Path),
    only: Option<&str>,
    accepted: &Accepted,
    report: &mut Report,
) -> Result {
    let mut other =
        Worker::start(Command::new(python).arg(root.join("xtask/py/parity_written.py")))?;
    let wanted = |format: &&Format| only.is_none_or(|only| only == format.extension);
    for format in FORMATS.iter().filter(wanted) {
        for source in sources(format) {
            let outcome = outcome(&mut other, program, work, format, &source)?;
            let name = format!("written/{}/{source}", format.extension);
            report.add(
                &format!("> {}", format.extension),
                &name,
                &outcome,
                accepted,
            );
        }
    }
    Ok(())
}

fn sources(format: &Format) -> impl Iterator<Item = String> {
    let still = format
        .kinds
        .iter()
        .flat_map(|kind| SIZES.iter().map(move |size| format!("{kind}_{size}")));
    let moving = ANIMATIONS
        .iter()
        .filter(|(kind, _)| format.several && format.kinds.contains(kind));
    still.chain(moving.map(|(kind, rest)| format!("{kind}_{rest}")))
}

/// Writes one picture and asks the other software for it.
fn outcome(
    other: &mut Worker,
    program: &Path,
    work: &Path,
    format: &Format,
    source: &str,
) -> Result<Outcome> {
    // The name says PAM, but floats come as OpenEXR: the program looks at the bytes.
    let path = work.join("written.pam");
    other.ask(&json!({ "make": path, "source": source }))?;
    let written = work.join(format!("written.{}", format.extension));
    let mut convert = Command::new(program);
    convert.arg("convert").arg(&path).arg(&written);
    for option in format.options {
        convert.args(["--write-option", option]);
    }
    let output = convert.output();
    let output = output.map_err(|e| format!("{}: {e}", program.display()))?;
    if output.status.success() {
        let request = json!({ "read": written, "source": source, "lossy": format.lossy });
        return Ok(seen(&other.ask(&request)?));
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Ok(Outcome::Compared(vec![Difference {
        what: "refused".to_owned(),
        detail: text.lines().next().unwrap_or_default().to_owned(),
    }]))
}

/// What the readers saw otherwise than it was written.
pub(super) fn seen(answer: &Value) -> Outcome {
    let readers = answer["readers"].as_object().into_iter().flatten();
    let mut found = Vec::new();
    let mut asked = false;
    for (reader, differences) in readers {
        asked = true;
        for one in differences.as_array().into_iter().flatten() {
            found.push(Difference {
                what: format!("{reader} {}", one[0].as_str().unwrap_or_default()),
                detail: one[1].as_str().unwrap_or_default().to_owned(),
            });
        }
    }
    if asked {
        Outcome::Compared(found)
    } else {
        Outcome::OnlyWeRead
    }
}
