//! What the core promises, proven with toy plugins: resources, writes, search order, images and budgets.
#![expect(
    clippy::single_range_in_vec_init,
    reason = "a window on the first axis is an array of one range"
)]

mod cast;
mod catalogue;
mod errors;
mod folder;
mod global;
mod images;
mod killed;
mod limits;
mod names;
mod ndimage;
mod npy;
mod outputs;
mod plugin;
mod preference;
mod request;
mod resource;
mod search;
mod seeking;
mod settings;
mod streams;
mod toy;
mod values;
mod writes;
