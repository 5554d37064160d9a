//! Writing of the netpbm family.

use imageio_core::{DType, Error, Limits, NdImage, Result};

use crate::format::Sink;
use crate::format::bmp::bits::pack;

/// Which member of the family is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whatever fits the image.
    #[default]
    Pnm,
    /// Bitmaps alone.
    Pbm,
    /// Gray, and bitmaps, which every reader of gray reads too.
    Pgm,
    /// Colour, and all of the above.
    Ppm,
    /// The general form, which has alpha.
    Pam,
    /// Floats.
    Pfm,
}

/// How pictures are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// Which member of the family. Default: whatever fits the image.
    pub(crate) kind: Kind,
    /// PFM: what a sample of 1.0 stands for, above 0; samples are written as they are. Default: 1.
    pub(crate) scale: Option<f64>,
    /// Numbers as text, not bytes. Default: `false`.
    pub(crate) plain: bool,
}

/// Bytes that are converted and written at once.
const BAND: usize = 1 << 18;

/// The longest line of a plain file, by the specification.
const LINE: usize = 70;

/// What becomes of one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Bits,
    /// The number after `P`, and samples a pixel.
    Map(u8, usize),
    Pam(&'static str, usize),
    Floats(&'static str),
}

/// Writes the frames one after the other.
///
/// # Errors
/// `Unsupported` naming shape and type, where the member of the family cannot hold them.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    if frames.is_empty() {
        return Err(Error::unsupported("there is no image to write"));
    }
    // All are looked at first, so that a refusal comes before any byte.
    let forms = frames
        .iter()
        .map(|frame| form_of(frame, settings))
        .collect::<Result<Vec<_>>>()?;
    let mut buffer = limits.scratch::<u8>(BAND, "samples to write")?;
    for (frame, form) in frames.iter().zip(forms) {
        write_header(frame, form, settings, out)?;
        if settings.plain {
            write_plain(frame, out)?;
        } else {
            write_raw(frame, form, &mut buffer, out)?;
        }
    }
    Ok(())
}

fn form_of(frame: &NdImage, settings: &Settings) -> Result<Form> {
    use Kind::{Pam, Pbm, Pfm, Pgm, Pnm, Ppm};
    let depth = match *frame.shape() {
        [height, width, ref rest @ ..] if height > 0 && width > 0 => match *rest {
            [] => Some(1),
            [depth @ 2..=4] => Some(depth),
            _ => None,
        },
        _ => None,
    };
    let form = match (depth, frame.dtype(), settings.kind) {
        (Some(1), DType::Bool, Pnm | Pbm | Pgm | Ppm) => Some(Form::Bits),
        (Some(1), DType::U8 | DType::U16, Pnm | Pgm | Ppm) => Some(Form::Map(5, 1)),
        (Some(3), DType::U8 | DType::U16, Pnm | Ppm) => Some(Form::Map(6, 3)),
        (Some(1), DType::Bool, Pam) => Some(Form::Pam("BLACKANDWHITE", 1)),
        (Some(1), DType::U8 | DType::U16, Pam) => Some(Form::Pam("GRAYSCALE", 1)),
        (Some(2), DType::U8 | DType::U16, Pnm | Pam) => Some(Form::Pam("GRAYSCALE_ALPHA", 2)),
        (Some(3), DType::U8 | DType::U16, Pam) => Some(Form::Pam("RGB", 3)),
        (Some(4), DType::U8 | DType::U16, Pnm | Pam) => Some(Form::Pam("RGB_ALPHA", 4)),
        (Some(1), DType::F32, Pnm | Pfm) => Some(Form::Floats("Pf")),
        (Some(3), DType::F32, Pnm | Pfm) => Some(Form::Floats("PF")),
        _ => None,
    };
    let has_text = matches!(form, Some(Form::Bits | Form::Map(..)));
    form.filter(|_| has_text || !settings.plain)
        .ok_or_else(|| refusal(frame, settings))
}

fn refusal(frame: &NdImage, settings: &Settings) -> Error {
    let holds = match settings.kind {
        _ if settings.plain => "a plain PNM holds bool (H, W), uint8 or uint16 (H, W) or (H, W, 3)",
        Kind::Pnm => {
            "a PNM holds bool (H, W), uint8 or uint16 (H, W) or (H, W, 2 to 4), float32 (H, W) or (H, W, 3)"
        }
        Kind::Pbm => "a PBM holds bool (H, W)",
        Kind::Pgm => "a PGM holds uint8 or uint16 (H, W)",
        Kind::Ppm => "a PPM holds uint8 or uint16 (H, W, 3)",
        Kind::Pam => "a PAM holds bool (H, W), uint8 or uint16 (H, W) or (H, W, 2 to 4)",
        Kind::Pfm => "a PFM holds float32 (H, W) or (H, W, 3)",
    };
    let (dtype, shape) = (frame.dtype(), frame.shape());
    Error::unsupported(format!("{holds}, not {dtype} of shape {shape:?}"))
}

fn write_header(
    frame: &NdImage,
    form: Form,
    settings: &Settings,
    out: &mut dyn Sink,
) -> Result<()> {
    let (height, width) = size_of_frame(frame);
    let maxval = match frame.dtype() {
        DType::Bool => 1,
        DType::U8 => 255,
        _ => 65535,
    };
    // The plain forms are numbered 3 below the raw ones.
    let number = |raw: u8| if settings.plain { raw - 3 } else { raw };
    match form {
        Form::Bits => writeln!(out, "P{}\n{width} {height}", number(4))?,
        Form::Map(raw, _) => writeln!(out, "P{}\n{width} {height}\n{maxval}", number(raw))?,
        Form::Pam(tuple_type, depth) => writeln!(
            out,
            "P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {depth}\nMAXVAL {maxval}\nTUPLTYPE {tuple_type}\nENDHDR"
        )?,
        // A negative scale says that the low byte comes first.
        Form::Floats(magic) => {
            let scale = settings.scale.unwrap_or(1.0);
            writeln!(out, "{magic}\n{width} {height}\n-{scale:?}")?;
        }
    }
    Ok(())
}

fn size_of_frame(frame: &NdImage) -> (usize, usize) {
    match *frame.shape() {
        [height, width, ..] => (height, width),
        _ => (0, 0),
    }
}

/// Calls `take` with the bytes of some rows at a time; only rows that lie in pieces are copied.
fn each_band(
    frame: &NdImage,
    from_bottom: bool,
    mut take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let (height, _) = size_of_frame(frame);
    let row = frame.nbytes() / height;
    let in_band = if from_bottom {
        1
    } else {
        (BAND / row).clamp(1, height)
    };
    let mut done = 0;
    while done < height {
        let count = in_band.min(height - done);
        let start = if from_bottom {
            height - done - count
        } else {
            done
        };
        let rows = start..start + count;
        take(&frame.crop(std::slice::from_ref(&rows))?.as_bytes())?;
        done += count;
    }
    Ok(())
}

fn write_raw(frame: &NdImage, form: Form, buffer: &mut [u8], out: &mut dyn Sink) -> Result<()> {
    let (_, width) = size_of_frame(frame);
    match (form, frame.dtype()) {
        (Form::Bits, _) => each_band(frame, false, |band| {
            for line in band.chunks_exact(width) {
                // Lines of more pixels than the buffer has bits go in parts.
                for part in line.chunks(buffer.len() * 8) {
                    let bits = buffer.get_mut(..part.len().div_ceil(8)).unwrap_or_default();
                    pack(part, 0xff, bits);
                    out.write_all(bits)?;
                }
            }
            Ok(())
        }),
        (Form::Floats(_), _) => each_band(frame, true, |row| {
            write_words(row, buffer, out, |word| {
                u32::from_ne_bytes(word).to_le_bytes()
            })
        }),
        (_, DType::U16) => each_band(frame, false, |band| {
            write_words(band, buffer, out, |word| {
                u16::from_ne_bytes(word).to_be_bytes()
            })
        }),
        _ => each_band(frame, false, |band| Ok(out.write_all(band)?)),
    }
}

fn write_words<const N: usize>(
    bytes: &[u8],
    buffer: &mut [u8],
    out: &mut dyn Sink,
    store: impl Fn([u8; N]) -> [u8; N],
) -> Result<()> {
    for part in bytes.chunks(buffer.len()) {
        let stored = buffer.get_mut(..part.len()).unwrap_or_default();
        for (to, from) in stored.chunks_exact_mut(N).zip(part.chunks_exact(N)) {
            to.copy_from_slice(&store(from.try_into().unwrap_or([0; N])));
        }
        out.write_all(stored)?;
    }
    Ok(())
}

fn write_plain(frame: &NdImage, out: &mut dyn Sink) -> Result<()> {
    let dtype = frame.dtype();
    // The line so far begins at `line`; whole lines before it are not yet written.
    let (mut text, mut line) = (Vec::new(), 0);
    each_band(frame, false, |band| {
        for sample in band.chunks_exact(dtype.size()) {
            let sample = match *sample {
                // True is white, which is 0 in a bitmap.
                [flag] if dtype == DType::Bool => u16::from(flag == 0),
                [level] => level.into(),
                [a, b] => u16::from_ne_bytes([a, b]),
                _ => 0,
            };
            let (digits, first) = decimal(sample);
            let digits = digits.get(first..).unwrap_or_default();
            if text.len() - line + 1 + digits.len() > LINE {
                text.push(b'\n');
                line = text.len();
            } else if text.len() > line {
                text.push(b' ');
            }
            text.extend_from_slice(digits);
            if line >= BAND {
                out.write_all(text.get(..line).unwrap_or_default())?;
                text.drain(..line);
                line = 0;
            }
        }
        Ok(())
    })?;
    text.push(b'\n');
    Ok(out.write_all(&text)?)
}

/// The digits of a number, at the end of the array, and where they begin.
fn decimal(number: u16) -> ([u8; 5], usize) {
    let (mut digits, mut left, mut first) = ([b'0'; 5], number, 4);
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (left % 10) as u8;
        first = at;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    (digits, first)
}
