//! What writing makes, and what its options do.

use std::path::{Path, PathBuf};

use imageio_core::{DType, ErrorKind, Images, NdImage, Options, Request, Value};
use imageio_ffmpeg::{FfmpegReadOptions, FfmpegReader, FfmpegWriteOptions, Rate};

use crate::support::{all, children, ffmpeg, folder, frame, none, number_of, open};

/// Writes frames one by one and gives the warnings.
fn write(path: &Path, frames: &[NdImage], options: &Options) -> imageio_core::Result<Vec<String>> {
    let mut writer = open(path, "w?")?;
    for frame in frames {
        writer.write(Images::single(frame), options)?;
    }
    let warnings = writer.warnings();
    writer.close()?;
    Ok(warnings)
}

fn frames(count: usize) -> Vec<NdImage> {
    (0..count).map(|number| frame(number, 64, 48)).collect()
}

fn target(name: &str) -> PathBuf {
    folder().join(name)
}

fn numbers(path: &Path) -> Vec<usize> {
    all(path, &FfmpegReadOptions::new())
        .iter()
        .map(number_of)
        .collect()
}

fn text(path: &Path, key: &str) -> String {
    let meta = open(path, "r?")
        .expect("a video")
        .metadata(0, false, &none())
        .expect("metadata");
    meta.get(key).map(ToString::to_string).unwrap_or_default()
}

// checklist: E-438, E-439, F-066, F-068, F-143, F-148, F-149
#[test]
fn what_is_written_is_read_again() {
    let path = target("written.mp4");
    let frames = frames(12);
    write(&path, &frames, &none()).expect("a video");
    assert_eq!(numbers(&path), (0..12).collect::<Vec<_>>());
    assert_eq!(
        (text(&path, "codec"), text(&path, "pix_fmt")),
        ("h264".to_owned(), "yuv420p".to_owned())
    );
    assert_eq!(text(&path, "frame_rate"), "10/1", "the documented default");
    let duration: f64 = text(&path, "duration").parse().expect("a number");
    assert!((1.1..1.3).contains(&duration), "{duration}");
    let rate = FfmpegWriteOptions::new().fps(29.97);
    write(&path, &frames, &Options::from(rate)).expect("a video");
    assert_eq!(text(&path, "frame_rate"), "2997/100");
    let mut reader = FfmpegReader::open(path.as_path()).expect("a video");
    let back = reader
        .read(imageio_core::Index::At(4), &FfmpegReadOptions::new())
        .expect("a frame");
    let (a, b) = (
        back.as_slice::<u8>().expect("u8"),
        frames[4].as_slice::<u8>().expect("u8"),
    );
    let sum: u64 = a
        .iter()
        .zip(b)
        .map(|(&a, &b)| u64::from(a.abs_diff(b)))
        .sum();
    assert!(
        (sum as f64 / a.len() as f64) < 20.0,
        "drawn pictures lose much of their colour"
    );
}

// checklist: E-438, E-442
#[test]
fn quality_and_bitrate_decide_the_size() {
    let frames = frames(10);
    let size = |options: Options| {
        let path =
            target(&format!("quality{options:?}.mp4").replace(['"', '/', ' ', '{', '}'], ""));
        write(&path, &frames, &options).expect("a video");
        std::fs::metadata(&path).expect("a file").len()
    };
    let (best, usual, worst) = (
        size(none().set("quality", 9)),
        size(none()),
        size(none().set("quality", 1)),
    );
    assert!(best > usual && usual > worst, "{best} {usual} {worst}");
    assert_eq!(
        size(none().set("quality", 5)),
        usual,
        "the documented default is in force"
    );
    assert!(size(none().set("bitrate", 20_000)) < size(none().set("bitrate", 900_000)));
    let path = target("bad_quality.mp4");
    let error = write(&path, &frames, &none().set("quality", 11)).expect_err("too good");
    assert_eq!((error.kind(), path.exists()), (ErrorKind::BadOption, false));
}

// checklist: E-438, E-444, E-445, F-068, F-149, F-150
#[test]
fn sizes_are_made_to_fit_blocks() {
    let odd: Vec<NdImage> = (0..3).map(|number| frame(number, 106, 100)).collect();
    let size = |name: &str, options: &Options| {
        let warnings = write(&target(name), &odd, options).expect("a video");
        let frames = all(&target(name), &FfmpegReadOptions::new());
        (frames[0].shape()[1], frames[0].shape()[0], warnings)
    };
    let (width, height, warnings) = size("block16.mp4", &none());
    assert_eq!((width, height), (112, 112));
    assert!(
        warnings[0].contains("not divisible by macro_block_size=16"),
        "{warnings:?}"
    );
    assert_eq!(
        size("block1.mp4", &none().set("macro_block_size", 1)),
        (106, 100, vec![])
    );
    assert_eq!(
        size("block0.mp4", &none().set("macro_block_size", Value::Null)),
        (106, 100, vec![])
    );
    let (width, height, _) = size("block4.mp4", &none().set("macro_block_size", 4));
    assert_eq!((width, height), (108, 100));
    for name in ["output_params", "ffmpeg_params"] {
        let list = Value::List(vec!["-vf".into(), "scale=320:240".into()]);
        let (width, height, _) = size("scaled.mp4", &none().set(name, list));
        assert_eq!((width, height), (320, 240), "{name} come last");
    }
}

// checklist: E-439, E-446, F-068, F-151
#[test]
fn codecs_follow_the_extension() {
    let frames = frames(4);
    for (name, options, codec) in [
        ("c.wmv", none(), "msmpeg4v3"),
        ("c.webm", none(), "vp9"),
        ("c.mkv", none(), "h264"),
        ("c.mov", none(), "h264"),
        ("c.avi", none().set("codec", "mpeg4"), "mpeg4"),
        ("c.mpg", none().set("codec", "mpeg2video"), "mpeg2video"),
        (
            "c.mpeg",
            none().set("codec", "mpeg1video").set("fps", 25),
            "mpeg1video",
        ),
        ("c.h264", none(), "h264"),
    ] {
        write(&target(name), &frames, &options).expect(name);
        assert_eq!(text(&target(name), "codec"), codec, "{name}");
        assert_eq!(numbers(&target(name)), [0, 1, 2, 3], "{name}");
    }
    let path = target("rate.mp4");
    let lossless = none()
        .set("codec", "libx264rgb")
        .set("pixelformat", "rgb24")
        .set("quality", Value::Null);
    write(&path, &frames, &lossless.set("output_params", "-crf 0")).expect("a video");
    assert!(
        all(&path, &FfmpegReadOptions::new()) == frames,
        "nothing is lost"
    );
}

// checklist: E-441, E-447, F-068, F-145, F-147
#[test]
fn grey_alpha_and_depths() {
    let base = frame(5, 64, 48);
    let channels = |count: usize| {
        let data: Vec<u8> = base
            .as_slice::<u8>()
            .expect("u8")
            .chunks_exact(3)
            .flat_map(|p| [p[0], p[1], p[2], 255][..count].to_vec())
            .collect();
        let shape: &[usize] = if count == 1 {
            &[48, 64]
        } else {
            &[48, 64, count]
        };
        NdImage::from_vec(shape, data).expect("an image")
    };
    let mut all_kinds: Vec<(String, NdImage)> = (1..=4)
        .map(|n| (format!("ch{n}.mp4"), channels(n)))
        .collect();
    all_kinds.push((
        "ch11.mp4".into(),
        channels(1).reshape(&[48, 64, 1]).expect("an axis"),
    ));
    let wide = base
        .as_array::<u8>()
        .expect("u8")
        .mapv(|sample| u16::from(sample) * 257);
    all_kinds.push(("u16.mp4".into(), NdImage::from(wide)));
    let unit = base
        .as_array::<u8>()
        .expect("u8")
        .mapv(|sample| f32::from(sample) / 255.0);
    all_kinds.push(("f32.mp4".into(), NdImage::from(unit)));
    let turned = base
        .flip(1)
        .expect("a view")
        .to_contiguous()
        .flip(1)
        .expect("a view");
    all_kinds.push(("strided.mp4".into(), turned));
    for (name, image) in &all_kinds {
        write(&target(name), &[image.clone(), image.clone()], &none()).expect(name);
        assert_eq!(numbers(&target(name)), [5, 5], "{name}");
    }
    let deep = none().set("codec", "ffv1").set("pixelformat", "gray16le");
    let ramp: Vec<u16> = (0..64 * 48).map(|n| n * 21).collect();
    let ramp = NdImage::from_vec(&[48, 64], ramp).expect("an image");
    write(
        &target("deep.mkv"),
        std::slice::from_ref(&ramp),
        &deep.set("quality", Value::Null),
    )
    .expect("a video");
    let options = FfmpegReadOptions::new().dtype(imageio_ffmpeg::SampleType::U16);
    let back = all(&target("deep.mkv"), &options);
    assert_eq!(back[0].dtype(), DType::U16);
    let (back, ramp) = (
        back[0].as_array::<u16>().expect("u16"),
        ramp.as_array::<u16>().expect("u16"),
    );
    let worst = (0..48).flat_map(|y| (0..64).map(move |x| (y, x)));
    let worst = worst
        .map(|(y, x)| back[[y, x, 0]].abs_diff(ramp[[y, x]]))
        .max();
    assert!(worst < Some(64), "sixteen bits arrive, {worst:?}");
}

// checklist: E-441, E-447, F-068, F-147
#[test]
fn frames_must_be_alike() {
    let path = target("alike.mp4");
    let zeros = |shape: &[usize]| {
        NdImage::from_vec(shape, vec![0u8; shape.iter().product()]).expect("an image")
    };
    let message = |frames: &[NdImage]| {
        let error = write(&path, frames, &none()).expect_err("unlike");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        error.message().to_owned()
    };
    assert!(message(&[zeros(&[48, 64, 5])]).contains("must have 1, 2, 3 or 4 channels"));
    assert!(message(&[zeros(&[0, 64, 3])]).contains("without pixels"));
    let first = zeros(&[48, 64, 3]);
    assert!(message(&[first.clone(), zeros(&[48, 32, 3])]).contains("should have same size"));
    assert!(message(&[first.clone(), zeros(&[48, 64])]).contains("same number of channels"));
    assert!(!path.exists(), "what was not closed is not there");
    // A call of which a part cannot be written leaves nothing, and the file goes on.
    let mut writer = open(path.as_path(), "w?").expect("a writer");
    writer.write(&first, &none()).expect("a frame");
    let mixed = [first.clone(), zeros(&[16, 16, 3])];
    assert!(writer.write(&mixed[..], &none()).is_err());
    writer.write(&first, &none()).expect("a frame");
    writer.close().expect("a video");
    assert_eq!(all(&path, &FfmpegReadOptions::new()).len(), 2);
}

#[test]
fn batches_and_single_frames() {
    let path = target("batch.mp4");
    let stack = NdImage::stack(&frames(5)).expect("a stack");
    let mut writer = open(path.as_path(), "w?").expect("a writer");
    writer.write(&stack, &none()).expect("frames");
    writer
        .write(Images::single(&frame(9, 64, 48)), &none())
        .expect("a frame");
    writer.close().expect("a video");
    assert_eq!(numbers(&path), [0, 1, 2, 3, 4, 9]);
    let grey = NdImage::from_vec(&[7, 48, 64], vec![9u8; 7 * 48 * 64]).expect("a stack");
    write(&path, &[], &none()).expect("nothing");
    let mut writer = open(path.as_path(), "w?").expect("a writer");
    writer.write(&grey, &none()).expect("frames");
    writer.close().expect("a video");
    assert_eq!(all(&path, &FfmpegReadOptions::new()).len(), 7);
}

#[test]
fn bytes_and_writers_are_targets() {
    for extension in [".mp4", ".mkv"] {
        let request = Request::to_bytes()
            .extension_hint(Some(extension))
            .expect("a hint");
        let mut writer = open(request, "w?").expect("a writer");
        writer.write(&frames(6)[..], &none()).expect("frames");
        let bytes = writer
            .close()
            .expect("a video")
            .into_bytes()
            .expect("bytes");
        let mut video = open(bytes, "r?").expect("a video");
        assert_eq!(
            video.read(.., &none()).expect("all").shape(),
            [6, 48, 64, 3]
        );
    }
    let request = Request::from_writer(Vec::<u8>::new())
        .extension_hint(Some(".mkv"))
        .expect("a hint");
    let mut writer = open(request, "w?").expect("a writer");
    writer.write(&frames(3)[..], &none()).expect("frames");
    let bytes: Vec<u8> = writer
        .close()
        .expect("a video")
        .into_writer()
        .expect("the writer");
    assert_eq!(&bytes[..4], b"\x1a\x45\xdf\xa3");
    let error = open(Request::to_bytes(), "w?")
        .map(drop)
        .expect_err("no extension");
    assert!(
        error.message().contains("the name is not that of a video"),
        "{error}"
    );
}

// checklist: E-449
#[test]
fn ffmpegs_words_are_in_the_error_and_the_old_file_stays() {
    let path = target("kept.mp4");
    std::fs::write(&path, b"old").expect("a file");
    let before = std::fs::read_dir(folder()).expect("a folder").count();
    for options in [
        none().set("codec", "nosuchcodec"),
        none().set("pixelformat", "nosuchformat"),
        none().set("output_params", "-nosuchoption 1"),
        none().set("codec", "gif"),
    ] {
        let error = write(&path, &frames(30), &options).expect_err("it cannot");
        assert_eq!(error.kind(), ErrorKind::External, "{error}");
        let text = error.to_string();
        assert!(
            text.contains("the command was") && text.contains("-f rawvideo"),
            "{text}"
        );
        assert!(text.contains("nosuch") || text.contains("gif"), "{text}");
        assert_eq!(std::fs::read(&path).expect("a file"), b"old");
    }
    let _ = before;
    let hidden = std::fs::read_dir(folder()).expect("a folder").flatten();
    let left = hidden
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".kept"))
        .count();
    assert_eq!(left, 0, "no temporary file is left");
}

// checklist: E-448
#[test]
fn a_video_without_frames_is_a_warning() {
    let path = target("nothing.mp4");
    std::fs::write(&path, b"old").expect("a file");
    let request = Request::from(path.as_path());
    let writer = open(&request, "w?").expect("a writer");
    writer.close().expect("nothing to do");
    assert!(request.warnings()[0].contains("no frames have been written"));
    assert_eq!(std::fs::read(&path).expect("a file"), b"old");
}

// checklist: E-451, H-018
#[test]
fn sound_goes_with_the_frames() {
    let sound = target("sound.wav");
    ffmpeg(&[
        "-f",
        "lavfi",
        "-i",
        "sine=duration=0.5",
        sound.to_str().expect("text"),
    ]);
    let path = target("with_sound.mp4");
    let options = FfmpegWriteOptions::new()
        .audio_path(sound.to_str().expect("text"))
        .fps(Rate::new(20, 1).expect("a rate"));
    write(&path, &frames(10), &Options::from(options.clone())).expect("a video");
    assert_eq!(text(&path, "audio_codec"), "aac");
    assert_eq!(numbers(&path).len(), 10);
    write(
        &target("pcm.mkv"),
        &frames(10),
        &Options::from(options.audio_codec("copy")),
    )
    .expect("a video");
    assert_eq!(text(&target("pcm.mkv"), "audio_codec"), "pcm_s16le");
    write(&path, &frames(3), &none()).expect("a video");
    assert_eq!(text(&path, "audio_codec"), "", "none without");
}

#[test]
fn a_write_that_is_given_up_leaves_nothing() {
    let path = target("given_up.mp4");
    for count in [0, 1, 40] {
        let mut writer = open(path.as_path(), "w?").expect("a writer");
        for frame in &frames(count) {
            writer.write(frame, &none()).expect("a frame");
        }
        drop(writer);
        assert!(!path.exists());
    }
    let hidden = std::fs::read_dir(folder()).expect("a folder").flatten();
    let left = hidden
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".given_up"))
        .count();
    assert_eq!(left, 0);
    let _ = children();
}
