//! Archives made byte by byte, so that they can be as wrong as a test needs them.

use std::io::Read;

/// One member on its way into an archive.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) packed: Vec<u8>,
    pub(crate) announced: u32,
    pub(crate) checksum: u32,
}

/// A member that is stored.
pub(crate) fn stored(name: &'static str, bytes: &[u8]) -> Entry {
    Entry {
        name,
        method: 0,
        flags: 0,
        packed: bytes.to_vec(),
        announced: bytes.len() as u32,
        checksum: crc32fast::hash(bytes),
    }
}

/// A member that is packed with Deflate.
pub(crate) fn deflated(name: &'static str, bytes: &[u8]) -> Entry {
    let mut packed = Vec::new();
    flate2::read::DeflateEncoder::new(bytes, flate2::Compression::default())
        .read_to_end(&mut packed)
        .expect("memory");
    Entry {
        method: 8,
        packed,
        ..stored(name, bytes)
    }
}

/// The archive of these members.
pub(crate) fn archive(entries: &[Entry]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut table = Vec::new();
    for entry in entries {
        let start = file.len() as u32;
        let mut common = Vec::new();
        for number in [20, entry.flags, entry.method, 0, 0x21] {
            common.extend(number.to_le_bytes());
        }
        let len = entry.packed.len() as u32;
        for number in [entry.checksum, len, entry.announced] {
            common.extend(number.to_le_bytes());
        }
        common.extend((entry.name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&common);
        file.extend(entry.name.as_bytes());
        file.extend(&entry.packed);
        table.extend(b"PK\x01\x02\x14\0");
        table.extend(&common);
        table.extend([0; 10]);
        table.extend(start.to_le_bytes());
        table.extend(entry.name.as_bytes());
    }
    let (start, count) = (file.len() as u32, entries.len() as u16);
    file.extend(&table);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend(count.to_le_bytes());
    file.extend(count.to_le_bytes());
    file.extend((table.len() as u32).to_le_bytes());
    file.extend(start.to_le_bytes());
    file.extend([0, 0]);
    file
}
