//! What reading promises.

use std::io::{Cursor, Read, Seek, SeekFrom};

use super::{Report, Sample, open};
use crate::error::{ErrorKind, Result};
use crate::image::NdImage;
use crate::index::{Index, Window};
use crate::info::PluginInfo;
use crate::limits::Limits;
use crate::options::Options;
use crate::request::Request;
use crate::resource::ImageResource;

/// Frames that are compared one by one.
const FRAMES: usize = 5;

pub(super) fn check_sample(card: &'static PluginInfo, sample: &Sample, report: &mut Report) {
    let whole = Request::from(sample.bytes.as_slice());
    let Some(mut resource) =
        report.need(open(card, whole, &sample.extension), "a sample must open")
    else {
        return;
    };
    let none = Options::new();
    let Some(default) = report.need(
        resource.read(Index::Default, &none),
        "a sample must be readable",
    ) else {
        return;
    };
    check_repeats(&mut resource, &default, report);
    let frames = check_frames(&mut resource, report);
    check_properties(&mut resource, report);
    if let Some(first) = frames.first() {
        check_windows(&mut resource, first, report);
        check_targets(&mut resource, first, report);
    }
    check_options(&mut resource, report);
    check_direction(resource, report);
    check_budget(card, sample, &default, report);
    check_kinds(card, sample, &default, report);
}

/// The handle survives many reads, and they agree.
fn check_repeats(resource: &mut ImageResource, default: &NdImage, report: &mut Report) {
    let none = Options::new();
    if let Some(again) = report.need(resource.read(Index::Default, &none), "a second read") {
        report.expect(again == *default, || {
            "a second read gives other pixels".to_owned()
        });
    }
    let first = report.need(resource.metadata(Index::Default, true, &none), "metadata");
    let second = report.need(
        resource.metadata(Index::Default, true, &none),
        "metadata again",
    );
    // Compared as text: a stored not-a-number does not equal itself.
    let text = |metadata: Option<crate::Metadata>| metadata.map(|metadata| metadata.to_json());
    report.expect(text(first) == text(second), || {
        "metadata differs between two calls".to_owned()
    });
    report.need(
        resource.metadata(Index::All, false, &none),
        "metadata of the file",
    );
    report.need(resource.summary(Index::Default, &none), "a summary");
}

/// Iteration, single reads, the stack and the end agree. Gives the frames.
fn check_frames(resource: &mut ImageResource, report: &mut Report) -> Vec<NdImage> {
    let none = Options::new();
    let mut count = 0;
    let mut frames = Vec::new();
    for frame in resource.iter(&none) {
        let Some(frame) = report.need(frame, "iteration") else {
            return frames;
        };
        if count < FRAMES {
            frames.push(frame);
        }
        count += 1;
    }
    report.expect(count > 0, || "iteration gives no image".to_owned());
    for (position, frame) in frames.iter().enumerate().rev() {
        if let Some(read) = report.need(resource.read(position, &none), "a read by index") {
            report.expect(read == *frame, || {
                format!("image {position} differs from the iteration's")
            });
        }
    }
    report.expect_error(
        resource.read(count, &none),
        &[ErrorKind::OutOfRange],
        "a read past the end",
    );
    report.expect_error(
        resource.properties(count, &none),
        &[ErrorKind::OutOfRange],
        "properties past the end",
    );
    report.expect_error(
        resource.metadata(count, true, &none),
        &[ErrorKind::OutOfRange],
        "metadata past the end",
    );
    let equal = frames
        .windows(2)
        .all(|pair| pair[0].shape() == pair[1].shape());
    if equal
        && count <= FRAMES
        && let Some(stack) = report.need(resource.read(Index::All, &none), "a read of all")
    {
        let expected = NdImage::stack(&frames);
        report.expect(expected.is_ok_and(|expected| expected == stack), || {
            format!(
                "all of them, {:?}, are not the images stacked",
                stack.shape()
            )
        });
    }
    frames
}

fn check_properties(resource: &mut ImageResource, report: &mut Report) {
    let none = Options::new();
    for index in [Index::Default, Index::At(0), Index::All] {
        let Ok(image) = resource.read(index, &none) else {
            continue;
        };
        let Some(properties) = report.need(resource.properties(index, &none), "properties") else {
            continue;
        };
        let same = properties.shape == image.shape() && properties.dtype == image.dtype();
        report.expect(same, || {
            format!("properties of {index:?} say {properties:?}, the image is {image:?}")
        });
        let counted = match properties.n_images {
            Some(count) => properties.is_batch && properties.shape.first() == Some(&count),
            None => !properties.is_batch,
        };
        report.expect(counted, || {
            format!("{index:?}: n_images and is_batch disagree: {properties:?}")
        });
        report.expect((index == Index::All) <= properties.is_batch, || {
            "all images are no batch".to_owned()
        });
    }
}

fn check_windows(resource: &mut ImageResource, frame: &NdImage, report: &mut Report) {
    let none = Options::new();
    let half = |len: &usize| len / 3..len - len / 4;
    let ranges: Vec<_> = frame.shape().iter().take(2).map(half).collect();
    let window = Window::new(ranges.clone());
    if let Some(part) = report.need(resource.read_window(0, &window, &none), "a window") {
        let expected = frame.crop(&ranges);
        report.expect(expected.is_ok_and(|expected| expected == part), || {
            format!("window {ranges:?} of {frame:?} is not the crop, but {part:?}")
        });
    }
    let outside = Window::new([0..frame.shape()[0] + 1]);
    report.expect_error(
        resource.read_window(0, &outside, &none),
        &[ErrorKind::OutOfRange],
        "a window too high",
    );
    let level = Window::default().level(99);
    report.expect_error(
        resource.read_window(0, &level, &none),
        &[ErrorKind::OutOfRange],
        "a level that is not there",
    );
    let axes = Window::new(vec![0..1; frame.ndim() + 1]);
    report.expect_error(
        resource.read_window(0, &axes, &none),
        &[ErrorKind::BadOption],
        "a window of too many axes",
    );
}

fn check_targets(resource: &mut ImageResource, frame: &NdImage, report: &mut Report) {
    let none = Options::new();
    let Ok(mut target) = NdImage::zeros(frame.dtype(), frame.shape(), &Limits::unlimited()) else {
        return;
    };
    if report
        .need(
            resource.read_into(0, &mut target, &none),
            "a read into a buffer",
        )
        .is_some()
    {
        report.expect(target == *frame, || {
            "a read into a buffer gives other pixels".to_owned()
        });
    }
    let Ok(mut other) = NdImage::zeros(frame.dtype(), &[1, 2, 3, 4, 5], &Limits::unlimited())
    else {
        return;
    };
    report.expect_error(
        resource.read_into(0, &mut other, &none),
        &[ErrorKind::BadOption],
        "a read into a wrong shape",
    );
}

fn check_options(resource: &mut ImageResource, report: &mut Report) {
    let unknown = Options::new().set("no_such_option", 1);
    let bad = [ErrorKind::BadOption];
    report.expect_error(
        resource.read(Index::Default, &unknown),
        &bad,
        "an unknown option of read",
    );
    report.expect_error(
        resource.properties(Index::Default, &unknown),
        &bad,
        "an unknown option of properties",
    );
    report.expect_error(
        resource.metadata(Index::Default, true, &unknown),
        &bad,
        "an unknown option of metadata",
    );
    let next = resource.read_next(0, &unknown);
    report.expect_error(next, &bad, "an unknown option of iteration");
}

fn check_direction(mut resource: ImageResource, report: &mut Report) {
    let pixel = NdImage::from_vec(&[1, 1], vec![0u8]);
    let Some(pixel) = report.need(pixel, "a pixel") else {
        return;
    };
    let written = resource.write(&pixel, &Options::new());
    report.expect_error(
        written,
        &[ErrorKind::Unsupported],
        "a write to what was opened for reading",
    );
    report.need(resource.close(), "closing what was read");
}

fn check_budget(
    card: &'static PluginInfo,
    sample: &Sample,
    default: &NdImage,
    report: &mut Report,
) {
    if default.nbytes() <= 1 {
        return;
    }
    let budget = default.nbytes() as u64 - 1;
    let tight = Request::from(sample.bytes.as_slice()).with_limits(Limits::new().bytes(budget));
    let read = open(card, tight, &sample.extension)
        .and_then(|mut it| it.read(Index::Default, &Options::new()));
    report.expect_error(read, &[ErrorKind::LimitExceeded], "a read over the budget");
}

/// Every kind of resource gives the same image.
fn check_kinds(card: &'static PluginInfo, sample: &Sample, default: &NdImage, report: &mut Report) {
    let once = Once(Cursor::new(sample.bytes.clone()));
    let mut shifted = Cursor::new([b"before".as_slice(), &sample.bytes].concat());
    let moved = shifted.seek(SeekFrom::Start(6));
    let file = tempfile::Builder::new()
        .suffix(&sample.extension)
        .tempfile();
    let Some(mut file) = report.need(file.map_err(Into::into), "a temporary file") else {
        return;
    };
    let filled = std::io::Write::write_all(&mut file, &sample.bytes).and(moved.map(|_| ()));
    report.need(filled.map_err(Into::into), "filling a temporary file");
    let kinds = [
        ("a stream that reads once", Request::from_reader(once)),
        (
            "a reader from where it stands",
            Request::from_seekable(shifted),
        ),
        ("a path", Request::from(file.path())),
    ];
    for (kind, request) in kinds {
        let read = open(card, request, &sample.extension)
            .and_then(|mut it| it.read(Index::Default, &Options::new()));
        if let Some(image) = report.need(read, kind) {
            report.expect(image == *default, || {
                format!("{kind} gives other pixels than bytes")
            });
        }
    }
    let named = open(
        card,
        Request::from(sample.bytes.as_slice()),
        &sample.extension,
    );
    report.expect(
        named.is_ok_and(|it| std::ptr::eq(it.plugin(), card)),
        || "another card opened it".to_owned(),
    );
}

/// A stream that gives one byte at a time and cannot seek.
struct Once(Cursor<Vec<u8>>);

impl Read for Once {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let end = buf.len().min(7);
        self.0.read(&mut buf[..end])
    }
}

/// Reads everything that a caller may ask of an image, for what damaged files do to it.
pub(super) fn exercise(
    card: &'static PluginInfo,
    request: Request,
    extension: &str,
) -> Result<usize> {
    let none = Options::new();
    let mut resource = open(card, request, extension)?;
    let _ = resource.properties(Index::Default, &none);
    let _ = resource.properties(Index::All, &none);
    let _ = resource.metadata(Index::Default, false, &none);
    let _ = resource.metadata(Index::All, false, &none);
    let _ = resource.summary(Index::Default, &none);
    let _ = resource.read_window(0, &Window::new([0..1, 0..1]), &none);
    let mut count = 0;
    for frame in resource.iter(&none).take(64) {
        frame?;
        count += 1;
    }
    Ok(count)
}
