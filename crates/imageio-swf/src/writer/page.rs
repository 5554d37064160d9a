//! The page that shows an animation.

use std::io::Write as _;

use imageio_core::{ErrorKind, Request, Result};

/// Writes the page beside the file, where that lies in a folder.
pub(super) fn write(request: &Request, width: usize, height: usize) -> Result<()> {
    let path = request.path();
    let own = path.as_ref().and_then(|path| path.file_name());
    let name = own.map_or_else(|| request.name(), |own| own.to_string_lossy());
    let name = match own {
        Some(_) => &*name,
        None => name.rsplit(['/', '\\', '#']).next().unwrap_or_default(),
    };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut page = match request.sibling_writer(&format!("{stem}.html")) {
        Ok(page) => page,
        // Bytes and writers have no folder.
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::BadOption) => {
            request.warn(format!("no page is written: {}", error.message()));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    page.write_all(text(name, width, height).as_bytes())?;
    page.flush()?;
    Ok(())
}

fn text(name: &str, width: usize, height: usize) -> String {
    let name = escaped(name);
    format!(
        "<!DOCTYPE html>\n<html>\n<head>\n    <meta charset=\"utf-8\">\n    \
         <title>Show Flash animation {name}</title>\n</head>\n<body>\n    \
         <embed width=\"{width}\" height=\"{height}\" src=\"{name}\">\n</body>\n</html>\n"
    )
}

/// A name that cannot be taken for markup.
fn escaped(name: &str) -> String {
    let mut escaped = String::new();
    for c in name.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-360
    #[test]
    fn a_page_is_closed_and_names_are_no_markup() {
        let page = text("a<b>&\".swf", 3, 2);
        assert!(
            page.contains("<embed width=\"3\" height=\"2\" src=\"a&lt;b&gt;&amp;&quot;.swf\">")
        );
        assert!(page.ends_with("</body>\n</html>\n"));
    }
}
