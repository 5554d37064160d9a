//! What reading an SPE file takes.

use imageio_core::{Error, OptionValue, Result, Value, plugin_options};

use crate::format::text::CharEncoding;

plugin_options! {
    /// What reading an SPE file takes. Given at opening, they hold for every call that does not say otherwise.
    pub struct SpeReadOptions {
        /// How the text of the header is encoded. Default: `latin1`.
        char_encoding: CharEncoding = CharEncoding::Latin1,
        /// Compare the number of frames that the file claims with its size, warn where they differ and take the
        /// smaller. Default: `true`.
        check_filesize: bool = true,
        /// Decode what the SDT-control software writes into the comments. Default: `true`.
        sdt_meta: bool = true,
        /// The name that later releases of Python's ImageIO give to `sdt_meta`; counts where it is set.
        /// Default: `None`.
        sdt_control: Option<bool> = None,
        /// The one region of interest to read, where frames have several. Default: `None`, the whole frame.
        roi: Option<usize> = None,
    }
}

impl OptionValue for CharEncoding {
    fn type_name() -> String {
        "latin1|utf-8|ascii".to_owned()
    }

    fn from_value(value: &Value) -> Result<Self> {
        let name = String::from_value(value)?;
        CharEncoding::from_name(&name).ok_or_else(|| {
            Error::bad_option(format!("{name:?} is none of `latin1`, `utf-8`, `ascii`"))
        })
    }

    fn to_value(&self) -> Value {
        self.name().into()
    }
}
