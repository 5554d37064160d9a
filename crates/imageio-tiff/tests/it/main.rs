//! The plugin as its users see it.

mod options;
