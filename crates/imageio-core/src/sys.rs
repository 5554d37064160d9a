//! The two questions to the operating system that need `unsafe` or a system file.
#![expect(
    unsafe_code,
    reason = "large outputs are zeroed by the kernel and advised to use huge pages"
)]

use std::alloc::Layout;

use crate::dtype::Element;

/// From this size on, an output asks for huge pages.
///
/// Touching fresh 4 KiB pages costs more than most codecs; NumPy advises at the same size.
const HUGE_FROM: usize = 4 << 20;

/// A vector of `len` zeros, or nothing where the machine refuses the memory.
pub(crate) fn zeroed<T: Element>(len: usize) -> Option<Vec<T>> {
    let layout = Layout::array::<T>(len).ok()?;
    if layout.size() == 0 {
        return Some(Vec::new());
    }
    // SAFETY: the layout has a size above zero.
    let start = unsafe { std::alloc::alloc_zeroed(layout) }.cast::<T>();
    if start.is_null() {
        return None;
    }
    if layout.size() >= HUGE_FROM {
        advise_huge_pages(start.cast(), layout.size());
    }
    // SAFETY: the block comes from the global allocator with the layout of `len` elements, and
    // `Element: Zeroable` says that zero bytes are valid elements.
    Some(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(start, len)) }.into_vec())
}

/// Asks the kernel to back the whole pages inside the block with huge ones. It may refuse; nothing depends on it.
#[cfg(target_os = "linux")]
fn advise_huge_pages(start: *mut u8, len: usize) {
    const PAGE: usize = 4096;
    let skip = start.align_offset(PAGE);
    if skip >= len {
        return;
    }
    // SAFETY: the range lies inside one live allocation and the advice does not change its contents.
    unsafe {
        libc::madvise(
            start.add(skip).cast(),
            (len - skip) & !(PAGE - 1),
            libc::MADV_HUGEPAGE,
        );
    }
}

#[cfg(not(target_os = "linux"))]
fn advise_huge_pages(_start: *mut u8, _len: usize) {}

/// Bytes of memory in this machine, as far as it says.
pub(crate) fn machine_memory() -> Option<u64> {
    #[cfg(unix)]
    {
        // SAFETY: `sysconf` only reads its argument.
        let (pages, size) = unsafe {
            (
                libc::sysconf(libc::_SC_PHYS_PAGES),
                libc::sysconf(libc::_SC_PAGESIZE),
            )
        };
        let memory = u64::try_from(pages)
            .ok()?
            .checked_mul(u64::try_from(size).ok()?)?;
        (memory > 0).then_some(memory)
    }
    #[cfg(not(unix))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_and_empty_vectors_are_zero() {
        assert!(zeroed::<u8>(0).is_some_and(|v| v.is_empty()));
        let large = zeroed::<u16>(HUGE_FROM).unwrap_or_default();
        assert_eq!(large.len(), HUGE_FROM);
        assert!(large.iter().all(|&value| value == 0));
    }

    #[test]
    fn absurd_sizes_are_refused() {
        assert!(zeroed::<u64>(usize::MAX / 4).is_none());
    }
}
