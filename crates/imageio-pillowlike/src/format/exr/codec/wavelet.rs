//! The wavelet of PIZ: sums and differences of neighbours, from coarse to fine.

/// A plane of words: how many there are along each axis, and how far one is from the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) x_step: usize,
    pub(super) y_step: usize,
}

/// Whether values below this one have room for the exact form, which has 14 bits; above, sums wrap at 16.
pub(super) const fn is_narrow(highest: u16) -> bool {
    highest < 1 << 14
}

/// Turns coefficients into values in place.
pub(super) fn decode(words: &mut [u16], grid: Grid, highest: u16) {
    if is_narrow(highest) {
        run(words, grid, false, |low, high| {
            let high = i32::from(high as i16);
            let first = i32::from(low as i16) + (high & 1) + (high >> 1);
            (first as u16, (first - high) as u16)
        });
    } else {
        run(words, grid, false, |low, high| {
            let second = low.wrapping_sub(high >> 1);
            (high.wrapping_add(second).wrapping_sub(0x8000), second)
        });
    }
}

/// Turns values into coefficients in place.
pub(super) fn encode(words: &mut [u16], grid: Grid, highest: u16) {
    if is_narrow(highest) {
        run(words, grid, true, |first, second| {
            let (first, second) = (i32::from(first as i16), i32::from(second as i16));
            (((first + second) >> 1) as u16, (first - second) as u16)
        });
    } else {
        run(words, grid, true, |first, second| {
            let first = first.wrapping_add(0x8000);
            let (a, b) = (i32::from(first), i32::from(second));
            let middle = ((a + b) >> 1) as u16;
            let middle = if a < b {
                middle.wrapping_add(0x8000)
            } else {
                middle
            };
            (middle, first.wrapping_sub(second))
        });
    }
}

/// Runs over all sizes of squares, from the largest for decoding, from the smallest for encoding.
#[inline]
fn run(words: &mut [u16], grid: Grid, encodes: bool, pair: impl Fn(u16, u16) -> (u16, u16) + Copy) {
    let shorter = grid.width.min(grid.height);
    let levels = shorter.checked_ilog2().unwrap_or(0);
    for level in 0..levels {
        let half = 1 << if encodes { level } else { levels - 1 - level };
        pass(words, grid, half, encodes, pair);
    }
}

/// One size of squares: `half` is the distance of neighbours.
#[inline]
fn pass(
    words: &mut [u16],
    grid: Grid,
    half: usize,
    encodes: bool,
    pair: impl Fn(u16, u16) -> (u16, u16) + Copy,
) {
    let (side, dx, dy) = (half * 2, half * grid.x_step, half * grid.y_step);
    let line_len = grid.width.saturating_sub(1) * grid.x_step + 1;
    let (across, odd_column) = (grid.width / side, grid.width & half != 0);
    for down in 0..grid.height / side {
        let lines = words.get_mut(down * dy * 2..).unwrap_or_default();
        let Some((above, below)) = lines.split_at_mut_checked(dy) else {
            return;
        };
        let above = above.get_mut(..line_len).unwrap_or_default();
        let below = below.get_mut(..line_len).unwrap_or_default();
        if dx == 1 {
            finest_squares(above, below, encodes, pair);
        } else {
            let squares = above.chunks_mut(dx * 2).zip(below.chunks_mut(dx * 2));
            for (above, below) in squares.take(across) {
                square(above, below, dx, encodes, pair);
            }
        }
        // What is left of a line has half a square, of which only the first column takes part.
        let odd = across * dx * 2;
        if let (true, Some(a), Some(b)) = (odd_column, above.get_mut(odd), below.get_mut(odd)) {
            (*a, *b) = pair(*a, *b);
        }
    }
    if grid.height & half != 0 {
        let line = words.get_mut(grid.height / side * dy * 2..);
        let line = line.and_then(|line| line.get_mut(..line_len));
        for part in line.unwrap_or_default().chunks_mut(dx * 2).take(across) {
            if let Some((left, right)) = part.split_at_mut_checked(dx)
                && let (Some(left), Some(right)) = (left.first_mut(), right.first_mut())
            {
                (*left, *right) = pair(*left, *right);
            }
        }
    }
}

/// Squares of four neighbours, which are most of the work.
#[inline]
fn finest_squares(
    above: &mut [u16],
    below: &mut [u16],
    encodes: bool,
    pair: impl Fn(u16, u16) -> (u16, u16) + Copy,
) {
    let (above, _) = above.as_chunks_mut::<2>();
    let (below, _) = below.as_chunks_mut::<2>();
    for (above, below) in above.iter_mut().zip(below) {
        let [a, b, c, d] = [above[0], above[1], below[0], below[1]];
        let [a, b, c, d] = four(a, b, c, d, encodes, pair);
        (*above, *below) = ([a, b], [c, d]);
    }
}

#[inline]
fn square(
    above: &mut [u16],
    below: &mut [u16],
    dx: usize,
    encodes: bool,
    pair: impl Fn(u16, u16) -> (u16, u16) + Copy,
) {
    if let (Some((left, right)), Some((lower_left, lower_right))) = (
        above.split_at_mut_checked(dx),
        below.split_at_mut_checked(dx),
    ) && let (Some(a), Some(b)) = (left.first_mut(), right.first_mut())
        && let (Some(c), Some(d)) = (lower_left.first_mut(), lower_right.first_mut())
    {
        [*a, *b, *c, *d] = four(*a, *b, *c, *d, encodes, pair);
    }
}

/// Encoding goes along lines and then columns, decoding back.
#[inline]
fn four(
    a: u16,
    b: u16,
    c: u16,
    d: u16,
    encodes: bool,
    pair: impl Fn(u16, u16) -> (u16, u16) + Copy,
) -> [u16; 4] {
    if encodes {
        let ((a, b), (c, d)) = (pair(a, b), pair(c, d));
        let ((a, c), (b, d)) = (pair(a, c), pair(b, d));
        [a, b, c, d]
    } else {
        let ((a, c), (b, d)) = (pair(a, c), pair(b, d));
        let ((a, b), (c, d)) = (pair(a, b), pair(c, d));
        [a, b, c, d]
    }
}
