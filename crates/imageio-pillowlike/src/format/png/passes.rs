//! The order in which rows are stored: from top to bottom, or in the seven passes of Adam7 (PNG 8.2).

use std::ops::Range;

use super::header::Header;

/// Every so manieth row or column of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) start: usize,
    pub(super) step: usize,
}

impl Steps {
    const ALL: Steps = Steps { start: 0, step: 1 };

    /// How many of `len` there are.
    pub(super) fn count(self, len: usize) -> usize {
        len.saturating_sub(self.start).div_ceil(self.step)
    }

    /// Where in the image the one at `index` is.
    pub(super) fn place(self, index: usize) -> usize {
        self.start + index * self.step
    }
}

/// Rows of one length that are filtered against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pass {
    pub(super) rows: Steps,
    pub(super) columns: Steps,
    /// Number of rows.
    pub(super) count: usize,
    /// Pixels of a row.
    pub(super) width: usize,
    /// Bytes of a row without its filter byte.
    pub(super) row_bytes: usize,
}

/// Some rows of one pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) pass: Pass,
    pub(super) rows: Range<usize>,
}

impl Batch {
    /// Bytes of the rows, filter bytes included.
    pub(super) fn len(&self) -> usize {
        self.rows.len().saturating_mul(self.pass.row_bytes + 1)
    }
}

/// The passes of an image that are not empty; nothing where a row is longer than memory.
pub(super) fn passes(header: &Header) -> Option<Vec<Pass>> {
    let make = |rows: Steps, columns: Steps| {
        let width = columns.count(header.width);
        Some(Pass {
            rows,
            columns,
            count: rows.count(header.height),
            width,
            row_bytes: header.row_bytes(width)?.checked_add(1)? - 1,
        })
    };
    if !header.interlaced {
        return Some(vec![make(Steps::ALL, Steps::ALL)?]);
    }
    let all = ADAM7.iter().map(|&(rows, columns)| make(rows, columns));
    let mut all = all.collect::<Option<Vec<_>>>()?;
    all.retain(|pass| pass.count > 0 && pass.width > 0);
    Some(all)
}

/// The rows of `passes` in batches of about `bytes`, in the order of the file, no further than row `end` of an
/// image that is not interlaced.
pub(super) fn batches(passes: &[Pass], bytes: usize, end: usize) -> impl Iterator<Item = Batch> {
    passes.iter().flat_map(move |&pass| {
        let step = (bytes / (pass.row_bytes + 1)).max(1);
        let count = rows_before(&pass, end);
        (0..count).step_by(step).map(move |start| Batch {
            pass,
            rows: start..count.min(start.saturating_add(step)),
        })
    })
}

/// Bytes of the largest of the [`batches`].
pub(super) fn largest(passes: &[Pass], bytes: usize, end: usize) -> usize {
    // Of a pass the first is none smaller than the others.
    let firsts = passes
        .iter()
        .filter_map(|pass| batches(std::slice::from_ref(pass), bytes, end).next());
    firsts.map(|batch| batch.len()).max().unwrap_or(0)
}

/// Bytes of all [`batches`].
pub(super) fn total(passes: &[Pass], end: usize) -> u64 {
    let bytes = |pass: &Pass| {
        let rows = rows_before(pass, end) as u64;
        rows.saturating_mul(pass.row_bytes as u64 + 1)
    };
    passes.iter().map(bytes).fold(0, u64::saturating_add)
}

fn rows_before(pass: &Pass, end: usize) -> usize {
    if pass.rows == Steps::ALL {
        pass.count.min(end)
    } else {
        pass.count
    }
}

const fn steps(row: usize, column: usize, row_step: usize, column_step: usize) -> (Steps, Steps) {
    (
        Steps {
            start: row,
            step: row_step,
        },
        Steps {
            start: column,
            step: column_step,
        },
    )
}

const ADAM7: [(Steps, Steps); 7] = [
    steps(0, 0, 8, 8),
    steps(0, 4, 8, 8),
    steps(4, 0, 8, 4),
    steps(0, 2, 4, 4),
    steps(2, 0, 4, 2),
    steps(0, 1, 2, 2),
    steps(1, 0, 2, 1),
];
