//! The plugin as its users see it.
#![expect(clippy::unwrap_used, reason = "a test that fails shows the line")]

mod conformance;
mod corpus;
mod fei;
mod golden;
mod metadata;
mod modes;
mod ndpi;
mod ndtiff;
mod old_jpeg;
mod options;
mod pixels;
mod regression;
mod series;
mod support;
mod vendors;
mod windows;
mod writing;
mod written;
