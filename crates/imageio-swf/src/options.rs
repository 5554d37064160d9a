//! What reading and writing take.

use imageio_core::plugin_options;

plugin_options! {
    /// What reading a SWF file takes.
    pub struct SwfReadOptions {
        /// Count on from the first image where an index is past the last one. Default: `false`.
        r#loop: bool = false,
        /// Divide colours by their alpha, with which files for players hold them multiplied. Python's files hold
        /// them as they are. Default: `false`.
        premultiplied: bool = false,
    }
    /// What writing a SWF file takes. For several calls those of the first count; `loop` and `html` may be given with
    /// any.
    pub struct SwfWriteOptions {
        /// Frames a second. Default: `12`.
        fps: u8 = 12,
        /// Let players begin again behind the last frame. Default: `true`.
        r#loop: bool = true,
        /// Write a page that shows the animation beside it, called the same but for `.html`. Default: `false`.
        html: bool = false,
        /// Compress the file as a whole, which its images are already. Default: `false`.
        compress: bool = false,
        /// Multiply colours with their alpha, as players expect them. Default: `false`.
        premultiplied: bool = false,
    }
    /// What opening a SWF file takes: options of reading or of writing, which hold for every call that does not say
    /// otherwise.
    pub struct SwfOpenOptions {
        /// As in reading, or as in writing. Default: `None`, as there.
        r#loop: Option<bool> = None,
        /// As in writing. Default: `None`, as there.
        fps: Option<u8> = None,
        /// As in writing. Default: `None`, as there.
        html: Option<bool> = None,
        /// As in writing. Default: `None`, as there.
        compress: Option<bool> = None,
        /// As in reading, or as in writing. Default: `None`, as there.
        premultiplied: Option<bool> = None,
    }
}

impl From<SwfOpenOptions> for SwfReadOptions {
    fn from(options: SwfOpenOptions) -> Self {
        let usual = SwfReadOptions::new();
        SwfReadOptions {
            r#loop: options.r#loop.unwrap_or(usual.r#loop),
            premultiplied: options.premultiplied.unwrap_or(usual.premultiplied),
        }
    }
}

impl From<SwfOpenOptions> for SwfWriteOptions {
    fn from(options: SwfOpenOptions) -> Self {
        let usual = SwfWriteOptions::new();
        SwfWriteOptions {
            fps: options.fps.unwrap_or(usual.fps),
            r#loop: options.r#loop.unwrap_or(usual.r#loop),
            html: options.html.unwrap_or(usual.html),
            compress: options.compress.unwrap_or(usual.compress),
            premultiplied: options.premultiplied.unwrap_or(usual.premultiplied),
        }
    }
}
