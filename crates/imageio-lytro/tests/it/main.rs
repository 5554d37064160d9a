//! Tests of the Lytro plugin.

mod conformance;
mod options;
