//! Tests of the Npz plugin.

mod conformance;
mod options;
