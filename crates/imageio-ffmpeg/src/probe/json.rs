//! What `ffprobe` prints.

use imageio_core::{Error, Metadata, Result};
use num_rational::Rational64;
use serde_json::Value;

use super::{AudioInfo, VideoInfo, unreadable};

/// What `text` says, or why there is nothing to read; `said` is what `ffprobe` said beside it.
pub(super) fn parse(text: &[u8], said: &str) -> Result<VideoInfo> {
    let root: Value = serde_json::from_slice(text).map_err(|_| unreadable(said))?;
    let empty = Vec::new();
    let streams = root
        .get("streams")
        .and_then(Value::as_array)
        .unwrap_or(&empty);
    if streams.is_empty() {
        let reason = root.pointer("/error/string").and_then(Value::as_str);
        return Err(unreadable(if said.is_empty() {
            reason.unwrap_or_default()
        } else {
            said
        }));
    }
    let video = streams
        .iter()
        .filter(|stream| kind(stream) == "video" && size(stream).is_some());
    let Some(video) = video.rev().max_by_key(|stream| preference(stream)) else {
        return Err(Error::corrupt(format!(
            "there is no video among the {} streams of the file",
            streams.len()
        )));
    };
    let audio = streams.iter().find(|stream| kind(stream) == "audio");
    let mut info = of_stream(video);
    of_format(&mut info, root.get("format").unwrap_or(&Value::Null));
    info.audio = audio.map(of_audio);
    Ok(info)
}

fn kind(stream: &Value) -> &str {
    text(stream, "codec_type").unwrap_or_default()
}

/// The stream that ffmpeg takes by itself: no cover, the default one, the largest, the first.
fn preference(stream: &Value) -> (bool, bool, usize) {
    let is = |name: &str| {
        let flag = stream.pointer(&format!("/disposition/{name}"));
        flag.and_then(Value::as_u64) == Some(1)
    };
    let (width, height) = size(stream).unwrap_or_default();
    (
        !is("attached_pic"),
        is("default"),
        width.saturating_mul(height),
    )
}

fn size(stream: &Value) -> Option<(usize, usize)> {
    let (width, height) = (number(stream, "width")?, number(stream, "height")?);
    let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
    (width > 0 && height > 0).then_some((width, height))
}

fn of_stream(stream: &Value) -> VideoInfo {
    let owned = |key: &str| text(stream, key).map(str::to_owned);
    let (width, height) = size(stream).unwrap_or_default();
    let average = ratio(stream, "avg_frame_rate");
    let base = ratio(stream, "r_frame_rate");
    let stored = number(stream, "bits_per_raw_sample").filter(|&bits| bits > 0);
    let pixel_format = owned("pix_fmt").unwrap_or_default();
    let implied =
        super::PixelFormat::from_name(&pixel_format).map(|format| u64::from(format.depth()));
    let mut tags = Metadata::new();
    extend_tags(&mut tags, stream);
    VideoInfo {
        stream: number(stream, "index").unwrap_or_default() as usize,
        codec: owned("codec_name").unwrap_or_else(|| "unknown".to_owned()),
        codec_long: owned("codec_long_name").filter(|name| name != "unknown"),
        profile: owned("profile").filter(|name| name != "unknown"),
        pixel_format,
        width,
        height,
        rotation: rotation(stream),
        frame_rate: average.or(base),
        base_rate: base,
        time_base: ratio(stream, "time_base"),
        start: float(stream, "start_time"),
        duration: float(stream, "duration"),
        claimed_frames: number(stream, "nb_frames"),
        bits_per_sample: stored.or(implied).and_then(|bits| u32::try_from(bits).ok()),
        bit_rate: number(stream, "bit_rate"),
        pixel_aspect: text(stream, "sample_aspect_ratio").and_then(|text| fraction(text, ':')),
        colour: [
            "color_range",
            "color_space",
            "color_primaries",
            "color_transfer",
        ]
        .into_iter()
        .filter_map(|key| Some((key, owned(key).filter(|value| value != "unknown")?)))
        .collect(),
        tags,
        ..VideoInfo::default()
    }
}

fn of_format(info: &mut VideoInfo, format: &Value) {
    text(format, "format_name")
        .unwrap_or_default()
        .clone_into(&mut info.container);
    // The file's duration is what ffmpeg prints, and what the reference tells.
    info.duration = float(format, "duration").or(info.duration);
    info.start = info.start.or(float(format, "start_time"));
    info.bit_rate = info.bit_rate.or(number(format, "bit_rate"));
    let mut tags = Metadata::new();
    extend_tags(&mut tags, format);
    tags.extend(
        std::mem::take(&mut info.tags)
            .into_iter()
            .filter(|(key, _)| key != "vendor_id"),
    );
    info.tags = tags;
}

fn of_audio(stream: &Value) -> AudioInfo {
    let small = |key: &str| number(stream, key).and_then(|value| u32::try_from(value).ok());
    let raw = small("bits_per_raw_sample").filter(|&bits| bits > 0);
    AudioInfo {
        codec: text(stream, "codec_name").unwrap_or("unknown").to_owned(),
        sample_rate: small("sample_rate"),
        channels: small("channels"),
        bits_per_sample: small("bits_per_sample").filter(|&bits| bits > 0).or(raw),
    }
}

/// Degrees clockwise: the matrix of the container first, else the tag that older files have.
fn rotation(stream: &Value) -> u32 {
    let empty = Vec::new();
    let side = stream
        .get("side_data_list")
        .and_then(Value::as_array)
        .unwrap_or(&empty);
    let matrix = side
        .iter()
        .find_map(|data| data.get("rotation").and_then(Value::as_f64));
    let tag = stream.pointer("/tags/rotate").and_then(Value::as_str);
    let degrees = match (matrix, tag.and_then(|tag| tag.parse::<f64>().ok())) {
        (Some(matrix), _) => -matrix,
        (None, Some(tag)) => tag,
        (None, None) => 0.0,
    };
    if degrees.is_finite() {
        degrees.round().rem_euclid(360.0) as u32
    } else {
        0
    }
}

fn extend_tags(tags: &mut Metadata, of: &Value) {
    // More than this is no description of a video.
    const MOST: usize = 200;
    let Some(found) = of.get("tags").and_then(Value::as_object) else {
        return;
    };
    for (key, value) in found.iter().take(MOST) {
        if let Some(value) = value.as_str() {
            tags.insert(key.as_str(), value);
        }
    }
}

fn text<'a>(of: &'a Value, key: &str) -> Option<&'a str> {
    of.get(key).and_then(Value::as_str)
}

/// A whole number, which `ffprobe` writes with and without quotes.
fn number(of: &Value, key: &str) -> Option<u64> {
    let value = of.get(key)?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn float(of: &Value, key: &str) -> Option<f64> {
    let value = of.get(key)?;
    let value = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    value.is_finite().then_some(value)
}

fn ratio(of: &Value, key: &str) -> Option<Rational64> {
    fraction(text(of, key)?, '/')
}

/// A fraction above zero.
pub(super) fn fraction(text: &str, sign: char) -> Option<Rational64> {
    let (above, below) = text.split_once(sign)?;
    let (above, below): (i64, i64) = (above.trim().parse().ok()?, below.trim().parse().ok()?);
    (above > 0 && below > 0).then(|| Rational64::new(above, below))
}

#[cfg(test)]
mod tests {
    use super::*;
    use imageio_core::ErrorKind;

    #[test]
    fn the_default_stream_is_taken_and_covers_are_not() {
        let text = br#"{"streams": [
            {"index": 0, "codec_type": "audio", "codec_name": "flac", "sample_rate": "48000", "channels": 2,
             "bits_per_raw_sample": "24"},
            {"index": 1, "codec_type": "video", "codec_name": "png", "width": 4000, "height": 4000,
             "disposition": {"attached_pic": 1, "default": 1}},
            {"index": 2, "codec_type": "video", "codec_name": "h264", "width": 64, "height": 48,
             "avg_frame_rate": "0/0", "r_frame_rate": "30000/1001", "time_base": "1/90000", "nb_frames": "7",
             "pix_fmt": "yuv420p10le", "side_data_list": [{"x": 1}, {"rotation": -90}], "sample_aspect_ratio": "4:3"},
            {"index": 3, "codec_type": "video", "codec_name": "h264", "width": 64, "height": 48}],
            "format": {"format_name": "matroska,webm", "duration": "1.5", "tags": {"title": "a\nb"}}}"#;
        let info = parse(text, "").expect("a video");
        assert_eq!(
            (info.stream, info.codec.as_str(), info.rotation),
            (2, "h264", 90)
        );
        assert_eq!(info.shown_size(), Some((48, 64)));
        assert_eq!(info.frame_rate, Some(Rational64::new(30000, 1001)));
        assert_eq!((info.duration, info.claimed_frames), (Some(1.5), Some(7)));
        assert_eq!(info.bits_per_sample, Some(10));
        let audio = info.audio.expect("sound");
        assert_eq!(
            (audio.codec.as_str(), audio.bits_per_sample),
            ("flac", Some(24))
        );
        assert_eq!(
            info.tags.get("title").and_then(|title| title.as_str()),
            Some("a\nb")
        );
    }

    #[test]
    fn odd_answers_are_errors() {
        for text in ["", "{", "[]", "{}", "{\"streams\": 3}", "{\"streams\": []}"] {
            let error = parse(text.as_bytes(), "x: Invalid data found").expect_err("nothing");
            assert_eq!(error.kind(), ErrorKind::Corrupt);
            assert!(error.message().contains("Invalid data"), "{error}");
        }
        let sound = br#"{"streams": [{"codec_type": "audio"}, {"codec_type": "video", "width": 0, "height": 4}]}"#;
        let error = parse(sound, "").expect_err("no video");
        assert!(
            error.message().contains("no video among the 2 streams"),
            "{error}"
        );
    }
}
