//! Series: the files that make a volume.

use imageio_core::{Error, Result, Spacing};

use super::slice::Slice;
use crate::format::data_set::Tag;
use crate::format::rescale::Needs;
use crate::format::spacing;
use crate::options::DicomReadOptions;

/// Files that belong together, as the slices of a volume do.
#[derive(Debug)]
pub struct DicomSeries {
    slices: Vec<Slice>,
    shape: Vec<usize>,
    sampling: Vec<f64>,
    /// Distances between neighbours, where they are not all the same.
    distances: Option<Vec<f64>>,
}

/// How much of a distance may differ without there being another one.
const UNEVEN: f64 = 1e-3;

impl DicomSeries {
    /// Checks that `slices` make a volume.
    pub(super) fn finish(slices: Vec<Slice>, options: &DicomReadOptions) -> Result<DicomSeries> {
        let first = slices
            .first()
            .ok_or_else(|| Error::corrupt("a series without files"))?;
        let pixels = first.pixels()?;
        let mut shape = pixels.shape();
        let mut sampling = first.sampling();
        for slice in &slices {
            let other = slice.pixels()?;
            if other.shape() != shape {
                return Err(Error::corrupt(format!(
                    "slices of the shapes {shape:?} and {:?}",
                    other.shape()
                )));
            }
            if slice.sampling() != sampling {
                options
                    .progress
                    .write("Warning: the distances between pixels differ from slice to slice.");
            }
        }
        let mut distances = None;
        if slices.len() > 1 {
            let all = between(&slices);
            let told = spacing::between_slices(&first.header.data);
            let mean = all
                .as_ref()
                .map(|all| all.iter().sum::<f64>() / all.len() as f64);
            let mean = mean.filter(|mean| *mean > 0.0).or(told).unwrap_or(1.0);
            distances = all.filter(|all| all.iter().any(|d| (d - mean).abs() > UNEVEN * mean));
            sampling.insert(0, mean);
            shape.insert(0, slices.len());
        }
        Ok(DicomSeries {
            slices,
            shape,
            sampling,
            distances,
        })
    }

    /// The files, in their order.
    pub(super) fn slices(&self) -> &[Slice] {
        &self.slices
    }

    /// What the values of all slices need to be held.
    pub(super) fn needs(&self, options: &DicomReadOptions) -> Result<Needs> {
        common(self.slices.iter(), options)
    }

    /// Distances between pixels along the spatial axes.
    pub(super) fn spacing(&self) -> Vec<Spacing> {
        let mut spacing: Vec<Spacing> =
            self.sampling.iter().map(|&d| Spacing::Uniform(d)).collect();
        if let (Some(first), Some(distances)) = (spacing.first_mut(), &self.distances) {
            *first = Spacing::Distances(distances.clone());
        }
        spacing
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.slices.len()
    }

    /// Whether there is no file; no series is like that.
    pub fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    /// The identifier that the files have in common.
    pub fn uid(&self) -> String {
        let first = self.slices.first();
        first
            .and_then(|slice| slice.header.data.text(Tag::SERIES_UID))
            .unwrap_or_default()
    }

    /// Shape of the volume; of a single file, of its image.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Distances between the pixels of the volume: slices, rows, columns.
    pub fn sampling(&self) -> &[f64] {
        &self.sampling
    }

    /// Name of the patient, shape, and what the series is said to be; for people, not for logs.
    pub fn description(&self) -> String {
        let mut fields = Vec::new();
        fields.extend(self.text(Tag(0x0010_0010)));
        fields.push(self.shape_text());
        fields.extend(self.text(Tag(0x0008_103e)).map(|text| format!("'{text}'")));
        fields.join(" ")
    }

    /// The same without the patient: what kind of images, their shape, number of files, and what they are said to be.
    pub(super) fn outline(&self) -> String {
        let mut fields = Vec::new();
        fields.extend(self.text(Tag(0x0008_0060)));
        fields.push(self.shape_text());
        fields.push(match self.len() {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        });
        fields.extend(self.text(Tag(0x0008_103e)).map(|text| format!("'{text}'")));
        fields.join(" ")
    }

    fn shape_text(&self) -> String {
        let shape: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        shape.join("x")
    }

    /// What the first file has in an element of text.
    fn text(&self, tag: Tag) -> Option<String> {
        let data = &self.slices.first()?.header.data;
        let charsets = crate::format::charset::Charsets::of(data, None);
        let text = charsets.decode(data.bytes(tag)?, tag == Tag(0x0010_0010));
        Some(text.trim_end_matches([' ', '\0']).to_owned())
    }
}

/// What the values of all these files need to be held.
pub(super) fn common<'a>(
    slices: impl Iterator<Item = &'a Slice>,
    options: &DicomReadOptions,
) -> Result<Needs> {
    let mut common = None;
    for slice in slices {
        let needs = slice.needs(options)?;
        common = Some(common.map_or(needs, |all: Needs| all.and(needs)));
    }
    common.ok_or_else(|| Error::corrupt("a series without files"))
}

/// Slices by the numbers of their instances, and where these are equal by where they lie.
pub(super) fn sorted(mut slices: Vec<Slice>) -> Vec<Slice> {
    slices.sort_by(|a, b| {
        let number = |slice: &Slice| slice.header.data.whole(Tag::INSTANCE_NUMBER);
        let place = |slice: &Slice| slice.position.unwrap_or(f64::NEG_INFINITY);
        number(a)
            .cmp(&number(b))
            .then(place(a).total_cmp(&place(b)))
    });
    slices
}

/// The parts of a series, which end where slices are more than 2.1 times as far apart as those before.
pub(super) fn split(slices: Vec<Slice>, tell: &mut dyn FnMut(String)) -> Vec<Vec<Slice>> {
    let mut parts: Vec<Vec<Slice>> = Vec::new();
    let mut before: Option<(f64, String)> = None;
    let mut usual = 0.0;
    let can = slices.iter().all(|slice| slice.position.is_some());
    for slice in slices {
        let place = slice.position.unwrap_or(0.0);
        let name = slice.name();
        let mut apart = parts.is_empty();
        if let (Some((old, file)), true) = (before, can) {
            let distance = (place - old).abs();
            apart = usual > 0.0 && distance > 2.1 * usual;
            if !apart && usual > 0.0 && distance > 1.5 * usual {
                tell(format!("a file seems to be missing after {file}"));
            }
            usual = if apart { 0.0 } else { distance };
        }
        before = Some((place, name));
        match parts.last_mut() {
            Some(part) if !apart => part.push(slice),
            _ => parts.push(vec![slice]),
        }
    }
    parts
}

/// Distances between neighbours, where all of them are told.
fn between(slices: &[Slice]) -> Option<Vec<f64>> {
    let places: Option<Vec<f64>> = slices.iter().map(|slice| slice.position).collect();
    Some(
        places?
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .collect(),
    )
}
