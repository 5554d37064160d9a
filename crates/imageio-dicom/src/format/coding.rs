//! Coded frames: run lengths, JPEG, JPEG-LS, JPEG 2000, JPEG XL.

use imageio_codecs::jpeg::{self, Area, Colours, interchange};
use imageio_codecs::{jpeg2000, jpegls, jpegxl};
use imageio_core::{DType, Error, Limits, Result};

use super::colour;
use super::pixels::{Photometric, Pixels};
use super::rle;
use super::sample::Sample;
use super::syntax::Coding;

/// Decodes one frame into `out`, which has room for just that.
pub(crate) fn decode<T: Sample>(
    data: &[u8],
    coding: Coding,
    pixels: &Pixels,
    out: &mut [T],
    limits: &Limits,
) -> Result<()> {
    match coding {
        Coding::RunLength => {
            rle::decode(
                data,
                pixels.samples,
                size_of::<T>(),
                bytemuck::cast_slice_mut(out),
            )?;
            if cfg!(target_endian = "big") {
                for sample in out.iter_mut() {
                    *sample = sample.turned();
                }
            }
            turn(pixels, out);
            Ok(())
        }
        Coding::Jpeg => jpeg_frame(data, pixels, out, limits),
        Coding::JpegLs => {
            let frame = jpegls::FrameHeader::find(data)?;
            same_size(
                pixels,
                frame.width.into(),
                frame.height.into(),
                frame.components.len(),
            )?;
            T::jpegls_unsigned(data, &frame, out, limits)?;
            extend(pixels, frame.precision.into(), false, out);
            turn(pixels, out);
            Ok(())
        }
        Coding::Jpeg2000 => {
            let header = jpeg2000::Header::find(data)?;
            same_size(pixels, header.width, header.height, header.components.len())?;
            let first = header.components.first();
            let (precision, signed) =
                first.map_or((8, false), |part| (part.precision, part.signed));
            T::jpeg2000_wrapped(data, &header, out, limits)?;
            extend(pixels, precision.into(), signed, out);
            if !header.mct {
                turn(pixels, out);
            }
            Ok(())
        }
        Coding::JpegXl => jpegxl_frame(data, pixels, out, limits),
        Coding::Native | Coding::Other => {
            Err(Error::unsupported("frames that are coded in no known way"))
        }
    }
}

fn same_size(pixels: &Pixels, width: u32, height: u32, samples: usize) -> Result<()> {
    let told = (pixels.columns as u64, pixels.rows as u64, pixels.samples);
    if told == (width.into(), height.into(), samples) {
        return Ok(());
    }
    Err(Error::corrupt(format!(
        "a coded frame of {height} rows, {width} columns and {samples} samples, expected {}, {} and {}",
        pixels.rows, pixels.columns, pixels.samples
    )))
}

/// Makes red, green and blue of colour differences that the codec left.
fn turn<T: Sample>(pixels: &Pixels, out: &mut [T]) {
    let differences = matches!(pixels.photometric, Photometric::Ybr | Photometric::Ybr422);
    if differences && pixels.dtype == DType::U8 {
        colour::turn(bytemuck::cast_slice_mut(out));
    }
}

/// Gives samples of `precision` bits the sign that the data set says they have.
fn extend<T: Sample>(pixels: &Pixels, precision: u32, coded_signed: bool, out: &mut [T]) {
    let signed = matches!(pixels.dtype, DType::I8 | DType::I16 | DType::I32);
    let bits = 8 * size_of::<T>() as u32;
    if signed == coded_signed || precision >= bits {
        return;
    }
    let shift = 64 - precision;
    for sample in out {
        let raw = sample.to_i64() << shift;
        // PS3.5 8.2.4: the data set counts where it and the picture disagree.
        *sample = T::wrapped(if signed {
            raw >> shift
        } else {
            (raw as u64 >> shift) as i64
        });
    }
}

fn jpegxl_frame<T: Sample>(
    data: &[u8],
    pixels: &Pixels,
    out: &mut [T],
    limits: &Limits,
) -> Result<()> {
    let picture = jpegxl::Picture::open(data, limits)?;
    let size = |len| u32::try_from(len).unwrap_or(u32::MAX);
    same_size(
        pixels,
        size(picture.width),
        size(picture.height),
        picture.channels,
    )?;
    if picture.is_float || picture.bits > 16 {
        let message = format!("a JPEG XL frame with samples of {} bits", picture.bits);
        return Err(Error::unsupported(message));
    }
    // Floats from 0 to 1 tell whole numbers of up to 16 bits apart, of whatever depth they are.
    let mut samples = limits.scratch::<f32>(out.len(), "a JPEG XL")?;
    picture.decode(&mut samples)?;
    let top = f32::from(u16::MAX >> (16 - picture.bits.clamp(1, 16)));
    for (to, from) in out.iter_mut().zip(samples.iter()) {
        *to = T::wrapped((from * top).clamp(0.0, top).round_ties_even() as i64);
    }
    extend(pixels, picture.bits, false, out);
    if !picture.makes_colours {
        turn(pixels, out);
    }
    Ok(())
}

fn jpeg_frame<T: Sample>(
    data: &[u8],
    pixels: &Pixels,
    out: &mut [T],
    limits: &Limits,
) -> Result<()> {
    let whole = jpeg::FrameHeader::find(data)?;
    same_size(
        pixels,
        whole.width.into(),
        whole.height.into(),
        whole.components.len(),
    )?;
    let lossless = whole.coding == jpeg::Coding::Lossless;
    let colours = match pixels.photometric {
        _ if pixels.samples != 3 => Colours::AsMarked,
        // Without a transform, components are samples whatever else is said.
        Photometric::Plain if lossless => Colours::Plain,
        told => colours(data, told),
    };
    let data = interchange(None, data, colours, limits)?;
    if whole.precision == 8 {
        let bytes = limits.check_image(&[out.len()], DType::U8)?;
        if pixels.allocated == 8 {
            return jpeg::decode_u8(
                &data,
                &whole,
                &Area::whole(&whole),
                bytemuck::cast_slice_mut(out),
                limits,
            );
        }
        let mut samples = limits.scratch::<u8>(bytes, "a JPEG")?;
        jpeg::decode_u8(&data, &whole, &Area::whole(&whole), &mut samples, limits)?;
        for (to, from) in out.iter_mut().zip(samples.iter()) {
            *to = T::wrapped((*from).into());
        }
    } else {
        let samples = jpeg::decode_deep(&data, &whole, limits)?;
        for (to, from) in out.iter_mut().zip(samples) {
            *to = T::wrapped(from.into());
        }
    }
    extend(pixels, whole.precision.into(), false, out);
    Ok(())
}

/// How the components of a JPEG picture of three stand for colours: as its own segments say, else as the data set does.
fn colours(data: &[u8], told: Photometric) -> Colours {
    let mut rest = data.get(2..).unwrap_or_default();
    let mut is_jfif = false;
    while let &[0xff, code, h, l, ref body @ ..] = rest {
        if code == 0xff {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let len = usize::from(u16::from_be_bytes([h, l]));
        match (code, body) {
            // Adobe's segment says it in its twelfth byte; libjpeg knows no shorter one.
            (0xee, body) if len >= 14 && body.starts_with(b"Adobe") => return Colours::AsMarked,
            (0xe0, body) if body.starts_with(b"JFIF") => is_jfif = true,
            // Components that are called R, G and B are what they are called.
            (0xc0..=0xc3, &[_, _, _, _, _, 3, a, _, _, b, _, _, c, ..])
                if matches!([a, b, c], [b'R', b'G', b'B'] | [b'r', b'g', b'b']) =>
            {
                return Colours::Plain;
            }
            (0xda, _) => break,
            _ => {}
        }
        rest = rest.get(2 + len..).unwrap_or_default();
    }
    match told {
        Photometric::Ybr | Photometric::Ybr422 => Colours::Differences,
        _ if is_jfif => Colours::Differences,
        Photometric::Plain | Photometric::Coded => Colours::Plain,
    }
}
