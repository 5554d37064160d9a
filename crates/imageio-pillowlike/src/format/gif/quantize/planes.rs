//! The search for the nearest colour of a palette.

/// Colours searched at once; a multiple of what vector instructions take.
const LANES: usize = 8;

/// A palette by channel, padded with colours that are far from all others.
#[derive(Default)]
pub(super) struct Planes {
    blocks: Vec<[[f32; LANES]; 3]>,
}

impl Planes {
    pub(super) fn new(palette: &[[u8; 3]]) -> Self {
        let blocks = palette.chunks(LANES).map(|colors| {
            let mut block = [[1e6; LANES]; 3];
            for (lane, color) in colors.iter().enumerate() {
                for channel in 0..3 {
                    block[channel][lane] = f32::from(color[channel]);
                }
            }
            block
        });
        Planes {
            blocks: blocks.collect(),
        }
    }

    /// The nearest entry by squared distance; of equal ones the lane that comes first.
    pub(super) fn nearest(&self, color: [u8; 3]) -> u8 {
        let [r, g, b] = color.map(f32::from);
        let mut best = [f32::MAX; LANES];
        let mut found = [0f32; LANES];
        let mut number = 0.0;
        for [reds, greens, blues] in &self.blocks {
            for lane in 0..LANES {
                let (dr, dg, db) = (reds[lane] - r, greens[lane] - g, blues[lane] - b);
                let distance = dr * dr + dg * dg + db * db;
                let closer = distance < best[lane];
                best[lane] = if closer { distance } else { best[lane] };
                found[lane] = if closer { number } else { found[lane] };
            }
            number += 1.0;
        }
        let lanes = best.iter().zip(&found).enumerate();
        let nearest = lanes.min_by(|a, b| a.1.0.total_cmp(b.1.0));
        nearest.map_or(0, |(lane, (_, &block))| {
            (block as usize * LANES + lane) as u8
        })
    }
}
