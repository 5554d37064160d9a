#![doc = include_str!("../README.md")]

mod read;
mod write;

use std::fs::File;
use std::sync::Arc;

use imageio_core::{Archive, Members, Resource, ResourceKind, Result, register_resource_kind};

/// The kind of resources that this crate brings; linking it registers the kind.
pub const KINDS: &[ResourceKind] = &[ZIP];

const ZIP: ResourceKind = ResourceKind::of_archives("zip", &[".zip"], &Zip);

register_resource_kind!(ZIP);

/// Zip archives.
#[derive(Debug)]
struct Zip;

impl Archive for Zip {
    fn open(&self, archive: Arc<dyn Resource>) -> Result<Box<dyn Members>> {
        Ok(Box::new(read::Directory::read(archive)?))
    }

    fn put(
        &self,
        old: Option<&mut File>,
        member: &str,
        content: &mut File,
        new: &mut File,
    ) -> Result<()> {
        write::put(old, member, content, new)
    }
}
