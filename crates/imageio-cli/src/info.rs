//! `imageio info`: what files hold.

mod people;

use std::io::{self, Write};
use std::process::ExitCode;

use imageio::{ImageProperties, Index, Metadata, Options, PluginInfo, Result, Spacing, Value};

use crate::cli::{ConvertArgs, InfoArgs};
use crate::exit;
use crate::source::Source;
use crate::terminal;

/// Describes each file; the code is that of the first failure, and the others are described all the same.
pub(crate) fn run(args: &InfoArgs) -> Result<ExitCode> {
    let mut code = None;
    let width = terminal::columns().unwrap_or(usize::MAX);
    for (position, file) in args.files.iter().enumerate() {
        let source = Source::new(file, &args.source);
        let report = match Report::new(&source, args) {
            Ok(report) => report,
            Err(error) => {
                let failed = exit::fail(&error);
                code.get_or_insert(failed);
                continue;
            }
        };
        let mut out = io::stdout().lock();
        if args.json {
            writeln!(out, "{}", report.json().to_json())?;
        } else {
            let gap = if position > 0 { "\n" } else { "" };
            out.write_all(gap.as_bytes())?;
            people::write(&mut out, &report, width)?;
        }
        out.flush()?;
    }
    Ok(code.unwrap_or(ExitCode::SUCCESS))
}

/// Describes what a conversion read and wrote, where it was asked to; pipes are gone by then.
pub(crate) fn of_files(args: &ConvertArgs) -> Result<ExitCode> {
    let files = args
        .inputs
        .iter()
        .chain([&args.output])
        .filter(|file| *file != "-");
    let files = if args.describe {
        files.cloned().collect()
    } else {
        Vec::new()
    };
    run(&InfoArgs {
        files,
        ..InfoArgs::default()
    })
}

/// What is known about one file.
struct Report {
    name: String,
    plugin: &'static PluginInfo,
    format: String,
    properties: ImageProperties,
    /// Images in the whole file, where it tells.
    count: Option<usize>,
    /// What people look for first.
    summary: Metadata,
    metadata: Metadata,
}

impl Report {
    fn new(source: &Source, args: &InfoArgs) -> Result<Self> {
        let mut opened = source.open(&args.source.options)?;
        opened.options = without_identity(opened.options, opened.resource.plugin());
        let index = args.index.unwrap_or_default();
        let properties = opened.resource.properties(index, &opened.options)?;
        let summary = opened.resource.summary(index, &opened.options)?;
        let metadata = opened.resource.metadata(index, true, &opened.options)?;
        let count = match index {
            Index::All => properties.n_images,
            _ if args.json => None,
            _ => opened.count(),
        };
        opened.tell_warnings(&source.name());
        Ok(Report {
            name: source.name(),
            plugin: opened.resource.plugin(),
            format: opened.format_name(),
            properties,
            count,
            summary,
            metadata,
        })
    }

    fn json(&self) -> Metadata {
        let found = &self.properties;
        let list = |numbers: &[usize]| {
            Value::List(numbers.iter().map(|&number| Value::from(number)).collect())
        };
        let mut properties = Metadata::new();
        properties.insert("shape", list(&found.shape));
        properties.insert("dtype", found.dtype.name());
        properties.insert("is_batch", found.is_batch);
        properties.insert("n_images", found.n_images);
        properties.insert("spacing", found.spacing.as_deref().map(spacing_value));
        if let Some(axes) = &found.axes {
            properties.insert("axes", axes.as_str());
        }
        if !found.levels.is_empty() {
            let levels = found.levels.iter().map(|level| list(level)).collect();
            properties.insert("levels", Value::List(levels));
        }
        let mut json = Metadata::new();
        json.insert("uri", self.name.as_str());
        json.insert("plugin", self.plugin.name());
        json.insert("format", self.format.as_str());
        json.insert("properties", properties);
        if !self.summary.is_empty() {
            json.insert("summary", self.summary.clone());
        }
        json.insert("metadata", self.metadata.clone());
        json
    }
}

/// Leaves out what identifies persons, where the plugin can and nobody asked for it: reports end up in other hands.
fn without_identity(options: Options, plugin: &PluginInfo) -> Options {
    const NAME: &str = "identity";
    let known = plugin.read_spec().iter().any(|option| option.name == NAME);
    if known && options.get(NAME).is_none() {
        return options.set(NAME, false);
    }
    options
}

/// A number for an even axis, a list for one with a distance for each pair of neighbours.
fn spacing_value(spacing: &[Spacing]) -> Value {
    let one = |spacing: &Spacing| match spacing {
        Spacing::Uniform(distance) => Value::Float(*distance),
        Spacing::Distances(all) => Value::List(all.iter().map(|&d| Value::Float(d)).collect()),
    };
    Value::List(spacing.iter().map(one).collect())
}
