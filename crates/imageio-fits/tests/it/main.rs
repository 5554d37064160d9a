//! Tests of the Fits plugin.

mod conformance;
mod options;
