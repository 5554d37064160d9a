//! How many threads can work at once.

use std::num::NonZero;
use std::sync::OnceLock;
use std::thread::available_parallelism;

/// Processor cores that this process may use, asked of the system once: on Linux each question reads files.
///
/// # Examples
/// ```
/// assert!(imageio_core::cores() >= 1);
/// ```
pub fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| available_parallelism().map_or(1, NonZero::get))
}
