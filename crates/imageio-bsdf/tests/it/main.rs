//! Tests of the BSDF plugin.

mod conformance;
mod corpus;
mod example;
mod golden;
mod hostile;
mod metadata;
mod options;
mod reading;
mod streaming;
mod support;
mod vectors;
mod writing;
