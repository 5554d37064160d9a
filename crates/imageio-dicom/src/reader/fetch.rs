//! Pixels: from where they lie straight into an array.

use std::thread;

use imageio_core::{Limits, NdImage, Request, Result, cores};

use super::select::Image;
use super::slice::Slice;
use super::view::{View, properties_of_stack};
use crate::format::rescale::Rescale;
use crate::format::sample::{Sample, with_sample};
use crate::options::DicomReadOptions;

/// Bytes of an array from which a second thread pays.
const LARGE: usize = 16 << 20;

/// An array of what `view` describes.
pub(super) fn read(
    view: &View<'_>,
    request: &Request,
    options: &DicomReadOptions,
) -> Result<NdImage> {
    let limits = budget(view, request)?;
    let shape = view.full_shape();
    let image = with_sample!(view.dtype, D => {
        let mut samples: Vec<D> = limits.try_vec(shape.iter().product(), "the image")?;
        fill(view, &mut samples, request, options)?;
        NdImage::from_vec(&shape, samples)
    })?;
    if view.samples.len() == view.pixels.samples {
        return Ok(image);
    }
    let mut ranges: Vec<_> = shape.iter().map(|&len| 0..len).collect();
    if let Some(last) = ranges.last_mut() {
        *last = view.samples.clone();
    }
    Ok(image.crop(&ranges)?.compact())
}

/// Fills `out`, which has the shape and type of `view`.
pub(super) fn read_into(
    view: &View<'_>,
    out: &mut NdImage,
    request: &Request,
    options: &DicomReadOptions,
) -> Result<()> {
    budget(view, request)?;
    with_sample!(view.dtype, D => {
        let mut target = out.as_array_mut::<D>()?;
        if let Some(samples) = target.as_slice_mut() {
            return fill(view, samples, request, options);
        }
        let image = read(view, request, options)?;
        target.assign(&image.as_array::<D>()?);
        Ok(())
    })
}

/// Several images along a new first axis.
pub(super) fn read_stack(
    all: &[Image<'_>],
    request: &Request,
    options: &DicomReadOptions,
) -> Result<NdImage> {
    let properties = properties_of_stack(all, options)?;
    let limits = request.limits();
    limits.check_frames(all.len())?;
    let mut stack = NdImage::zeros(properties.dtype, &properties.shape, &limits.for_stack())?;
    for (position, image) in all.iter().enumerate() {
        stack.set_frame(position, &read(&image.view(options)?, request, options)?)?;
    }
    Ok(stack)
}

/// The budget for `view`, when it allows for that.
fn budget(view: &View<'_>, request: &Request) -> Result<Limits> {
    let limits = request.limits();
    let shape = view.full_shape();
    let own = if view.pixels.samples > 1 { 3 } else { 2 };
    let (lead, image) = shape.split_at(shape.len() - own.min(shape.len()));
    limits.check_image(image, view.dtype)?;
    if !view.is_stack() {
        return Ok(limits);
    }
    limits.check_frames(lead.iter().product())?;
    Ok(limits.for_stack())
}

/// Fills `out` slice by slice.
fn fill<D: Sample>(
    view: &View<'_>,
    out: &mut [D],
    request: &Request,
    options: &DicomReadOptions,
) -> Result<()> {
    let len = view.frames.len() * view.part.len(view.pixels.samples);
    if len == 0 || out.is_empty() {
        return Ok(());
    }
    let limits = request.limits();
    let jobs: Vec<Job<'_, D>> = view
        .slices
        .iter()
        .zip(out.chunks_exact_mut(len))
        .map(|(slice, out)| Job {
            slice,
            rescale: slice.rescale(options),
            out,
        })
        .collect();
    let count = jobs.len();
    if count > 1 {
        options.progress.start("loading data", "", count);
    }
    let beyond = if cores() > 1 && count > 1 && len * count * size_of::<D>() >= LARGE {
        in_two_threads(view, jobs, &limits, options)?
    } else {
        run(view, jobs, &limits, |done| options.progress.set(done))?
    };
    if count > 1 {
        options.progress.finish("");
    }
    if beyond {
        let message =
            "values that the type of the image does not hold became the nearest ones that it does";
        if !request.warnings().iter().any(|warning| warning == message) {
            request.warn(message);
        }
    }
    Ok(())
}

/// One file, and where its values go.
struct Job<'a, D> {
    slice: &'a Slice,
    rescale: Rescale,
    out: &'a mut [D],
}

fn run<D: Sample>(
    view: &View<'_>,
    jobs: Vec<Job<'_, D>>,
    limits: &Limits,
    tell: impl Fn(usize),
) -> Result<bool> {
    let mut beyond = false;
    for (
        number,
        Job {
            slice,
            rescale,
            out,
        },
    ) in jobs.into_iter().enumerate()
    {
        let read = slice.read(view.frames.clone(), &view.part, &rescale, (out, limits));
        beyond |= read.map_err(|error| {
            if view.slices.len() > 1 {
                error.at(slice.name())
            } else {
                error
            }
        })?;
        tell(number + 1);
    }
    Ok(beyond)
}

/// The first half of the files here, the others on a second thread.
fn in_two_threads<D: Sample>(
    view: &View<'_>,
    mut jobs: Vec<Job<'_, D>>,
    limits: &Limits,
    options: &DicomReadOptions,
) -> Result<bool> {
    let others = jobs.split_off(jobs.len() / 2);
    thread::scope(|scope| {
        let other = scope.spawn(|| run(view, others, limits, |_| {}));
        let own = run(view, jobs, limits, |done| options.progress.set(2 * done));
        match other.join() {
            Ok(other) => Ok(own? | other?),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
