//! `imageio convert`: image by image from one or several files into another.

mod carried;

use imageio::{Error, ErrorKind, ImageResource, Images, NdImage, Options, PluginInfo, Result};

use crate::cli::ConvertArgs;
use crate::exit;
use crate::plugin_options::{self, Pairs};
use crate::progress::Progress;
use crate::source::{Opened, Source};
use crate::target::{self, Target};
use crate::values::FrameRange;

use carried::Carried;

pub(crate) fn run(args: &ConvertArgs) -> Result<()> {
    let mut job = Job::plan(args)?;
    let mut carried = Carried::collect(&mut job);
    let mut shortened = None;
    loop {
        let most = if shortened.is_some() { 1 } else { usize::MAX };
        let Err(failure) = copy(&mut job, &carried, most) else {
            break;
        };
        if carried.drop_refused(&failure.error) {
            continue;
        }
        if shortened.is_none() && job.may_shorten && failure.more_than_one {
            shortened = Some(failure.error);
            carried = Carried::collect_still(&mut job);
            continue;
        }
        return Err(job.with_hint(failure.error));
    }
    if let Some(reason) = shortened {
        let reason = exit::line(&reason);
        exit::note(&format!(
            "{reason}; only the first was written, --index picks another"
        ));
    }
    for input in &job.inputs {
        input.opened.tell_warnings(&input.name);
    }
    Ok(())
}

/// What is to be done.
struct Job {
    inputs: Vec<Input>,
    target: Target,
    writer: &'static PluginInfo,
    write_options: Pairs,
    /// Whether the first image alone is better than an error.
    may_shorten: bool,
}

/// One file and which of its images.
struct Input {
    opened: Opened,
    name: String,
    range: FrameRange,
    count: Option<usize>,
}

impl Job {
    fn plan(args: &ConvertArgs) -> Result<Self> {
        let ends = &args.ends;
        let extension = ends.extension.as_deref();
        let for_output = target::extension_is_for_output(&args.output);
        let write_extension = extension.filter(|_| for_output);
        let read_extension = ends
            .read_extension
            .as_deref()
            .or(extension.filter(|_| !for_output));
        let sources: Vec<Source> = args
            .inputs
            .iter()
            .map(|name| Source::of_two(name, ends, read_extension))
            .collect();
        let readers: Vec<_> = sources.iter().map(Source::card).collect::<Result<_>>()?;
        let target = Target::new(&args.output, ends, write_extension)?;
        let writer = target.card()?;
        let (read, mut write_options) = plugin_options::divide(&ends.options, &readers, writer)?;
        write_options.extend(ends.write_options.iter().cloned());
        let range = match (args.index, args.frames) {
            (Some(index), _) => FrameRange {
                start: index,
                end: Some(index.saturating_add(1)),
            },
            (None, frames) => frames.unwrap_or_default(),
        };
        let mut inputs: Vec<Input> = sources
            .iter()
            .map(|source| Input::open(source, &read, range))
            .collect::<Result<_>>()?;
        if !write_options.iter().any(|(key, _)| key == "mode") {
            for input in &mut inputs {
                input.avoid_inks();
            }
        }
        Ok(Job {
            inputs,
            target,
            writer,
            write_options,
            may_shorten: args.inputs.len() == 1 && args.frames.is_none(),
        })
    }

    /// Adds what often helps where the format cannot hold the samples.
    fn with_hint(&self, error: Error) -> Error {
        let converts = self.inputs.iter().all(|input| {
            let opened = &input.opened;
            let spec = opened.resource.plugin().read_spec();
            plugin_options::has(spec, "mode") && opened.options.get("mode").is_none()
        });
        match error.kind() {
            ErrorKind::Unsupported if converts => {
                error.with_help("other samples, as --option mode=RGB or mode=L")
            }
            _ => error,
        }
    }

    /// Number of images to write, where every input tells.
    fn total(&self) -> Option<usize> {
        self.inputs.iter().map(Input::len).sum()
    }

    /// Whether the user set one of these options of writing.
    fn sets(&self, keys: &[&str]) -> bool {
        self.write_options
            .iter()
            .any(|(key, _)| keys.contains(&key.as_str()))
    }
}

impl Input {
    fn open(source: &Source, options: &Pairs, range: FrameRange) -> Result<Self> {
        let mut opened = source.open(options)?;
        let count = opened.count();
        if let Some(count) = count.filter(|&count| range.start >= count) {
            return Err(Error::out_of_range(range.start, count).in_resource(source.name()));
        }
        Ok(Input {
            opened,
            name: source.name(),
            range,
            count,
        })
    }

    /// Has inks read as colours, for targets that would take them for colours with alpha.
    fn avoid_inks(&mut self) {
        if self.opened.inks_to_colours(self.range.start) {
            let name = &self.name;
            exit::note(&format!(
                "{name}: CMYK becomes RGB; a format that holds CMYK keeps it with --write-option mode=CMYK"
            ));
        }
    }

    /// Number of images that are wanted of it.
    fn len(&self) -> Option<usize> {
        let end = match (self.count, self.range.end) {
            (Some(count), Some(end)) => count.min(end),
            (Some(count), None) => count,
            // How many of them there are shows when they are read.
            (None, _) => return None,
        };
        Some(end - self.range.start)
    }
}

/// What stopped a conversion.
struct Failure {
    error: Error,
    /// Whether the target refused a second image like the first.
    more_than_one: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure {
            error,
            more_than_one: false,
        }
    }
}

/// Reads and writes one image after the other, `most` at the most, so that one is held where the target allows.
fn copy(job: &mut Job, carried: &Carried, most: usize) -> Result<(), Failure> {
    let (mut writer, options) = job.target.open(job.writer, &job.write_options)?;
    let mut progress = Progress::new(job.total().map(|total| total.min(most)));
    let mut layout = Layout::default();
    let mut written = 0;
    for (which, input) in job.inputs.iter_mut().enumerate() {
        let end = input.range.end.unwrap_or(usize::MAX);
        let mut position = input.range.start;
        while position < end && written < most {
            let Some(image) = input.opened.image(position, input.range.start)? else {
                break;
            };
            let alike = layout.is_like_first(&image);
            let options = carried.options_of(&options, which, position, written);
            put(&mut writer, &image, &options).map_err(|error| Failure {
                more_than_one: alike && written > 0 && error.kind() == ErrorKind::Unsupported,
                error,
            })?;
            written += 1;
            position += 1;
            progress.step();
        }
        if position == input.range.start {
            let error = Error::out_of_range(position, input.count.unwrap_or(0));
            return Err(error.in_resource(input.name.as_str()).into());
        }
        if written >= most {
            break;
        }
    }
    progress.finishing();
    writer.close().map_err(|error| Failure {
        more_than_one: layout.all_alike && written > 1 && error.kind() == ErrorKind::Unsupported,
        error,
    })?;
    Ok(())
}

fn put(writer: &mut ImageResource, image: &NdImage, options: &Options) -> Result<()> {
    writer.write(Images::single(image), options)
}

/// Shape and type of the images so far.
#[derive(Default)]
struct Layout {
    first: Option<(Vec<usize>, imageio::DType)>,
    all_alike: bool,
}

impl Layout {
    fn is_like_first(&mut self, image: &NdImage) -> bool {
        let this = (image.shape().to_vec(), image.dtype());
        match &self.first {
            None => {
                self.first = Some(this);
                self.all_alike = true;
                true
            }
            Some(first) => {
                let alike = *first == this;
                self.all_alike &= alike;
                alike
            }
        }
    }
}
