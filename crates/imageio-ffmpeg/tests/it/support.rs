//! Videos in which every frame carries its number, made by ffmpeg itself when a test asks for them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use imageio_core::{
    DType, ImageResource, Mode, NdImage, OpenArgs, Options, Registry, Request, Value, imopen_in,
};
use imageio_ffmpeg::{FfmpegReadOptions, FfmpegReader, PLUGIN};

/// A folder that lasts as long as the tests, with the videos that were made so far.
pub(crate) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        // Kept beside other things that building makes; each run replaces what the last one left.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("videos");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    })
}

/// Blocks side by side in which a frame carries its number, most significant bit first.
const BITS: usize = 8;

/// Width of a block; wide enough to outlive any codec.
const BLOCK: usize = 8;

/// Frame `number` of `width` times `height` pixels: bits as black and white blocks over a picture that moves.
pub(crate) fn frame(number: usize, width: usize, height: usize) -> NdImage {
    let mut data = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            let bit = x / BLOCK;
            if y < height / 2 && bit < BITS {
                let on = number >> (BITS - 1 - bit) & 1 == 1;
                data.extend([if on { 255u8 } else { 0 }; 3]);
            } else {
                let (x, y) = (x + 3 * number, y + number);
                data.extend([
                    (x * 5 % 200) as u8 + 20,
                    (y * 7 % 200) as u8 + 20,
                    ((x + y) * 3 % 200) as u8 + 20,
                ]);
            }
        }
    }
    NdImage::from_vec(&[height, width, 3], data).expect("a frame")
}

/// The number that a frame carries.
pub(crate) fn number_of(frame: &NdImage) -> usize {
    let high = match frame.dtype() {
        DType::U16 => frame
            .as_array::<u16>()
            .expect("uint16")
            .mapv(|sample| (sample >> 8) as u8),
        _ => frame.as_array::<u8>().expect("uint8").to_owned(),
    };
    let (height, width) = (frame.shape()[0], frame.shape()[1]);
    let _ = width;
    let row = height / 4;
    (0..BITS).fold(0, |number, bit| {
        let on = high[[row, bit * BLOCK + BLOCK / 2, 1]] > 127;
        number << 1 | usize::from(on)
    })
}

/// The numbered video that `arguments` make of `count` frames, made once.
pub(crate) fn numbered(name: &str, count: usize, arguments: &[&str]) -> PathBuf {
    sized(name, count, (64, 48), arguments)
}

/// The same in another size.
pub(crate) fn sized(name: &str, count: usize, size: (usize, usize), arguments: &[&str]) -> PathBuf {
    type Made = Mutex<std::collections::HashMap<String, Arc<OnceLock<PathBuf>>>>;
    static MADE: OnceLock<Made> = OnceLock::new();
    let made = MADE.get_or_init(Made::default);
    let slot = Arc::clone(
        made.lock()
            .expect("a lock")
            .entry(name.to_owned())
            .or_default(),
    );
    slot.get_or_init(|| make(name, count, size, arguments))
        .clone()
}

fn make(name: &str, count: usize, (width, height): (usize, usize), arguments: &[&str]) -> PathBuf {
    let path = folder().join(name);
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"])
        .args(["-s", &format!("{width}x{height}"), "-r", "25", "-i", "-"])
        .args(arguments)
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("ffmpeg");
    let mut stdin = child.stdin.take().expect("a pipe");
    for number in 0..count {
        let frame = frame(number, width, height);
        std::io::Write::write_all(&mut stdin, &frame.as_bytes()).expect("a frame");
    }
    drop(stdin);
    assert!(child.wait().expect("an end").success(), "{name}");
    path
}

/// Runs ffmpeg, which must succeed.
pub(crate) fn ffmpeg(arguments: &[&str]) {
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y"])
        .args(arguments)
        .status()
        .expect("ffmpeg");
    assert!(done.success(), "{arguments:?}");
}

/// Every frame in order.
pub(crate) fn all(path: &Path, options: &FfmpegReadOptions) -> Vec<NdImage> {
    let mut reader = FfmpegReader::open(path).expect("a video");
    let mut frames = Vec::new();
    while let Some(frame) = reader.read_next(frames.len(), options).expect("a frame") {
        frames.push(frame);
    }
    frames
}

/// Opens with the plugin alone.
pub(crate) fn open(request: impl Into<Request>, mode: &str) -> imageio_core::Result<ImageResource> {
    let mode: Mode = mode.parse().expect("a mode");
    imopen_in(
        &Registry::new(),
        request.into().mode(mode),
        OpenArgs::new().plugin(&PLUGIN),
    )
}

/// No options.
pub(crate) fn none() -> Options {
    Options::new()
}

/// Options that were given as lists of arguments.
pub(crate) fn read_options(lists: &[(&str, &[&str])]) -> FfmpegReadOptions {
    let list = |words: &[&str]| Value::List(words.iter().map(|&word| word.into()).collect());
    let options: Options = lists
        .iter()
        .map(|(key, words)| (*key, list(words)))
        .collect();
    options.parse().expect("options")
}

/// The processes whose parent is this one, zombies too.
pub(crate) fn children() -> Vec<u32> {
    let me = std::process::id();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let fields: Vec<&str> = stat
                .rsplit(')')
                .next()
                .unwrap_or_default()
                .split_whitespace()
                .collect();
            fields.get(1).and_then(|parent| parent.parse().ok()) == Some(me)
        })
        .collect()
}
