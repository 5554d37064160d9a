//! The command line: commands, their arguments, and the text of `--help`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use imageio::Index;

use crate::exit::EXIT_CODES;
use crate::values::{self, FrameRange, WindowText};

/// Reads, describes, converts and shows images, animations, volumes and scientific data.
///
/// FILE is a path, `file://…`, `~/…`, `http://…`, `ftp://…`, a standard image as `imageio:chelsea.png`, a member of
/// an archive as `a.zip/b.png` or `a.zip#b.png`, or `-` for standard input. The format is told by the content;
/// `--extension` helps where that is not enough, and `--plugin` decides.
#[derive(Debug, Parser)]
#[command(
    name = "imageio",
    version,
    after_help = EXIT_CODES,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what files hold: shape, type, number of images, metadata
    Info(InfoArgs),
    /// Write the raw array of an image as `.npy`
    Read(ReadArgs),
    /// Convert images and animations to another format
    Convert(ConvertArgs),
    /// Write the images of an animation or a stack to numbered files
    Frames(FramesArgs),
    /// Show a picture in the terminal
    Preview(PreviewArgs),
    /// List the formats that ImageIO knows
    Formats(SearchArgs),
    /// List the plugins of this build, and those that it lacks
    Plugins(SearchArgs),
    /// Download the programs and libraries that plugins drive
    #[command(alias = "download_bin", after_help = DOWNLOAD_EXAMPLES)]
    DownloadBin(DownloadBinArgs),
    /// Remove what download-bin has downloaded
    #[command(alias = "remove_bin", after_help = REMOVE_EXAMPLES)]
    RemoveBin(RemoveBinArgs),
    /// Show the help of a command, the options of a plugin, the plugins of an extension, or the
    /// environment variables
    Help(HelpArgs),
    /// Print the completion script of a shell
    Completions(CompletionsArgs),
}

/// How a file is opened and read.
#[derive(Args, Debug, Default)]
pub(crate) struct SourceArgs {
    /// Use this plugin and no other
    #[arg(long, value_name = "NAME")]
    pub(crate) plugin: Option<String>,
    /// Set an option of the plugin; may be repeated. `imageio help PLUGIN` lists them
    #[arg(long = "option", value_name = "KEY=VALUE", value_parser = values::key_value)]
    pub(crate) options: Vec<(String, String)>,
    /// Treat the file as if it had this extension
    #[arg(long, value_name = ".EXT")]
    pub(crate) extension: Option<String>,
    /// Never hold more bytes than this, as 500000, 64M or 2GiB
    #[arg(long, value_name = "N", value_parser = values::byte_count)]
    pub(crate) limit_bytes: Option<u64>,
}

#[derive(Args, Debug, Default)]
pub(crate) struct InfoArgs {
    /// Files to describe, or `-`
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<OsString>,
    /// Print one JSON object a line for each file
    #[arg(long)]
    pub(crate) json: bool,
    /// Image to describe, from 0, or `all`. Default: what reading gives
    #[arg(long, value_name = "N|all", value_parser = values::index)]
    pub(crate) index: Option<Index>,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ReadArgs {
    /// File to read, or `-`
    #[arg(value_name = "FILE")]
    pub(crate) file: OsString,
    /// Where the array goes, or `-`
    #[arg(long, value_name = "OUT")]
    pub(crate) npy: PathBuf,
    /// Image to read, from 0, or `all`. Default: what the plugin gives
    #[arg(long, value_name = "N|all", value_parser = values::index)]
    pub(crate) index: Option<Index>,
    /// Part to read: one range for each of the first axes, as 10:20,0:64. Open ends reach to the edge
    #[arg(long, value_name = "Y0:Y1,X0:X1", value_parser = values::window)]
    pub(crate) window: Option<WindowText>,
    /// Pyramid level that the window counts in, 0 for full size
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) level: usize,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ConvertArgs {
    /// Files to read, or `-`; the images of several make a batch
    #[arg(required = true, value_name = "IN")]
    pub(crate) inputs: Vec<OsString>,
    /// File to write, or `-`
    #[arg(value_name = "OUT")]
    pub(crate) output: OsString,
    /// Images of each input, as 2:10, 5: or :3. Default: all that the format can hold
    #[arg(long, value_name = "A:B", value_parser = values::frame_range)]
    pub(crate) frames: Option<FrameRange>,
    /// The one image of each input, from 0
    #[arg(long, value_name = "N", conflicts_with = "frames")]
    pub(crate) index: Option<usize>,
    /// Afterwards say what the files hold, as `info` does
    #[arg(long)]
    pub(crate) describe: bool,
    #[command(flatten)]
    pub(crate) ends: TwoEndsArgs,
}

#[derive(Args, Debug)]
pub(crate) struct FramesArgs {
    /// File to read, or `-`
    #[arg(value_name = "IN")]
    pub(crate) input: OsString,
    /// Folder for frame_000.png and so on, or a pattern with the number as %d or %03d
    #[arg(value_name = "OUTDIR|PATTERN")]
    pub(crate) output: PathBuf,
    /// Images to write, as 2:10, 5: or :3. Default: all
    #[arg(long, value_name = "A:B", value_parser = values::frame_range)]
    pub(crate) frames: Option<FrameRange>,
    #[command(flatten)]
    pub(crate) ends: TwoEndsArgs,
}

/// How one side is read and the other is written.
#[derive(Args, Debug)]
pub(crate) struct TwoEndsArgs {
    /// Read with this plugin and no other
    #[arg(long, value_name = "NAME")]
    pub(crate) plugin: Option<String>,
    /// Write with this plugin and no other
    #[arg(long, value_name = "NAME")]
    pub(crate) write_plugin: Option<String>,
    /// Set an option of reading or, where reading has none of that name, of writing; may be repeated
    #[arg(long = "option", value_name = "KEY=VALUE", value_parser = values::key_value)]
    pub(crate) options: Vec<(String, String)>,
    /// Set an option of writing, as quality=90; may be repeated
    #[arg(long = "write-option", value_name = "KEY=VALUE", value_parser = values::key_value)]
    pub(crate) write_options: Vec<(String, String)>,
    /// Format of the side whose name does not tell: of OUT where it is `-`, has no known extension
    /// or is a folder (then .png without this); else of IN
    #[arg(long, value_name = ".EXT")]
    pub(crate) extension: Option<String>,
    /// Treat IN as if it had this extension
    #[arg(long, value_name = ".EXT")]
    pub(crate) read_extension: Option<String>,
    /// Never hold more bytes than this, as 500000, 64M or 2GiB
    #[arg(long, value_name = "N", value_parser = values::byte_count)]
    pub(crate) limit_bytes: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct PreviewArgs {
    /// File to show, or `-`
    #[arg(value_name = "FILE")]
    pub(crate) file: OsString,
    /// Columns to use. Default: those of the terminal, else 80
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) width: Option<u16>,
    /// Image to show, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) index: usize,
    /// Use letters instead of colours, as with NO_COLOR set
    #[arg(long)]
    pub(crate) ascii: bool,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Args, Debug)]
pub(crate) struct SearchArgs {
    /// Show only what matches this: an extension, or a part of a name
    #[arg(value_name = "SEARCH")]
    pub(crate) search: Option<String>,
    /// Print a JSON array
    #[arg(long)]
    pub(crate) json: bool,
}

const DOWNLOAD_EXAMPLES: &str = "\
Examples:
  imageio download-bin                          everything that the plugins of this build declare
  imageio download-bin freeimage                what one plugin declares
  imageio download-bin freeimage --package-dir  beside the program instead of in the user's folder

`imageio_download_bin` is the same command.";

const REMOVE_EXAMPLES: &str = "\
Examples:
  imageio remove-bin            everything that was downloaded for plugins
  imageio remove-bin freeimage  what was downloaded for one plugin

`imageio_remove_bin` is the same command.";

#[derive(Args, Debug)]
pub(crate) struct DownloadBinArgs {
    /// Plugins to download for, or `all`
    #[arg(value_name = "PLUGIN", default_value = "all")]
    pub(crate) plugins: Vec<String>,
    /// Store the files in the folder `resources` beside the program, not in the user's folder
    #[arg(long)]
    pub(crate) package_dir: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RemoveBinArgs {
    /// Plugins to remove the files of, or `all`
    #[arg(value_name = "PLUGIN", default_value = "all")]
    pub(crate) plugins: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct HelpArgs {
    /// A command, a plugin, an extension, or `environment`
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}
