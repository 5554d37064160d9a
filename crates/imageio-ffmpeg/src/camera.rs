//! Cameras: what they are called, which there are, and their frames.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use imageio_core::{
    Error, ErrorKind, ImageMode, ImageProperties, Index, Metadata, NdImage, Request, Result,
};

use crate::child;
use crate::command::{Decoding, Input, Start};
use crate::frames::FrameStream;
use crate::metadata;
use crate::newest::Newest;
use crate::options::FfmpegReadOptions;
use crate::probe::VideoInfo;
use crate::program::{CAMERA, Program};

mod names;

/// How ffmpeg calls the cameras of this system.
const SYSTEM: &str = if cfg!(windows) {
    "dshow"
} else if cfg!(target_os = "macos") {
    "avfoundation"
} else {
    "video4linux2"
};

/// How long a list of cameras may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A camera, or another input of ffmpeg that gives frames in its own time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Camera {
    format: String,
    device: OsString,
    name: String,
}

impl Camera {
    /// The input `device` of ffmpeg's device `format`, as `x11grab` and `:0`.
    pub fn new(format: impl Into<String>, device: impl Into<OsString>) -> Self {
        let device = device.into();
        Camera {
            name: device.to_string_lossy().into_owned(),
            format: format.into(),
            device,
        }
    }

    /// Camera `number` of the system, or what [`CAMERA`] puts in its place.
    ///
    /// # Errors
    /// `NotFound` where the system tells that there is none.
    pub fn nth(number: u32) -> Result<Self> {
        if let Some(set) = CAMERA.get() {
            let set = set.to_string_lossy().replace("%d", &number.to_string());
            let (format, device) = set.split_once(':').ok_or_else(|| {
                Error::bad_option(format!("{} is {set:?}, not format:name", CAMERA.name()))
            })?;
            return Ok(Camera::new(format, device));
        }
        Ok(match SYSTEM {
            "dshow" => {
                let all = cameras()?;
                let camera = all.into_iter().nth(number as usize);
                camera.ok_or_else(|| not_found(format!("no dshow camera at index {number}")))?
            }
            "avfoundation" => Camera::new(SYSTEM, number.to_string()),
            _ => Camera::new(SYSTEM, format!("/dev/video{number}")),
        })
    }

    /// The camera that `<videoN>` means.
    pub(crate) fn named_by(request: &Request) -> Option<u32> {
        // A file of that name is a file.
        if request.path().is_some() {
            return None;
        }
        let name = request.name();
        let digits = name.strip_prefix("<video")?.strip_suffix('>')?;
        let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        plain.then(|| digits.parse().ok())?
    }

    /// For people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// ffmpeg's name of the kind of device.
    pub fn format(&self) -> &str {
        &self.format
    }

    /// What ffmpeg is told to open.
    pub(crate) fn device(&self) -> &OsString {
        &self.device
    }

    /// Whether it is made by ffmpeg itself.
    pub(crate) fn is_virtual(&self) -> bool {
        self.format == "lavfi"
    }

    /// What a real camera is asked for.
    pub(crate) fn arguments(&self, options: &FfmpegReadOptions) -> Vec<String> {
        let mut arguments = Vec::new();
        if self.is_virtual() {
            return arguments;
        }
        if let Some(format) = &options.pixelformat {
            arguments.extend(["-pix_fmt".to_owned(), format.clone()]);
        }
        if let Some(size) = options.size {
            arguments.extend(["-s".to_owned(), size.to_string()]);
        }
        arguments
    }
}

/// The cameras that the system tells of.
///
/// # Errors
/// `NotInstalled` where it takes ffmpeg to know and there is none.
pub fn cameras() -> Result<Vec<Camera>> {
    if cfg!(target_os = "linux") {
        return Ok(names::of_linux(Path::new("/sys/class/video4linux")));
    }
    let command = list_command(&Program::find()?.path, SYSTEM);
    // It ends with an error also where it lists them.
    let told = child::output(command, PATIENCE, 1 << 20)?;
    let lines = told.log.head();
    Ok(match SYSTEM {
        "dshow" => names::of_dshow(&lines)
            .into_iter()
            .map(|name| Camera {
                device: format!("video={name}").into(),
                format: SYSTEM.to_owned(),
                name,
            })
            .collect(),
        _ => names::of_avfoundation(&lines)
            .into_iter()
            .map(|(number, name)| Camera {
                device: number.to_string().into(),
                format: SYSTEM.to_owned(),
                name,
            })
            .collect(),
    })
}

/// The command that makes ffmpeg tell which devices there are.
fn list_command(program: &Path, system: &str) -> Command {
    let mut command = Command::new(program);
    command.args([
        "-nostdin",
        "-hide_banner",
        "-list_devices",
        "true",
        "-f",
        system,
        "-i",
    ]);
    command.arg(if system == "dshow" { "dummy" } else { "" });
    command
}

fn not_found(message: String) -> Error {
    Error::new(ErrorKind::NotFound, message)
}

/// A camera that gives frames. Every index means the newest one.
///
/// # Examples
/// ```
/// # fn main() -> Result<(), imageio_core::Error> {
/// # if imageio_ffmpeg::Program::find().is_err() { return Ok(()); }
/// use imageio_core::Request;
/// use imageio_ffmpeg::{Camera, CameraReader, FfmpegReadOptions};
/// let camera = Camera::new("lavfi", "testsrc2=size=64x48:rate=30");
/// let mut reader = CameraReader::open(Request::new("<video0>"), camera, &FfmpegReadOptions::new())?;
/// assert_eq!(reader.newest()?.shape(), [48, 64, 3]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct CameraReader {
    request: Request,
    program: Arc<Program>,
    camera: Camera,
    options: FfmpegReadOptions,
    info: VideoInfo,
    shape: [usize; 3],
    newest: Newest,
    /// Whether the frame that was read last was nobody's before.
    was_new: bool,
}

impl CameraReader {
    /// Opens `camera` and begins to take its frames.
    ///
    /// # Errors
    /// `NotFound` with what ffmpeg says where it does not work, `NotInstalled`, `External` where it is stuck.
    pub fn open(request: Request, camera: Camera, options: &FfmpegReadOptions) -> Result<Self> {
        let program = Program::find()?;
        let mut tried = options.clone();
        // Cameras of macOS take no rate but their own, which only trying tells.
        let guesses: &[&str] = if cfg!(target_os = "macos") && !names_rate(options) {
            &["30", "15"]
        } else {
            &[]
        };
        let mut failed = None;
        for guess in guesses
            .iter()
            .map(Some)
            .chain(guesses.is_empty().then_some(None))
        {
            if let Some(rate) = guess {
                let own = options.input_params.iter().cloned();
                tried.input_params = own
                    .chain(["-framerate".to_owned(), (*rate).to_owned()])
                    .collect();
                tried.fps = tried.fps.or(crate::options::Rate::new(30, 1));
            }
            match start(&program, &camera, &tried, &request) {
                Ok(stream) => return Ok(CameraReader::of(request, program, camera, tried, stream)),
                Err(error) => failed = Some(error),
            }
        }
        Err(failed.unwrap_or_else(|| not_found("no camera".to_owned())))
    }

    fn of(
        request: Request,
        program: Arc<Program>,
        camera: Camera,
        options: FfmpegReadOptions,
        stream: FrameStream,
    ) -> Self {
        let said = stream.said();
        if options.print_info {
            for line in &said {
                log::info!("{line}");
            }
        }
        let shape = stream.shape();
        let stall = child::seconds(options.timeout);
        CameraReader {
            info: VideoInfo::of_lines(&said).unwrap_or_default(),
            newest: Newest::of(stream, stall),
            request,
            program,
            camera,
            options,
            shape,
            was_new: false,
        }
    }

    /// The newest frame, whether or not it was given before.
    pub fn newest(&mut self) -> Result<NdImage> {
        let (frame, is_new) = self.newest.get()?;
        self.was_new = is_new;
        Ok(frame)
    }

    /// The next frame that was not given before; waits for it.
    pub fn next_new(&mut self) -> Result<NdImage> {
        let frame = self.newest.get_new()?;
        self.was_new = true;
        Ok(frame)
    }

    /// The camera.
    pub fn camera(&self) -> &Camera {
        &self.camera
    }

    /// The newest frame; all of them never end.
    pub(crate) fn read(&mut self, index: Index) -> Result<NdImage> {
        match index {
            Index::All => Err(endless()),
            Index::Default | Index::At(_) => self.newest(),
        }
    }

    /// Shape and type of a frame.
    pub(crate) fn properties(&self, index: Index) -> Result<ImageProperties> {
        let one = ImageProperties::new(self.shape, self.options.dtype.dtype()).axes("YXS");
        match index {
            // For v2 this is a series whose length nobody knows.
            Index::All if self.request.io_mode().image_mode() == ImageMode::MultiImage => {
                Ok(metadata::unknown_batch(one))
            }
            Index::All => Err(endless()),
            Index::Default | Index::At(_) => Ok(one),
        }
    }

    /// What ffmpeg said about the camera, and whether the last frame was `new`.
    pub(crate) fn metadata(&self, index: Index) -> Metadata {
        let [height, width, _] = self.shape;
        let mut metadata = metadata::of_video(&self.info, &self.program, (width, height), None);
        if index != Index::All {
            metadata.insert("new", self.was_new);
        }
        metadata
    }

    /// The options that it was opened with.
    pub(crate) fn options(&self) -> &FfmpegReadOptions {
        &self.options
    }
}

fn start(
    program: &Program,
    camera: &Camera,
    options: &FfmpegReadOptions,
    request: &Request,
) -> Result<FrameStream> {
    let decoding = Decoding {
        input: Input::Camera(camera),
        stream: None,
        options,
    };
    let command = decoding.frames(program, &Start::First);
    let stall = child::seconds(options.timeout);
    FrameStream::start(command, options.dtype, &request.limits(), stall).map_err(
        |error| match error.kind() {
            ErrorKind::Corrupt => {
                let mut message = format!(
                    "no (working) camera at {}: {}",
                    request.name(),
                    error.message()
                );
                if message.contains("Unknown input format: 'avfoundation'") {
                    message += "; an ffmpeg that knows cameras comes with `brew install ffmpeg`";
                }
                not_found(message)
            }
            _ => error,
        },
    )
}

fn names_rate(options: &FfmpegReadOptions) -> bool {
    options
        .before_input()
        .iter()
        .any(|word| word == "-framerate")
}

fn endless() -> Error {
    Error::unsupported("a camera has no end, so it has no \"all frames\"; iterate or read one")
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist: E-419, E-420, E-423
    #[test]
    fn cameras_have_names() {
        let command = list_command(Path::new("ffmpeg"), "dshow");
        let shown = crate::command::shown(&command);
        assert!(
            shown.ends_with("-list_devices true -f dshow -i dummy"),
            "{shown}"
        );
        let number = |uri: &str| Camera::named_by(&Request::new(uri));
        assert_eq!(
            (number("<video0>"), number("<video12>")),
            (Some(0), Some(12))
        );
        for odd in [
            "<video>",
            "<videof1>",
            "<video0x>",
            "<video-1>",
            "video0",
            "<video0> ",
        ] {
            assert_eq!(number(odd), None, "{odd}");
        }
        assert_eq!(
            Camera::named_by(&Request::from(Path::new("<video0>"))),
            None
        );
        if cfg!(target_os = "linux") {
            let camera = Camera::nth(3).expect("a name");
            assert_eq!(
                (camera.format(), camera.name()),
                ("video4linux2", "/dev/video3")
            );
        }
    }
}
