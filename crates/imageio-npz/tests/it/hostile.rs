//! Damaged files: clear errors inside the budget, and no panic.

use imageio_core::{Index, Limits, Request, Window};
use imageio_npz::NpzReader;

use crate::support::{files_in, fixtures, good};

/// Reads whatever there is; gives the number of arrays that could be read.
pub(crate) fn read_all(bytes: Vec<u8>) -> usize {
    let request = Request::from(bytes).with_limits(Limits::new().bytes(32 << 20));
    let Ok(mut reader) = NpzReader::open(request) else {
        return 0;
    };
    let mut count = 0;
    for position in 0..reader.n_arrays().min(50) {
        let _ = reader.properties(Index::At(position));
        let _ = reader.read_window(Index::At(position), &Window::new([0..1]));
        count += usize::from(reader.read(Index::At(position)).is_ok());
    }
    let _ = reader.read(Index::All);
    count
}

#[test]
fn damaged_fixtures_end_in_arrays_or_errors() {
    let (mut damaged, mut read) = (0, 0);
    let bad = [
        files_in(&fixtures().join("bad/npz")),
        files_in(&fixtures().join("bad/npy")),
    ]
    .concat();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for path in good().into_iter().chain(bad) {
        let bytes = std::fs::read(&path).expect("a fixture");
        let step = (bytes.len() / 150).max(1);
        for cut in (0..bytes.len()).step_by(step) {
            read += read_all(bytes[..cut].to_vec());
            damaged += 1;
        }
        for _ in 0..200 {
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
            read += read_all(other);
            damaged += 1;
        }
    }
    println!("{damaged} damaged files, {read} arrays read from them");
    assert!(damaged > 5000 && read > 0);
}
