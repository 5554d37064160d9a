//! What can be written: names, extensions, and the encoder of each.

use imageio_core::{Limits, NdImage, Result};

use super::settings;
use crate::format::{Sink, bmp, exr, gif, hdr, ico, jpeg, png, pnm, qoi, tga, webp};
use crate::options::PillowWriteOptions;

/// What is to be encoded.
pub(super) struct Job<'a> {
    pub(super) frames: &'a [NdImage],
    pub(super) options: &'a PillowWriteOptions,
    /// Milliseconds of each frame, or nothing where nobody said any.
    pub(super) durations: Vec<f64>,
    pub(super) limits: &'a Limits,
}

/// A format that can be written.
pub(super) struct Target {
    /// Its name, for messages.
    pub(super) format: &'static str,
    /// Names of the format and extensions without their dot, in lower case.
    names: &'static [&'static str],
    pub(super) holds_several: bool,
    pub(super) encode: fn(Job<'_>, &mut dyn Sink) -> Result<()>,
}

static TARGETS: &[Target] = &[
    Target {
        format: "PNG",
        names: &["png", "apng"],
        holds_several: true,
        encode: |job, out| {
            let settings = settings::png(job.options, job.durations)?;
            png::encode(job.frames, &settings, out, job.limits)
        },
    },
    Target {
        format: "JPEG",
        names: &["jpeg", "jpg", "jpe", "jfif", "jif"],
        holds_several: false,
        encode: |job, out| jpeg::encode(job.frames, &settings::jpeg(job.options)?, out, job.limits),
    },
    Target {
        format: "MPO",
        names: &["mpo"],
        holds_several: true,
        encode: |job, out| {
            let settings = jpeg::Settings {
                several: true,
                ..settings::jpeg(job.options)?
            };
            jpeg::encode(job.frames, &settings, out, job.limits)
        },
    },
    Target {
        format: "GIF",
        names: &["gif"],
        holds_several: true,
        encode: |job, out| {
            let settings = settings::gif(job.options, job.durations)?;
            gif::encode(job.frames, &settings, out, job.limits)
        },
    },
    Target {
        format: "BMP",
        names: &["bmp"],
        holds_several: false,
        encode: |job, out| {
            let settings = settings::bmp(job.options, true)?;
            bmp::encode(job.frames, &settings, out, job.limits)
        },
    },
    Target {
        format: "DIB",
        names: &["dib"],
        holds_several: false,
        encode: |job, out| {
            let settings = settings::bmp(job.options, false)?;
            bmp::encode(job.frames, &settings, out, job.limits)
        },
    },
    pnm_target("PNM", &["pnm"], |job, out| pnm(&job, pnm::Kind::Pnm, out)),
    pnm_target("PBM", &["pbm"], |job, out| pnm(&job, pnm::Kind::Pbm, out)),
    pnm_target("PGM", &["pgm"], |job, out| pnm(&job, pnm::Kind::Pgm, out)),
    pnm_target("PPM", &["ppm"], |job, out| pnm(&job, pnm::Kind::Ppm, out)),
    pnm_target("PAM", &["pam"], |job, out| pnm(&job, pnm::Kind::Pam, out)),
    Target {
        format: "PFM",
        names: &["pfm"],
        holds_several: false,
        encode: |job, out| pnm(&job, pnm::Kind::Pfm, out),
    },
    Target {
        format: "WebP",
        names: &["webp"],
        holds_several: true,
        encode: |job, out| {
            let settings = settings::webp(job.options, job.durations)?;
            webp::encode(job.frames, &settings, out, job.limits)
        },
    },
    Target {
        format: "QOI",
        names: &["qoi"],
        holds_several: false,
        encode: |job, out| qoi::encode(job.frames, &settings::qoi(job.options), out, job.limits),
    },
    Target {
        format: "TGA",
        names: &["tga", "icb", "vda", "vst", "targa"],
        holds_several: false,
        encode: |job, out| tga::encode(job.frames, &settings::tga(job.options)?, out, job.limits),
    },
    Target {
        format: "ICO",
        names: &["ico"],
        holds_several: true,
        encode: |job, out| {
            ico::encode(
                job.frames,
                &settings::ico(job.options, false)?,
                out,
                job.limits,
            )
        },
    },
    Target {
        format: "CUR",
        names: &["cur"],
        holds_several: true,
        encode: |job, out| {
            ico::encode(
                job.frames,
                &settings::ico(job.options, true)?,
                out,
                job.limits,
            )
        },
    },
    Target {
        format: "EXR",
        names: &["exr"],
        holds_several: true,
        encode: |job, out| exr::encode(job.frames, &settings::exr(job.options)?, out, job.limits),
    },
    Target {
        format: "HDR",
        names: &["hdr", "rgbe"],
        holds_several: false,
        encode: |job, out| hdr::encode(job.frames, &settings::hdr(job.options)?, out, job.limits),
    },
];

/// The target that an extension or a name means.
pub(super) fn target_of(name: &str) -> Option<&'static Target> {
    let name = name.trim_start_matches('.').to_lowercase();
    TARGETS
        .iter()
        .find(|target| target.names.contains(&name.as_str()))
}

/// Every name that `target_of` knows.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TARGETS.iter().flat_map(|target| target.names).copied()
}

const fn pnm_target(
    format: &'static str,
    names: &'static [&'static str],
    encode: fn(Job<'_>, &mut dyn Sink) -> Result<()>,
) -> Target {
    Target {
        format,
        names,
        holds_several: true,
        encode,
    }
}

fn pnm(job: &Job<'_>, kind: pnm::Kind, out: &mut dyn Sink) -> Result<()> {
    let plain = job.options.ascii;
    pnm::encode(job.frames, &pnm::Settings { kind, plain }, out, job.limits)
}
