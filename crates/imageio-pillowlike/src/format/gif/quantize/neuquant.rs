//! NeuQuant, after A. Dekker, "Kohonen neural networks for optimal colour quantization", 1994: a chain of colours
//! that learns from samples of the picture.

use super::Rgba;

/// Steps in which the chain grows stiff.
const CYCLES: usize = 100;

/// What part of its rate of learning the chain loses in a step, and of its reach.
const COOLING: f32 = 1.0 / 30.0;

/// How fast the shares of the entries follow the samples, and how much they count against an entry.
const SHARE_RATE: f32 = 1.0 / 1024.0;
const SHARE_WEIGHT: f32 = 1024.0;

/// Strides through the picture, prime so that they come by every pixel.
const STRIDES: [usize; 4] = [499, 491, 487, 503];

/// One colour of the chain.
#[derive(Clone, Copy)]
struct Entry {
    color: [f32; 3],
    /// The part of the samples that this entry is nearest to, and how it lags behind an equal one.
    share: f32,
    bias: f32,
}

/// `size` colours for the opaque ones of `pixels`.
pub(super) fn palette(pixels: &[Rgba], size: usize) -> Vec<[u8; 3]> {
    let ramp = (0..size).map(|at| Entry {
        color: [(at * 256 / size) as f32; 3],
        share: 1.0 / size as f32,
        bias: 0.0,
    });
    let mut chain: Vec<Entry> = ramp.collect();
    let samples = (pixels.len() / 10).max(pixels.len().min(size * 100));
    let stride = STRIDES
        .iter()
        .find(|stride| !pixels.len().is_multiple_of(**stride));
    let stride = *stride.unwrap_or(&1);
    let step = (samples / CYCLES).max(1);
    let (mut rate, mut reach) = (1.0, size as f32 / 8.0);
    let mut at = 0;
    for number in 1..=samples {
        if let Some(&[r, g, b, 1..=255]) = pixels.get(at) {
            learn(&mut chain, [r, g, b].map(f32::from), rate, reach);
        }
        at = (at + stride) % pixels.len().max(1);
        if number % step == 0 {
            rate -= rate * COOLING;
            reach -= reach * COOLING;
        }
    }
    let rounded = |entry: &Entry| {
        entry
            .color
            .map(|value| value.round().clamp(0.0, 255.0) as u8)
    };
    chain.iter().map(rounded).collect()
}

/// Pulls the entry that `color` belongs to towards it, and its neighbours less.
fn learn(chain: &mut [Entry], color: [f32; 3], rate: f32, reach: f32) {
    let winner = contest(chain, color);
    let reach = if reach <= 1.0 { 0 } else { reach as usize };
    let first = winner.saturating_sub(reach.saturating_sub(1));
    let neighbours = chain.iter_mut().enumerate().skip(first);
    for (at, entry) in neighbours.take_while(|(at, _)| *at < winner + reach.max(1)) {
        let near = match at.abs_diff(winner) {
            0 => 1.0,
            distance => 1.0 - (distance * distance) as f32 / (reach * reach) as f32,
        };
        for (value, target) in entry.color.iter_mut().zip(color) {
            *value += rate * near * (target - *value);
        }
    }
}

/// The entry that learns from `color`: the nearest, where those that seldom win are favoured.
fn contest(chain: &mut [Entry], color: [f32; 3]) -> usize {
    let mut nearest = (f32::MAX, 0);
    let mut favoured = (f32::MAX, 0);
    for (at, entry) in chain.iter_mut().enumerate() {
        let channels = entry.color.iter().zip(color);
        let distance: f32 = channels.map(|(value, target)| (value - target).abs()).sum();
        if distance < nearest.0 {
            nearest = (distance, at);
        }
        if distance - entry.bias < favoured.0 {
            favoured = (distance - entry.bias, at);
        }
        let change = SHARE_RATE * entry.share;
        entry.share -= change;
        entry.bias += SHARE_WEIGHT * change;
    }
    if let Some(entry) = chain.get_mut(nearest.1) {
        entry.share += SHARE_RATE;
        entry.bias -= SHARE_WEIGHT * SHARE_RATE;
    }
    favoured.1
}
