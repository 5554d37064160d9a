//! What an index means: frames of a file, files of a folder, volumes of series.

use imageio_core::{Applied, Error, ErrorKind, ImageMode, Index, Result};

use super::series::DicomSeries;
use super::slice::Slice;
use super::view::View;
use crate::options::DicomReadOptions;

/// One image.
#[derive(Clone, Copy, Debug)]
pub(super) enum Image<'a> {
    /// One frame of a file.
    Frame(&'a Slice, usize),
    /// All of a file.
    File(&'a Slice),
    /// All files of a series.
    Volume(&'a DicomSeries),
}

impl<'a> Image<'a> {
    /// Where it lies, and what it is like.
    pub(super) fn view(self, options: &DicomReadOptions) -> Result<View<'a>> {
        match self {
            Image::Frame(slice, frame) => View::frame(slice, frame, options),
            Image::File(slice) => View::file(slice, options),
            Image::Volume(series) => View::volume(series, options),
        }
    }

    /// The file that speaks for it.
    pub(super) fn first(self) -> Option<&'a Slice> {
        match self {
            Image::Frame(slice, _) | Image::File(slice) => Some(slice),
            Image::Volume(series) => series.slices().first(),
        }
    }
}

/// What an index means.
pub(super) enum Images<'a> {
    One(Image<'a>),
    All(All<'a>),
}

/// Several images. Frames are counted and not listed: a file may claim any number of them.
pub(super) enum All<'a> {
    Frames(&'a Slice, usize),
    Listed(Vec<Image<'a>>),
}

impl<'a> All<'a> {
    fn len(&self) -> usize {
        match self {
            All::Frames(_, count) => *count,
            All::Listed(images) => images.len(),
        }
    }

    fn get(&self, position: usize) -> Option<Image<'a>> {
        match self {
            All::Frames(slice, count) => {
                (position < *count).then_some(Image::Frame(slice, position))
            }
            All::Listed(images) => images.get(position).copied(),
        }
    }
}

impl<'a> Images<'a> {
    /// What they are as one array; nothing where they have to be put together of unlike files.
    pub(super) fn view(&self, options: &DicomReadOptions) -> Result<Option<View<'a>>> {
        match self {
            Images::One(image) => image.view(options).map(Some),
            Images::All(All::Frames(slice, _)) => View::frames(slice, options).map(Some),
            Images::All(All::Listed(all)) => View::stack(all, options),
        }
    }

    /// One by one.
    pub(super) fn list(self) -> Vec<Image<'a>> {
        match self {
            Images::One(image) => vec![image],
            Images::All(All::Listed(all)) => all,
            Images::All(all) => all.get(0).into_iter().collect(),
        }
    }

    /// What decoding changes.
    pub(super) fn applied(&self) -> Applied {
        let first = match self {
            Images::One(image) => image.first(),
            Images::All(all) => all.get(0).and_then(Image::first),
        };
        let mut applied = Applied::default();
        if first.is_some_and(Slice::turns_colours) {
            applied.mode = Some("RGB".to_owned());
        }
        applied
    }
}

/// Whether the series have to be known.
pub(super) fn needs_series(mode: ImageMode, file: Option<&Slice>) -> bool {
    match (file, mode) {
        (None, _) | (Some(_), ImageMode::MultiVolume) => true,
        (Some(_), ImageMode::SingleImage | ImageMode::Any) => false,
        (Some(file), ImageMode::MultiImage | ImageMode::SingleVolume) => file.frames() == 1,
    }
}

/// The images that `index` asks for in `mode`. Without an opened `file`, a folder was opened.
pub(super) fn find<'a>(
    mode: ImageMode,
    index: Index,
    file: Option<&'a Slice>,
    series: &'a [DicomSeries],
) -> Result<Images<'a>> {
    if mode == ImageMode::Any
        && index == Index::Default
        && let Some(whole) = whole(file, series)
    {
        return Ok(Images::One(whole));
    }
    let all = images(mode, file, series)?;
    let position = match index {
        Index::All => return Ok(Images::All(all)),
        Index::Default => 0,
        Index::At(position) => position,
    };
    let count = all.len();
    match all.get(position) {
        Some(image) => Ok(Images::One(image)),
        None if mode == ImageMode::SingleImage && count == 1 => Err(Error::new(
            ErrorKind::OutOfRange,
            format!("image {position} of a DICOM file that holds only one slice"),
        )),
        None => Err(Error::out_of_range(position, count)),
    }
}

/// What v3 reads where it is told nothing else: the file, the only series, or the first one.
fn whole<'a>(file: Option<&'a Slice>, series: &'a [DicomSeries]) -> Option<Image<'a>> {
    match file {
        Some(file) => Some(Image::File(file)),
        None => series.first().map(Image::Volume),
    }
}

/// Every image there is, in order.
fn images<'a>(
    mode: ImageMode,
    file: Option<&'a Slice>,
    series: &'a [DicomSeries],
) -> Result<All<'a>> {
    let first = match file {
        Some(file) => file,
        None => series
            .iter()
            .find_map(|series| series.slices().first())
            .ok_or_else(nothing)?,
    };
    // Whatever is wrong with the pixels of the file itself is said, and not how many images there are around it.
    first.pixels()?;
    let frames = first.frames();
    let of_first = All::Frames(first, frames);
    let files = || series.iter().flat_map(DicomSeries::slices).map(Image::File);
    let volumes = || series.iter().map(Image::Volume);
    let is_folder = file.is_none();
    Ok(match mode {
        ImageMode::SingleImage | ImageMode::MultiImage if frames > 1 => of_first,
        ImageMode::SingleImage => All::Listed(vec![Image::File(first)]),
        ImageMode::MultiImage => All::Listed(files().collect()),
        ImageMode::SingleVolume if frames > 1 => All::Listed(vec![Image::File(first)]),
        ImageMode::SingleVolume => All::Listed(volumes().collect()),
        ImageMode::MultiVolume if frames > 1 => {
            let others = volumes().skip(1);
            All::Listed(std::iter::once(Image::File(first)).chain(others).collect())
        }
        ImageMode::MultiVolume => All::Listed(volumes().collect()),
        ImageMode::Any if is_folder && series.len() > 1 => All::Listed(volumes().collect()),
        ImageMode::Any if frames > 1 && (!is_folder || first_is_alone(series)) => of_first,
        ImageMode::Any if is_folder => All::Listed(files().collect()),
        ImageMode::Any => All::Listed(vec![Image::File(first)]),
    })
}

/// The error for a folder that has files but no images.
pub(super) fn nothing() -> Error {
    Error::unsupported("a folder without a series of images")
}

fn first_is_alone(series: &[DicomSeries]) -> bool {
    series.first().is_some_and(|series| series.len() == 1)
}
