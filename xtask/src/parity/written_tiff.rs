//! Part of the second part: TIFF files that we write in every layout, read by tifffile, Pillow and libtiff's tools.

use super::compare::{Difference, Outcome};
use super::{Accepted, Report};
use crate::run::Result;
use crate::worker::Worker;
use serde_json::json;
use std::path::Path;
use std::process::Command;

const TYPES: &[&str] = &[
    "bool",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "float32",
    "float64",
    "complex64",
    "complex128",
];

const SHAPES: &[&str] = &[
    "5x7",
    "33x50",
    "17x20x3",
    "9x11x4",
    "3x9x11",
    "2x9x11",
    "2x4x5x6x3",
];

/// Compression with predictor, and whether types without differences can have it.
const CODINGS: &[(&[&str], bool)] = &[
    (&[], true),
    (&["compression=packbits"], true),
    (&["compression=lzw"], true),
    (&["compression=lzw", "predictor=true"], false),
    (&["compression=zlib"], true),
    (&["compression=zlib", "predictor=true"], false),
    (&["compression=zstd", "predictor=true"], false),
    (&["compression=lzma"], true),
];

const LAYOUTS: &[&[&str]] = &[
    &[],
    &["rowsperstrip=3", "byteorder=>"],
    &["tile=16,32", "bigtiff=true"],
    &["tile=16,16", "byteorder=>"],
];

pub(super) fn run(
    (root, program, python, work): (&Path, &Path, &Path, &Path),
    only: Option<&str>,
    accepted: &Accepted,
    report: &mut Report,
) -> Result {
    if only.is_some_and(|only| !only.starts_with("tif")) {
        return Ok(());
    }
    let script = root.join("xtask/py/parity_written_tiff.py");
    let mut other = Worker::start(Command::new(python).arg(script))?;
    for (kind, dtype) in TYPES.iter().enumerate() {
        for (form, shape) in SHAPES.iter().enumerate() {
            let source = work.join("written_source.npz");
            other.ask(&json!({ "make": source, "dtype": dtype, "shape": shape }))?;
            for (at, (coding, any)) in CODINGS.iter().enumerate() {
                if !any && (*dtype == "bool" || dtype.starts_with("complex")) {
                    continue;
                }
                // One layout each, so that every two of type, shape, coding and layout meet somewhere.
                let layout = LAYOUTS[(kind + form + at) % LAYOUTS.len()];
                let options = [*coding, layout].concat();
                let outcome = outcome(&mut other, program, work, &options)?;
                let name = format!("written/tif/{dtype}_{shape}/{}", options.join("/"));
                report.add("> tif", &name, &outcome, accepted);
            }
        }
    }
    Ok(())
}

fn outcome(other: &mut Worker, program: &Path, work: &Path, options: &[&str]) -> Result<Outcome> {
    let written = work.join("written.tif");
    let mut convert = Command::new(program);
    convert
        .arg("convert")
        .arg(work.join("written_source.npz"))
        .arg(&written);
    for option in options {
        convert.args(["--write-option", option]);
    }
    let output = convert.output();
    let output = output.map_err(|e| format!("{}: {e}", program.display()))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Ok(Outcome::Compared(vec![Difference {
            what: "refused".to_owned(),
            detail: text.lines().next().unwrap_or_default().to_owned(),
        }]));
    }
    let answer = other.ask(&json!({ "read": written }))?;
    Ok(super::written::seen(&answer))
}
