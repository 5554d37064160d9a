//! Every good fixture decodes to what the reference answers.

use serde_json::Value;

use imageio::v3 as iio;

use crate::fixture;

/// Compares every frame of every fixture of `format`; prints the differences and fails if there are any.
fn check(format: &str) {
    let mut wrong = Vec::new();
    let mut frames = 0;
    for answer in fixture::expected(format) {
        let name = answer["file"].as_str().expect("a file").to_owned();
        match check_file(&name, &answer) {
            Ok(count) => frames += count,
            Err(reason) => wrong.push(format!("{name}: {reason}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {format} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(frames > 0, "no frame was compared");
}

fn check_file(name: &str, answer: &Value) -> Result<usize, String> {
    let tolerance = answer["max_difference"].as_i64().unwrap_or(0);
    let frames = answer["frames"]
        .as_array()
        .ok_or("no frames in the answer")?;
    let path = fixture::path(name);
    let mut count = 0;
    for (position, image) in iio::imiter(&path).enumerate() {
        let image = image.map_err(|error| format!("frame {position}: {error}"))?;
        let frame = frames
            .get(position)
            .ok_or_else(|| format!("frame {position} is one too many"))?;
        fixture::compare(&image, frame, tolerance)
            .map_err(|reason| format!("frame {position}: {reason}"))?;
        check_duration(&path, position, frame)?;
        count += 1;
    }
    if count != frames.len() {
        return Err(format!("{count} frames, expected {}", frames.len()));
    }
    Ok(count)
}

fn check_duration(path: &std::path::Path, position: usize, frame: &Value) -> Result<(), String> {
    let Some(expected) = frame["duration"].as_f64() else {
        return Ok(());
    };
    let metadata = iio::immeta_with(path, iio::ReadArgs::new().index(position))
        .map_err(|error| error.to_string())?;
    match metadata.get("duration").and_then(Value2::as_f64) {
        Some(duration) if (duration - expected).abs() < 0.01 => Ok(()),
        duration => Err(format!(
            "frame {position}: duration {duration:?}, expected {expected}"
        )),
    }
}

use imageio::Value as Value2;

// checklist: E-013, E-014, F-242, H-024
#[test]
fn png_fixtures_decode_as_the_reference_says() {
    check("png");
}

// checklist: E-015
#[test]
fn jpeg_fixtures_decode_as_the_reference_says() {
    check("jpeg");
}

// checklist: E-011, H-024
#[test]
fn gif_fixtures_decode_as_the_reference_says() {
    check("gif");
}

#[test]
fn bmp_fixtures_decode_as_the_reference_says() {
    check("bmp");
}

#[test]
fn pnm_fixtures_decode_as_the_reference_says() {
    check("pnm");
}

#[test]
fn webp_fixtures_decode_as_the_reference_says() {
    check("webp");
}

#[test]
fn qoi_fixtures_decode_as_the_reference_says() {
    check("qoi");
}

#[test]
fn tga_fixtures_decode_as_the_reference_says() {
    check("tga");
}

#[test]
fn ico_and_cur_fixtures_decode_as_the_reference_says() {
    check("ico");
    check("cur");
}

#[test]
fn spe_fixtures_decode_as_the_reference_says() {
    check("spe");
}
