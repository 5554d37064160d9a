//! Every bad fixture ends in the right kind of error, with the file's name in it.

use imageio::v3 as iio;
use imageio::{Error, ErrorKind, Limits};

use crate::fixture;

fn read_all(path: &std::path::Path, limits: &Limits) -> Result<usize, Error> {
    let mut count = 0;
    for image in iio::imiter_with(path, iio::ReadArgs::new().limits(limits.clone())) {
        image?;
        count += 1;
    }
    if count == 0 {
        // No image at all is no error in turn, as Python's `mimread` has it, but there is no first one.
        iio::imread_with(path, iio::ReadArgs::new().limits(limits.clone()))?;
    }
    Ok(count)
}

// checklist: F-075, G-018
#[test]
fn bad_fixtures_end_in_the_right_kind_of_error() {
    let rows = fixture::bad_rows();
    assert!(rows.len() > 50, "only {} bad fixtures", rows.len());
    let limits = Limits::new().bytes(64 << 20);
    let mut wrong = Vec::new();
    for row in &rows {
        // Nothing but our formats is linked, so that a declined file ends in `NoPlugin`.
        let right = |kind: ErrorKind| match kind {
            ErrorKind::NoPlugin => row.kinds.iter().any(|known| known == "NotThisFormat"),
            kind => row.kinds.contains(&format!("{kind:?}")),
        };
        match read_all(&fixture::path(&row.path), &limits) {
            Ok(count) => wrong.push(format!(
                "{}: {count} images, expected {:?}",
                row.path, row.kinds
            )),
            Err(error) if !right(error.kind()) => {
                wrong.push(format!(
                    "{}: {:?}, expected {:?}: {error}",
                    row.path,
                    error.kind(),
                    row.kinds
                ));
            }
            Err(error) => {
                let text = error.to_string();
                let name = row.path.rsplit('/').next().unwrap_or_default();
                if !text.contains(name) || text.contains('\n') {
                    wrong.push(format!("{}: not one line with the name: {text}", row.path));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}
