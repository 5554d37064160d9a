//! Image data as filtered rows: inflated on one thread, taken on another where that is worth it.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{Builder, scope};

use fdeflate::{DecompressionError, Decompressor};
use imageio_core::{Claim, Error, Limits, Result, cores};

use super::passes::Batch;
use super::stream::FrameStream;

/// How far back deflate looks.
const HISTORY: usize = 1 << 15;

/// What one thread inflates at a time: what is taken out of it is still in the cache.
pub(super) const SMALL: usize = 1 << 16;

/// What goes from thread to thread at a time.
pub(super) const LARGE: usize = 1 << 18;

/// Blocks under way between the threads.
const BLOCKS: usize = 4;

/// Images of fewer bytes are not worth a thread.
pub(super) const WORTH_A_THREAD: u64 = 1 << 20;

/// Whether a second thread has a core of its own.
pub(super) fn has_cores() -> bool {
    cores() > 1
}

/// Takes the filtered rows of a batch, which it may change.
pub(super) trait Taker: Send {
    fn take(&mut self, batch: &Batch, rows: &mut [u8]) -> Result<()>;
}

/// Inflates the `batches` one after the other; the largest has `most` bytes.
pub(super) fn on_one_thread(
    source: &mut Inflater<'_>,
    batches: impl Iterator<Item = Batch>,
    most: usize,
    taker: &mut impl Taker,
    limits: &Limits,
) -> Result<()> {
    let mut block = Block::new(most, limits)?;
    for batch in batches {
        let len = batch.len();
        source.fill(&mut block, len)?;
        let rest = block.keep_history(len);
        taker.take(&batch, rest)?;
        block.use_history();
    }
    Ok(())
}

/// Inflates the `batches` here while another thread takes those before.
///
/// The outcome is that of `on_one_thread`, errors included.
pub(super) fn on_two_threads(
    source: &mut Inflater<'_>,
    batches: impl Iterator<Item = Batch>,
    most: usize,
    taker: &mut impl Taker,
    limits: &Limits,
) -> Result<()> {
    let mut blocks = Vec::new();
    for _ in 0..BLOCKS {
        blocks.push(Block::new(most, limits)?);
    }
    let (give_back, returned) = channel();
    let (send, receive) = sync_channel(BLOCKS);
    scope(|scope| {
        let work = move || take_all(taker, &receive, &give_back);
        let thread = Builder::new().spawn_scoped(scope, work)?;
        let inflated = inflate_all(source, batches, blocks, &send, &returned);
        drop(send);
        let taken = thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // What the taker refused came before what could not be inflated.
        taken.and(inflated)
    })
}

type Filled = (Batch, Block);

fn take_all(
    taker: &mut impl Taker,
    receive: &Receiver<Filled>,
    give_back: &std::sync::mpsc::Sender<Block>,
) -> Result<()> {
    for (batch, mut block) in receive {
        taker.take(&batch, block.body(batch.len()))?;
        // The other side stops when it is done.
        let _ = give_back.send(block);
    }
    Ok(())
}

/// Ends early without an error where the other side has gone.
fn inflate_all(
    source: &mut Inflater<'_>,
    batches: impl Iterator<Item = Batch>,
    mut spare: Vec<Block>,
    send: &SyncSender<Filled>,
    returned: &Receiver<Block>,
) -> Result<()> {
    let mut history = Vec::new();
    for batch in batches {
        let Some(mut block) = spare.pop().or_else(|| returned.recv().ok()) else {
            return Ok(());
        };
        block.set_history(&history);
        source.fill(&mut block, batch.len())?;
        history.clear();
        history.extend_from_slice(block.tail(batch.len()));
        if send.send((batch, block)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// What has been inflated last, behind what deflate may look back at.
struct Block {
    data: Vec<u8>,
    /// The history for the block that comes next.
    next: Vec<u8>,
    _held: Claim,
}

impl Block {
    /// Room for `most` bytes. The history has a fixed size, so only the rows count.
    fn new(most: usize, limits: &Limits) -> Result<Self> {
        let held = limits.claim(most as u64, "rows")?;
        Ok(Block {
            data: vec![0; HISTORY + most],
            next: Vec::new(),
            _held: held,
        })
    }

    fn body(&mut self, len: usize) -> &mut [u8] {
        self.data
            .get_mut(HISTORY..HISTORY + len)
            .unwrap_or_default()
    }

    /// What the next block may look back at, where `len` bytes are filled.
    fn tail(&self, len: usize) -> &[u8] {
        self.data.get(len..len + HISTORY).unwrap_or_default()
    }

    fn set_history(&mut self, history: &[u8]) {
        for (to, from) in self.data.iter_mut().zip(history) {
            *to = *from;
        }
    }

    /// Puts the next history aside, as the rows are about to change; gives the rows.
    fn keep_history(&mut self, len: usize) -> &mut [u8] {
        let mut next = std::mem::take(&mut self.next);
        next.clear();
        next.extend_from_slice(self.tail(len));
        self.next = next;
        self.body(len)
    }

    fn use_history(&mut self) {
        let next = std::mem::take(&mut self.next);
        self.set_history(&next);
        self.next = next;
    }
}

/// The zlib stream of one frame.
pub(super) struct Inflater<'a> {
    stream: FrameStream<'a>,
    backend: Decompressor,
    /// Bytes given so far, as far as deflate can look back.
    known: usize,
}

impl<'a> Inflater<'a> {
    pub(super) fn new(stream: FrameStream<'a>) -> Self {
        let mut backend = Decompressor::new();
        // The chunks have checksums over the same data.
        backend.ignore_adler32();
        Inflater {
            stream,
            backend,
            known: 0,
        }
    }

    /// Fills the first `len` bytes behind the block's history.
    fn fill(&mut self, block: &mut Block, len: usize) -> Result<()> {
        let first = HISTORY - self.known;
        let Some(space) = block.data.get_mut(first..HISTORY + len) else {
            return Err(too_few());
        };
        let mut at = self.known;
        while at < space.len() {
            if self.backend.is_done() {
                return Err(too_few());
            }
            let input = self.stream.fill_buf()?;
            let ended = input.is_empty();
            let (read, made) = self
                .backend
                .read(input, space, at, ended)
                .map_err(inflating_error)?;
            self.stream.consume(read);
            at += made;
            if ended && made == 0 {
                return Err(too_few());
            }
        }
        self.known = HISTORY.min(self.known + len);
        Ok(())
    }

    /// Reads what follows the last row, so that its checksum is looked at.
    pub(super) fn finish(&mut self) -> Result<()> {
        loop {
            let count = self.stream.fill_buf()?.len();
            if count == 0 {
                return Ok(());
            }
            self.stream.consume(count);
        }
    }
}

fn too_few() -> Error {
    Error::corrupt("the image data holds too few rows")
}

fn inflating_error(error: DecompressionError) -> Error {
    match error {
        DecompressionError::InsufficientInput => too_few(),
        error => Error::corrupt(format!("image data: {error:?}")),
    }
}
