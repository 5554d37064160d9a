//! Parts of TIFF files of 10 and of 20 GB on a server.
#![expect(clippy::print_stdout, reason = "figures of a run are worth a look")]

use std::sync::Arc;

use imageio::Window;
use imageio::v3 as iio;

use crate::remote::server::Server;

#[path = "../huge_tiff.rs"]
mod files;

use files::Huge;

const KIB: u64 = 1 << 10;

fn serve(huge: Huge) -> Server {
    let huge = Arc::new(huge);
    Server::start(move |seen, out| out.ranges(seen, huge.len, |at, buf| huge.fill(at, buf)))
}

fn window(server: &Server, window: Window) -> (imageio::NdImage, usize, u64) {
    let before = (server.seen().len(), server.sent());
    let args = iio::ReadArgs::new().window(window);
    let image = iio::imread_with(server.url("/huge.tif"), args).expect("a window");
    let (requests, bytes) = (server.seen().len() - before.0, server.sent() - before.1);
    println!("{requests} requests, {bytes} bytes");
    (image, requests, bytes)
}

#[test]
fn a_tile_of_a_huge_file_takes_few_requests() {
    let server = serve(files::tiled());
    let (rows, columns) = (512 * 101..512 * 102, 512 * 57..512 * 58);
    let (image, requests, bytes) = window(&server, Window::new([rows.clone(), columns.clone()]));
    assert_eq!(image, files::pixels(rows, columns));
    assert!(requests <= 4, "{requests} requests");
    assert!(bytes <= 1024 * KIB, "{bytes} bytes");
}

#[test]
fn a_window_over_four_tiles_takes_those_and_little_more() {
    let server = serve(files::tiled());
    let (rows, columns) = (51_300..51_812, 99_000..99_512);
    let (image, requests, bytes) = window(&server, Window::new([rows.clone(), columns.clone()]));
    assert_eq!(image, files::pixels(rows, columns));
    let tiles = 4 * files::tile_bytes();
    assert!(
        bytes <= tiles + 256 * KIB,
        "{bytes} bytes, {tiles} of tiles"
    );
    assert!(requests <= 6, "{requests} requests");
}

#[test]
fn a_slice_of_a_huge_volume_is_all_that_comes() {
    let server = serve(files::volume());
    let at = 12_345;
    let (image, requests, bytes) = window(&server, Window::new([at..at + 1]));
    assert_eq!(image, files::slice(at));
    assert!(requests <= 4, "{requests} requests");
    assert!(bytes <= image.nbytes() as u64 + 256 * KIB, "{bytes} bytes");
}
