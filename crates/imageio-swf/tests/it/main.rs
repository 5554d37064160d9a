//! Tests of the Swf plugin.

mod conformance;
mod options;
