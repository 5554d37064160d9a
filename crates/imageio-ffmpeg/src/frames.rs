//! Raw frames out of a process: a thread reads a few ahead, and waits when nobody takes them.

use std::io::Read;
use std::process::Command;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytemuck::cast_slice_mut;
use imageio_core::{DType, Error, Limits, NdImage, Result};

use crate::child::{self, Child, Outlet, Pipes};
use crate::options::SampleType;
use crate::probe::{last_words, output_size, unreadable};

/// Frames that wait beside the one that is being read.
const AHEAD: usize = 2;

/// How long one look waits before it asks whether the process lives.
const LOOK: Duration = Duration::from_millis(200);

/// The frames that a process writes, in order. Dropped, it ends the process.
#[derive(Debug)]
pub(crate) struct FrameStream {
    // Before the child: a pump that waits for room ends when nobody can take a frame any more.
    frames: Receiver<Message>,
    child: Child,
    pump: Option<JoinHandle<()>>,
    shape: [usize; 3],
    stall: Duration,
    given: usize,
    ended: bool,
    complaint: Option<String>,
}

#[derive(Debug)]
enum Message {
    Frame(NdImage),
    /// The end, with that many bytes too few for a frame.
    Cut(usize),
    Failed(Error),
}

/// What one look gives.
#[derive(Debug)]
pub(crate) enum Next {
    Frame(NdImage),
    End,
    Nothing,
}

impl FrameStream {
    /// Starts `command` and waits until the size of its frames is known.
    ///
    /// # Errors
    /// `Corrupt` with what ffmpeg says where nothing comes, `LimitExceeded`, `External` where it is stuck.
    pub(crate) fn start(
        command: Command,
        dtype: SampleType,
        limits: &Limits,
        stall: Duration,
    ) -> Result<FrameStream> {
        let pipes = Pipes {
            input: false,
            output: true,
        };
        let mut child = Child::start(command, pipes)?;
        let Some((width, height)) = child.log().wait_for(stall, output_size) else {
            // It is at its end or stuck, which the wait finds out.
            child.wait(stall)?;
            return Err(unreadable(&child.log().tail()));
        };
        let shape = [height, width, 3];
        let len = limits.check_image(&shape, dtype.dtype())?;
        let (sender, frames) = mpsc::sync_channel(AHEAD);
        let pump = child.take_stdout().map(|stdout| {
            let pump = Pump {
                stdout,
                sender,
                shape,
                len,
                dtype,
                limits: limits.clone(),
            };
            std::thread::spawn(move || pump.run())
        });
        Ok(FrameStream {
            frames,
            child,
            pump,
            shape,
            stall,
            given: 0,
            ended: false,
            complaint: None,
        })
    }

    /// Rows, columns and channels of a frame.
    pub(crate) fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// What ffmpeg said about its input and output.
    pub(crate) fn said(&self) -> Vec<String> {
        self.child.log().head()
    }

    /// What ffmpeg complained about at the end of frames that were good.
    pub(crate) fn complaint(&mut self) -> Option<String> {
        self.complaint.take()
    }

    /// The next frame; nothing after the last.
    ///
    /// # Errors
    /// `Corrupt` for a part of a frame at the end and where no frame came at all, `External` where ffmpeg is stuck.
    pub(crate) fn next(&mut self) -> Result<Option<NdImage>> {
        let begun = Instant::now();
        loop {
            match self.look(LOOK.min(self.stall))? {
                Next::Frame(frame) => return Ok(Some(frame)),
                Next::End => return Ok(None),
                Next::Nothing => {
                    let silent = begun.elapsed().min(self.child.log().silent_for());
                    if silent >= self.stall {
                        self.ended = true;
                        self.child.end();
                        return Err(child::stuck(silent));
                    }
                }
            }
        }
    }

    /// The next frame, where it comes within `patience`.
    pub(crate) fn look(&mut self, patience: Duration) -> Result<Next> {
        if self.ended {
            return Ok(Next::End);
        }
        match self.frames.recv_timeout(patience) {
            Ok(Message::Frame(frame)) => {
                self.given += 1;
                Ok(Next::Frame(frame))
            }
            Ok(Message::Cut(held)) => {
                self.ended = true;
                let expected = self.shape.iter().product::<usize>();
                Err(Error::corrupt(format!(
                    "frame {} is {held} bytes, but expected {expected} samples",
                    self.given
                )))
            }
            Ok(Message::Failed(error)) => {
                self.ended = true;
                Err(error)
            }
            Err(RecvTimeoutError::Timeout) => Ok(Next::Nothing),
            Err(RecvTimeoutError::Disconnected) => self.finish().map(|()| Next::End),
        }
    }

    /// Takes `count` frames that nobody wants; tells how many there were.
    pub(crate) fn skip(&mut self, count: usize) -> Result<usize> {
        for done in 0..count {
            if self.next()?.is_none() {
                return Ok(done);
            }
        }
        Ok(count)
    }

    fn finish(&mut self) -> Result<()> {
        self.ended = true;
        let status = self.child.wait(self.stall)?;
        if status.success() {
            return Ok(());
        }
        let said = self.child.log().tail();
        if self.given == 0 {
            return Err(unreadable(&said));
        }
        self.complaint = Some(format!("ffmpeg ends with {status}: {}", last_words(&said)));
        Ok(())
    }
}

impl Drop for FrameStream {
    fn drop(&mut self) {
        // A pump at work ends with the process; one that waits for room ends once the queue is gone.
        self.child.end();
        let (_, empty) = mpsc::sync_channel(0);
        self.frames = empty;
        if let Some(pump) = self.pump.take() {
            let _ = pump.join();
        }
    }
}

/// The thread that reads.
struct Pump {
    stdout: Outlet,
    sender: SyncSender<Message>,
    shape: [usize; 3],
    len: usize,
    dtype: SampleType,
    limits: Limits,
}

impl Pump {
    fn run(mut self) {
        loop {
            let message = match self.frame() {
                Ok(Some(message)) => message,
                Ok(None) => return,
                Err(error) => Message::Failed(error),
            };
            let is_last = !matches!(message, Message::Frame(_));
            if self.sender.send(message).is_err() || is_last {
                return;
            }
        }
    }

    fn frame(&mut self) -> Result<Option<Message>> {
        let bytes = self.len * self.dtype.dtype().size();
        let image = match self.dtype {
            SampleType::U8 => {
                // Not zeroed first: for frames of this size that would cost as much as the way here.
                let mut data = self.limits.try_capacity::<u8>(bytes, "a frame")?;
                let held = append(&mut self.stdout, &mut data, bytes)?;
                if held < bytes {
                    return Ok((held > 0).then_some(Message::Cut(held)));
                }
                NdImage::from_vec(&self.shape, data)
            }
            SampleType::U16 => {
                let mut data = self.limits.try_vec::<u16>(self.len, "a frame")?;
                let held = fill(&mut self.stdout, cast_slice_mut(&mut data))?;
                if held < bytes {
                    return Ok((held > 0).then_some(Message::Cut(held)));
                }
                if cfg!(target_endian = "big") {
                    for sample in &mut data {
                        *sample = sample.swap_bytes();
                    }
                }
                NdImage::from_vec(&self.shape, data)
            }
        };
        image.map(Message::Frame).map(Some)
    }
}

/// Appends up to `bytes` to `data`, which has room for them; gives how many there are then.
fn append(stdout: &mut Outlet, data: &mut Vec<u8>, bytes: usize) -> std::io::Result<usize> {
    // `read_to_end` begins each frame with small reads; here every read takes all that is there.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    while data.len() < bytes && data.capacity() == bytes {
        match rustix::io::read(&*stdout, rustix::buffer::spare_capacity(data)) {
            Ok(0) => return Ok(data.len()),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let room = bytes.saturating_sub(data.len()) as u64;
    stdout.take(room).read_to_end(data)?;
    Ok(data.len())
}

/// Reads until `buf` is full or nothing more comes.
fn fill(stdout: &mut Outlet, buf: &mut [u8]) -> std::io::Result<usize> {
    let mut done = 0;
    while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match stdout.read(rest) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

impl SampleType {
    /// As an array has it.
    pub(crate) fn dtype(self) -> DType {
        match self {
            SampleType::U8 => DType::U8,
            SampleType::U16 => DType::U16,
        }
    }
}
