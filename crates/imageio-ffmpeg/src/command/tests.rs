use std::path::PathBuf;

use imageio_core::{Options, PluginOptions};

use super::*;
use crate::encoder;
use crate::program::Version;

fn program() -> Program {
    let version = Version::parse("ffmpeg version 5.1 Copyright").expect("a version");
    Program {
        path: PathBuf::from("ffmpeg"),
        ffprobe: None,
        version,
    }
}

fn parsed<T: PluginOptions>(pairs: &[(&str, &str)]) -> T {
    let options: Options = pairs.iter().copied().collect();
    options.parse().expect("options")
}

/// The arguments from `from` on, which leaves out what is the same everywhere.
fn from(command: &Command, from: &str) -> String {
    let all = shown(command);
    let at = all
        .find(from)
        .unwrap_or_else(|| panic!("no {from} in {all}"));
    all[at..].to_owned()
}

// checklist: E-414, E-416
#[test]
fn frames_are_asked_for() {
    let pairs = [
        ("fps", "8"),
        ("size", "32x24"),
        ("input_params", "-err_detect aggressive"),
        ("ffmpeg_params", "-x 1"),
        ("output_params", "-vf hflip"),
    ];
    let options = parsed::<FfmpegReadOptions>(&pairs);
    let decoding = Decoding {
        input: Input::File(Path::new("/-a b.mp4")),
        stream: None,
        options: &options,
    };
    let command = decoding.frames(&program(), &Start::First);
    assert_eq!(
        from(&command, "-err_detect"),
        "-err_detect aggressive -x 1 -i file:/-a b.mp4 -an -sn -dn -map_metadata -1 -pix_fmt rgb24 -vcodec rawvideo \
         -f rawvideo -fps_mode cfr -r 8 -s 32x24 -vf hflip pipe:1"
    );
    let begin = shown(&command);
    assert!(begin.starts_with(
        "ffmpeg -nostdin -hide_banner -protocol_whitelist file -format_whitelist … -err_detect"
    ));
    let deep = parsed::<FfmpegReadOptions>(&[("dtype", "uint16")]);
    let decoding = Decoding {
        stream: Some(2),
        options: &deep,
        ..decoding
    };
    let command = decoding.frames(&program(), &Start::Frame(7));
    assert_eq!(
        from(&command, "-map 0:2"),
        "-map 0:2 -an -sn -dn -map_metadata -1 -pix_fmt rgb48le -vcodec rawvideo -f rawvideo -fps_mode passthrough \
         -vf select=gte(n\\,7) pipe:1"
    );
    let mut old = program();
    old.version.release = Some((4, 4));
    assert!(shown(&decoding.frames(&old, &Start::First)).contains("-vsync passthrough"));
}

// checklist: E-415
#[test]
fn cameras_are_asked_for_their_format_and_size() {
    let options = parsed::<FfmpegReadOptions>(&[
        ("pixelformat", "yuyv422"),
        ("size", "640x480"),
        ("input_params", "-framerate 15"),
    ]);
    let camera = Camera::new("video4linux2", "/dev/video0");
    let decoding = Decoding {
        input: Input::Camera(&camera),
        stream: None,
        options: &options,
    };
    let command = shown(&decoding.frames(&program(), &Start::First));
    let asked = "-framerate 15 -f video4linux2 -pix_fmt yuyv422 -s 640x480 -i /dev/video0";
    assert!(command.contains(asked), "{command}");
    assert!(
        command.ends_with("-f rawvideo -fps_mode passthrough pipe:1"),
        "{command}"
    );
}

fn encoding(codec: &str, pairs: &[(&str, &str)], audio: Option<&Path>) -> String {
    let options = parsed::<FfmpegWriteOptions>(pairs);
    let encoding = Encoding {
        raw: Raw {
            width: 70,
            height: 50,
            pixel_format: "rgb24",
        },
        codec,
        rate: encoder::rate_arguments(codec, options.bitrate, options.quality).expect("a rate"),
        scaled: encoder::scaled(70, 50, options.macro_block_size),
        audio,
        options: &options,
    };
    from(
        &encoding.command(&program(), Path::new("out.mp4")),
        "-f rawvideo",
    )
}

// checklist: E-438, E-439, E-440, E-442, E-444, E-445, E-451
#[test]
fn encoders_get_the_documented_arguments() {
    assert_eq!(
        encoding("libx264", &[], None),
        "-f rawvideo -vcodec rawvideo -s 70x50 -pix_fmt rgb24 -r 10 -i pipe:0 -an -vcodec libx264 -pix_fmt yuv420p \
         -crf 25 -vf scale=80:64 -v warning file:out.mp4"
    );
    let pairs = [
        ("fps", "30000/1001"),
        ("bitrate", "500000"),
        ("macro_block_size", "none"),
        ("input_params", "-thread_queue_size 9"),
        ("output_params", "-vf scale=320:240"),
        ("ffmpeg_params", "-an"),
        ("ffmpeg_log_level", "quiet"),
        ("pixelformat", "none"),
        ("audio_codec", "copy"),
    ];
    assert_eq!(
        encoding("mpeg4", &pairs, None),
        "-f rawvideo -vcodec rawvideo -s 70x50 -pix_fmt rgb24 -r 30000/1001 -thread_queue_size 9 -i pipe:0 -an -vcodec \
         mpeg4 -b:v 500000 -v quiet -vf scale=320:240 -an file:out.mp4"
    );
    let sound = encoding("mpeg4", &pairs[..1], Some(Path::new("a.wav")));
    assert!(
        sound.contains(
            "-i pipe:0 -protocol_whitelist file -format_whitelist … -i file:a.wav -vcodec"
        )
    );
    assert!(
        sound.ends_with("-v warning -map 0:v:0 -map 1:a:0 file:out.mp4"),
        "{sound}"
    );
    let copied = encoding(
        "mpeg4",
        &[("audio_codec", "copy")],
        Some(Path::new("a.wav")),
    );
    assert!(
        copied.contains("-acodec copy -map 0:v:0 -map 1:a:0"),
        "{copied}"
    );
}

/// The manual's example of an encoder in hardware.
#[test]
fn the_vaapi_example_of_the_manual() {
    let pairs = [
        ("fps", "1"),
        (
            "output_params",
            "-vaapi_device /dev/dri/renderD128 -vf 'format=gray|nv12,hwupload'",
        ),
        ("pixelformat", "vaapi_vld"),
        ("macro_block_size", "1"),
    ];
    assert_eq!(
        encoding("h264_vaapi", &pairs, None),
        "-f rawvideo -vcodec rawvideo -s 70x50 -pix_fmt rgb24 -r 1 -i pipe:0 -an -vcodec h264_vaapi -pix_fmt vaapi_vld \
         -qscale:v 16 -v warning -vaapi_device /dev/dri/renderD128 -vf format=gray|nv12,hwupload file:out.mp4"
    );
}

#[test]
fn fences_give_way_to_the_callers_own() {
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        fences(&[]),
        ["-protocol_whitelist", "file", "-format_whitelist", DEMUXERS]
    );
    assert_eq!(
        fences(&words(&["-f", "rawvideo"])),
        ["-protocol_whitelist", "file"]
    );
    assert_eq!(
        fences(&words(&["-protocol_whitelist", "file,http"])),
        [""; 0]
    );
    for barred in [
        "hls", "concat", "dash", "image2", "lavfi", "sdp", "rtsp", "tty", "tee",
    ] {
        assert!(!DEMUXERS.split(',').any(|name| name == barred), "{barred}");
    }
}
