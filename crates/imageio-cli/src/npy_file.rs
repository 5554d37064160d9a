//! Writing an array as `.npy` so that a failure leaves what was there.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use imageio::{Error, ErrorKind, NdImage, Result};

/// Writes `image` to `path`, or to standard output for `-`.
pub(crate) fn write(image: &NdImage, path: &Path) -> Result<()> {
    if path.as_os_str() == "-" {
        return through(image, io::stdout().lock());
    }
    let place = |error: Error| error.in_resource(path.to_string_lossy());
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(place(Error::new(ErrorKind::ReadOnly, "is a folder"))),
        // A pipe or a device must not be replaced by a file.
        Ok(found) if !found.is_file() => {
            let open = OpenOptions::new().write(true).open(path);
            open.map_err(Error::from)
                .and_then(|device| through(image, device))
                .map_err(place)
        }
        _ => replace(image, path).map_err(place),
    }
}

fn through(image: &NdImage, out: impl Write) -> Result<()> {
    let mut out = BufWriter::new(out);
    image.write_npy(&mut out)?;
    out.flush()?;
    Ok(())
}

/// Writes beside the target and takes its place at the end; a symbolic link stays one.
fn replace(image: &NdImage, path: &Path) -> Result<()> {
    let target = follow_links(path);
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(Error::new(
            ErrorKind::NotFound,
            format!("the directory '{}' does not exist", folder.display()),
        ));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".imageio-").suffix(".tmp");
    #[cfg(unix)]
    let new_file = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(new_file);
    let mut file = builder.tempfile_in(folder)?;
    if let Ok(old) = std::fs::metadata(&target) {
        file.as_file().set_permissions(old.permissions())?;
    }
    through(image, file.as_file_mut())?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// The file at the end of a chain of symbolic links, as many of them as Linux follows.
fn follow_links(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    for _ in 0..40 {
        match std::fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => break,
        }
    }
    path
}
