//! The plugin `FEI`: TIFF from scanning electron microscopes of FEI, which have a strip with a caption below the
//! picture, and text with all settings behind it.

mod options;
mod plugin;
mod reader;
mod text;

pub use options::{FeiOpenOptions, FeiReadOptions};
pub use plugin::FeiPlugin;
pub use reader::FeiReader;

use imageio_core::{Modes, PluginInfo, Tier, register_plugin};

/// The card of the `FEI` plugin, which is asked only where it is named.
pub const FEI_PLUGIN: PluginInfo = PluginInfo::new("FEI", FeiPlugin::open)
    .description("FEI-SEM TIFF format")
    .extensions(&[".tif", ".tiff"])
    .modes(Modes::READ)
    .image_modes("iv")
    .tier(Tier::Named)
    .read_options::<FeiReadOptions>()
    .open_options::<FeiOpenOptions>();

register_plugin!(FEI_PLUGIN);
