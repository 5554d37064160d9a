//! The calls into libwebp, each behind a safe function that upholds what it asks for.
#![expect(unsafe_code, reason = "libwebp is a C library")]

use std::ffi::{CStr, c_int, c_void};
use std::ptr::NonNull;

use libwebp_sys as ffi;

use super::{Animation, Area, Layout, Picture, Settings};

/// Why libwebp decodes no picture.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    /// It got no memory.
    Memory,
    /// The bytes end too early.
    Short,
    /// The bytes make no sense, or use what the format reserves.
    Broken,
}

/// Why libwebp encodes no picture.
pub(super) enum Failure {
    /// It got no memory.
    Memory,
    /// What it says itself.
    Said(String),
}

/// Decodes the first picture in `data` into `out`, whose rows begin `stride` bytes apart.
///
/// Gives nothing where `out` is too small; libwebp checks that, as it checks `area` against the picture.
pub(super) fn decode(
    data: &[u8],
    layout: Layout,
    area: Option<Area>,
    threads: bool,
    out: &mut [u8],
    stride: usize,
) -> Result<(), Refusal> {
    let mut config = ffi::WebPDecoderConfig::new().map_err(|()| Refusal::Broken)?;
    config.options.use_threads = c_int::from(threads);
    if let Some(area) = area {
        config.options.use_cropping = 1;
        config.options.crop_left = int(area.left);
        config.options.crop_top = int(area.top);
        config.options.crop_width = int(area.width);
        config.options.crop_height = int(area.height);
    }
    config.output.colorspace = match layout {
        Layout::Rgb => ffi::WEBP_CSP_MODE::MODE_RGB,
        Layout::Rgba => ffi::WEBP_CSP_MODE::MODE_RGBA,
    };
    config.output.is_external_memory = 1;
    config.output.u.RGBA = ffi::WebPRGBABuffer {
        rgba: out.as_mut_ptr(),
        stride: c_int::try_from(stride).map_err(|_| Refusal::Broken)?,
        size: out.len(),
    };
    // SAFETY: `data` and `out` are live for the call with the lengths that are passed, and libwebp refuses a
    // buffer whose `size` is less than the rows of the (cropped) picture take at `stride`. The memory is marked
    // as external, so nothing in `config` is left to free.
    let status = unsafe { ffi::WebPDecode(data.as_ptr(), data.len(), &raw mut config) };
    match status {
        ffi::VP8StatusCode::VP8_STATUS_OK => Ok(()),
        ffi::VP8StatusCode::VP8_STATUS_OUT_OF_MEMORY => Err(Refusal::Memory),
        ffi::VP8StatusCode::VP8_STATUS_NOT_ENOUGH_DATA
        | ffi::VP8StatusCode::VP8_STATUS_SUSPENDED => Err(Refusal::Short),
        _ => Err(Refusal::Broken),
    }
}

/// Encodes one picture as a file of its own, put behind what is in `out`.
pub(super) fn encode(
    picture: &Picture<'_>,
    settings: &Settings,
    out: &mut Vec<u8>,
) -> Result<(), Failure> {
    let config = config_of(settings)?;
    let mut imported = Imported::new(picture)?;
    imported.0.writer = Some(append);
    imported.0.custom_ptr = std::ptr::from_mut(out).cast::<c_void>();
    // SAFETY: both structs were initialised by libwebp; the writer's `custom_ptr` is the `Vec` that it casts it to,
    // which lives and is not touched here until the call returns.
    let done = unsafe { ffi::WebPEncode(&raw const config, &raw mut imported.0) };
    if done == 0 {
        return Err(imported.failure());
    }
    Ok(())
}

/// libwebp's writer: appends to the `Vec` that the picture points to.
unsafe extern "C" fn append(
    data: *const u8,
    size: usize,
    picture: *const ffi::WebPPicture,
) -> c_int {
    if size == 0 {
        return 1;
    }
    // SAFETY: libwebp passes `size` bytes of its own and the picture whose `custom_ptr` `encode` set, which is
    // the only user of that `Vec` while it encodes.
    let (bytes, out) = unsafe {
        (
            std::slice::from_raw_parts(data, size),
            &mut *(*picture).custom_ptr.cast::<Vec<u8>>(),
        )
    };
    if out.try_reserve(size).is_err() {
        return 0;
    }
    out.extend_from_slice(bytes);
    1
}

/// An encoder of animations.
pub(super) struct Animator(NonNull<ffi::WebPAnimEncoder>);

impl Animator {
    pub(super) fn new(width: usize, height: usize, animation: &Animation) -> Result<Self, Failure> {
        let mut options = std::mem::MaybeUninit::<ffi::WebPAnimEncoderOptions>::uninit();
        let version = ffi::WebPGetMuxABIVersion();
        // SAFETY: the pointer is to room for the struct, which libwebp fills where it answers with other than 0.
        let mut options = unsafe {
            if ffi::WebPAnimEncoderOptionsInitInternal(options.as_mut_ptr(), version) == 0 {
                return Err(Failure::Said("the library has another version".to_owned()));
            }
            options.assume_init()
        };
        let [red, green, blue, alpha] = animation.background;
        options.anim_params.bgcolor = u32::from_le_bytes([blue, green, red, alpha]);
        options.anim_params.loop_count = animation.loop_count.into();
        options.minimize_size = animation.minimize_size.into();
        options.allow_mixed = animation.allow_mixed.into();
        options.kmin = animation.kmin;
        options.kmax = animation.kmax;
        // SAFETY: `options` is initialised and only read.
        let encoder = unsafe {
            ffi::WebPAnimEncoderNewInternal(int(width), int(height), &raw const options, version)
        };
        NonNull::new(encoder).map(Animator).ok_or(Failure::Memory)
    }

    pub(super) fn add(
        &mut self,
        picture: &Picture<'_>,
        start_ms: i32,
        settings: &Settings,
    ) -> Result<(), Failure> {
        let config = config_of(settings)?;
        let mut imported = Imported::new(picture)?;
        // SAFETY: the encoder is live, both structs were initialised by libwebp, and it copies what it keeps.
        let done = unsafe {
            ffi::WebPAnimEncoderAdd(
                self.0.as_ptr(),
                &raw mut imported.0,
                start_ms,
                &raw const config,
            )
        };
        if done == 0 {
            return Err(self.failure());
        }
        Ok(())
    }

    /// Puts the file together; the last frame ends at `end_ms`.
    pub(super) fn finish(self, end_ms: i32) -> Result<Vec<u8>, Failure> {
        let mut file = ffi::WebPData::default();
        // SAFETY: the encoder is live; a null frame ends the animation and lets no configuration be read; `file`
        // is initialised, and libwebp fills it with memory of its own.
        let done = unsafe {
            let encoder = self.0.as_ptr();
            let null = std::ptr::null_mut();
            ffi::WebPAnimEncoderAdd(encoder, null, end_ms, std::ptr::null()) != 0
                && ffi::WebPAnimEncoderAssemble(encoder, &raw mut file) != 0
        };
        if !done || file.bytes.is_null() {
            return Err(self.failure());
        }
        let mut bytes = Vec::new();
        let is_room = bytes.try_reserve_exact(file.size).is_ok();
        // SAFETY: libwebp gave `size` bytes at `bytes`, which are freed once, after they were copied.
        unsafe {
            if is_room {
                bytes.extend_from_slice(std::slice::from_raw_parts(file.bytes, file.size));
            }
            ffi::WebPDataClear(&mut file);
        }
        if is_room {
            Ok(bytes)
        } else {
            Err(Failure::Memory)
        }
    }

    fn failure(&self) -> Failure {
        // SAFETY: the encoder is live; what it gives is null or a text that lives until its next call.
        let said = unsafe {
            let text = ffi::WebPAnimEncoderGetError(self.0.as_ptr());
            (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
        };
        Failure::Said(said.unwrap_or_default())
    }
}

impl Drop for Animator {
    fn drop(&mut self) {
        // SAFETY: the encoder is live and not used again.
        unsafe { ffi::WebPAnimEncoderDelete(self.0.as_ptr()) }
    }
}

/// libwebp's copy of a picture.
struct Imported(ffi::WebPPicture);

impl Imported {
    fn new(picture: &Picture<'_>) -> Result<Self, Failure> {
        let row = picture.width * picture.layout.channels();
        if row == 0 || picture.samples.len() / row < picture.height {
            return Err(Failure::Said("the picture lacks samples".to_owned()));
        }
        let made = ffi::WebPPicture::new();
        let mut imported = Imported(
            made.map_err(|()| Failure::Said("the library has another version".to_owned()))?,
        );
        imported.0.use_argb = 1;
        imported.0.width = int(picture.width);
        imported.0.height = int(picture.height);
        let import = match picture.layout {
            Layout::Rgb => ffi::WebPPictureImportRGB,
            Layout::Rgba => ffi::WebPPictureImportRGBA,
        };
        // SAFETY: the picture is initialised, and `samples` holds `height` rows of `row` bytes, as was checked.
        let done = unsafe { import(&raw mut imported.0, picture.samples.as_ptr(), int(row)) };
        if done == 0 {
            return Err(imported.failure());
        }
        Ok(imported)
    }

    fn failure(&self) -> Failure {
        use ffi::WebPEncodingError as Code;
        match self.0.error_code {
            Code::VP8_ENC_ERROR_OUT_OF_MEMORY
            | Code::VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY
            | Code::VP8_ENC_ERROR_BAD_WRITE => Failure::Memory,
            code => Failure::Said(format!("{code:?}")),
        }
    }
}

impl Drop for Imported {
    fn drop(&mut self) {
        // SAFETY: the picture is initialised; libwebp frees what it put into it.
        unsafe { ffi::WebPPictureFree(&raw mut self.0) }
    }
}

fn config_of(settings: &Settings) -> Result<ffi::WebPConfig, Failure> {
    let other = |()| Failure::Said("the library has another version".to_owned());
    let mut config = ffi::WebPConfig::new().map_err(other)?;
    config.lossless = settings.lossless.into();
    config.quality = settings.quality;
    config.alpha_quality = settings.alpha_quality.into();
    config.method = settings.method.into();
    config.exact = settings.exact.into();
    config.near_lossless = settings.near_lossless.into();
    config.thread_level = settings.threads.into();
    // SAFETY: `config` is initialised and only read.
    if unsafe { ffi::WebPValidateConfig(&raw const config) } == 0 {
        return Err(Failure::Said("a setting is out of its range".to_owned()));
    }
    Ok(config)
}

/// Sizes are below 2^24 by the format; anything else becomes one that libwebp refuses.
fn int(size: usize) -> c_int {
    c_int::try_from(size).unwrap_or(-1)
}
