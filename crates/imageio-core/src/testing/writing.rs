//! What writing promises.

use super::{Report, RoundTrip, open};
use crate::dtype::DType;
use crate::error::{ErrorKind, Result};
use crate::image::NdImage;
use crate::images::Images;
use crate::info::PluginInfo;
use crate::open::{OpenArgs, imopen_in};
use crate::options::Options;
use crate::registry::Registry;
use crate::request::{Mode, Request};
use crate::resource::ImageResource;

pub(super) fn check_round_trip(card: &'static PluginInfo, case: &RoundTrip, report: &mut Report) {
    let Some(bytes) = report.need(encode(card, case), "a write to memory") else {
        return;
    };
    let read = open(card, Request::from(bytes.as_slice()), &case.extension)
        .and_then(|mut it| it.read(0, &Options::new()));
    if let Some(image) = report.need(read, "a read of what was written") {
        let same = image.shape() == case.image.shape() && image.dtype() == case.image.dtype();
        report.expect(same, || format!("{:?} came back as {image:?}", case.image));
        let off = difference(&image, &case.image);
        report.expect(same && off <= case.tolerance, || {
            format!("{:?} came back off by {off}", case.image)
        });
    }
    check_layouts(card, case, &bytes, report);
    check_refusals(card, case, report);
    if let Some(folder) = report.need(
        tempfile::tempdir().map_err(Into::into),
        "a temporary folder",
    ) {
        check_files(card, case, &bytes, folder.path(), report);
    }
}

fn target(card: &'static PluginInfo, request: Request, extension: &str) -> Result<ImageResource> {
    imopen_in(
        &Registry::new(),
        request.mode(Mode::WRITE),
        OpenArgs::new().plugin(card).extension(extension),
    )
}

fn encode(card: &'static PluginInfo, case: &RoundTrip) -> Result<Vec<u8>> {
    let mut memory = target(card, Request::to_bytes(), &case.extension)?;
    memory.write(Images::single(&case.image), &Options::new())?;
    Ok(memory.close()?.into_bytes().unwrap_or_default())
}

/// Strided input writes the same bytes as contiguous input.
fn check_layouts(card: &'static PluginInfo, case: &RoundTrip, bytes: &[u8], report: &mut Report) {
    let strided = case
        .image
        .flip(0)
        .map(|image| image.to_contiguous())
        .and_then(|image| image.flip(0));
    let Some(strided) = report.need(strided, "an image with a first axis") else {
        return;
    };
    let strided = RoundTrip {
        extension: case.extension.clone(),
        image: strided,
        tolerance: case.tolerance,
    };
    if let Some(again) = report.need(encode(card, &strided), "a write of a strided image") {
        report.expect(again == bytes, || {
            "a strided image writes other bytes".to_owned()
        });
    }
}

fn check_refusals(card: &'static PluginInfo, case: &RoundTrip, report: &mut Report) {
    let open = || target(card, Request::to_bytes(), &case.extension);
    let unknown = Options::new().set("no_such_option", 1);
    let written = open().and_then(|mut it| it.write(&case.image, &unknown));
    report.expect_error(
        written,
        &[ErrorKind::BadOption],
        "an unknown option of write",
    );
    let empty = open().and_then(|mut it| it.write(Images::list([]), &Options::new()));
    report.expect_error(empty, &[ErrorKind::Unsupported], "a write of zero images");
    let read = open().and_then(|mut it| it.read(0, &Options::new()));
    report.expect_error(
        read,
        &[ErrorKind::Unsupported],
        "a read of what was opened for writing",
    );
}

/// A write that is dropped leaves the old file, a committed one replaces it, and nothing else stays behind.
fn check_files(
    card: &'static PluginInfo,
    case: &RoundTrip,
    bytes: &[u8],
    folder: &std::path::Path,
    report: &mut Report,
) {
    let path = folder.join(format!("target{}", case.extension));
    let old = b"what was there before".as_slice();
    if report
        .need(
            std::fs::write(&path, old).map_err(Into::into),
            "an old file",
        )
        .is_none()
    {
        return;
    }
    let dropped = target(card, Request::from(&path), &case.extension)
        .and_then(|mut it| it.write(Images::single(&case.image), &Options::new()));
    report.need(dropped, "a write that is dropped");
    let kept = std::fs::read(&path).is_ok_and(|now| now == old);
    report.expect(kept, || {
        "a write that was not closed changed the file".to_owned()
    });
    let closed = target(card, Request::from(&path), &case.extension).and_then(|mut it| {
        it.write(Images::single(&case.image), &Options::new())?;
        it.close()
    });
    report.need(closed, "a write to a file");
    let replaced = std::fs::read(&path).is_ok_and(|now| now == bytes);
    report.expect(replaced, || {
        "the file is not what a write to memory gives".to_owned()
    });
    let left = std::fs::read_dir(folder).map_or(0, Iterator::count);
    report.expect(left == 1, || {
        format!("{left} files in the folder after one write")
    });
}

/// The largest distance between two values; infinite for images that cannot be compared.
fn difference(a: &NdImage, b: &NdImage) -> f64 {
    if a == b {
        return 0.0;
    }
    let (a, b) = (a.cast(DType::F64), b.cast(DType::F64));
    match (a.as_array::<f64>(), b.as_array::<f64>()) {
        (Ok(a), Ok(b)) if a.shape() == b.shape() => a
            .iter()
            .zip(b.iter())
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max),
        _ => f64::INFINITY,
    }
}
