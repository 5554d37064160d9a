//! Tests of the Tiff plugin.

mod conformance;
mod options;
