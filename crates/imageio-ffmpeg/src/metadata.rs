//! What is known about a video, with Python's names where it has them.

use imageio_core::{ImageProperties, Metadata, Rational, Value};
use num_rational::Rational64;

use crate::probe::{AudioInfo, VideoInfo};
use crate::program::Program;

/// The reference's keys first, then what `ffprobe` tells beside them. `nframes` is infinite where nobody counted.
pub(crate) fn of_video(
    info: &VideoInfo,
    program: &Program,
    size: (usize, usize),
    frames: Option<usize>,
) -> Metadata {
    let mut metadata = Metadata::new();
    metadata.insert("plugin", "ffmpeg");
    match frames {
        Some(count) => metadata.insert("nframes", count),
        None => metadata.insert("nframes", f64::INFINITY),
    };
    metadata.insert("ffmpeg_version", program.version.text.as_str());
    metadata.insert("codec", info.codec.as_str());
    metadata.insert("pix_fmt", info.pixel_format.as_str());
    if let Some(audio) = &info.audio {
        metadata.insert("audio_codec", audio.codec.as_str());
    }
    metadata.insert("fps", info.frame_rate.map_or(0.0, to_f64));
    metadata.insert("source_size", pair((info.width, info.height)));
    metadata.insert("size", pair(size));
    metadata.insert("rotate", info.rotation);
    metadata.insert("duration", info.duration.unwrap_or(0.0));
    extend(&mut metadata, info);
    metadata
}

/// Keys that people look for first.
const FIRST: [&str; 7] = [
    "duration",
    "fps",
    "codec",
    "profile",
    "pix_fmt",
    "bit_rate",
    "audio_codec",
];

/// Of the metadata of a video, what people look for first; that it is turned, where it is.
pub(crate) fn summary(whole: &Metadata) -> Metadata {
    let mut summary: Metadata = FIRST
        .into_iter()
        .filter_map(|key| Some((key, whole.get(key)?.clone())))
        .collect();
    let turned = whole.get("rotate");
    if let Some(turn) = turned.filter(|turn| turn.as_i64() != Some(0)) {
        summary.insert("rotate", turn.clone());
    }
    summary
}

fn extend(metadata: &mut Metadata, info: &VideoInfo) {
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            metadata.insert(key, value);
        }
    };
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    put(
        "container",
        Some(info.container.as_str().into()).filter(|_| !info.container.is_empty()),
    );
    put("long_codec", text(&info.codec_long));
    put("profile", text(&info.profile));
    put("frame_rate", info.frame_rate.map(rational));
    put("base_rate", info.base_rate.map(rational));
    put("time_base", info.time_base.map(rational));
    put("start", info.start.map(Value::from));
    put("claimed_frames", info.claimed_frames.map(Value::from));
    put("bits_per_sample", info.bits_per_sample.map(Value::from));
    put("bit_rate", info.bit_rate.map(Value::from));
    put("pixel_aspect", info.pixel_aspect.map(rational));
    for (key, value) in &info.colour {
        put(key, Some(value.as_str().into()));
    }
    put(
        "audio",
        info.audio.as_ref().map(|audio| Value::Map(of_audio(audio))),
    );
    put(
        "tags",
        Some(Value::Map(info.tags.clone())).filter(|_| !info.tags.is_empty()),
    );
}

fn of_audio(audio: &AudioInfo) -> Metadata {
    let numbers = [
        ("sample_rate", audio.sample_rate),
        ("channels", audio.channels),
        ("bits_per_sample", audio.bits_per_sample),
    ];
    let mut metadata = Metadata::new();
    metadata.insert("codec", audio.codec.as_str());
    metadata.extend(
        numbers
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?))),
    );
    metadata
}

/// The properties of a series whose length nobody knows, as v2 wants them: there the length of a video is infinite.
pub(crate) fn unknown_batch(one: ImageProperties) -> ImageProperties {
    let mut series = one;
    series.is_batch = true;
    series
}

fn pair((width, height): (usize, usize)) -> Value {
    Value::List(vec![width.into(), height.into()])
}

fn rational(ratio: Rational64) -> Value {
    Value::Rational(Rational::new(*ratio.numer(), *ratio.denom()))
}

fn to_f64(ratio: Rational64) -> f64 {
    *ratio.numer() as f64 / *ratio.denom() as f64
}
