//! What is written: an OUT argument and how it is opened.

use std::ffi::{OsStr, OsString};
use std::io;

use imageio::v3::imopen_with;
use imageio::{Error, ImageResource, Mode, OpenArgs, Options, PluginInfo, Request, Result};

use crate::cli::TwoEndsArgs;
use crate::plugin_options::{self, Pairs};

/// An OUT argument.
pub(crate) struct Target {
    name: OsString,
    args: OpenArgs,
}

impl Target {
    /// The file that `name` means; `-` is standard output.
    ///
    /// # Errors
    /// `BadOption` where nothing tells the format.
    pub(crate) fn new(name: &OsStr, args: &TwoEndsArgs, extension: Option<&str>) -> Result<Self> {
        let text = name.to_string_lossy();
        if text == "-" && extension.is_none() && args.write_plugin.is_none() {
            return Err(Error::bad_option(
                "writing to `-` needs the format, as --extension .png",
            ));
        }
        if text.starts_with("<bytes>") {
            return Err(Error::bad_option(format!(
                "`{text}` is no file; `-` is standard output"
            )));
        }
        let plugin = args.write_plugin.as_deref();
        Ok(Target {
            name: name.to_owned(),
            args: plugin_options::open_args(plugin, extension, args.limit_bytes),
        })
    }

    /// The argument as it was given.
    pub(crate) fn name(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    /// The card of the plugin that writes it. Opening without a write leaves no trace.
    pub(crate) fn card(&self) -> Result<&'static PluginInfo> {
        Ok(self.open_with(self.args.clone())?.plugin())
    }

    /// Opens it with `card`, and gives the options of the call.
    pub(crate) fn open(
        &self,
        card: &'static PluginInfo,
        pairs: &Pairs,
    ) -> Result<(ImageResource, Options)> {
        let (opening, options) = plugin_options::split(card, card.write_spec(), pairs);
        let args = self.args.clone().plugin(card).options(opening);
        Ok((self.open_with(args)?, options))
    }

    fn open_with(&self, args: OpenArgs) -> Result<ImageResource> {
        // Each attempt needs a request of its own: clones would write into one target together.
        let request = match self.name.to_str() {
            Some("-") => Request::from_writer(io::stdout()),
            Some(uri) => Request::new(uri),
            None => Request::from(self.name.as_os_str()),
        };
        imopen_with(request, Mode::WRITE, args).map_err(|error| error.in_resource(self.name()))
    }
}

/// Which side `--extension` means: the one whose name does not tell its format.
pub(crate) fn extension_is_for_output(output: &OsStr) -> bool {
    let known = |suffix: &String| imageio::registry().knows_extension(suffix);
    output == "-" || !Request::from(output).own_extensions().iter().any(known)
}
