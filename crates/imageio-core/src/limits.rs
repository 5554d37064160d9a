//! Budgets: how much a file may make the library allocate.

use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::dtype::{DType, Element};
use crate::error::{Error, ErrorKind, Result};
use crate::sys;

/// What one image may take whatever the input's size.
const FLOOR: u64 = 1 << 30;

/// How many times its input's size an image may take.
const EXPANSION: u64 = 64;

/// What a stack of images may take where the machine does not tell its memory.
const STACK_FALLBACK: u64 = 4 << 30;

/// Budgets that travel with a [`Request`](crate::Request).
///
/// Every allocation whose size a file decides asks here first. Clones share one account of live bytes.
/// By default one image may take the larger of 1 GiB and 64 times the input's size, and a stack of all
/// images half of the machine's memory; [`bytes`](Limits::bytes) replaces both.
#[derive(Clone)]
pub struct Limits {
    bytes: Option<u64>,
    pixels: Option<u64>,
    frames: Option<u64>,
    bounded: bool,
    input_len: u64,
    live: Arc<AtomicU64>,
}

impl Limits {
    /// The default budgets.
    pub fn new() -> Self {
        Limits {
            bytes: None,
            pixels: None,
            frames: None,
            bounded: true,
            input_len: 0,
            live: Arc::default(),
        }
    }

    /// No budget at all: for data that the program made itself.
    pub fn unlimited() -> Self {
        Limits {
            bounded: false,
            ..Limits::new()
        }
    }

    /// Bytes that one allocation may take beside the working memory that is live. Default: see [`Limits`].
    pub fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// Pixels of one image, height times width. Default: no bound but the bytes.
    pub fn pixels(mut self, pixels: u64) -> Self {
        self.pixels = Some(pixels);
        self
    }

    /// Images that one call may read. Default: no bound but the bytes.
    pub fn frames(mut self, frames: u64) -> Self {
        self.frames = Some(frames);
        self
    }

    /// The same budgets for an input of `len` bytes, sharing the account.
    pub fn for_input(&self, len: u64) -> Self {
        Limits {
            input_len: len,
            ..self.clone()
        }
    }

    /// Bytes that one image may take.
    pub fn image_budget(&self) -> u64 {
        match self.bytes {
            _ if !self.bounded => u64::MAX,
            Some(bytes) => bytes,
            None => FLOOR.max(self.input_len.saturating_mul(EXPANSION)),
        }
    }

    /// Bytes that a stack of all images may take.
    pub fn stack_budget(&self) -> u64 {
        static HALF_MACHINE: OnceLock<u64> = OnceLock::new();
        match self.bytes {
            _ if !self.bounded => u64::MAX,
            Some(bytes) => bytes,
            None => *HALF_MACHINE
                .get_or_init(|| sys::machine_memory().map_or(STACK_FALLBACK, |all| all / 2)),
        }
    }

    /// Bytes held now by [claims](Limits::claim).
    pub fn live(&self) -> u64 {
        self.live.load(Ordering::Relaxed)
    }

    /// The budget for stacks, for an allocation that holds several images.
    pub fn for_stack(&self) -> Self {
        Limits {
            bytes: Some(self.stack_budget()),
            ..self.clone()
        }
    }

    /// The same budgets with an account of their own, for what must not count against one image.
    pub fn apart(&self) -> Self {
        Limits {
            live: Arc::default(),
            ..self.clone()
        }
    }

    /// Checks the header of one image before anything is allocated for it.
    ///
    /// `shape` is `(H, W)` or `(H, W, C)`; gives the number of its elements.
    pub fn check_image(&self, shape: &[usize], dtype: DType) -> Result<usize> {
        let len = crate::image::checked_len(shape)?;
        let pixels = shape
            .iter()
            .take(2)
            .fold(1u64, |n, &axis| n.saturating_mul(axis as u64));
        if let Some(allowed) = self
            .pixels
            .filter(|&allowed| self.bounded && pixels > allowed)
        {
            return Err(over(
                &format!("an image of {pixels} pixels (shape {shape:?})"),
                allowed,
                "pixels",
                "Limits::pixels",
            ));
        }
        self.ask(
            bytes_of(len, dtype.size()),
            &format_args!("an image of shape {shape:?} and type {dtype}"),
        )?;
        Ok(len)
    }

    /// Checks the number of images that one call is about to read.
    pub fn check_frames(&self, frames: usize) -> Result<()> {
        match self
            .frames
            .filter(|&allowed| self.bounded && frames as u64 > allowed)
        {
            Some(allowed) => Err(over(
                &format!("{frames} images"),
                allowed,
                "images",
                "Limits::frames",
            )),
            None => Ok(()),
        }
    }

    /// `len` zeros for `what`, with huge pages advised for large ones; the vector is the caller's to give away.
    ///
    /// # Errors
    /// `LimitExceeded` with the figure and how to raise it.
    pub fn try_vec<T: Element>(&self, len: usize, what: &str) -> Result<Vec<T>> {
        let bytes = bytes_of(len, size_of::<T>());
        self.ask(bytes, &what)?;
        sys::zeroed(len).ok_or_else(|| refused(bytes, what))
    }

    /// An empty vector with room for `capacity` elements for `what`.
    pub fn try_capacity<T>(&self, capacity: usize, what: &str) -> Result<Vec<T>> {
        let bytes = bytes_of(capacity, size_of::<T>());
        self.ask(bytes, &what)?;
        let mut vec = Vec::new();
        vec.try_reserve_exact(capacity)
            .map_err(|_| refused(bytes, what))?;
        Ok(vec)
    }

    /// Counts `bytes` for `what` as live until the claim is dropped.
    pub fn claim(&self, bytes: u64, what: &str) -> Result<Claim> {
        self.ask(bytes, &what)?;
        self.live.fetch_add(bytes, Ordering::Relaxed);
        Ok(Claim {
            bytes,
            live: Arc::clone(&self.live),
        })
    }

    /// A working buffer of `len` zeros that counts as live until it is dropped.
    pub fn scratch<T: Element>(&self, len: usize, what: &str) -> Result<Scratch<T>> {
        let data = self.try_vec(len, what)?;
        let claim = self.claim(bytes_of(len, size_of::<T>()), what)?;
        Ok(Scratch {
            data,
            _claim: claim,
        })
    }

    fn ask(&self, bytes: u64, what: &dyn fmt::Display) -> Result<()> {
        let budget = self.image_budget();
        if self.live().saturating_add(bytes) <= budget {
            return Ok(());
        }
        let held = match self.live() {
            0 => String::new(),
            live => format!(" beside {live} bytes held"),
        };
        Err(over(
            &format!("{what} takes {bytes} bytes{held}"),
            budget,
            "bytes",
            "Limits::bytes",
        ))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits::new()
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("image_budget", &self.image_budget())
            .field("stack_budget", &self.stack_budget())
            .field("pixels", &self.pixels)
            .field("frames", &self.frames)
            .field("live", &self.live())
            .finish_non_exhaustive()
    }
}

/// Bytes counted as live until this is dropped.
#[derive(Debug)]
pub struct Claim {
    bytes: u64,
    live: Arc<AtomicU64>,
}

impl Claim {
    /// Takes over the bytes of another claim on the same account.
    pub(crate) fn join(&mut self, mut other: Claim) {
        self.bytes += std::mem::take(&mut other.bytes);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.live.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A working buffer that counts as live; derefs to its slice.
#[derive(Debug)]
pub struct Scratch<T> {
    data: Vec<T>,
    _claim: Claim,
}

impl<T> std::ops::Deref for Scratch<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.data
    }
}

impl<T> std::ops::DerefMut for Scratch<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.data
    }
}

fn bytes_of(len: usize, size: usize) -> u64 {
    (len as u64).saturating_mul(size as u64)
}

fn over(what: &str, allowed: u64, unit: &str, setting: &str) -> Error {
    Error::new(
        ErrorKind::LimitExceeded,
        format!("{what}, over the budget of {allowed} {unit}"),
    )
    .with_help(format!("a higher `{setting}`"))
}

fn refused(bytes: u64, what: &str) -> Error {
    Error::new(
        ErrorKind::LimitExceeded,
        format!("{what} takes {bytes} bytes, which the machine refuses"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_follow_the_input() {
        assert_eq!(Limits::new().image_budget(), 1 << 30);
        assert_eq!(Limits::new().for_input(1 << 30).image_budget(), 64 << 30);
        assert_eq!(Limits::new().bytes(5).for_input(1 << 30).image_budget(), 5);
        assert!(Limits::new().stack_budget() >= 1 << 28);
    }

    #[test]
    fn live_bytes_count_and_are_given_back() {
        let limits = Limits::new().bytes(100);
        let other = limits.clone();
        let claim = limits.claim(60, "header").ok();
        let refused = other
            .try_vec::<u16>(30, "rows")
            .map_err(|e| (e.kind(), e.to_string()));
        assert_eq!(
            refused,
            Err((
                ErrorKind::LimitExceeded,
                "rows takes 60 bytes beside 60 bytes held, over the budget of 100 bytes; \
                 what would help: a higher `Limits::bytes`"
                    .to_owned()
            ))
        );
        drop(claim);
        assert!(other.try_vec::<u16>(30, "rows").is_ok());
    }

    #[test]
    fn pixels_and_frames_are_bounded() {
        let limits = Limits::new().pixels(10).frames(2);
        assert!(limits.check_image(&[2, 5, 4], DType::U8).is_ok());
        assert!(limits.check_image(&[2, 6], DType::U8).is_err());
        assert!(limits.check_frames(3).is_err());
        assert!(
            Limits::unlimited()
                .check_image(&[usize::MAX, 2], DType::U8)
                .is_err()
        );
    }
}
