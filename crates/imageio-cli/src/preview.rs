//! `imageio preview`: the picture in the terminal.

mod shrink;

use std::fmt::Write as _;
use std::io::{self, Write};

use imageio::Result;

use crate::cli::PreviewArgs;
use crate::source::Source;
use crate::terminal;

use shrink::{Picture, Rgb};

/// From dark to light.
const RAMP: &[u8] = b" .:-=+*#%@";
/// Columns where nobody tells.
const COLUMNS: usize = 80;
/// Rows of pixels that a picture may have where no screen bounds it.
const MOST_ROWS: usize = 4000;

pub(crate) fn run(args: &PreviewArgs) -> Result<()> {
    let source = Source::new(&args.file, &args.source);
    let mut opened = source.open(&args.source.options)?;
    opened.inks_to_colours(args.index);
    let image = opened.resource.read(args.index, &opened.options)?;
    opened.tell_warnings(&source.name());
    let place = |error: imageio::Error| error.in_resource(source.name());
    let (columns, rows) = room(args);
    let picture = Picture::shrink(&image, columns, rows).map_err(place)?;
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let text = if args.ascii || no_colour {
        letters(&picture)
    } else {
        half_blocks(&picture)
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// Columns to fill, and rows of half a character where the picture should fit the screen too.
fn room(args: &PreviewArgs) -> (usize, usize) {
    if let Some(width) = args.width {
        return (width.into(), MOST_ROWS);
    }
    let columns = terminal::columns().unwrap_or(COLUMNS);
    // The prompt wants a line below.
    let rows = terminal::size().map_or(MOST_ROWS, |(_, rows)| 2 * rows.saturating_sub(1));
    (columns, rows.max(2))
}

/// Two pixels a character: the upper one in the colour of `▀`, the lower one behind it.
fn half_blocks(picture: &Picture) -> String {
    let mut text = String::new();
    for row in (0..picture.height).step_by(2) {
        let mut now = (None, None);
        for column in 0..picture.width {
            let upper = picture.colour(row, column);
            let lower = (row + 1 < picture.height).then(|| picture.colour(row + 1, column));
            // Writing to a `String` cannot fail.
            if now.0 != Some(upper) {
                let Rgb(r, g, b) = upper;
                let _ = write!(text, "\x1b[38;2;{r};{g};{b}m");
            }
            if let Some(Rgb(r, g, b)) = lower.filter(|_| now.1 != lower) {
                let _ = write!(text, "\x1b[48;2;{r};{g};{b}m");
            }
            text.push('▀');
            now = (Some(upper), lower);
        }
        text.push_str("\x1b[0m\n");
    }
    text
}

/// A letter for two pixels, one above the other, as dark as they are.
fn letters(picture: &Picture) -> String {
    let mut text = String::new();
    for row in (0..picture.height).step_by(2) {
        let mut line = String::new();
        for column in 0..picture.width {
            let upper = picture.light(row, column);
            let light = if row + 1 < picture.height {
                f64::midpoint(upper, picture.light(row + 1, column))
            } else {
                upper
            };
            let step = (light * (RAMP.len() - 1) as f64).round() as usize;
            line.push(char::from(RAMP.get(step).copied().unwrap_or(b'@')));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
