//! Every fixture against what Pillow makes of it; broken files and written ones are in the modules.

use std::path::PathBuf;

use imageio_core::{Limits, NdImage, Request, Result, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::open;
use crate::format::{Decoder, Mode, Selection};

mod broken;
mod written;

fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"))
}

fn names(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(fixtures().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert!(!names.is_empty(), "no file in {folder}");
    names
}

fn bytes_of(path: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(path)).unwrap()
}

fn decoder(bytes: Vec<u8>) -> Result<Box<dyn Decoder>> {
    let request = Request::from_owner(bytes);
    open(request.reader()?, &request.limits())
}

fn read_all(bytes: Vec<u8>) -> Result<Vec<NdImage>> {
    let mut decoder = decoder(bytes)?;
    let count = decoder.frame_count()?;
    let frames = (0..count).map(|position| decoder.decode(position).map(|frame| frame.pixels));
    frames.collect()
}

fn digest(image: &NdImage) -> String {
    format!("{:x}", Sha256::digest(image.as_bytes()))
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Int(value) => Json::from(*value as i64),
        Value::Bytes(bytes) => serde_json::json!({"$bytes": base64(bytes)}),
        other => panic!("no JSON for {other}"),
    }
}

fn base64(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let chunks = bytes.chunks(3).map(|chunk| {
        let word = (0..3).fold(0, |word, at| {
            word << 8 | u32::from(*chunk.get(at).unwrap_or(&0))
        });
        let letters =
            [18, 12, 6, 0].map(|shift| char::from(alphabet[(word >> shift & 63) as usize]));
        let kept = chunk.len() + 1;
        letters
            .iter()
            .take(kept)
            .chain(&['='; 3])
            .take(4)
            .collect::<String>()
    });
    chunks.collect()
}

// checklist: A-016, E-003, E-009, E-011, E-025, E-026, E-032
#[test]
fn fixtures_are_read_as_pillow_reads_them() {
    for name in names("gif") {
        let expected = bytes_of(&format!("expected/gif/{name}.json"));
        let expected: Json = serde_json::from_slice(&expected).unwrap();
        let mut decoder = decoder(bytes_of(&format!("gif/{name}"))).unwrap();
        let frames = expected["frames"].as_array().unwrap();
        assert_eq!(decoder.frame_count().unwrap(), frames.len(), "{name}");
        assert!(decoder.is_animation());
        for (position, frame) in frames.iter().enumerate() {
            let info = decoder.frame_info(position).unwrap();
            assert_eq!(
                Json::from(info.shape()),
                frame["shape"],
                "{name} {position}"
            );
            let metadata = decoder.metadata(Some(position)).unwrap();
            let duration = metadata.get("duration").map_or(Json::Null, json_of);
            assert_eq!(duration, frame["duration"], "{name} {position}");
            let pixels = decoder.decode(position).unwrap().pixels;
            assert_eq!(
                Json::from(pixels.shape()),
                frame["shape"],
                "{name} {position}"
            );
            assert_eq!(digest(&pixels), frame["sha256"], "{name} {position}");
        }
        let mut metadata = decoder.metadata(None).unwrap();
        metadata.remove("extension");
        let palette = metadata.remove("palette");
        assert_eq!(palette.is_some(), expected["mode"] == "P", "{name}");
        let metadata: serde_json::Map<String, Json> = metadata
            .iter()
            .map(|(key, value)| (key.to_owned(), json_of(value)))
            .collect();
        assert_eq!(Json::from(metadata), expected["info"], "{name}");
    }
}

// checklist: E-004
#[test]
fn any_order_gives_the_same_frames() {
    for name in ["disposal_mixed", "disposal_previous", "disposal_background"] {
        let bytes = bytes_of(&format!("gif/{name}.gif"));
        let frames = read_all(bytes.clone()).unwrap();
        let mut decoder = decoder(bytes).unwrap();
        for position in [3, 0, 0, 2, 1, 1, 3, 3, 2] {
            let frame = decoder.decode(position).unwrap();
            assert_eq!(frame.pixels, frames[position], "{name} {position}");
        }
        assert!(decoder.decode(4).is_err());
        assert!(decoder.metadata(Some(4)).is_err());
    }
}

// checklist: E-032
#[test]
fn opening_and_describing_decodes_no_pixels() {
    let mut decoder = decoder(bytes_of("bad/gif/cut_in_second.gif")).unwrap();
    assert_eq!(decoder.frame_count().unwrap(), 2);
    assert_eq!(decoder.frame_info(1).unwrap().mode, Mode::Rgb);
    assert!(decoder.metadata(Some(1)).is_ok());
    assert!(decoder.decode(0).is_ok());
    assert!(decoder.decode(1).is_err());
    assert!(decoder.decode(0).is_ok());
}

#[test]
fn a_comment_holds_until_the_next() {
    let mut decoder = decoder(bytes_of("gif/comments.gif")).unwrap();
    for position in 0..3 {
        let metadata = decoder.metadata(Some(position)).unwrap();
        let comment = metadata.get("comment").and_then(Value::as_bytes);
        assert_eq!(comment, Some(format!("frame {position}").as_bytes()));
    }
}

#[test]
fn the_loop_extension_is_reported() {
    let mut decoder = decoder(bytes_of("gif/loop_3.gif")).unwrap();
    let metadata = decoder.metadata(None).unwrap();
    assert_eq!(metadata.get("loop"), Some(&Value::Int(3)));
    let extension = metadata.get("extension").and_then(Value::as_list).unwrap();
    assert_eq!(extension[0], Value::Bytes(b"NETSCAPE2.0".to_vec()));
}

#[test]
fn a_window_is_a_part_of_the_frame() {
    let bytes = bytes_of("gif/disposal_mixed.gif");
    let whole = read_all(bytes.clone()).unwrap().remove(2);
    let mut decoder = decoder(bytes).unwrap();
    let window = decoder.decode_window(2, 3..9, 1..5).unwrap().pixels;
    assert_eq!(window, whole.crop(&[3..9, 1..5]).unwrap().to_contiguous());
}

#[test]
fn many_frames_are_read_one_at_a_time() {
    let data: Vec<u8> = (0..64 * 64).map(|at| (at / 64) as u8).collect();
    let frame = NdImage::from_vec(&[64, 64], data).unwrap();
    let bytes = written::write(&vec![frame; 500], &super::Settings::default()).unwrap();
    // Each frame takes 12 kB, all of them 6 MB.
    let limits = Limits::new().bytes(200_000);
    let request = Request::from_owner(bytes);
    let mut decoder = open(request.reader().unwrap(), &limits).unwrap();
    for position in 0..500 {
        decoder.decode(position).unwrap();
        // Some frames that were unpacked ahead, never many.
        assert!(limits.live() < 80_000);
    }
}

fn indices_of(bytes: Vec<u8>) -> Box<dyn Decoder> {
    let mut decoder = decoder(bytes).unwrap();
    let wanted = Selection {
        indices: true,
        ..Selection::default()
    };
    decoder.select(&wanted).unwrap();
    decoder
}

// checklist: E-010
#[test]
fn indices_are_given_where_a_frame_is_shown_as_stored() {
    for name in ["interlaced_frames", "local_palettes", "first_frame_smaller"] {
        let frames = read_all(bytes_of(&format!("gif/{name}.gif"))).unwrap();
        let mut decoder = indices_of(bytes_of(&format!("gif/{name}.gif")));
        for (position, frame) in frames.iter().enumerate() {
            let info = decoder.frame_info(position).unwrap();
            assert_eq!(
                (info.mode, info.palette_mode),
                (Mode::Palette, Some(Mode::Rgb))
            );
            let stored = decoder.decode(position).unwrap();
            assert_eq!(stored.pixels.shape(), info.shape());
            let palette = stored.palette.unwrap().colors;
            let color = |&index: &u8| &palette[usize::from(index) * 3..][..3];
            let shown = stored
                .pixels
                .as_bytes()
                .iter()
                .flat_map(color)
                .copied()
                .collect();
            let shown = NdImage::from_vec(frame.shape(), shown).unwrap();
            assert_eq!(shown, *frame, "{name} {position}");
        }
    }
    // A part, and what lets the frame before through, have no indices of their own.
    for name in ["disposal_none", "later_transparent"] {
        let mut decoder = indices_of(bytes_of(&format!("gif/{name}.gif")));
        assert_eq!(decoder.frame_info(0).unwrap().mode, Mode::Palette);
        assert_eq!(decoder.frame_info(1).unwrap().mode, Mode::Rgb);
        assert_eq!(decoder.decode(1).unwrap().mode, Mode::Rgb);
    }
}

#[test]
fn frames_are_decoded_into_a_buffer() {
    let bytes = bytes_of("gif/disposal_mixed.gif");
    let frames = read_all(bytes.clone()).unwrap();
    let mut decoder = decoder(bytes).unwrap();
    let mut buffer = vec![0; frames[0].nbytes()];
    for position in [0, 1, 2, 3, 1, 3] {
        decoder.decode_into(position, &mut buffer).unwrap();
        assert!(frames[position].as_bytes() == buffer, "{position}");
    }
    assert!(decoder.decode_into(0, &mut [0; 3]).is_err());
}
