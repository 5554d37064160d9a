//! Writing: stills, animations, palettes.

use std::io::BufWriter;

use imageio_core::{Error, ErrorKind, Limits, NdImage, Result};
use png::text_metadata::{ITXtChunk, TEXtChunk};
use png::{AnimationControl, BlendOp, Compression, DisposeOp, FrameControl};

use super::header::MAX_INT;
use super::info::EXIF_PREFIX;
use super::settings::Settings;
use crate::format::Sink;

mod delay;
mod form;
mod rows;

use form::Form;
use rows::Region;

/// Writes one image, or several of one shape and type as an animation that keeps every frame.
///
/// # Errors
/// `Unsupported` for what PNG does not hold, `BadOption` for settings that do not suit.
pub(crate) fn encode(
    frames: &[NdImage],
    settings: &Settings,
    out: &mut dyn Sink,
    limits: &Limits,
) -> Result<()> {
    let form = Form::new(frames, settings, limits)?;
    let animated = frames.len() > 1;
    let apart = usize::from(animated && settings.default_image);
    let mut writer = start(&form, frames.len(), apart, settings, out)?;
    for (position, frame) in frames.iter().enumerate() {
        let region = match position.checked_sub(apart) {
            Some(shown) if animated => set_frame(&mut writer, frames, position, shown, settings)?,
            _ => Region::whole(frame),
        };
        let data = form.pack(frame, &region, limits)?;
        writer.write_image_data(&data).map_err(encoding_error)?;
    }
    writer.finish().map_err(encoding_error)
}

type Writer<'a> = png::Writer<BufWriter<&'a mut dyn Sink>>;

/// Writes what stands before the image data. `apart` images of `count` are not part of the animation.
fn start<'a>(
    form: &Form,
    count: usize,
    apart: usize,
    settings: &Settings,
    out: &'a mut dyn Sink,
) -> Result<Writer<'a>> {
    let mut info = form.info.clone();
    describe(&mut info, settings)?;
    if count > 1 {
        let frames = u32::try_from(count - apart);
        info.animation_control = Some(AnimationControl {
            num_frames: frames.map_err(|_| Error::unsupported(format!("{count} frames")))?,
            num_plays: settings.loop_count,
        });
        info.frame_control = Some(FrameControl {
            width: info.width,
            height: info.height,
            ..FrameControl::default()
        });
    }
    let out = BufWriter::new(out);
    let mut encoder = png::Encoder::with_info(out, info).map_err(encoding_error)?;
    encoder.set_compression(compression(settings)?);
    if apart > 0 {
        encoder.set_sep_def_img(true).map_err(encoding_error)?;
    }
    let mut writer = encoder.write_header().map_err(encoding_error)?;
    write_text(&mut writer, &settings.text)?;
    Ok(writer)
}

/// Chunks that stand before the palette.
fn describe(info: &mut png::Info<'_>, settings: &Settings) -> Result<()> {
    if let Some((x, y)) = settings.dpi {
        let per_metre = |dpi: f64| match dpi / 0.0254 {
            dots if (0.0..=f64::from(MAX_INT)).contains(&dots) => Ok((dots + 0.5) as u32),
            _ => Err(Error::bad_option(format!("dpi is {dpi}"))),
        };
        info.pixel_dims = Some(png::PixelDimensions {
            xppu: per_metre(x)?,
            yppu: per_metre(y)?,
            unit: png::Unit::Meter,
        });
    }
    if let Some(gamma) = settings.gamma {
        let scaled = (gamma * 100000.0).round();
        if !(1.0..=f64::from(MAX_INT)).contains(&scaled) {
            return Err(Error::bad_option(format!("gamma is {gamma}")));
        }
        info.source_gamma = Some(png::ScaledFloat::from_scaled(scaled as u32));
    }
    info.icc_profile = settings.icc_profile.clone().map(Into::into);
    info.exif_metadata = settings.exif.as_ref().map(|exif| {
        exif.strip_prefix(EXIF_PREFIX)
            .unwrap_or(exif)
            .to_vec()
            .into()
    });
    Ok(())
}

/// Level 1 of zlib is both slower and larger than the fast coder, so levels are steps here.
fn compression(settings: &Settings) -> Result<Compression> {
    if settings.optimize {
        return Ok(Compression::High);
    }
    match settings.compress_level {
        None | Some(4..=6) => Ok(Compression::Balanced),
        Some(0) => Ok(Compression::NoCompression),
        Some(1..=3) => Ok(Compression::Fast),
        Some(7..=9) => Ok(Compression::High),
        Some(level) => Err(Error::bad_option(format!(
            "compress_level is {level}, expected 0 to 9"
        ))),
    }
}

fn write_text(writer: &mut Writer<'_>, texts: &[(String, String)]) -> Result<()> {
    let latin1 = |text: &str| {
        text.chars()
            .all(|letter| u32::from(letter) < 256 && letter != '\0')
    };
    for (keyword, text) in texts {
        if keyword.is_empty() || keyword.chars().count() > 79 || !latin1(keyword) {
            let message =
                format!("text keyword `{keyword}`: it takes 1 to 79 characters of Latin-1");
            return Err(Error::bad_option(message));
        }
        let written = if latin1(text) {
            writer.write_text_chunk(&TEXtChunk::new(keyword, text))
        } else {
            writer.write_text_chunk(&ITXtChunk::new(keyword, text))
        };
        written.map_err(encoding_error)?;
    }
    Ok(())
}

/// Sets what `fcTL` says about frame `shown` of the animation; gives the part that is written.
fn set_frame(
    writer: &mut Writer<'_>,
    frames: &[NdImage],
    position: usize,
    shown: usize,
    settings: &Settings,
) -> Result<Region> {
    let (dispose, blend) = operations(settings, shown)?;
    let (numerator, denominator) =
        delay::fraction(Settings::of_frame(&settings.durations_ms, shown))?;
    // Where the canvas is the frame before, the rest of the frame need not be written again.
    let plain = |codes: &[u8]| codes.iter().all(|&code| code == 0);
    let region = if shown > 0 && plain(&settings.disposal) && plain(&settings.blend) {
        rows::difference(&frames[position - 1], &frames[position])?
    } else {
        Region::whole(&frames[position])
    };
    let set = |writer: &mut Writer<'_>| {
        writer.reset_frame_position()?;
        writer.set_frame_dimension(region.columns.len() as u32, region.rows.len() as u32)?;
        writer.set_frame_position(region.columns.start as u32, region.rows.start as u32)?;
        writer.set_frame_delay(numerator, denominator)?;
        writer.set_dispose_op(dispose)?;
        writer.set_blend_op(blend)
    };
    set(writer).map_err(encoding_error)?;
    Ok(region)
}

/// Disposal and blending of frame `shown`.
fn operations(settings: &Settings, shown: usize) -> Result<(DisposeOp, BlendOp)> {
    let dispose = match Settings::of_frame(&settings.disposal, shown) {
        0 => DisposeOp::None,
        1 => DisposeOp::Background,
        2 => DisposeOp::Previous,
        code => {
            return Err(Error::bad_option(format!(
                "disposal is {code}, expected 0 to 2"
            )));
        }
    };
    let blend = match Settings::of_frame(&settings.blend, shown) {
        0 => BlendOp::Source,
        1 => BlendOp::Over,
        code => {
            return Err(Error::bad_option(format!(
                "blend is {code}, expected 0 or 1"
            )));
        }
    };
    Ok((dispose, blend))
}

fn encoding_error(error: png::EncodingError) -> Error {
    match error {
        png::EncodingError::IoError(error) => Error::from(error),
        png::EncodingError::LimitsExceeded => {
            Error::new(ErrorKind::LimitExceeded, "encoding takes more than memory")
        }
        error => Error::new(ErrorKind::External, format!("encoding PNG: {error}")),
    }
}
