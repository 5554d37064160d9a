//! Tests of the FITS plugin.

mod conformance;
mod corpus;
mod golden;
mod options;
mod resources;
mod support;
mod writing;
