use super::*;

/// Bytes whose value says where they lie, and a list of what was asked for.
struct Served {
    asked: Mutex<Vec<(u64, u64)>>,
}

fn byte(at: u64) -> u8 {
    (at ^ (at >> 8) ^ (at >> 16)) as u8
}

impl Ranges for Served {
    fn fetch(&self, parts: &mut [(u64, &mut [u8])]) -> Result<()> {
        let end = parts.last().map_or(0, |(at, buf)| at + buf.len() as u64);
        self.asked.lock().unwrap().push((parts[0].0, end));
        for (at, buf) in parts {
            (*at..)
                .zip(buf.iter_mut())
                .for_each(|(at, b)| *b = byte(at));
        }
        Ok(())
    }
}

const LEN: u64 = 10 << 20;

fn blocks() -> Blocks<Served> {
    let head: Vec<u8> = (0..BLOCK).map(byte).collect();
    let asked = Mutex::default();
    Blocks::new(Served { asked }, LEN, &head)
}

fn check(blocks: &Blocks<Served>, at: u64, len: usize) {
    let mut buf = vec![0; len];
    let count = blocks.read_at(at, &mut buf).unwrap();
    assert_eq!(count as u64, (LEN.saturating_sub(at)).min(len as u64));
    let right = (at..).zip(&buf[..count]).all(|(at, &b)| b == byte(at));
    assert!(right, "{len} bytes at {at}");
}

#[test]
fn small_reads_share_blocks_and_a_walk_fetches_ahead() {
    let blocks = blocks();
    check(&blocks, 0, 4096);
    assert_eq!(blocks.ranges.asked.lock().unwrap().len(), 0, "the head");
    for at in (0..3 << 20).step_by(1 << 15) {
        check(&blocks, at, 1 << 15);
    }
    let asked = blocks.ranges.asked.lock().unwrap();
    assert!(asked.len() <= 12, "{asked:?}");
    assert!(asked.iter().all(|(a, b)| b - a <= (MOST_AHEAD + 1) * BLOCK));
}

#[test]
fn a_jump_fetches_no_more_than_its_blocks() {
    let blocks = blocks();
    for at in [5 << 20, 9 << 20, LEN - 10, 7 << 20] {
        check(&blocks, at, 100);
    }
    check(&blocks, LEN + 5, 10);
    check(&blocks, BLOCK - 1, 2 * BLOCK as usize);
    let asked = blocks.ranges.asked.lock().unwrap();
    let total: u64 = asked.iter().map(|(a, b)| b - a).sum();
    assert!(total <= 8 * BLOCK, "{asked:?}");
}

#[test]
fn a_large_read_is_one_request_for_what_is_missing() {
    let blocks = blocks();
    check(&blocks, 100, 4 << 20);
    assert_eq!(
        *blocks.ranges.asked.lock().unwrap(),
        [(BLOCK, (4 << 20) + 100)]
    );
}

#[test]
fn ranges_that_are_near_come_together() {
    let blocks = blocks();
    let (mut a, mut b, mut c, mut d) = ([0; 10], [0; 20], [0; 30], [0; 5]);
    let far = 6 << 20;
    let mut parts: [(u64, &mut [u8]); 4] = [
        (far, &mut a),
        (2 << 20, &mut b),
        ((2 << 20) + 1000, &mut c),
        // Overlaps the one before it, so it goes alone.
        ((2 << 20) + 1010, &mut d),
    ];
    blocks.read_ranges(&mut parts).unwrap();
    for (at, buf) in &parts {
        assert!(
            (*at..).zip(buf.iter()).all(|(at, &b)| b == byte(at)),
            "{at}"
        );
    }
    assert_eq!(blocks.ranges.asked.lock().unwrap().len(), 3);
    let mut late = [0; 2];
    let error = blocks.read_ranges(&mut [(LEN - 1, &mut late)]);
    assert!(error.is_err());
}

#[test]
fn the_cache_stays_small() {
    let blocks = blocks();
    for at in (0..LEN).step_by(BLOCK as usize) {
        check(&blocks, at, 10);
    }
    assert!(blocks.cache().blocks.len() <= KEPT);
    check(&blocks, 10, 10);
}
