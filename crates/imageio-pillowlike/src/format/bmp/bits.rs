//! Samples of fewer than eight bits, the leftmost in the high bits.

/// For each byte its `N` samples of `8 / N` bits.
pub(crate) const fn samples<const N: usize>() -> [[u8; N]; 256] {
    let mut table = [[0; N]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut at = 0;
        while at < N {
            table[byte][at] = sample::<N>(byte, at);
            at += 1;
        }
        byte += 1;
    }
    table
}

/// For each byte whether its samples are `on`.
pub(crate) const fn flags<const N: usize>(on: u8) -> [[bool; N]; 256] {
    let mut table = [[false; N]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut at = 0;
        while at < N {
            table[byte][at] = sample::<N>(byte, at) == on;
            at += 1;
        }
        byte += 1;
    }
    table
}

const fn sample<const N: usize>(byte: usize, at: usize) -> u8 {
    let width = 8 / N;
    ((byte >> (8 - width * (at + 1))) & ((1 << width) - 1)) as u8
}

/// Fills `out` with the samples of `bytes`, leaving out the first `skip`, which is below `N`.
pub(crate) fn spread<T: Copy, const N: usize>(
    table: &[[T; N]; 256],
    bytes: &[u8],
    skip: usize,
    out: &mut [T],
) {
    let (head, rest) = match (skip, bytes.split_first()) {
        (0, _) | (_, None) => (&[][..], bytes),
        (_, Some((&first, rest))) => (
            table[usize::from(first)].get(skip..).unwrap_or_default(),
            rest,
        ),
    };
    let (out_head, out) = out.split_at_mut(head.len().min(out.len()));
    for (to, from) in out_head.iter_mut().zip(head) {
        *to = *from;
    }
    let mut rest = rest.iter();
    let mut groups = out.chunks_exact_mut(N);
    for (group, &byte) in groups.by_ref().zip(rest.by_ref()) {
        group.copy_from_slice(&table[usize::from(byte)]);
    }
    if let Some(&byte) = rest.next() {
        for (to, from) in groups
            .into_remainder()
            .iter_mut()
            .zip(&table[usize::from(byte)])
        {
            *to = *from;
        }
    }
}

/// Packs bools given as bytes 0 and 1 into bits; `xor` turns all bits of a byte that are in use.
pub(crate) fn pack(flags: &[u8], xor: u8, out: &mut [u8]) {
    // Each byte's lowest bit wanders to its place in the top byte.
    const GATHER: u64 = 0x8040_2010_0804_0201;
    let mut groups = flags.chunks_exact(8);
    let mut out = out.iter_mut();
    for (group, to) in groups.by_ref().zip(out.by_ref()) {
        let lanes = group.try_into().map_or(0, u64::from_le_bytes);
        *to = (lanes.wrapping_mul(GATHER) >> 56) as u8 ^ xor;
    }
    let rest = groups.remainder();
    if let (Some(to), false) = (out.next(), rest.is_empty()) {
        let used = !(0xffu16 >> rest.len()) as u8;
        let bits = rest
            .iter()
            .enumerate()
            .fold(0, |bits, (at, &flag)| bits | flag << (7 - at));
        *to = (bits ^ xor) & used;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIBBLES: [[u8; 2]; 256] = samples();
    const BITS: [[bool; 8]; 256] = flags(1);

    #[test]
    fn spreads_from_the_middle_of_a_byte() {
        let mut out = [9; 4];
        spread(&NIBBLES, &[0x12, 0x34, 0x56], 1, &mut out);
        assert_eq!(out, [2, 3, 4, 5]);
        let mut out = [9; 1];
        spread(&NIBBLES, &[0x12], 1, &mut out);
        assert_eq!(out, [2]);
    }

    #[test]
    fn packs_what_it_spread() {
        for width in [1, 7, 8, 9, 16, 19] {
            let bytes = [0b1011_0010, 0b0111_0001, 0b1110_0000];
            let mut flags = vec![false; width];
            spread(&BITS, &bytes, 0, &mut flags);
            let flags: Vec<u8> = flags.iter().map(|&flag| flag.into()).collect();
            let mut packed = vec![0; width.div_ceil(8)];
            pack(&flags, 0, &mut packed);
            let mut inverse = vec![0; width.div_ceil(8)];
            pack(&flags, 0xff, &mut inverse);
            for at in 0..width {
                let bit = |bytes: &[u8]| bytes[at / 8] >> (7 - at % 8) & 1;
                assert_eq!(bit(&packed), bit(&bytes));
                assert_eq!(bit(&inverse), 1 - bit(&bytes));
            }
        }
    }
}
