//! Tests of the Dicom plugin.

mod conformance;
mod options;
