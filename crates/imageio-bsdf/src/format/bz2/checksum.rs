//! The sum of a block: CRC-32 with the highest bit first.

const POLYNOMIAL: u32 = 0x04c1_1db7;

/// For each byte, and for each with up to three zeros behind it.
static TABLES: [[u32; 256]; 4] = tables();

/// The sum of `bytes`.
pub(super) fn sum(bytes: &[u8]) -> u32 {
    let [one, two, three, four] = &TABLES;
    let look = |table: &[u32; 256], byte: u8| table.get(usize::from(byte)).copied().unwrap_or(0);
    let (words, rest) = bytes.as_chunks::<4>();
    let mut sum = u32::MAX;
    for word in words {
        let [a, b, c, d] = (sum ^ u32::from_be_bytes(*word)).to_be_bytes();
        sum = look(four, a) ^ look(three, b) ^ look(two, c) ^ look(one, d);
    }
    for byte in rest {
        sum = sum << 8 ^ look(one, (sum >> 24) as u8 ^ byte);
    }
    !sum
}

const fn tables() -> [[u32; 256]; 4] {
    let mut tables = [[0; 256]; 4];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = (byte as u32) << 24;
        let mut table = 0;
        while table < 4 {
            let mut bit = 0;
            while bit < 8 {
                sum = if sum >> 31 == 1 {
                    sum << 1 ^ POLYNOMIAL
                } else {
                    sum << 1
                };
                bit += 1;
            }
            tables[table][byte] = sum;
            table += 1;
        }
        byte += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn sums_are_those_of_the_catalogue() {
        // CRC-32/BZIP2 in the catalogue of parametrised CRC algorithms.
        assert_eq!(sum(b"123456789"), 0xfc89_1918);
        assert_eq!(sum(b""), 0);
    }
}
