//! Tests of the NPZ plugin.

mod conformance;
mod corpus;
mod example;
mod golden;
mod hostile;
mod options;
mod reading;
mod resources;
mod support;
mod writing;
