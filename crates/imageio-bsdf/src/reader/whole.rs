//! Packed blobs in one go, which is faster than step by step: zlib by another decoder, bz2 on several threads.

use imageio_codecs::deflate;
use imageio_core::{Limits, Request, Result, Scratch, cores};
use md5::{Digest as _, Md5};

use crate::format::blob::Blob;
use crate::format::bz2;
use crate::format::packing::Compression;

/// Stored bytes that are held at once. Blocks of bz2 take memory too.
const MOST_ZLIB: u64 = 12 << 20;
const MOST_BZ2: u64 = 4 << 20;

/// Unpacks all of `blob` into `out`, beside `share - 1` others; says whether it did.
///
/// It does not where that would take much memory, and where anything is wrong: going step by step tells what.
pub(super) fn unpack(request: &Request, blob: &Blob, out: &mut [u8], share: usize) -> Result<bool> {
    let most = match blob.compression {
        Compression::No => return Ok(false),
        Compression::Zlib => MOST_ZLIB,
        Compression::Bz2 => MOST_BZ2,
    };
    if blob.used > most / share.max(1) as u64 {
        return Ok(false);
    }
    let limits = request.limits();
    let Some(data) = fetch(request, blob, &limits)? else {
        return Ok(false);
    };
    if blob
        .checksum
        .is_some_and(|expected| expected != <[u8; 16]>::from(Md5::digest(&*data)))
    {
        return Ok(false);
    }
    Ok(match blob.compression {
        Compression::Bz2 => bz2::decode(&data, out, cores() / share.max(1), &limits).is_some(),
        _ => deflate::decode_whole(&data, out) == Some(out.len()),
    })
}

fn fetch(request: &Request, blob: &Blob, limits: &Limits) -> Result<Option<Scratch<u8>>> {
    let Ok(mut data) = limits.scratch::<u8>(blob.used as usize, "a packed blob") else {
        return Ok(None);
    };
    request.read_exact_at(blob.start, &mut data)?;
    Ok(Some(data))
}
