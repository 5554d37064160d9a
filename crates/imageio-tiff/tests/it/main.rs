//! The plugin as its users see it.

mod options;
mod writing;
mod written;
