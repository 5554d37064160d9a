//! What ffmpeg prints about its input and output before it begins.

use num_rational::Rational64;

use super::{AudioInfo, VideoInfo};
use crate::options::Rate;

/// Columns and rows of what ffmpeg gives.
///
/// Text of the file itself stands deeper in the part about the input, and the command keeps it out of the output's.
pub(crate) fn output_size(lines: &[String]) -> Option<(usize, usize)> {
    let output = lines
        .iter()
        .position(|line| line.starts_with("Output #0, "))?;
    let stream = lines.get(output..)?.iter().find(|line| {
        let own = line
            .strip_prefix("  Stream #0:0")
            .or(line.strip_prefix("    Stream #0:0"));
        own.is_some_and(|line| line.contains(" Video: "))
    })?;
    size(stream)
}

/// What the lines about the input say; nothing where there is no video among them.
pub(super) fn parse(lines: &[String]) -> Option<VideoInfo> {
    let stop = lines
        .iter()
        .position(|line| line.starts_with("Output #0, "));
    let lines = lines.get(..stop.unwrap_or(lines.len()))?;
    let is_stream = |line: &&String| line.trim_start().starts_with("Stream #");
    let video = lines
        .iter()
        .filter(is_stream)
        .find(|line| line.contains(" Video: "))?;
    let audio = lines
        .iter()
        .filter(is_stream)
        .find(|line| line.contains(" Audio: "));
    let (width, height) = size(video)?;
    let (codec, fields) = fields(video, " Video: ")?;
    let rate = rate(&fields, " tbr").or(rate(&fields, " fps"));
    let average = rate_of_average(&fields).or(rate);
    let input = lines
        .iter()
        .find_map(|line| line.strip_prefix("Input #0, "));
    Some(VideoInfo {
        stream: stream_number(video).unwrap_or_default(),
        container: input
            .and_then(|line| line.split(", from ").next())
            .unwrap_or_default()
            .to_owned(),
        codec,
        pixel_format: fields
            .first()
            .map_or_else(String::new, |field| without_brackets(field)),
        width,
        height,
        rotation: rotation(lines),
        frame_rate: average,
        base_rate: rate,
        duration: lines.iter().find_map(|line| duration(line)),
        audio: audio.and_then(|line| of_audio(line)),
        ..VideoInfo::default()
    })
}

fn of_audio(line: &str) -> Option<AudioInfo> {
    let (codec, fields) = fields(line, " Audio: ")?;
    let rate = fields
        .iter()
        .find_map(|field| field.trim().strip_suffix(" Hz")?.parse().ok());
    Some(AudioInfo {
        codec,
        sample_rate: rate,
        ..AudioInfo::default()
    })
}

/// The first word behind `kind`, and what stands behind the commas that are in no brackets.
fn fields(line: &str, kind: &str) -> Option<(String, Vec<String>)> {
    let (_, rest) = line.split_once(kind)?;
    let mut depth = 0u32;
    let mut parts = vec![String::new()];
    for letter in rest.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    let first = parts.remove(0);
    let codec = first.split_whitespace().next()?.to_owned();
    Some((
        codec,
        parts
            .into_iter()
            .map(|part| format!(" {}", part.trim()))
            .collect(),
    ))
}

/// The first ` WxH` before a comma or a space.
fn size(line: &str) -> Option<(usize, usize)> {
    let (_, rest) = line.split_once(" Video: ")?;
    rest.split([' ', ',']).find_map(|word| {
        let (width, height) = word.split_once('x')?;
        let (width, height): (usize, usize) = (width.parse().ok()?, height.parse().ok()?);
        // A tag such as 0x31637661 is no size.
        let plain = !(word.starts_with("0x") && width == 0);
        (plain && width > 0 && height > 0).then_some((width, height))
    })
}

fn rate(fields: &[String], unit: &str) -> Option<Rational64> {
    let text = fields.iter().find_map(|field| field.strip_suffix(unit))?;
    let text = text.trim();
    // `1k tbr` stands for a rate that ffmpeg does not know.
    text.parse::<f64>()
        .ok()
        .and_then(Rate::nearest)
        .map(Rate::ratio)
}

fn rate_of_average(fields: &[String]) -> Option<Rational64> {
    rate(fields, " fps")
}

fn stream_number(line: &str) -> Option<usize> {
    let (_, rest) = line.split_once("Stream #0:")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn without_brackets(field: &str) -> String {
    field
        .split('(')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// `rotate : 90`, or since ffmpeg 5 `displaymatrix: rotation of -90.00 degrees`.
fn rotation(lines: &[String]) -> u32 {
    let matrix = lines.iter().find_map(|line| {
        let (_, rest) = line.split_once("rotation of ")?;
        rest.split_whitespace()
            .next()?
            .parse::<f64>()
            .ok()
            .map(|degrees| -degrees)
    });
    let tag = || {
        lines.iter().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == "rotate").then(|| value.trim().parse::<f64>().ok())?
        })
    };
    let degrees = matrix.or_else(tag).filter(|degrees| degrees.is_finite());
    degrees.map_or(0, |degrees| degrees.round().rem_euclid(360.0) as u32)
}

/// Seconds of `  Duration: HH:MM:SS.xx`.
fn duration(line: &str) -> Option<f64> {
    let rest = line.trim_start().strip_prefix("Duration: ")?;
    let clock = rest.split(',').next()?;
    let mut seconds = 0.0;
    for part in clock.split(':') {
        seconds = seconds * 60.0 + part.trim().parse::<f64>().ok()?;
    }
    Some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:a, from b.mp4':
  Metadata:
    title           : Output #0, rawvideo, to 'pipe:':
    rotate          : 90
  Duration: 00:01:02.50, start: 0.000000, bitrate: 79 kb/s
  Stream #0:1[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv444p(tv, bt709, progressive), 96x72 [SAR 1:1 DAR 4:3], 72 kb/s, 29.97 fps, 30 tbr, 10240 tbn (default)
    Metadata:
      Stream #0:0     : Video: x, y, 7x7
  Stream #0:2: Audio: aac (LC), 48000 Hz, mono, fltp
Output #0, rawvideo, to 'pipe:':
  Metadata:
    encoder         : Lavf
  Stream #0:0: Video: rawvideo (RGB[24] / 0x18424752), rgb24(pc, gbr/unknown/unknown), 48x36, q=2-31
";

    // checklist: E-431, E-433
    #[test]
    fn the_header_is_read_as_the_reference_reads_it() {
        let lines: Vec<String> = SAID.lines().map(str::to_owned).collect();
        let info = parse(&lines).expect("a video");
        assert_eq!(
            (info.codec.as_str(), info.pixel_format.as_str()),
            ("h264", "yuv444p")
        );
        assert_eq!(
            (info.width, info.height, info.rotation, info.stream),
            (96, 72, 90, 1)
        );
        assert_eq!(info.base_rate, Some(Rational64::new(30, 1)));
        assert_eq!(info.frame_rate, Some(Rational64::new(2997, 100)));
        assert_eq!(info.duration, Some(62.5));
        assert_eq!(info.audio.map(|audio| audio.codec).as_deref(), Some("aac"));
        assert_eq!(
            output_size(&lines),
            Some((48, 36)),
            "what the file says is not believed"
        );
        let newer = [
            "  Stream #0:0: Video: vp8, yuv420p, 4x2, 1k tbr",
            "displaymatrix: rotation of -90.00 degrees",
        ];
        let info = parse(&newer.map(str::to_owned)).expect("a video");
        assert_eq!(
            (info.frame_rate, info.duration, info.rotation),
            (None, None, 90)
        );
        assert_eq!(parse(&["Stream #0:0: Audio: aac".to_owned()]), None);
    }
}
