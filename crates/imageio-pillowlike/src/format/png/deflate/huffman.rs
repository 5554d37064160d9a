//! Prefix codes from frequencies (RFC 1951 3.2.2).

/// Longest code of literals, lengths and distances. The format allows 15, but four of these go into a word.
pub(super) const LONGEST: usize = 14;

/// Lengths of the codes of symbols that occur `counts` times, none longer than `longest`; 0 for those that do not.
///
/// A single symbol gets one bit.
pub(super) fn lengths(counts: &[u32], longest: usize) -> Vec<u8> {
    let mut symbols: Vec<(u32, usize)> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(symbol, &count)| (count, symbol))
        .collect();
    symbols.sort_unstable();
    let mut lengths = vec![0; counts.len()];
    let per_length = shape(&symbols, longest);
    // The rarest symbols have the longest codes.
    let mut rare = symbols.iter();
    for (length, &count) in per_length.iter().enumerate().rev() {
        for &(_, symbol) in rare.by_ref().take(count) {
            lengths[symbol] = length as u8;
        }
    }
    lengths
}

/// How many codes there are of each length.
fn shape(symbols: &[(u32, usize)], longest: usize) -> Vec<usize> {
    let mut per_length = vec![0; longest + 1];
    if let [_] = symbols {
        per_length[1] = 1;
    }
    if symbols.len() < 2 {
        return per_length;
    }
    for depth in depths(symbols) {
        per_length[depth.min(longest)] += 1;
    }
    // Codes that were cut short take too much: the cheapest change that gives room is made until they fit.
    let unit = |length: usize| 1usize << (longest - length);
    let mut taken: usize = (1..=longest).map(|len| per_length[len] * unit(len)).sum();
    while taken > 1 << longest {
        let shorter = (1..longest).rev().find(|&length| per_length[length] > 0);
        let Some(shorter) = shorter else { break };
        per_length[shorter] -= 1;
        per_length[shorter + 1] += 1;
        taken -= unit(shorter + 1);
    }
    // Readers want codes that leave nothing over.
    while taken < 1 << longest && per_length[longest] > 0 {
        per_length[longest] -= 1;
        per_length[longest - 1] += 1;
        taken += 1;
    }
    per_length
}

/// Depths of the leaves of Huffman's tree, by two queues.
fn depths(symbols: &[(u32, usize)]) -> Vec<usize> {
    let leaves = symbols.len();
    let mut weights: Vec<u64> = symbols.iter().map(|&(count, _)| count.into()).collect();
    let mut parents = vec![0; 2 * leaves - 1];
    let (mut leaf, mut inner) = (0, leaves);
    for made in leaves..2 * leaves - 1 {
        let mut sum = 0;
        for _ in 0..2 {
            let from_leaves = leaf < leaves && (inner >= made || weights[leaf] <= weights[inner]);
            let taken = if from_leaves { &mut leaf } else { &mut inner };
            sum += weights[*taken];
            parents[*taken] = made;
            *taken += 1;
        }
        weights.push(sum);
    }
    let mut depths = vec![0; 2 * leaves - 1];
    for node in (0..2 * leaves - 2).rev() {
        depths[node] = depths[parents[node]] + 1;
    }
    depths.truncate(leaves);
    depths
}

/// The codes of symbols with `lengths`, their first bit lowest; with the length from bit 16 on.
pub(super) fn codes(lengths: &[u8]) -> Vec<u32> {
    let mut next = [0u32; LONGEST + 2];
    for &length in lengths.iter().filter(|length| **length > 0) {
        next[usize::from(length) + 1] += 1;
    }
    for length in 1..next.len() {
        next[length] += next[length - 1];
        next[length] <<= 1;
    }
    // `next[n]` held the codes shorter than n; doubled at each step it is the first code of n bits.
    let code = |&length: &u8| {
        if length == 0 {
            return 0;
        }
        let code = next[usize::from(length)];
        next[usize::from(length)] += 1;
        code.reverse_bits() >> (32 - u32::from(length)) | u32::from(length) << 16
    };
    lengths.iter().map(code).collect()
}
