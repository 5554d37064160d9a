//! Damaged files: clear errors inside the budget, and no panic.

use imageio_bsdf::{BsdfReadOptions, BsdfReader};
use imageio_core::{Index, Limits, Request, Window};

use crate::support::{files_in, fixtures, good};

/// Reads whatever there is, both ways; gives the number of images that could be read.
pub(crate) fn read_all(bytes: &[u8]) -> usize {
    let mut count = 0;
    for random_access in [true, false] {
        let options = BsdfReadOptions::new().random_access(random_access);
        let request = Request::from(bytes).with_limits(Limits::new().bytes(32 << 20));
        let Ok(mut reader) = BsdfReader::open(request) else {
            continue;
        };
        for position in 0..50 {
            let index = Index::At(position);
            let _ = reader.properties(index, &options);
            let _ = reader.metadata(index, &options);
            let _ = reader.read_window(index, &Window::new([0..1]), &options);
            match reader.read(index, &options) {
                Ok(_) => count += 1,
                Err(error) if error.kind() == imageio_core::ErrorKind::OutOfRange => break,
                Err(_) => {}
            }
        }
        let _ = reader.read(Index::All, &options);
    }
    count
}

#[test]
fn damaged_fixtures_end_in_images_or_errors() {
    let (mut damaged, mut read) = (0, 0);
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for path in good()
        .into_iter()
        .chain(files_in(&fixtures().join("bad/bsdf")))
    {
        let bytes = std::fs::read(&path).expect("a fixture");
        let step = (bytes.len() / 40).max(1);
        for cut in (0..bytes.len()).step_by(step) {
            read += read_all(&bytes[..cut]);
            damaged += 1;
        }
        for _ in 0..50 {
            let mut other = bytes.clone();
            for _ in 0..3 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let at = random as usize % other.len().max(1);
                if let Some(byte) = other.get_mut(at) {
                    *byte = (random >> 40) as u8;
                }
            }
            read += read_all(&other);
            damaged += 1;
        }
    }
    println!("{damaged} damaged files, {read} images read from them");
    assert!(damaged > 2_500 && read > 0);
}
