//! Broken files: the right kind of error, no panic, no work past the budget.

use super::*;

/// Reads all that there is to read.
fn read_all(bytes: Vec<u8>, limits: &Limits) -> Result<()> {
    let mut decoder = open_bytes(bytes, limits)?;
    decoder.metadata(None)?;
    for position in 0..decoder.frame_count()? {
        decoder.frame_info(position)?;
        decoder.decode(position)?;
        decoder.metadata(Some(position))?;
    }
    Ok(())
}

/// The rows of the manifest under `bad/png`: path and the kinds that are right.
fn bad_files() -> Vec<(String, String)> {
    let text = fs::read_to_string(fixtures().join("manifest.toml")).unwrap();
    let mut found = Vec::new();
    for row in text
        .split("[[file]]")
        .filter(|row| row.contains("path = \"bad/png/"))
    {
        let value = |key: &str| {
            let line = row.lines().find(|line| line.starts_with(key));
            line.and_then(|line| line.split_once(" = "))
                .map_or("", |(_, value)| value)
                .to_owned()
        };
        let kinds = value("error") + &value("or_error");
        found.push((value("path").trim_matches('"').to_owned(), kinds));
    }
    assert!(found.len() > 20, "{} bad files", found.len());
    found
}

#[test]
fn bad_files_are_refused_for_the_right_reason() {
    for (path, kinds) in bad_files() {
        let error = read_all(fixture(&path), &Limits::new());
        let kind = format!("{:?}", error.map_err(|error| error.kind()).unwrap_err());
        assert!(kinds.contains(&kind), "{path}: {kind}, expected {kinds}");
    }
}

#[test]
fn truncated_files_do_not_panic() {
    let limits = Limits::new().bytes(1 << 22);
    for (name, _) in expectations() {
        let bytes = fixture(&name);
        let few = if bytes.len() > 200 { 23 } else { 5 };
        for len in (0..bytes.len()).step_by(few) {
            let _ = read_all(bytes[..len].to_vec(), &limits);
        }
        assert_eq!(limits.live(), 0, "{name}");
    }
}

#[test]
fn changed_bits_do_not_panic() {
    let limits = Limits::new().bytes(1 << 22);
    let mut random = 0x2545_f491_4f6c_dd1du64;
    for (name, _) in expectations() {
        let bytes = fixture(&name);
        for _ in 0..40 {
            let mut broken = bytes.clone();
            for _ in 0..3 {
                // Xorshift: the same changes in every run.
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let place = (random >> 8) as usize % broken.len();
                broken[place] ^= 1 << (random & 7);
            }
            mend_checksums(&mut broken);
            let _ = read_all(broken, &limits);
        }
        assert_eq!(limits.live(), 0, "{name}");
    }
}

/// Makes the checksums right again, so that the changes get past them.
fn mend_checksums(bytes: &mut [u8]) {
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let len = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let end = at + 8 + len;
        let Some(covered) = bytes.get(at + 4..end) else {
            return;
        };
        let mut crc = flate2::Crc::new();
        crc.update(covered);
        if let Some(sum) = bytes.get_mut(end..end + 4) {
            sum.copy_from_slice(&crc.sum().to_be_bytes());
        }
        at = end + 4;
    }
}

#[test]
fn an_image_without_its_end_is_read() {
    let bytes = fixture("png/rgb8.png");
    let whole = open_fixture("png/rgb8.png").decode(0).unwrap().pixels;
    // IEND takes 12 bytes, the checksum of IDAT 4, that of zlib 4.
    for missing in [1, 12, 13, 16, 17, 20] {
        let cut = bytes[..bytes.len() - missing].to_vec();
        let mut decoder = open_bytes(cut, &Limits::new()).unwrap();
        assert_eq!(
            decoder.decode(0).unwrap().pixels,
            whole,
            "{missing} bytes missing"
        );
    }
}
