//! Tests of the whole workspace through the umbrella.

mod archives;
mod arrays;
mod bad;
mod fixture;
mod flash;
mod front_door;
mod golden;
mod huge_tiff;
mod options;
mod remote;
mod search;
mod tiff;
mod video;
mod writing;
