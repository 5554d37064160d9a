//! The images of a stack, several at once.

use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};

use imageio_core::ndarray::ArrayViewMutD;
use imageio_core::{
    Element, Error, ErrorKind, Limits, NdImage, Request, Result, cores, with_element,
};

use super::pixels::Pixels;

/// A stack of fewer bytes is not worth a thread.
const FOR_TWO: usize = 1 << 20;

/// More threads than this take too much memory.
const THREADS: usize = 4;

/// Reads `images`, which are equal in shape and type, into `stack`, whose first axis counts them.
pub(super) fn read(
    images: &[Pixels<'_>],
    request: &Request,
    stack: &mut NdImage,
    limits: &Limits,
) -> Result<()> {
    with_element!(stack.dtype(), T => fill(images, request, stack.as_array_mut::<T>()?, limits))
}

fn fill<T: Element>(
    images: &[Pixels<'_>],
    request: &Request,
    mut stack: ArrayViewMutD<'_, T>,
    limits: &Limits,
) -> Result<()> {
    let threads = match stack.len().saturating_mul(size_of::<T>()) {
        0..FOR_TWO => 1,
        _ => cores().min(THREADS).min(images.len()).max(1),
    };
    let frames = images.iter().zip(stack.outer_iter_mut()).enumerate();
    let queue = Mutex::new(frames);
    let work = || -> Result<(), (usize, Error)> {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((position, (image, frame))) = next else {
                return Ok(());
            };
            image
                .fill_view(request, frame, limits, threads)
                .map_err(|error| (position, error))?;
        }
    };
    let errors = scope(|scope| {
        // Where there is no thread to have, this one does all.
        let others: Vec<_> = (1..threads)
            .filter_map(|_| Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut errors = vec![work().err()];
        for other in others {
            let broken = |_| Err((0, Error::new(ErrorKind::External, "a thread broke off")));
            errors.push(other.join().unwrap_or_else(broken).err());
        }
        errors
    });
    // The error of the first image, as if they had been read one after the other.
    match errors.into_iter().flatten().min_by_key(|(at, _)| *at) {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}
