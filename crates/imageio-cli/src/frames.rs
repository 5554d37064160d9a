//! `imageio frames`: the images of an animation or a stack as numbered files.

use std::path::{Path, PathBuf};

use imageio::{Error, Images, Result};

use crate::cli::FramesArgs;
use crate::exit;
use crate::plugin_options;
use crate::progress::Progress;
use crate::source::Source;
use crate::target::Target;

pub(crate) fn run(args: &FramesArgs) -> Result<()> {
    let ends = &args.ends;
    let range = args.frames.unwrap_or_default();
    let source = Source::of_two(&args.input, ends, ends.read_extension.as_deref());
    let reader = source.card()?;
    // The count needs no options, and a folder is made only for a file that can be read.
    let count = source.open(&Vec::new())?.count();
    let names = Names::new(&args.output, ends.extension.as_deref())?.for_count(count);
    names.make_folder()?;
    let writer = Target::new(names.path(range.start).as_os_str(), ends, None)?.card()?;
    let (read, mut write) = plugin_options::divide(&ends.options, &[reader], writer)?;
    write.extend(ends.write_options.iter().cloned());
    let mut opened = source.open(&read)?;
    if opened.inks_to_colours(range.start) {
        exit::note(&format!("{}: CMYK becomes RGB", source.name()));
    }
    let first = range.start;
    let end = count
        .unwrap_or(usize::MAX)
        .min(range.end.unwrap_or(usize::MAX));
    let mut progress = Progress::new(count.map(|_| end.saturating_sub(first)));
    let mut position = first;
    while position < end {
        let Some(image) = opened.image(position, first)? else {
            break;
        };
        let target = Target::new(names.path(position).as_os_str(), ends, None)?;
        let (mut file, options) = target.open(writer, &write)?;
        file.write(Images::single(&image), &options)?;
        file.close()?;
        position += 1;
        progress.step();
    }
    drop(progress);
    opened.tell_warnings(&source.name());
    if position == first {
        let error = Error::out_of_range(position, count.unwrap_or(0));
        return Err(error.in_resource(source.name()));
    }
    tell(&names, first, position);
    Ok(())
}

fn tell(names: &Names, start: usize, end: usize) {
    use std::io::IsTerminal as _;
    if !std::io::stderr().is_terminal() {
        return;
    }
    let first = names.path(start).display().to_string();
    exit::say(&match end - start {
        1 => format!("wrote {first}"),
        many => format!(
            "wrote {many} images, {first} to {}",
            names.path(end - 1).display()
        ),
    });
}

/// What the numbered files are called.
struct Names {
    before: String,
    after: String,
    width: usize,
    folder: Option<PathBuf>,
}

impl Names {
    /// A pattern holds `%d` or `%03d`; anything else is a folder.
    fn new(output: &Path, extension: Option<&str>) -> Result<Self> {
        let absolute = std::path::absolute(output).unwrap_or_default();
        // The names are paths, also where they begin like an address or somebody's home.
        let plain = !output.to_string_lossy().contains(['~', '<', ':']);
        let output = if plain { output } else { &absolute };
        let text = output
            .to_str()
            .ok_or_else(|| Error::bad_option("the name of the output is no valid text"))?;
        if let Some((before, width, after)) = number_in(text) {
            if after.contains('/') || after.contains(std::path::MAIN_SEPARATOR) {
                return Err(Error::bad_option(format!(
                    "`{text}`: the number must be in the last part of the path"
                )));
            }
            if extension.is_some() {
                return Err(Error::bad_option(format!(
                    "`{text}` has its extension; --extension is for folders"
                )));
            }
            return Ok(Names {
                before: before.to_owned(),
                after: after.to_owned(),
                width,
                folder: None,
            });
        }
        let extension = extension.unwrap_or(".png");
        if !extension.starts_with('.') {
            return Err(Error::bad_option(format!(
                "the extension {extension:?} must begin with a dot, as \".png\""
            )));
        }
        Ok(Names {
            before: output.join("frame_").to_string_lossy().into_owned(),
            after: extension.to_owned(),
            width: 3,
            folder: Some(output.to_path_buf()),
        })
    }

    /// Room for the highest number of `count` images, in a folder of our naming.
    fn for_count(mut self, count: Option<usize>) -> Self {
        if self.folder.is_some() {
            let digits = count.map_or(0, |count| count.saturating_sub(1).to_string().len());
            self.width = self.width.max(digits);
        }
        self
    }

    fn path(&self, number: usize) -> PathBuf {
        let Names {
            before,
            after,
            width,
            ..
        } = self;
        PathBuf::from(format!("{before}{number:0width$}{after}"))
    }

    fn make_folder(&self) -> Result<()> {
        match &self.folder {
            Some(folder) => std::fs::create_dir_all(folder)
                .map_err(|error| Error::from(error).in_resource(folder.to_string_lossy())),
            None => Ok(()),
        }
    }
}

/// What stands before the number, its width, and what stands after it.
fn number_in(text: &str) -> Option<(&str, usize, &str)> {
    text.match_indices('%').find_map(|(at, _)| {
        let rest = text.get(at + 1..)?;
        let (width, after) = rest.split_once('d')?;
        let width: usize = if width.is_empty() {
            1
        } else {
            width.strip_prefix('0')?.parse().ok()?
        };
        // Wider numbers than any file system allows in a name are no numbers.
        (width <= 99).then_some((text.get(..at)?, width, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_folders_give_names() {
        let path = |output: &str, extension, number| {
            let names = Names::new(Path::new(output), extension).expect("names");
            names
                .for_count(Some(2000))
                .path(number)
                .display()
                .to_string()
        };
        assert_eq!(path("a_%02d.bmp", None, 7), "a_07.bmp");
        assert_eq!(path("a_%d.bmp", None, 123), "a_123.bmp");
        assert_eq!(path("50%/x", Some(".bmp"), 3), "50%/x/frame_0003.bmp");
        assert!(Names::new(Path::new("%d/x.png"), None).is_err());
        assert!(Names::new(Path::new("%d.png"), Some(".bmp")).is_err());
        assert!(Names::new(Path::new("x"), Some("bmp")).is_err());
    }
}
