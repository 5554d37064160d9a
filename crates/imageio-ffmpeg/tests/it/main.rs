//! Tests of the plugin, with the ffmpeg of this machine.

mod camera;
mod conformance;
mod corpus;
mod exact;
mod hostile;
mod reading;
mod support;
mod writing;
