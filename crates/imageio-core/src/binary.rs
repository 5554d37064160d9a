//! Programs and libraries that a plugin can have downloaded.

/// A program or library that a plugin drives, and where it is published.
///
/// # Examples
/// ```
/// # use imageio_core::{Binary, Error, PluginInfo};
/// const SUM: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// const CARD: PluginInfo = PluginInfo::new("toy", |_, _| Err(Error::not_this_format("no toy here"))).binaries(&[
///     Binary::new("libtoy-1.2.so", "linux-x86_64", "https://example.org/libtoy-1.2.so", SUM),
/// ]);
/// assert_eq!(CARD.all_binaries().len(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Binary {
    /// Its name in the plugin's folder, as `libtoy-1.2.so`.
    pub file: &'static str,
    /// The machines it runs on, as `linux-x86_64`: the names that Rust has for system and processor. `any` for all.
    pub platform: &'static str,
    /// Where it is published. Without `://`, a path below the address that ImageIO's own files are published under.
    pub url: &'static str,
    /// The SHA-256 that it must have, in hexadecimal.
    pub sha256: &'static str,
}

impl Binary {
    /// A file for the machines of `platform`, published at `url`, that has this checksum.
    pub const fn new(
        file: &'static str,
        platform: &'static str,
        url: &'static str,
        sha256: &'static str,
    ) -> Self {
        Binary {
            file,
            platform,
            url,
            sha256,
        }
    }

    /// Whether it runs on this machine.
    pub fn fits(&self) -> bool {
        self.platform == "any" || self.platform == Binary::this_platform()
    }

    /// What [`platform`](Binary::platform) says for this machine, as `linux-x86_64`.
    pub fn this_platform() -> String {
        format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
    }
}
