//! The standard images: pictures, an animation, a volume and a video to try things with.

use std::path::PathBuf;

use imageio_core::{Error, ErrorKind, Result, Setting};

use crate::address::not_found;
use crate::remote_file::RemoteFile;

mod table;

/// A picture, animation, volume or video that `imageio:NAME` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StandardImage {
    /// Its name, as in `imageio:chelsea.png`.
    pub name: &'static str,
    /// What it shows.
    pub description: &'static str,
    /// The SHA-256 of the file, in hexadecimal; `None` where it is not known for certain.
    pub sha256: Option<&'static str>,
}

/// The address under which the standard images and other files are published.
pub const STANDARD_URL: &str = "https://github.com/imageio/imageio-binaries/raw/master/";

/// Another address in place of [`STANDARD_URL`]: a mirror.
pub const MIRROR: Setting = Setting::new(
    "IMAGEIO_STANDARD_IMAGES_URL",
    "Address of a mirror of imageio-binaries. Default: where the originals are published.",
);

const PREFIX: &str = "imageio:";

/// The standard images, sorted by extension and then by name.
///
/// # Examples
/// ```
/// let names = imageio_net::standard_images().iter().map(|image| image.name);
/// assert!(names.eq(imageio_net::standard_images().iter().map(|image| image.name)));
/// ```
pub fn standard_images() -> &'static [StandardImage] {
    table::IMAGES
}

/// The file on this machine that `imageio:NAME` stands for, downloaded if it is not there yet.
///
/// What follows the name of a zip archive, as in `imageio:chelsea.zip/chelsea.png`, stays behind the path.
pub(crate) fn file(uri: &str) -> Result<PathBuf> {
    let rest = uri.strip_prefix(PREFIX).unwrap_or(uri);
    // The manual writes `imageio://` in one place.
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (name, inside) = match rest.to_lowercase().find(".zip/") {
        Some(at) => rest.split_at(at + ".zip".len()),
        None => (rest, ""),
    };
    let path = standard_image(&name.to_lowercase())?;
    Ok(match inside.trim_start_matches('/') {
        "" => path,
        inside => path.join(inside),
    })
}

/// The file of the standard image `name` on this machine, downloaded if it is not there yet.
///
/// # Errors
/// `NotFound` for a name that is none of [`standard_images`]; `Io` where it cannot be downloaded.
pub fn standard_image(name: &str) -> Result<PathBuf> {
    let image = table::IMAGES.iter().find(|image| image.name == name);
    let Some(image) = image else {
        return Err(not_found(format!("unknown standard image {name:?}")));
    };
    let file = RemoteFile::new(format!("images/{name}"));
    match image.sha256 {
        Some(sum) => file.sha256(sum).get(),
        None => file.looks_like(looks_whole).get(),
    }
}

/// The address that a missing file was meant for: names of standard images went without a prefix once.
pub(crate) fn suggest(path: &str) -> Option<String> {
    let image = table::IMAGES.iter().find(|image| image.name == path)?;
    Some(format!("{PREFIX}{}", image.name))
}

/// Whether bytes begin, and where the format allows also end, as a file called `name` does.
///
/// For files whose checksum is not known: it keeps error pages and torn transfers out, no more.
fn looks_whole(name: &str, head: &[u8], tail: &[u8]) -> Result<()> {
    let extension = name.rsplit('.').next().unwrap_or_default();
    let looks = match extension {
        "png" => head.starts_with(b"\x89PNG\r\n\x1a\n") && tail.ends_with(b"IEND\xaeB`\x82"),
        "jpg" => head.starts_with(b"\xff\xd8\xff") && tail.contains(&0xd9),
        "tif" => head.starts_with(b"II*\0") || head.starts_with(b"MM\0*"),
        "mp4" => head.get(4..8) == Some(b"ftyp"),
        "bsdf" => head.starts_with(b"BSDF"),
        _ => true,
    };
    if looks {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Corrupt,
        format!("what came is no {extension} file"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: C-068, C-069, C-071
    #[test]
    fn the_list_is_the_manuals() {
        let names: Vec<&str> = standard_images().iter().map(|image| image.name).collect();
        for name in [
            "astronaut.png camera.png checkerboard.png wood.jpg bricks.jpg clock.png coffee.png",
            "chelsea.png wikkie.png coins.png horse.png hubble_deep_field.png",
            "immunohistochemistry.png moon.png page.png text.png chelsea.zip chelsea.bsdf",
            "newtonscradle.gif cockatoo.mp4 stent.npz meadow_cube.jpg",
            "bacterial_colony.tif calcium_imaging.tif cockatoo_yuv420.mp4",
        ]
        .join(" ")
        .split(' ')
        {
            assert!(names.contains(&name), "{name}");
        }
        assert_eq!(names.len(), 25);
        let key = |name: &&str| {
            name.split_once('.')
                .map(|(stem, ext)| (ext.to_owned(), stem.to_owned()))
        };
        assert!(names.is_sorted_by_key(key), "{names:?}");
    }

    #[test]
    fn files_without_a_checksum_are_looked_at() {
        let png = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82";
        assert!(looks_whole("a.png", png, png).is_ok());
        assert!(looks_whole("a.png", png, &png[..15]).is_err());
        assert!(looks_whole("a.png", b"<html>", b"</html>").is_err());
    }
}
