//! The plugins that this build carries, named so that the linker keeps them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use imageio_core::{FileExtension, PluginInfo, Registry, ResourceKind, Result};

/// The cards of each feature that is on.
///
/// `inventory` alone finds nothing in a static library whose constructors never run.
static BUILTIN: &[&[&PluginInfo]] = &[
    #[cfg(feature = "pillow")]
    &[&imageio_pillowlike::PLUGIN],
    #[cfg(feature = "pillow")]
    imageio_pillowlike::LEGACY_PLUGINS,
    #[cfg(feature = "spe")]
    &[&imageio_spe::PLUGIN],
    #[cfg(feature = "tiff")]
    &[&imageio_tiff::PLUGIN, &imageio_tiff::FEI_PLUGIN],
    #[cfg(feature = "fits")]
    &[&imageio_fits::PLUGIN],
    #[cfg(feature = "dicom")]
    &[&imageio_dicom::PLUGIN],
    #[cfg(feature = "npz")]
    &[&imageio_npz::PLUGIN],
    #[cfg(feature = "bsdf")]
    &[&imageio_bsdf::PLUGIN],
    #[cfg(feature = "swf")]
    &[&imageio_swf::PLUGIN],
    #[cfg(feature = "lytro")]
    imageio_lytro::PLUGINS,
    #[cfg(feature = "ffmpeg")]
    &[&imageio_ffmpeg::PLUGIN],
];

/// The kinds of resources that features bring, named for the same reason.
static KINDS: &[&[ResourceKind]] = &[
    #[cfg(feature = "net")]
    imageio_net::KINDS,
    #[cfg(feature = "zip")]
    imageio_zip::KINDS,
];

/// Puts the built-in cards and kinds into their registries, once.
pub(crate) fn ready() {
    static READY: Once = Once::new();
    READY.call_once(|| {
        for kind in KINDS.iter().copied().flatten() {
            kind.ensure();
        }
        for card in BUILTIN.iter().copied().flatten() {
            // A conflict is kept in the registry and reported to whoever uses the name.
            if let Err(error) = Registry::update(|registry| registry.add_plugin(card)) {
                log::warn!("{error}");
            }
        }
    });
}

/// The registry of the process as it stands now, built-in plugins included.
pub fn registry() -> Arc<Registry> {
    ready();
    Registry::global()
}

/// The plugins of this program, in search order.
///
/// # Examples
/// ```
/// assert!(imageio::plugins().iter().any(|card| card.name() == "pillow"));
/// ```
pub fn plugins() -> Vec<&'static PluginInfo> {
    registry().plugins().to_vec()
}

/// Every format that ImageIO knows, sorted by extension, whether or not a plugin for it is here.
///
/// # Examples
/// ```
/// assert!(imageio::formats().iter().any(|format| format.extension == ".png"));
/// ```
pub fn formats() -> Vec<FileExtension> {
    registry().formats()
}

/// Adds a plugin at run time, for hosts in which a crate cannot register itself.
///
/// # Errors
/// `BadOption` naming both crates when another plugin has the name.
pub fn add_plugin(card: &'static PluginInfo) -> Result<()> {
    ready();
    imageio_core::add_plugin(card)
}

/// Downloads what a plugin declares for this machine, unless it is there; gives the files.
///
/// They go to the folder of the plugin's name in `directory`, or in the user's folder for ImageIO.
///
/// # Errors
/// `Unsupported` without the feature `net`, or where there is nothing for this machine; `Corrupt` for a wrong checksum.
pub fn download_binaries(card: &PluginInfo, directory: Option<&Path>) -> Result<Vec<PathBuf>> {
    #[cfg(feature = "net")]
    return imageio_net::download_binaries(card, directory);
    #[cfg(not(feature = "net"))]
    {
        let _ = (card, directory);
        Err(no_network())
    }
}

/// Removes what was downloaded for a plugin; gives the folders that are gone.
///
/// # Errors
/// `Unsupported` without the feature `net`; `Io` that lists what could not be removed.
pub fn remove_binaries(card: &PluginInfo) -> Result<Vec<PathBuf>> {
    #[cfg(feature = "net")]
    return imageio_net::remove_binaries(card);
    #[cfg(not(feature = "net"))]
    {
        let _ = card;
        Err(no_network())
    }
}

/// The folder that comes with the program, in which downloads are looked for: `resources` beside it.
pub fn package_dir() -> Option<PathBuf> {
    #[cfg(feature = "net")]
    return imageio_net::package_dir();
    #[cfg(not(feature = "net"))]
    None
}

#[cfg(not(feature = "net"))]
fn no_network() -> imageio_core::Error {
    imageio_core::Error::unsupported("nothing in this program downloads")
        .with_help("feature `net` of imageio-rs")
}
