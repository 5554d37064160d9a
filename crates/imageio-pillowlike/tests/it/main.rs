//! The `pillow` plugin through core's own functions.

mod conformance;
mod options;
mod png_info;
