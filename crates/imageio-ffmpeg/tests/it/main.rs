//! Tests of the plugin, with the ffmpeg of this machine.

mod corpus;
mod exact;
mod support;
