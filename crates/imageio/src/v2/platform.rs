//! Where the program runs, and which version it is.

/// The version of the library.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The system and the width of its pointers, as `linux64`; nothing for a system without a name here.
///
/// # Examples
/// ```
/// # #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
/// assert_eq!(imageio::v2::get_platform().as_deref(), Some("linux64"));
/// ```
pub fn get_platform() -> Option<String> {
    let system = match std::env::consts::OS {
        "linux" => "linux",
        "windows" => "win",
        "macos" => "osx",
        "freebsd" => "freebsd",
        _ => return None,
    };
    Some(format!("{system}{}", usize::BITS))
}
