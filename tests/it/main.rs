//! Tests of the whole workspace through the umbrella.

mod archives;
mod bad;
mod fixture;
mod front_door;
mod golden;
mod options;
mod remote;
mod search;
mod video;
mod writing;
