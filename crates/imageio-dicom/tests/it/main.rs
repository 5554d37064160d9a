//! Integration tests, one binary.

mod conformance;
mod corpus;
mod golden;
mod header;
mod hostile;
mod metadata;
mod options;
mod pixels;
mod resources;
mod series;
mod support;
