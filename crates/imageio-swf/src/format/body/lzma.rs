//! A body that is one LZMA stream. The only place that knows the crate which unpacks it: `lzma-rs`.

use std::io::Write as _;

use imageio_core::{Claim, Error, Request, Result};
use lzma_rs::decompress::{Options, Stream, UnpackedSize};

use super::HEAD_LEN;

/// Bytes between the head and the stream, chapter 2: the compressed length.
const LEN_LEN: u64 = 4;

/// Compressed bytes that are unpacked at once. One can become thousands.
const INPUT: usize = 512;

/// Unpacks the bytes of a resource behind its head.
pub(super) struct Unpacker {
    /// Nothing behind the end.
    stream: Option<Stream<Vec<u8>>>,
    /// Unpacked bytes, and how many of them are used.
    output: Vec<u8>,
    used: usize,
    /// Where the next input lies.
    at: u64,
    _dictionary: Claim,
}

impl Unpacker {
    pub(super) fn open(request: &Request) -> Result<Self> {
        let mut head = [0; (HEAD_LEN + LEN_LEN + 5) as usize];
        request.read_exact_at(0, &mut head)?;
        let &[_, _, _, _, l0, l1, l2, l3, _, _, _, _, _, d0, d1, d2, d3] = &head;
        let unpacked = u32::from_le_bytes([l0, l1, l2, l3]).saturating_sub(HEAD_LEN as u32);
        // It grows as it fills, and what is left in it at the end is copied out.
        let dictionary = u32::from_le_bytes([d0, d1, d2, d3])
            .max(4096)
            .min(unpacked.max(4096));
        let claim = request.limits().claim(
            u64::from(dictionary) * 3,
            "the dictionary of an LZMA stream",
        )?;
        let options = Options {
            unpacked_size: UnpackedSize::UseProvided(Some(u64::from(unpacked))),
            memlimit: Some(dictionary as usize),
            // What a cut file still has is given.
            allow_incomplete: true,
        };
        Ok(Unpacker {
            stream: Some(Stream::new_with_options(&options, Vec::new())),
            output: Vec::new(),
            used: 0,
            at: HEAD_LEN + LEN_LEN,
            _dictionary: claim,
        })
    }

    /// Reads until `out` is full or the stream ends.
    pub(super) fn read(&mut self, request: &Request, out: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            let rest = self.output.get(self.used..).unwrap_or_default();
            if rest.is_empty() {
                if !self.unpack_more(request)? {
                    break;
                }
                continue;
            }
            let count = rest.len().min(out.len() - filled);
            for (to, from) in out.iter_mut().skip(filled).zip(rest.iter().take(count)) {
                *to = *from;
            }
            filled += count;
            self.used += count;
        }
        Ok(filled)
    }

    /// Unpacks some input; false where there is none left.
    fn unpack_more(&mut self, request: &Request) -> Result<bool> {
        let Some(mut stream) = self.stream.take() else {
            return Ok(false);
        };
        self.used = 0;
        self.output.clear();
        let corrupt =
            |error: &dyn std::fmt::Display| Error::corrupt(format!("the compressed body: {error}"));
        let mut input = [0; INPUT];
        let got = request.read_at(self.at, &mut input)?;
        self.at += got as u64;
        let mut input = input.get(..got).unwrap_or_default();
        while !input.is_empty() {
            match stream.write(input).map_err(|error| corrupt(&error))? {
                // It has all that it was told to unpack.
                0 => break,
                count => input = input.get(count..).unwrap_or_default(),
            }
        }
        if got == 0 || !input.is_empty() {
            self.output = stream.finish().map_err(|error| match error {
                lzma_rs::error::Error::LzmaError(why) => corrupt(&why),
                other => corrupt(&format!("{other:?}")),
            })?;
            return Ok(true);
        }
        if let Some(output) = stream.get_output_mut() {
            std::mem::swap(output, &mut self.output);
        }
        self.stream = Some(stream);
        Ok(true)
    }
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unpacker(at {})", self.at)
    }
}
