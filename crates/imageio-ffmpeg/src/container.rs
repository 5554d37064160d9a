//! Which files are video, told by name and first bytes.

use imageio_core::{Request, Result};

/// The extensions that ImageIO gives to this plugin.
pub(crate) const EXTENSIONS: &[&str] = &[
    ".mov", ".avi", ".mpg", ".mpeg", ".mp4", ".mkv", ".webm", ".wmv", ".h264",
];

/// Extensions of other containers, which no other plugin has a claim to.
const ALSO: &[&str] = &[
    ".m4v", ".3gp", ".3g2", ".flv", ".f4v", ".ts", ".m2ts", ".mts", ".ogv", ".asf", ".vob", ".y4m",
    ".nut", ".dv", ".h265", ".hevc", ".ivf", ".mxf", ".rm", ".rmvb", ".mjpeg", ".mj2", ".264",
    ".265", ".av1", ".obu", ".wtv", ".qt",
];

/// The demuxers of ffmpeg that read one file and open no other.
///
/// Playlists (`hls`, `concat`, `dash`), name patterns (`image2`), devices and virtual inputs are not among them, so
/// that a file cannot make ffmpeg read another one, whatever it pretends to be.
pub(crate) const DEMUXERS: &str = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,asf,asf_o,flv,\
    live_flv,ogg,h264,hevc,vvc,m4v,h261,h263,ivf,obu,av1,dv,nut,mxf,rm,wtv,vc1,vc1test,yuv4mpegpipe,mjpeg,\
    mjpeg_2000,mpjpeg,gif,apng,swf,cavsvideo,dirac,dnxhd,evc,rawvideo,gxf,r3d,roq,smjpeg,nsv,nuv,pva,vivo,film_cpk,\
    flic,ea,bink,bfi,smk,thp,idcin,ipmovie,xwma,4xm,amv,png_pipe,jpeg_pipe,bmp_pipe,webp_pipe,\
    tiff_pipe,ppm_pipe,pgm_pipe,pam_pipe,dpx_pipe,exr_pipe,gif_pipe,jpegls_pipe,j2k_pipe,qoi_pipe";

/// Those that read one file with sound and open no other.
pub(crate) const SOUND_DEMUXERS: &str = "wav,w64,aiff,mp3,flac,aac,ac3,eac3,dts,dtshd,truehd,amr,amrnb,amrwb,au,caf,\
    ape,tta,wv,mpc,mpc8,tak,opus,voc,gsm,loas,latm";

/// Whether the name, or what the caller said in its place, is that of a video.
pub(crate) fn is_named_video(request: &Request) -> bool {
    let extension = request.extension();
    extension.is_some_and(|extension| is_video_extension(&extension))
}

/// Whether it is one of the list or that of another container.
pub(crate) fn is_video_extension(extension: &str) -> bool {
    EXTENSIONS.contains(&extension) || ALSO.contains(&extension)
}

/// Whether the first bytes are those of a container of video.
pub(crate) fn looks_like_video(request: &Request) -> Result<bool> {
    Ok(is_video(&request.first_bytes(400)?))
}

/// Whether no plugin for pictures could have a claim to these first bytes.
fn is_video(bytes: &[u8]) -> bool {
    let at = |offset: usize, mark: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(mark))
    };
    let starts = [
        // Matroska, Ogg, FLV, ASF, program stream, MPEG video, RealMedia, YUV4MPEG, IVF, NUT, MXF.
        &b"\x1a\x45\xdf\xa3"[..],
        b"OggS",
        b"FLV\x01",
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
        b"\x00\x00\x01\xba",
        b"\x00\x00\x01\xb3",
        b".RMF",
        b"YUV4MPEG2",
        b"DKIF\x00\x00",
        b"nut/multimedia container\x00",
        b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02",
    ];
    if starts.iter().any(|mark| at(0, mark)) || (at(0, b"RIFF") && at(8, b"AVI ")) {
        return true;
    }
    // A sequence parameter set of H.264 or HEVC at the start of a raw stream.
    if at(0, b"\x00\x00\x00\x01\x67") || at(0, b"\x00\x00\x00\x01\x40\x01") {
        return true;
    }
    // Packets of a transport stream, without and with the time before each.
    let packets = |first: usize, len: usize| (0..3).all(|n| at(first + n * len, b"G"));
    if !at(0, b"GIF8") && (packets(0, 188) || packets(4, 192)) {
        return true;
    }
    is_movie(bytes)
}

/// ISO/IEC 14496-12 §4.3: boxes; the brand tells pictures (HEIF, AVIF, JPEG XL) from movies.
fn is_movie(bytes: &[u8]) -> bool {
    const PICTURES: [&[u8]; 12] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis",
        b"jxl ", b"jp2 ",
    ];
    let kind = bytes.get(4..8).unwrap_or_default();
    match kind {
        b"ftyp" => {
            let brand = bytes.get(8..12).unwrap_or_default();
            !PICTURES.contains(&brand) && !matches!(brand, b"jpx " | b"jpm " | b"crx ")
        }
        b"moov" | b"wide" | b"mdat" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_video_from_pictures() {
        let mut stream = vec![0; 400];
        (stream[0], stream[188], stream[376]) = (b'G', b'G', b'G');
        let video: [&[u8]; 6] = [
            b"\0\0\0\x20ftypisom",
            b"\x1a\x45\xdf\xa3\x01",
            b"RIFF\0\0\0\0AVI LIST",
            b"\0\0\x01\xba",
            b"YUV4MPEG2 W1",
            &stream,
        ];
        for bytes in video {
            assert!(is_video(bytes), "{bytes:?}");
        }
        let other: [&[u8]; 8] = [
            b"",
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"RIFF\0\0\0\0WEBPVP8 ",
            b"\0\0\0\x20ftypheic",
            b"\0\0\0\x20ftypavif",
            b"#EXTM3U\n",
            b"GGGG",
        ];
        for bytes in other {
            assert!(!is_video(bytes), "{bytes:?}");
        }
    }
}
