//! Tests of the Bsdf plugin.

mod conformance;
mod options;
