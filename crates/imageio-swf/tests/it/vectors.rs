//! Files byte for byte as ImageIO 2.18.0 wrote them.

use imageio_core::{Images, NdImage, Options};
use imageio_swf::SwfWriteOptions;

use crate::support::{hex, image, open_with, write_bytes};

const TWO_FRAMES: &str = "
    46575308030100003807801400000c02007f1104000000000000007f02030000000000003f0927000000010005030002
    0078dafbcfc0c8f49f9985f53f1b3bc77f4e2eeeff3cbc7cfff9050401586e0694bf0026000000020038078014000141
    0100fc00a000000140000040004414ef140eb8803580b1ade00d601400bf0607000000060100020002007f0000000000
    3f09240000000300050300020078da05c1810100000cc1308cff4fee1224619b24dc1d6dd9f6550e0628bf0026000000
    0400380780140001410300fc00a000000140000040004414ef140eb8803580b1ade00d601400bf060700000007010004
    0002007f00000000003f030200000007000000";

const NO_FRAME: &str = "
    4657530827000000480190006400000c00007f1104000000000000007f02030000000000000000";

fn two_frames() -> [NdImage; 2] {
    [image(&[2, 3, 3], 0..18), image(&[2, 3], 0..6)]
}

// checklist: E-342, E-343, E-344, E-345, E-346, E-347, E-348, E-349, E-350, E-351, E-354, E-357, E-362
#[test]
fn two_frames_that_stop() {
    let frames = two_frames();
    let bytes = write_bytes(&frames, SwfWriteOptions::new().fps(12).r#loop(false));
    assert_eq!(
        hex(&bytes),
        TWO_FRAMES.split_whitespace().collect::<String>()
    );
    // Numbers begin anew in the next file.
    let again = write_bytes(&frames, SwfWriteOptions::new().r#loop(false));
    assert_eq!(again, bytes);
}

// checklist: E-358
#[test]
fn looping_is_the_default_and_is_no_order() {
    let frames = two_frames();
    let looping = write_bytes(&frames, SwfWriteOptions::new());
    let stopping = write_bytes(&frames, SwfWriteOptions::new().r#loop(false));
    let at = stopping.len() - 10;
    assert_eq!(stopping[at..], *b"\x3f\x03\x02\0\0\0\x07\0\0\0");
    assert_eq!(looping[8..], [&stopping[8..at], b"\0\0"].concat());
    assert_eq!(looping[13..15], [0, 12]);
}

// checklist: E-356
#[test]
fn a_file_without_images() {
    let bytes = open_with(".swf", Options::new()).close().expect("a commit");
    let bytes = bytes.into_bytes().expect("bytes");
    assert_eq!(bytes.len(), 39);
    assert_eq!(hex(&bytes), NO_FRAME.trim());
}

// checklist: E-352, E-353, E-365
#[test]
fn a_compressed_file_is_the_plain_one_deflated() {
    let plain = write_bytes(&two_frames(), SwfWriteOptions::new());
    let packed = write_bytes(&two_frames(), SwfWriteOptions::new().compress(true));
    assert_eq!(packed[..8], [b"C", &plain[1..8]].concat());
    assert_eq!(packed[4..8], (plain.len() as u32).to_le_bytes());
    // Level 6, as `zlib.compress` has it.
    assert_eq!(packed[8..10], [0x78, 0x9c]);
    let mut inflated = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(&packed[8..]);
    std::io::Read::read_to_end(&mut decoder, &mut inflated).expect("one zlib stream");
    assert_eq!(inflated, plain[8..]);
}

#[test]
fn calls_append() {
    let frames = two_frames();
    let mut resource = open_with(".swf", Options::new().set("loop", false));
    for frame in &frames {
        resource
            .write(Images::single(frame), &Options::new())
            .expect("a frame");
    }
    let bytes = resource
        .close()
        .expect("a commit")
        .into_bytes()
        .expect("bytes");
    assert_eq!(
        hex(&bytes),
        TWO_FRAMES.split_whitespace().collect::<String>()
    );
}
