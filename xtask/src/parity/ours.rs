//! Our side: the built program, one run for the array and one for what it says about the file.

use super::list::File;
use super::npy::Array;
use super::reference::{Picture, Reading};
use crate::run::Result;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Frames whose durations are compared.
const FRAMES: usize = 6;

pub(super) fn read(program: &Path, file: &File, npy: &Path) -> Result<Reading> {
    // Of a video the first frame, as all of a film would be gigabytes; the number of frames is compared beside it.
    let is_video = file.format == "video";
    let mut read = Command::new(program);
    let read = read
        .arg("read")
        .arg(&file.path)
        .args(options(file))
        .args(is_video.then_some(["--index", "0"]).iter().flatten())
        .arg("--npy")
        .arg(npy)
        .output();
    let read = read.map_err(|e| format!("{}: {e}", program.display()))?;
    if !read.status.success() {
        return Ok(Reading::Refused(last_line(&read.stderr, read.status)));
    }
    let mut about = match info(program, file, is_video.then_some(0))? {
        Ok(about) => about,
        Err(why) => return Ok(Reading::Refused(format!("info: {why}"))),
    };
    if is_video {
        match info(program, file, None)? {
            Ok(whole) => about["metadata"]["nframes"] = whole["properties"]["n_images"].clone(),
            Err(why) => return Ok(Reading::Refused(format!("info: {why}"))),
        }
    }
    let shape = about["properties"]["shape"]
        .as_array()
        .into_iter()
        .flatten();
    let shape = shape.map(|n| n.as_u64().unwrap_or(0) as usize).collect();
    let dtype = about["properties"]["dtype"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let axes = about["properties"]["axes"].as_str().map(str::to_owned);
    let frames = about["properties"]["n_images"].as_u64().unwrap_or(0) as usize;
    Ok(Reading::Read(Box::new(Picture {
        array: Array::load(npy)?,
        durations: durations(program, file, frames)?,
        metadata: about["metadata"].take(),
        lossy: false,
        promised: Some((shape, dtype)),
        axes,
    })))
}

/// Options under which a format is read as the reference reads it.
fn options(file: &File) -> &'static [&'static str] {
    match file.format.as_str() {
        // pydicom gives samples as they are stored.
        "dicom" => &["--option", "rescale=false"],
        _ => &[],
    }
}

/// What the program says about a file, or about one image of it; or why it says nothing.
fn info(program: &Path, file: &File, index: Option<usize>) -> Result<Result<Value>> {
    let mut info = Command::new(program);
    info.arg("info")
        .arg(&file.path)
        .args(options(file))
        .arg("--json");
    if let Some(index) = index {
        info.args(["--index", &index.to_string()]);
    }
    let output = info
        .output()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    if !output.status.success() {
        return Ok(Err(last_line(&output.stderr, output.status)));
    }
    let about = serde_json::from_slice(&output.stdout);
    about
        .map(Ok)
        .map_err(|e| format!("info --json of {}: {e}", file.name))
}

/// Milliseconds of the first frames; one run of the program each, so not of all.
fn durations(program: &Path, file: &File, frames: usize) -> Result<Vec<f64>> {
    let mut durations = Vec::new();
    for index in 0..frames.min(FRAMES) {
        let about = info(program, file, Some(index))?.unwrap_or_default();
        durations.push(about["metadata"]["duration"].as_f64().unwrap_or(0.0));
    }
    Ok(durations)
}

fn last_line(stderr: &[u8], status: std::process::ExitStatus) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    line.map_or_else(|| status.to_string(), |line| line.trim().to_owned())
}
