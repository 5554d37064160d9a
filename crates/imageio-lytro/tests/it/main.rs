//! Tests of the Lytro plugins.

mod cameras;
mod conformance;
mod containers;
mod corpus;
mod example;
mod golden;
mod raw;
mod regression;
mod support;
