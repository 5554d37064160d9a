//! Tests of the SPE plugin.

mod conformance;
mod corpus;
mod golden;
mod header;
mod options;
mod regression;
mod resources;
mod sdt_control;
mod support;
mod version_3;
