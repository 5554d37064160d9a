//! SWF through the front door: the functions of v2, the searches, and addresses.

use imageio::v2::{self, Length};
use imageio::{ErrorKind, Metadata, NdImage, Options, Request};

use crate::arrays::serve;
use crate::fixture::path;

/// Ten images of the size of imageio's sample, each its own.
fn ten() -> Vec<NdImage> {
    let pixel = |frame: usize, at: usize| (at * (frame + 3) / 1000 % 256) as u8;
    (0..10)
        .map(|frame| {
            let pixels = (0..451 * 657 * 4).map(|at| pixel(frame, at)).collect();
            NdImage::from_vec(&[451, 657, 4], pixels).expect("as many")
        })
        .collect()
}

// checklist: E-358, E-364, F-064, F-285
#[test]
fn swf_is_selected() {
    let folder = tempfile::tempdir().expect("a folder");
    let format = v2::formats().get("swf").expect("by its name");
    assert_eq!((format.name(), format.modes()), ("SWF", "I"));
    assert_eq!(
        v2::formats().get(".swf").expect("by extension").name(),
        "SWF"
    );
    for name in ["swf/three_frames.swf", "swf/deflated.swf"] {
        let file = folder.path().join("other.bin");
        std::fs::copy(path(name), &file).expect("a copy");
        let request = |mode: &str| Request::from(&file).mode(mode.parse().expect("a mode"));
        let found = v2::formats().search_read_format(request("rI"));
        assert_eq!(found.expect("by content").name(), "SWF");
        assert!(format.can_read(&request("rI")).expect("an answer"));
        assert!(!format.can_read(&request("ri")).expect("an answer"));
    }
    let searched = |name: &str, mode: &str| {
        let request = Request::from(folder.path().join(name)).mode(mode.parse().expect("a mode"));
        let found = v2::formats().search_write_format(request);
        found.is_some_and(|format| format.name() == "SWF")
    };
    assert!(searched("new.swf", "wI"));
    assert!(!searched("new.swf", "wi") && !searched("new.png", "wI"));
}

// checklist: E-374, E-375, E-376, F-064, F-286, F-288
#[test]
fn swf_is_read_in_any_order_and_round_and_round() {
    let file = path("swf/three_frames.swf");
    let all = v2::mimread(&file).expect("three images");
    let mut reader = v2::get_reader(&file).expect("a reader");
    assert_eq!(reader.get_length().expect("a length"), Length::Images(3));
    for index in [2, 0, 1, 1] {
        let image = reader.get_data(index).expect("an image");
        assert_eq!(image.as_ndimage(), all[index].as_ndimage());
        assert!(reader.get_meta_data(index).expect("metadata").is_empty());
    }
    let error = reader.get_data(3).expect_err("three images");
    assert_eq!(error.kind(), ErrorKind::OutOfRange);
    let args = v2::ReadArgs::new().options(Options::new().set("loop", true));
    let mut reader = v2::get_reader_with(&file, args).expect("a reader");
    let image = reader.get_data(7).expect("the second once more");
    assert_eq!(image.as_ndimage(), all[1].as_ndimage());
    for bytes in [&b""[..], b"XYZ and what is no header"] {
        let args = v2::ReadArgs::new().format("swf");
        assert!(v2::get_reader_with(Request::from(bytes), args).is_err());
    }
}

// checklist: E-377, F-064, F-286, F-287
#[test]
fn swf_of_ten_images_comes_back_from_a_file_and_from_an_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let images = ten();
    for compress in [false, true] {
        let file = folder.path().join("stent.swf");
        let options = Options::new()
            .set("fps", 10)
            .set("html", true)
            .set("compress", compress);
        let args = v2::WriteArgs::new().options(options);
        let mut writer = v2::get_writer_with(&file, args).expect("a writer");
        let meta: Metadata = [("ignored", 1)].into_iter().collect();
        for image in &images {
            writer.append_data_with(image, &meta).expect("an image");
        }
        writer.close().expect("a file");
        assert!(folder.path().join("stent.html").is_file());
        let bytes = std::fs::read(&file).expect("a file");
        if !compress {
            // Fifteen bits for each side of the frame; ten images a second, ten in all.
            assert_eq!(bytes[8] >> 3, 15);
            let sides = (5usize + 4 * 15).div_ceil(8);
            assert_eq!(bytes[8 + sides..12 + sides], [0, 10, 10, 0]);
        }
        let server = serve(bytes);
        let url = server.url("/stent.swf");
        for uri in [Request::from(&file), Request::from(url.as_str())] {
            let back = v2::mimread(uri).expect("ten images");
            let back: Vec<_> = back
                .into_iter()
                .map(imageio::v2::Image::into_ndimage)
                .collect();
            assert!(back == images);
        }
    }
}
