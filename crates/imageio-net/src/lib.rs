#![doc = include_str!("../README.md")]

mod address;
mod blocks;
mod ftp;
mod http;
mod settings;
mod spool;

use imageio_core::{ResourceKind, register_resource_kind};

pub use settings::{set_root_certificates, set_timeout, timeout};

/// The kinds of resources that this crate brings; linking it registers them.
pub const KINDS: &[ResourceKind] = &[HTTP, FTP];

const HTTP: ResourceKind = ResourceKind::new("http", &["http://", "https://"], http::open);
const FTP: ResourceKind = ResourceKind::new("ftp", &["ftp://", "ftps://"], ftp::open);

register_resource_kind!(HTTP);
register_resource_kind!(FTP);
