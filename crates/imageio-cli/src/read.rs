//! `imageio read`: the raw array as `.npy`.

use imageio::{Index, Result, Window};

use crate::cli::ReadArgs;
use crate::npy_file;
use crate::source::{Opened, Source};

pub(crate) fn run(args: &ReadArgs) -> Result<()> {
    let source = Source::new(&args.file, &args.source);
    let mut opened = source.open(&args.source.options)?;
    let index = args.index.unwrap_or_default();
    let image = match window(args, &mut opened, index)? {
        Some(window) => opened
            .resource
            .read_window(index, &window, &opened.options)?,
        None => opened.resource.read(index, &opened.options)?,
    };
    opened.tell_warnings(&source.name());
    npy_file::write(&image, &args.npy)
}

/// The part that was asked for; nothing for all of a full-size image.
fn window(args: &ReadArgs, opened: &mut Opened, index: Index) -> Result<Option<Window>> {
    let Some(text) = &args.window else {
        let reduced = args.level > 0;
        return Ok(reduced.then(|| Window::new([]).level(args.level)));
    };
    let mut shape = Vec::new();
    if text.has_open_end() {
        let properties = opened.resource.properties(index, &opened.options)?;
        shape = match properties.levels.get(args.level) {
            Some(level) => level.clone(),
            None => properties.shape,
        };
    }
    Ok(Some(Window::new(text.ranges(&shape)).level(args.level)))
}
