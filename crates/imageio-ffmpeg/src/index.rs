//! Which time each frame has and where decoding can begin, so that any frame can be found exactly.

use std::path::Path;
use std::time::Duration;

use imageio_core::{Claim, Limits, Result};
use num_rational::Rational64;

use crate::child;
use crate::command::{self, Listing, Start};
use crate::probe::VideoInfo;

/// Entries between two looks at the budget.
const STEP: usize = 1 << 16;

/// Codecs of which every packet is one frame. Of others, as VP8 with its hidden frames, the frames are decoded to be
/// counted.
const ONE_PACKET_ONE_FRAME: &[&str] = &[
    "h264",
    "hevc",
    "vvc",
    "vp9",
    "av1",
    "mpeg2video",
    "mpeg1video",
    "mjpeg",
    "prores",
    "dnxhd",
    "ffv1",
    "huffyuv",
    "ffvhuff",
    "utvideo",
    "rawvideo",
    "png",
    "qtrle",
    "dvvideo",
    "jpeg2000",
    "cfhd",
    "hap",
    "v210",
    "msvideo1",
];

/// Containers in which a seek goes to the keyframe with that time, and never to a later one.
const EXACT_SEEK: &[&str] = &["mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"];

/// The times of all frames, in the order in which they are shown.
#[derive(Debug)]
pub(crate) struct FrameIndex {
    times: Vec<i64>,
    /// Times of the frames that decoding can begin at, in order.
    keys: Vec<i64>,
    /// Whether each frame has a time that no other has.
    is_findable: bool,
    exact_seek: bool,
    time_base: Rational64,
    _claim: Claim,
}

/// What is asked for an index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) ffprobe: &'a Path,
    pub(crate) file: &'a Path,
    pub(crate) info: &'a VideoInfo,
    pub(crate) limits: &'a Limits,
    pub(crate) stall: Duration,
}

/// Times as they are listed.
#[derive(Default)]
struct Times {
    shown: Vec<Option<i64>>,
    keys: Vec<i64>,
    begins_with_key: bool,
    /// Whether the list has something in it that decoding may skip.
    is_doubtful: bool,
}

impl FrameIndex {
    /// Lists the packets where they tell the frames, which takes no decoding, else the frames.
    pub(crate) fn build(source: Source<'_>) -> Result<FrameIndex> {
        if ONE_PACKET_ONE_FRAME.contains(&source.info.codec.as_str())
            && let Some(index) = FrameIndex::of_packets(source)?
        {
            return Ok(index);
        }
        FrameIndex::of_frames(source)
    }

    /// Decodes everything, which is the truth of any file.
    pub(crate) fn of_frames(source: Source<'_>) -> Result<FrameIndex> {
        let (times, claim) = source.list(Listing::Frames)?;
        Ok(FrameIndex::of_times(times, source.info, claim))
    }

    /// From the packets, unless something about them raises a doubt.
    fn of_packets(source: Source<'_>) -> Result<Option<FrameIndex>> {
        let (mut times, claim) = source.list(Listing::Packets)?;
        if times.is_doubtful || times.shown.contains(&None) {
            return Ok(None);
        }
        let begins_whole = times.begins_whole();
        times.shown.sort_unstable();
        times.keys.sort_unstable();
        let same = begins_whole || source.begins_with(&times.shown)?;
        let index = FrameIndex::of_times(times, source.info, claim);
        Ok((same && index.is_findable).then_some(index))
    }

    fn of_times(times: Times, info: &VideoInfo, claim: Claim) -> FrameIndex {
        let known: Vec<i64> = times.shown.iter().flatten().copied().collect();
        let rises = known.is_sorted_by(|a, b| a < b);
        let is_findable = known.len() == times.shown.len() && rises && info.time_base.is_some();
        FrameIndex {
            times: if is_findable {
                known
            } else {
                vec![0; times.shown.len()]
            },
            keys: times.keys,
            is_findable,
            exact_seek: EXACT_SEEK.contains(&info.container.as_str()),
            time_base: info.time_base.unwrap_or(Rational64::new_raw(1, 1)),
            _claim: claim,
        }
    }

    /// Number of frames.
    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    /// The time of a frame in units of the stream, and their length in seconds.
    pub(crate) fn time(&self, position: usize) -> Option<(i64, Rational64)> {
        let time = self.times.get(position).filter(|_| self.is_findable)?;
        Some((*time, self.time_base))
    }

    /// Where to begin for frame `position`, and how many frames are decoded before it.
    ///
    /// A later `attempt` begins earlier; nothing once there is no earlier keyframe.
    pub(crate) fn start(&self, position: usize, attempt: usize) -> Option<(Start, usize)> {
        let (frame, time_base) = self.time(position)?;
        // Where a seek is not exact it may come out behind what it aims at, though not by a whole group of pictures.
        let back = usize::from(!self.exact_seek) + attempt;
        let before = self.keys.partition_point(|&key| key <= frame);
        let key = *self.keys.get(before.checked_sub(1 + back)?)?;
        let first = self.times.partition_point(|&time| time < key);
        if first == 0 {
            return None;
        }
        let start = Start::Time {
            key,
            frame,
            time_base,
        };
        Some((start, position.saturating_sub(first)))
    }
}

impl Source<'_> {
    /// Whether decoding gives these times first. A stream that was cut begins with pictures that it cannot decode.
    fn begins_with(&self, shown: &[Option<i64>]) -> Result<bool> {
        let (first, _) = self.list(Listing::FirstFrames)?;
        let checked = first.shown.len().saturating_sub(1).max(1);
        Ok(first
            .shown
            .iter()
            .take(checked)
            .eq(shown.iter().take(checked)))
    }

    fn list(&self, listing: Listing) -> Result<(Times, Claim)> {
        let command = command::list(self.ffprobe, self.file, self.info.stream, listing);
        let mut times = Times::default();
        let mut claim = self.claim(0)?;
        child::each_line(command, self.stall, |line| {
            if times.shown.len().is_multiple_of(STEP) {
                claim = self.claim(times.shown.len() + STEP)?;
            }
            match listing {
                Listing::Packets => times.packet(line),
                Listing::Frames | Listing::FirstFrames => times.frame(line),
            }
            Ok(())
        })?;
        Ok((times, claim))
    }

    fn claim(&self, entries: usize) -> Result<Claim> {
        let bytes = entries as u64 * (size_of::<Option<i64>>() + size_of::<i64>()) as u64;
        self.limits.apart().claim(bytes, "the index of the frames")
    }
}

impl Times {
    /// Whether the first packet is a keyframe before which nothing is shown.
    fn begins_whole(&self) -> bool {
        let first = self.keys.first().filter(|_| self.begins_with_key);
        first.is_some_and(|first| self.shown.iter().flatten().all(|time| time >= first))
    }

    /// `pts,flags`: `K` is a keyframe, `D` is decoded but not shown, `C` is broken.
    fn packet(&mut self, line: &str) {
        let mut fields = line.split(',');
        let time = fields.next().and_then(|time| time.trim().parse().ok());
        let flags = fields.next().unwrap_or_default();
        self.is_doubtful |= flags.contains('C');
        if flags.contains('K') {
            self.begins_with_key |= self.shown.is_empty() && self.keys.is_empty();
            self.keys.extend(time);
        }
        if !flags.contains('D') {
            self.shown.push(time);
        }
    }

    /// `key_frame,best_effort_timestamp`.
    fn frame(&mut self, line: &str) {
        let mut fields = line.split(',');
        let key = fields.next().unwrap_or_default().trim();
        if key.is_empty() {
            return;
        }
        let time = fields.next().and_then(|time| time.trim().parse().ok());
        if key == "1" {
            self.keys.extend(time);
        }
        self.shown.push(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(lines: &[&str], container: &str) -> FrameIndex {
        let mut times = Times::default();
        for line in lines {
            times.packet(line);
        }
        times.shown.sort_unstable();
        let info = VideoInfo {
            container: container.to_owned(),
            time_base: Some(Rational64::new(1, 1000)),
            ..VideoInfo::default()
        };
        let claim = Limits::new().claim(0, "").expect("nothing");
        FrameIndex::of_times(times, &info, claim)
    }

    #[test]
    fn a_frame_is_decoded_from_the_keyframe_before_it() {
        let lines = [
            "-20,KD", "0,K__", "40,__", "20,__", "60,K__", "50,__", "80,__", "100,K__",
        ];
        let exact = index(&lines, "matroska,webm");
        assert_eq!(exact.len(), 7);
        assert_eq!(
            exact.start(0, 0),
            None,
            "the first frames come without a seek"
        );
        assert_eq!(
            exact.start(3, 0),
            None,
            "what is shown before a keyframe may need the one before"
        );
        let key_of = |found: Option<(Start, usize)>| match found {
            Some((Start::Time { key, frame, .. }, before)) => Some((key, frame, before)),
            _ => None,
        };
        assert_eq!(key_of(exact.start(5, 0)), Some((60, 80, 1)));
        assert_eq!(key_of(exact.start(6, 0)), Some((100, 100, 0)));
        assert_eq!(key_of(exact.start(6, 1)), Some((60, 100, 2)));
        assert_eq!(exact.start(7, 0), None);
        let rough = index(&lines, "mpegts");
        assert_eq!(key_of(rough.start(6, 0)), Some((60, 100, 2)));
        let twins = index(&["0,K", "0,_"], "matroska,webm");
        assert_eq!((twins.len(), twins.time(0)), (2, None));
    }
}
