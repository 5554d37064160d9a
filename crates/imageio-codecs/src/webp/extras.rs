//! Metadata put into a finished file.

use imageio_core::{Error, ErrorKind, Result};

use super::chunks::{self, Chunk};

/// Metadata that stands beside the pictures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras<'a> {
    /// An ICC profile.
    pub icc_profile: Option<&'a [u8]>,
    /// An EXIF block, without the prefix that it has in a JPEG.
    pub exif: Option<&'a [u8]>,
    /// An XMP packet.
    pub xmp: Option<&'a [u8]>,
}

/// `file`, as [`encode`](super::encode) and [`Animator`](super::Animator) give it, with `extras` in it.
///
/// # Errors
/// `Corrupt` where `file` is no WebP, `Unsupported` where the whole would be over 4 GiB.
pub fn with_extras(file: Vec<u8>, extras: &Extras<'_>) -> Result<Vec<u8>> {
    if let (None, None, None) = (extras.icc_profile, extras.exif, extras.xmp) {
        return Ok(file);
    }
    let broken = || Error::corrupt("the file is no WebP");
    let body = file.get(12..).ok_or_else(broken)?;
    let first = Chunk::of(body).ok_or_else(broken)?;
    let mut head = [0; 10];
    let mut pictures = body;
    if first.name == *b"VP8X" {
        head = *body
            .get(8..)
            .and_then(<[u8]>::first_chunk)
            .ok_or_else(broken)?;
        pictures = body.get(8 + first.padded() as usize..).ok_or_else(broken)?;
    } else {
        let picture = chunks::features(first.name, body.get(8..).unwrap_or_default())?;
        head[0] = u8::from(picture.alpha) << 4;
        put_triple(&mut head[4..7], picture.width - 1);
        put_triple(&mut head[7..10], picture.height - 1);
    }
    let parts = [
        (extras.icc_profile, 0x20),
        (extras.exif, 0x08),
        (extras.xmp, 0x04),
    ];
    for (_, flag) in parts.iter().filter(|(part, _)| part.is_some()) {
        head[0] |= flag;
    }
    let mut out = Vec::with_capacity(file.len() + 64 + total(extras));
    out.extend_from_slice(b"RIFF\0\0\0\0WEBP");
    put(&mut out, *b"VP8X", &head)?;
    if let Some(profile) = extras.icc_profile {
        put(&mut out, *b"ICCP", profile)?;
    }
    out.extend_from_slice(pictures);
    if let Some(exif) = extras.exif {
        put(&mut out, *b"EXIF", exif)?;
    }
    if let Some(xmp) = extras.xmp {
        put(&mut out, *b"XMP ", xmp)?;
    }
    let len = u32::try_from(out.len() - 8).map_err(|_| too_large(out.len()))?;
    out[4..8].copy_from_slice(&len.to_le_bytes());
    Ok(out)
}

fn total(extras: &Extras<'_>) -> usize {
    [extras.icc_profile, extras.exif, extras.xmp]
        .iter()
        .flatten()
        .map(|part| part.len())
        .sum()
}

fn put(out: &mut Vec<u8>, name: [u8; 4], body: &[u8]) -> Result<()> {
    let len = u32::try_from(body.len()).map_err(|_| too_large(body.len()))?;
    out.extend_from_slice(&name);
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(body);
    if len % 2 == 1 {
        out.push(0);
    }
    Ok(())
}

fn put_triple(to: &mut [u8], value: usize) {
    for (byte, shift) in to.iter_mut().zip([0, 8, 16]) {
        *byte = (value >> shift) as u8;
    }
}

fn too_large(len: usize) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("{len} bytes: WebP holds up to 4 GiB"),
    )
}
