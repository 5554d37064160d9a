//! Tests of the SWF plugin.

mod conformance;
mod corpus;
mod example;
mod files;
mod golden;
mod options;
mod regression;
mod resources;
mod support;
mod vectors;
