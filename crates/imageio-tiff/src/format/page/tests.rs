use imageio_core::{ErrorKind, Request};

use super::*;

/// A little-endian classic file of one IFD, whose values of more than four bytes follow it.
fn page(entries: &[(u16, u16, &[u32])]) -> Result<(Source, Page)> {
    let (mut table, mut values) = (Vec::new(), Vec::new());
    let values_at = 8 + 2 + 12 * entries.len() + 4;
    for (tag, kind, numbers) in entries {
        table.extend(tag.to_le_bytes());
        table.extend(kind.to_le_bytes());
        table.extend((numbers.len() as u32).to_le_bytes());
        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|number| {
                number
                    .to_le_bytes()
                    .into_iter()
                    .take(if *kind == 3 { 2 } else { 4 })
            })
            .collect();
        if bytes.len() <= 4 {
            table.extend(bytes.iter().chain(&[0; 4]).take(4));
        } else {
            table.extend(((values_at + values.len()) as u32).to_le_bytes());
            values.extend(bytes);
        }
    }
    let count = (entries.len() as u16).to_le_bytes();
    let head = [&b"II*\0\x08\0\0\0"[..], &count, &table, &[0; 4], &values].concat();
    let file = [&head[..], &vec![0; 4096]].concat();
    let source = Source::open(Request::from(file), None, None)?;
    Page::read(&source, 8).map(|page| (source, page))
}

const GRAY: &[(u16, u16, &[u32])] = &[
    (256, 3, &[5]),
    (257, 3, &[7]),
    (258, 3, &[16]),
    (273, 4, &[1000, 1020, 1040]),
    (278, 3, &[3]),
    (279, 4, &[30, 30, 10]),
];

fn with(changes: &[(u16, u16, &'static [u32])]) -> Vec<(u16, u16, &'static [u32])> {
    let mut entries = GRAY.to_vec();
    for change in changes {
        entries.retain(|entry| entry.0 != change.0);
        entries.push(*change);
    }
    entries
}

// checklist: E-138
#[test]
fn shapes_follow_samples_and_planes() {
    let of = |changes: &[(u16, u16, &'static [u32])]| {
        let (_, page) = page(&with(changes)).unwrap();
        (page.shape(), page.axes())
    };
    assert_eq!(of(&[]), (vec![7, 5], "YX".to_owned()));
    assert_eq!(of(&[(277, 3, &[3])]), (vec![7, 5, 3], "YXS".to_owned()));
    assert_eq!(of(&[(262, 3, &[2])]), (vec![7, 5, 1], "YXS".to_owned()));
    assert_eq!(
        of(&[(277, 3, &[3]), (284, 3, &[2])]),
        (vec![3, 7, 5], "SYX".to_owned())
    );
    assert_eq!(of(&[(32997, 4, &[4])]), (vec![4, 7, 5], "ZYX".to_owned()));
}

// checklist: E-135
#[test]
fn types_follow_bits_and_format() {
    let of = |bits: &'static [u32], format: &'static [u32]| {
        let samples: &'static [u32] = if bits.len() > 1 { &[3] } else { &[1] };
        let entries = with(&[(258, 3, bits), (277, 3, samples), (339, 3, format)]);
        page(&entries)
            .and_then(|(_, page)| page.dtype())
            .map_err(|e| e.kind())
    };
    let expected = [
        (1, DType::Bool),
        (4, DType::U8),
        (8, DType::U8),
        (12, DType::U16),
        (24, DType::U32),
        (64, DType::U64),
    ];
    for (bits, dtype) in expected {
        let bits: &'static [u32] = Box::leak(vec![bits].into_boxed_slice());
        assert_eq!(of(bits, &[1]), Ok(dtype));
    }
    assert_eq!(of(&[16], &[2]), Ok(DType::I16));
    assert_eq!(of(&[16], &[3]), Ok(DType::F16));
    assert_eq!(of(&[24], &[3]), Ok(DType::F32));
    assert_eq!(of(&[64], &[6]), Ok(DType::C64));
    assert_eq!(of(&[8, 8, 8], &[1, 1, 1]), Ok(DType::U8));
    assert_eq!(of(&[5, 6, 5], &[1]), Ok(DType::U8));
    assert_eq!(of(&[8, 8, 8], &[1, 2, 1]), Err(ErrorKind::Unsupported));
    assert_eq!(of(&[8, 16, 8], &[1]), Err(ErrorKind::Unsupported));
}

#[test]
fn strips_are_found_one_by_one() {
    let (source, page) = page(GRAY).unwrap();
    assert_eq!(page.grid().count(), 3);
    assert_eq!(
        page.spans(&source, 1..3).unwrap(),
        [
            Span {
                offset: 1020,
                len: 30
            },
            Span {
                offset: 1040,
                len: 10
            }
        ]
    );
    assert_eq!(page.contiguous(&source).unwrap(), None);
}

#[test]
fn strips_without_gaps_are_contiguous() {
    let (source, page) = page(&with(&[(273, 4, &[1000, 1030, 1060])])).unwrap();
    assert_eq!(page.contiguous(&source).unwrap(), Some(1000));
}

#[test]
fn missing_byte_counts_follow_from_the_layout() {
    let mut entries = GRAY.to_vec();
    entries.retain(|entry| entry.0 != 279);
    let (source, page) = page(&entries).unwrap();
    let lens: Vec<u64> = page
        .spans(&source, 0..3)
        .unwrap()
        .iter()
        .map(|s| s.len)
        .collect();
    assert_eq!(lens, [30, 30, 10]);
}

#[test]
fn a_short_index_leaves_segments_empty() {
    let (source, page) = page(&with(&[(273, 4, &[1000]), (279, 4, &[30])])).unwrap();
    let spans = page.spans(&source, 0..3).unwrap();
    assert_eq!(spans.len(), 3);
    assert!(!spans[0].is_empty() && spans[2].is_empty());
}

#[test]
fn tiles_make_a_grid_in_each_plane() {
    let tiled = with(&[
        (256, 3, &[70]),
        (257, 3, &[33]),
        (277, 3, &[2]),
        (284, 3, &[2]),
        (322, 3, &[32]),
        (323, 3, &[16]),
    ]);
    let (_, page) = page(&tiled).unwrap();
    let grid = page.grid();
    assert_eq!(
        (grid.planes, grid.counts, grid.segment),
        (2, [1, 3, 3], [1, 16, 32])
    );
    assert_eq!(grid.count(), 18);
    assert_eq!(grid.index(1, [0, 2, 1]), 16);
}

#[test]
fn impossible_sizes_are_refused() {
    assert!(page(&with(&[(322, 3, &[0]), (323, 3, &[16])])).is_err());
    assert!(page(&with(&[(277, 3, &[0])])).is_err());
}
