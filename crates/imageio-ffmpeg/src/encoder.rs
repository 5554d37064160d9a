//! Which encoder writes, and how well.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use imageio_core::{Error, ErrorKind, Result};

use crate::child;
use crate::program::Program;

/// How long an encoder may take for a second of nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// Encoders of H.264, best first.
const H264: &[&str] = &[
    "libx264",
    "h264_nvenc",
    "nvenc_h264",
    "nvenc",
    "h264_vaapi",
    "libopenh264",
    "libx264rgb",
];

/// The encoder for a file of this extension where the caller names none.
///
/// # Errors
/// `NotInstalled` where ffmpeg has none that works.
pub(crate) fn choose(program: &Program, extension: &str) -> Result<String> {
    // The answer stays the same, and asking costs as much as several frames.
    static KNOWN: Mutex<Option<HashMap<(PathBuf, String), String>>> = Mutex::new(None);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (program.path.clone(), extension.to_owned());
    if let Some(chosen) = known().get_or_insert_default().get(&key) {
        return Ok(chosen.clone());
    }
    let chosen = best(program, extension)?;
    known().get_or_insert_default().insert(key, chosen.clone());
    Ok(chosen)
}

fn best(program: &Program, extension: &str) -> Result<String> {
    match extension {
        // Players of Windows know it.
        ".wmv" | ".asf" => Ok("msmpeg4".to_owned()),
        ".webm" => first_that_works(
            program,
            &["libvpx-vp9", "libvpx", "libsvtav1", "libaom-av1"],
            "",
        ),
        ".ogv" => first_that_works(program, &["libtheora"], ""),
        ".gif" => Ok("gif".to_owned()),
        ".y4m" => Ok("wrapped_avframe".to_owned()),
        _ => first_that_works(program, H264, "H.264"),
    }
}

/// The first of `wanted` that encodes something, else any that the list describes as `also`.
fn first_that_works(program: &Program, wanted: &[&str], also: &str) -> Result<String> {
    let mut command = Command::new(&program.path);
    command.args(["-nostdin", "-hide_banner", "-encoders"]);
    let told = child::output(command, PATIENCE, 1 << 20)?;
    let compiled = encoders(&String::from_utf8_lossy(&told.stdout));
    let mut candidates: Vec<&str> = Vec::new();
    for name in wanted {
        candidates.extend(
            compiled
                .iter()
                .map(|(found, _)| found.as_str())
                .filter(|found| found == name),
        );
    }
    let others = compiled.iter().filter(|(name, about)| {
        !also.is_empty() && about.contains(also) && !wanted.contains(&name.as_str())
    });
    candidates.extend(others.map(|(name, _)| name.as_str()));
    // The first one of software works wherever it is compiled in; hardware may be missing.
    let trusted = |name: &str| name.starts_with("lib");
    let works = candidates
        .iter()
        .find(|name| trusted(name) || encodes(program, name));
    works.map(|name| (*name).to_owned()).ok_or_else(|| {
        let message = format!("ffmpeg has none of the encoders {}", wanted.join(", "));
        Error::new(ErrorKind::NotInstalled, message)
            .with_help("another `codec`, or an ffmpeg that was built with one of them")
    })
}

/// Names and descriptions of the video encoders in what `-encoders` prints.
fn encoders(text: &str) -> Vec<(String, String)> {
    let list = text.split_once("------").map_or("", |(_, list)| list);
    list.lines()
        .filter_map(|line| {
            let (flags, rest) = line.trim().split_once(' ')?;
            let (name, about) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
            flags
                .starts_with('V')
                .then(|| (name.to_owned(), about.trim().to_owned()))
        })
        .collect()
}

/// Whether it encodes a picture of nothing.
fn encodes(program: &Program, encoder: &str) -> bool {
    let mut command = Command::new(&program.path);
    command.args([
        "-nostdin",
        "-hide_banner",
        "-f",
        "lavfi",
        "-i",
        "nullsrc=s=256x256:d=1",
    ]);
    command.args(["-vcodec", encoder, "-f", "null", "-"]);
    child::output(command, PATIENCE, 1 << 20).is_ok_and(|told| told.success)
}

/// The arguments that set the rate: a fixed one first, else the quality from 0, worst, to 10, best.
pub(crate) fn rate_arguments(
    codec: &str,
    bitrate: Option<u64>,
    quality: Option<f64>,
) -> Result<Vec<String>> {
    if let Some(bitrate) = bitrate {
        return Ok(vec!["-b:v".to_owned(), bitrate.to_string()]);
    }
    let Some(quality) = quality else {
        return Ok(Vec::new());
    };
    if !(0.0..=10.0).contains(&quality) {
        return Err(Error::bad_option(format!(
            "quality is {quality}, not from 0 to 10"
        )));
    }
    let loss = 1.0 - quality / 10.0;
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    Ok(match codec {
        "libx264" => words(&["-crf", &((loss * 51.0) as u32).to_string()]),
        // Theirs is a constant quality only without a rate, and takes no scale of the older codecs.
        "libvpx-vp9" | "libaom-av1" | "libsvtav1" => {
            words(&["-crf", &((loss * 63.0) as u32).to_string(), "-b:v", "0"])
        }
        "libvpx" => words(&[
            "-crf",
            &((loss * 59.0) as u32 + 4).to_string(),
            "-b:v",
            "20M",
        ]),
        _ => words(&["-qscale:v", &((loss * 30.0) as u32 + 1).to_string()]),
    })
}

/// The next size whose sides are multiples of `block`, where this one's are not.
pub(crate) fn scaled(width: usize, height: usize, block: Option<u32>) -> Option<(usize, usize)> {
    let block = block.unwrap_or(1).max(1) as usize;
    let size = (
        width.next_multiple_of(block),
        height.next_multiple_of(block),
    );
    (size != (width, height)).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-442, E-443
    #[test]
    fn quality_is_the_references() {
        let arguments = |codec, bitrate, quality| rate_arguments(codec, bitrate, quality).ok();
        let words = |words: &[&str]| {
            Some(
                words
                    .iter()
                    .map(|&word| word.to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(
            arguments("libx264", None, Some(8.0)),
            words(&["-crf", "10"])
        );
        assert_eq!(
            arguments("libx264", None, Some(5.0)),
            words(&["-crf", "25"])
        );
        assert_eq!(
            arguments("libx264", None, Some(0.0)),
            words(&["-crf", "51"])
        );
        assert_eq!(
            arguments("libx264", None, Some(10.0)),
            words(&["-crf", "0"])
        );
        assert_eq!(
            arguments("mpeg4", None, Some(8.0)),
            words(&["-qscale:v", "6"])
        );
        assert_eq!(
            arguments("mpeg4", None, Some(5.0)),
            words(&["-qscale:v", "16"])
        );
        assert_eq!(
            arguments("libx264", Some(64000), Some(5.0)),
            words(&["-b:v", "64000"])
        );
        assert_eq!(arguments("libx264", None, None), words(&[]));
        for bad in [-0.1, 10.5, f64::NAN] {
            assert_eq!(arguments("libx264", None, Some(bad)), None);
        }
    }

    // checklist: E-444
    #[test]
    fn sizes_grow_to_the_next_block() {
        assert_eq!(scaled(70, 50, Some(16)), Some((80, 64)));
        assert_eq!(scaled(65, 64, Some(4)), Some((68, 64)));
        assert_eq!(scaled(140, 111, Some(16)), Some((144, 112)));
        assert_eq!(scaled(64, 48, Some(16)), None);
        assert_eq!((scaled(65, 3, Some(1)), scaled(65, 3, None)), (None, None));
    }

    #[test]
    fn encoders_are_read_from_the_list() {
        let text = concat!(
            "Encoders:\n V..... = Video\n ------\n",
            " V....D libx264              libx264 H.264 / AVC (codec h264)\n",
            " A....D aac                  AAC (Advanced Audio Coding)\n",
        );
        let found = encoders(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "libx264");
        assert!(found[0].1.contains("H.264"));
    }
}
