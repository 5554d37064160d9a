#![doc = include_str!("../README.md")]

mod address;
mod binaries;
mod blocks;
mod date;
mod folders;
mod ftp;
mod http;
mod progress;
mod remote_file;
mod settings;
mod standard;
mod watched;

use imageio_core::{ResourceKind, register_resource_kind};

pub use binaries::{download_binaries, package_dir, remove_binaries};
pub use folders::{appdata_dir, resource_dirs};
pub use progress::{Progress, set_progress, size_text};
pub use remote_file::RemoteFile;
pub use settings::{set_root_certificates, set_timeout, timeout};
pub use standard::{MIRROR, STANDARD_URL, StandardImage, standard_image, standard_images};

/// The kinds of resources that this crate brings; linking it registers them.
pub const KINDS: &[ResourceKind] = &[HTTP, FTP, STANDARD];

const HTTP: ResourceKind = ResourceKind::new("http", &["http://", "https://"], http::open);
const FTP: ResourceKind = ResourceKind::new("ftp", &["ftp://", "ftps://"], ftp::open);
const STANDARD: ResourceKind =
    ResourceKind::of_files("imageio", &["imageio:"], standard::file).suggests(standard::suggest);

register_resource_kind!(HTTP);
register_resource_kind!(FTP);
register_resource_kind!(STANDARD);
