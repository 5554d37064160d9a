//! The Rust side of `cargo xtask bench`: us, and the `image` crate as a peer.
//!
//! One JSON request a line on standard input, `{"op", "lib", "path", …}`, one JSON answer a line on standard output:
//! `{"cpu_ns": [one a repeat], "wall_ns": [the same], "peak": bytes above the start, "output": bytes of the result}`.
#![expect(clippy::print_stdout, reason = "answers go to standard output")]

use cpu_time::ProcessTime;
use serde_json::{Value, json};
use std::any::Any;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[path = "../bench/tiff.rs"]
mod tiff;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A call to measure; it gives the bytes of its result, and the result itself.
///
/// The result of the last call is dropped off the clock, as it is on the other side, where a variable holds it.
type Call = Box<dyn Fn() -> Outcome<(usize, Box<dyn Any>)>>;

#[expect(clippy::unnecessary_wraps, reason = "every call ends in it")]
fn held<T: Any>(bytes: usize, result: T) -> Outcome<(usize, Box<dyn Any>)> {
    Ok((bytes, Box::new(black_box(result))))
}

fn main() -> Outcome<()> {
    for line in std::io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let answer = measure(&request).unwrap_or_else(|e| json!({ "error": e.to_string() }));
        println!("{answer}");
        std::io::stdout().flush()?;
    }
    Ok(())
}

fn measure(request: &Value) -> Outcome<Value> {
    let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
    let (op, path, extension) = (text("op"), PathBuf::from(text("path")), text("extension"));
    let index = request["index"].as_u64().unwrap_or(0) as usize;
    let is_tiff = path.extension().is_some_and(|extension| extension == "tif");
    let call = match text("lib").as_str() {
        "ours"
            if op == "meta_all"
                || (is_tiff && ["write", "save", "replace", "window"].contains(&op.as_str())) =>
        {
            tiff::call(&op, path, &text("setting"))?
        }
        "ours" => ours::call(&op, path, extension, index, &text("setting"))?,
        "image" => peer::call(&op, path)?,
        lib => return Err(format!("no library `{lib}` here").into()),
    };
    let number = |key: &str| request[key].as_u64().unwrap_or(1);
    let (repeat, batch) = (number("repeat"), number("batch").max(1));
    let (mut cpu_ns, mut wall_ns, mut peak) = (Vec::new(), Vec::new(), 0);
    let mut result = None;
    for _ in 0..repeat {
        drop(result.take());
        let (start, clock, before) = (ProcessTime::now(), Instant::now(), children_ns());
        for _ in 0..batch {
            result = Some(call()?);
        }
        wall_ns.push(clock.elapsed().as_nanos() as u64 / batch);
        let children = children_ns().saturating_sub(before);
        cpu_ns.push((start.elapsed().as_nanos() as u64 + children) / batch);
    }
    if request["memory"].as_bool() == Some(true) {
        drop(result.take());
        // Resets the peak that the kernel remembers; Linux alone has it.
        std::fs::write("/proc/self/clear_refs", "5")?;
        let before = status("VmRSS:")?;
        result = Some(call()?);
        peak = status("VmHWM:")?.saturating_sub(before);
    }
    if let (Some(to), Some((_, written))) = (request["save"].as_str(), &result) {
        let bytes = written.downcast_ref::<Option<Vec<u8>>>();
        std::fs::write(
            to,
            bytes.and_then(Option::as_ref).ok_or("no bytes to save")?,
        )?;
    }
    Ok(
        json!({ "cpu_ns": cpu_ns, "wall_ns": wall_ns, "peak": peak, "output": result.map_or(0, |held| held.0) }),
    )
}

/// Processor time of processes that this one started and that have ended, to the hundredth of a second.
fn children_ns() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    // proc(5): fields 16 and 17, the name being the second.
    let ticks = fields
        .skip(13)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok());
    ticks.sum::<u64>() * 10_000_000
}

/// A figure of `/proc/self/status`, in bytes.
fn status(name: &str) -> Outcome<u64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .ok_or("no such figure")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.sort();
    Ok(files)
}

mod ours {
    use super::{Call, Outcome, black_box, files, held};
    use imageio::v3 as iio;
    use std::path::PathBuf;

    pub(super) fn call(
        op: &str,
        path: PathBuf,
        extension: String,
        index: usize,
        setting: &str,
    ) -> Outcome<Call> {
        Ok(match op {
            "read" => Box::new(move || {
                let image = iio::imread(&path)?;
                held(image.nbytes(), image)
            }),
            "thumbnail" => Box::new(move || {
                let args = iio::ReadArgs::new().option("scale", "1/8");
                let image = iio::imread_with(&path, args)?;
                held(image.nbytes(), image)
            }),
            "read_all" => {
                let threads = if setting == "two" { 2 } else { 1 };
                let paths = files(&path)?;
                Box::new(move || held(read_all(&paths, threads)?, ()))
            }
            "frame" => Box::new(move || {
                let image = iio::imread_with(&path, iio::ReadArgs::new().index(index))?;
                held(image.nbytes(), image)
            }),
            "props_all" => {
                let paths = files(&path)?;
                Box::new(move || {
                    for path in &paths {
                        black_box(iio::improps(path)?);
                    }
                    held(0, ())
                })
            }
            "iter" => Box::new(move || {
                let mut last = 0;
                for frame in iio::imiter(&path) {
                    last = black_box(frame?).nbytes();
                }
                held(last, ())
            }),
            "random" => Box::new(move || held(random_frames(&path)?, ())),
            "volume" => {
                let args = imageio::v2::ReadArgs::new().format("DICOM");
                Box::new(move || {
                    let image = imageio::v2::volread_with(&path, args.clone())?;
                    held(image.nbytes(), image)
                })
            }
            "headers" => {
                let paths = files(&path)?;
                Box::new(move || {
                    for path in &paths {
                        black_box(iio::immeta(path)?);
                    }
                    held(0, ())
                })
            }
            "write" => {
                let image = iio::imread(&path)?;
                let mut args = iio::WriteArgs::new().extension(extension);
                if setting == "fast" {
                    args = args.option("compress_level", 1);
                }
                if setting == "stored" {
                    args = args.option("compressed", false);
                }
                Box::new(move || {
                    let bytes = iio::imwrite_with("<bytes>", &image, args.clone())?;
                    held(bytes.as_ref().map_or(0, Vec::len), bytes)
                })
            }
            "search" => Box::new(|| held(0, imageio::registry().candidates(black_box(".png")))),
            _ => return Err(format!("cannot `{op}`").into()),
        })
    }

    /// A hundred frames of a video, in an order that looks random and is always the same.
    fn random_frames(path: &std::path::Path) -> Outcome<usize> {
        let mut video = iio::imopen(path, imageio::Mode::READ)?;
        let none = imageio::Options::new();
        let count = video.properties(imageio::Index::All, &none)?;
        let count = count.n_images.ok_or("no count")? as u64;
        let (mut state, mut last) = (12345u64, 0);
        for _ in 0..100 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let position = ((state >> 33) % count) as usize;
            last = black_box(video.read(position, &none)?).nbytes();
        }
        Ok(last)
    }

    /// The bytes of all files, read by so many threads.
    fn read_all(paths: &[PathBuf], threads: usize) -> Outcome<usize> {
        let each = |part: &[PathBuf]| -> Result<usize, String> {
            let bytes = part
                .iter()
                .map(|path| iio::imread(path).map(|image| black_box(image).nbytes()));
            bytes.sum::<Result<_, _>>().map_err(|e| e.to_string())
        };
        std::thread::scope(|scope| {
            let parts = paths.chunks(paths.len().div_ceil(threads));
            let workers: Vec<_> = parts.map(|part| scope.spawn(move || each(part))).collect();
            let done = workers.into_iter().map(|worker| {
                worker
                    .join()
                    .map_err(|_| "a reader panicked")?
                    .map_err(Into::into)
            });
            done.sum()
        })
    }
}

mod peer {
    use super::{Call, Outcome, Path, black_box, held};
    use image::codecs::gif::{GifDecoder, GifEncoder};
    use image::{AnimationDecoder as _, DynamicImage, Frame, ImageFormat, ImageReader};
    use std::fs::File;
    use std::io::{BufReader, Cursor};
    use std::path::PathBuf;

    pub(super) fn call(op: &str, path: PathBuf) -> Outcome<Call> {
        let format = ImageFormat::from_path(&path)?;
        Ok(match (op, format) {
            ("read", ImageFormat::Gif) => Box::new(move || {
                // One array of all frames, as the others give.
                let mut stack = Vec::new();
                for frame in frames(&path)? {
                    stack.extend_from_slice(frame?.buffer().as_raw());
                }
                held(stack.len(), stack)
            }),
            ("read", _) => Box::new(move || {
                let image = read(&path)?;
                held(image.as_bytes().len(), image)
            }),
            ("iter", ImageFormat::Gif) => Box::new(move || {
                let mut last = 0;
                for frame in frames(&path)? {
                    last = black_box(frame?.buffer().as_raw().len());
                }
                held(last, ())
            }),
            ("write", ImageFormat::Gif) => {
                let images: Vec<Frame> = frames(&path)?.collect::<Result<_, _>>()?;
                Box::new(move || {
                    let mut bytes = Vec::new();
                    GifEncoder::new(&mut bytes).encode_frames(images.iter().cloned())?;
                    held(bytes.len(), bytes)
                })
            }
            ("write", _) => {
                let image = read(&path)?;
                Box::new(move || {
                    let mut bytes = Cursor::new(Vec::new());
                    image.write_to(&mut bytes, format)?;
                    held(bytes.get_ref().len(), bytes)
                })
            }
            _ => return Err(format!("cannot `{op}`").into()),
        })
    }

    fn read(path: &Path) -> Outcome<DynamicImage> {
        let mut reader = ImageReader::open(path)?;
        reader.no_limits();
        Ok(reader.decode()?)
    }

    fn frames(path: &Path) -> Outcome<image::Frames<'static>> {
        Ok(GifDecoder::new(BufReader::new(File::open(path)?))?.into_frames())
    }
}
