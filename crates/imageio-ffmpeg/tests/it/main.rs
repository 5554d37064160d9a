//! Tests of the Ffmpeg plugin.

mod conformance;
mod options;
