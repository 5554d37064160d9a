//! The read path: from a request to any frame of a video.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use imageio_core::{
    Applied, Error, ErrorKind, ImageMode, ImageProperties, Index, Metadata, NdImage, Request,
    Result,
};
use num_rational::Rational64;

use crate::child;
use crate::command::{Decoding, Input};
use crate::container;
use crate::index::{FrameIndex, Source};
use crate::metadata;
use crate::options::FfmpegReadOptions;
use crate::probe::{VideoInfo, unreadable};
use crate::program::Program;

mod seek;
mod stack;

use seek::Current;

/// Reads a video frame by frame, in any order.
///
/// Frame `n` is the n-th that a decoding from the start gives, bit by bit, however it is reached. Reading on costs no
/// seek; the index that seeks need is made at the first jump and kept.
///
/// # Examples
/// ```no_run
/// use imageio_core::Index;
/// use imageio_ffmpeg::{FfmpegReadOptions, FfmpegReader};
/// let mut reader = FfmpegReader::open("movie.mp4")?;
/// let options = FfmpegReadOptions::new();
/// let frame = reader.read(Index::At(100), &options)?;
/// while let Some(frame) = reader.read_next(0, &options)? {
///     println!("{:?}", frame.shape());
///     break;
/// }
/// # Ok::<(), imageio_core::Error>(())
/// ```
#[derive(Debug)]
pub struct FfmpegReader {
    request: Request,
    program: Arc<Program>,
    file: PathBuf,
    info: VideoInfo,
    index: Option<Arc<FrameIndex>>,
    /// Whether a decoding gave another number of frames than the packets promised.
    distrusts_packets: bool,
    current: Option<Current>,
    /// The frame that was read by its index last.
    last: Option<(FfmpegReadOptions, usize, NdImage)>,
    was_new: bool,
    /// Number of frames with these options.
    counted: Option<(FfmpegReadOptions, usize)>,
}

impl FfmpegReader {
    /// Opens `request` with the default options.
    ///
    /// # Errors
    /// Those of [`open_with`](FfmpegReader::open_with).
    pub fn open(request: impl Into<Request>) -> Result<Self> {
        FfmpegReader::open_with(request, &FfmpegReadOptions::new())
    }

    /// Opens `request` and asks ffmpeg what is in it.
    ///
    /// # Errors
    /// `NotThisFormat` where neither name nor first bytes are those of video, `NotInstalled` without ffmpeg, `Corrupt`
    /// with what ffmpeg says where it cannot read it.
    pub fn open_with(request: impl Into<Request>, options: &FfmpegReadOptions) -> Result<Self> {
        let request = request.into();
        FfmpegReader::recognise(&request)?;
        if request.is_empty()? {
            return Err(FfmpegReader::disappointed(
                &request,
                Error::corrupt("the file is empty"),
            ));
        }
        let program = Program::find()?;
        let file = request.local_path()?;
        let stall = child::seconds(options.timeout);
        let info = VideoInfo::of_file(&program, &file, &options.before_input(), stall);
        let info = info.map_err(|error| FfmpegReader::disappointed(&request, error))?;
        if options.print_info {
            log::info!("{}: {info:?}", request.name());
        }
        Ok(FfmpegReader {
            request,
            program,
            file,
            info,
            index: None,
            distrusts_packets: false,
            current: None,
            last: None,
            was_new: false,
            counted: None,
        })
    }

    /// What is known about the video.
    pub fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// Number of frames of the video itself, whatever rate it is read at. Where the container does not tell them one
    /// by one, all are decoded.
    pub fn count_frames(&mut self) -> Result<usize> {
        let plain = FfmpegReadOptions::new();
        self.count(&plain)
    }

    /// Time of a frame in units of the stream, and their length in seconds; nothing where the file gives no times.
    pub fn time_of(&mut self, position: usize) -> Result<Option<(i64, Rational64)>> {
        let stall = child::seconds(FfmpegReadOptions::new().timeout);
        let index = self.index(stall)?;
        Ok(index.and_then(|index| index.time(position)))
    }

    /// What a packet of `av-data` would say about the time of a frame.
    pub fn time_info(&mut self, position: usize) -> Result<av_data::timeinfo::TimeInfo> {
        let time = self.time_of(position)?;
        Ok(av_data::timeinfo::TimeInfo {
            pts: time.map(|(time, _)| time),
            timebase: time.map(|(_, base)| base),
            ..av_data::timeinfo::TimeInfo::default()
        })
    }

    /// Decodes one frame, or all of them stacked.
    pub fn read(&mut self, index: Index, options: &FfmpegReadOptions) -> Result<NdImage> {
        match index {
            Index::Default | Index::All => self.read_all(options),
            Index::At(position) => {
                let position = self.wrapped(position, options)?;
                self.read_at(position, options)
            }
        }
    }

    /// Decodes frame `position` on the way; nothing after the last.
    ///
    /// In the v2 image mode `I` a `loop` begins anew there.
    pub fn read_next(
        &mut self,
        position: usize,
        options: &FfmpegReadOptions,
    ) -> Result<Option<NdImage>> {
        let wraps = options.r#loop && self.is_series();
        let position = if wraps {
            self.wrapped(position, options)?
        } else {
            position
        };
        self.was_new = true;
        self.fetch(position, options)
    }

    /// Shape and type of what [`read`](FfmpegReader::read) would give.
    pub fn properties(
        &mut self,
        index: Index,
        options: &FfmpegReadOptions,
    ) -> Result<ImageProperties> {
        let (width, height) = self.size(options)?;
        let one = ImageProperties::new([height, width, 3], options.dtype.dtype()).axes("YXS");
        match index {
            // In v2 nobody counts frames unless asked to.
            Index::Default | Index::All if self.is_series() && !options.r#loop => {
                Ok(metadata::unknown_batch(one))
            }
            Index::Default | Index::All => Ok(one.batch_of(self.count(options)?)),
            Index::At(position) => self.check_position(position, options).map(|()| one),
        }
    }

    /// What the file says, the same for every frame but for `new`: whether the frame was not just read already.
    pub fn metadata(&mut self, index: Index, options: &FfmpegReadOptions) -> Result<Metadata> {
        let size = self.size(options)?;
        let frames = options.r#loop.then(|| self.count_frames()).transpose()?;
        let mut metadata = metadata::of_video(&self.info, &self.program, size, frames);
        if let Index::At(position) = index {
            self.check_position(position, options)?;
            metadata.insert("new", self.was_new);
        }
        Ok(metadata)
    }

    /// The turn that was undone.
    pub fn applied(&self) -> Applied {
        let mut applied = Applied::default();
        applied.orientation = match self.info.rotation {
            90 => Some(6),
            180 => Some(3),
            270 => Some(8),
            _ => None,
        };
        applied
    }
}

impl FfmpegReader {
    /// Refuses what is not ours to read.
    pub(crate) fn recognise(request: &Request) -> Result<()> {
        if container::looks_like_video(request)? || container::is_named_video(request) {
            return Ok(());
        }
        Err(Error::not_this_format(
            "neither name nor first bytes are those of video",
        ))
    }

    /// What `error` means: a file whose name or first bytes say video is broken, anything else is not ours.
    fn disappointed(request: &Request, error: Error) -> Error {
        let own = request.own_extensions();
        let is_named = own
            .iter()
            .any(|extension| container::is_video_extension(extension));
        if error.kind() != ErrorKind::Corrupt || is_named {
            return error;
        }
        match container::looks_like_video(request) {
            Ok(false) => error.with_kind(ErrorKind::NotThisFormat),
            _ => error,
        }
    }

    fn is_series(&self) -> bool {
        self.request.io_mode().image_mode() == ImageMode::MultiImage
    }

    fn wrapped(&mut self, position: usize, options: &FfmpegReadOptions) -> Result<usize> {
        if !options.r#loop {
            return Ok(position);
        }
        match self.count(options)? {
            0 => Ok(position),
            count => Ok(position % count),
        }
    }

    fn read_at(&mut self, position: usize, options: &FfmpegReadOptions) -> Result<NdImage> {
        if let Some((_, _, frame)) = self
            .last
            .as_ref()
            .filter(|(of, at, _)| *at == position && of == options)
        {
            self.was_new = false;
            return Ok(frame.clone());
        }
        let Some(frame) = self.fetch(position, options)? else {
            let count = self.count(options)?;
            return Err(Error::out_of_range(position, count));
        };
        self.was_new = true;
        self.last = Some((options.clone(), position, frame.clone()));
        Ok(frame)
    }

    /// Refuses a frame that is not there. Those up to the one that was read last cost no look.
    fn check_position(&mut self, position: usize, options: &FfmpegReadOptions) -> Result<()> {
        if options.r#loop || position == 0 || self.has_passed(position, options) {
            return Ok(());
        }
        let count = self.count(options)?;
        if position < count {
            return Ok(());
        }
        Err(Error::out_of_range(position, count))
    }

    /// Columns and rows of the frames.
    fn size(&mut self, options: &FfmpegReadOptions) -> Result<(usize, usize)> {
        if let Some(current) = self
            .current
            .as_ref()
            .filter(|current| current.is_of(options))
        {
            let [height, width, _] = current.shape();
            return Ok((width, height));
        }
        let plain = options.output_params.is_empty() && options.before_input().is_empty();
        match (options.size, self.info.shown_size()) {
            (Some(size), _) if plain => Ok((size.width as usize, size.height as usize)),
            (None, Some(size)) if plain => Ok(size),
            // Only the running process knows what the caller's arguments do.
            _ => {
                self.restart(0, options)?;
                self.size(options)
            }
        }
    }

    /// Number of frames that these options give.
    fn count(&mut self, options: &FfmpegReadOptions) -> Result<usize> {
        if let Some((_, count)) = self.counted.as_ref().filter(|(of, _)| of == options) {
            return Ok(*count);
        }
        let stall = child::seconds(options.timeout);
        let index = if is_plain(options) {
            self.index(stall)?
        } else {
            None
        };
        let count = match index {
            Some(index) => index.len(),
            None => self.count_by_decoding(options)?,
        };
        self.counted = Some((options.clone(), count));
        Ok(count)
    }

    fn count_by_decoding(&self, options: &FfmpegReadOptions) -> Result<usize> {
        let command = self.decoding(options).counting(&self.program);
        let told = child::output(command, child::seconds(options.timeout), 1 << 16)?;
        match told.log.frames() {
            Some(count) if told.success || count > 0 => {
                usize::try_from(count).map_err(|_| Error::corrupt("too many frames to count"))
            }
            _ => Err(unreadable(&told.log.tail())),
        }
    }

    fn decoding<'a>(&'a self, options: &'a FfmpegReadOptions) -> Decoding<'a> {
        Decoding {
            input: Input::File(&self.file),
            stream: options
                .before_input()
                .is_empty()
                .then_some(self.info.stream),
            options,
        }
    }

    /// The index, made at the first call; nothing without `ffprobe`.
    fn index(&mut self, stall: Duration) -> Result<Option<Arc<FrameIndex>>> {
        if let Some(index) = &self.index {
            return Ok(Some(Arc::clone(index)));
        }
        let Some(ffprobe) = &self.program.ffprobe else {
            return Ok(None);
        };
        let source = Source {
            ffprobe,
            file: &self.file,
            info: &self.info,
            limits: &self.request.limits(),
            stall,
        };
        let built = if self.distrusts_packets {
            FrameIndex::of_frames(source)
        } else {
            FrameIndex::build(source)
        };
        match built {
            Ok(index) => {
                let index = Arc::new(index);
                self.index = Some(Arc::clone(&index));
                Ok(Some(index))
            }
            Err(error) if error.kind() == ErrorKind::NotInstalled => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether the options give each frame of the file once.
fn is_plain(options: &FfmpegReadOptions) -> bool {
    options.fps.is_none() && options.output_params.is_empty() && options.before_input().is_empty()
}
