//! The calls on TIFF files that other formats do not have.

use super::{Call, Outcome, black_box, files, held};
use imageio::{Mode, Options, Window, v3 as iio};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// 512 x 512 pixels over four tiles.
const WINDOW: [Range<usize>; 2] = [50_100..50_612, 40_300..40_812];

pub(super) fn call(op: &str, path: PathBuf, setting: &str) -> Outcome<Call> {
    if op == "meta_all" {
        let paths = files(&path)?;
        return Ok(Box::new(move || {
            for path in &paths {
                black_box(iio::immeta(path)?);
            }
            held(0, ())
        }));
    }
    if op == "window" {
        return Ok(Box::new(move || {
            let mut file = iio::imopen(&path, Mode::READ)?;
            let image = file.read_window(0, &Window::new(WINDOW), &Options::new())?;
            held(image.nbytes(), image)
        }));
    }
    let image = iio::imread(&path)?;
    let mut args = iio::WriteArgs::new().extension(".tif");
    if !setting.is_empty() {
        args = args
            .option("compression", setting)
            .option("predictor", true);
    }
    Ok(match op {
        "replace" => {
            let to = beside(&path);
            Box::new(move || {
                iio::imwrite_with(&to.0, &image, args.clone())?;
                held(0, ())
            })
        }
        "save" => Box::new(move || {
            let to = beside(&path);
            iio::imwrite_with(&to.0, &image, args.clone())?;
            held(0, to)
        }),
        _ => Box::new(move || {
            let bytes = iio::imwrite_with("<bytes>", &image, args.clone())?;
            held(bytes.as_ref().map_or(0, Vec::len), bytes)
        }),
    })
}

/// A file that is gone once nobody holds it, which is off the clock.
struct Written(PathBuf);

impl Drop for Written {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn beside(path: &Path) -> Written {
    let mut to = path.to_path_buf().into_os_string();
    to.push(".ours");
    Written(to.into())
}
