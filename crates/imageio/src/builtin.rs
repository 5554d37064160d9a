//! The plugins that this build carries, named so that the linker keeps them.

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
