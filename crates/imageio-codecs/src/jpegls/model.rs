//! The statistics by which samples are coded, T.87 annex A.

use imageio_core::{Error, Result};

use super::bits::Bits;
use super::frame::Presets;

/// Contexts of the regular mode, A.3.4.
const REGULAR: usize = 365;

/// Order of the code of run lengths by run index, table A.6.
pub(super) const ORDERS: [u8; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
];

/// What A.2.1 derives from precision and presets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameters {
    pub(super) max_value: i32,
    pub(super) near: i32,
    range: i32,
    thresholds: [i32; 3],
    reset: i32,
    /// Bits of an error that is coded in full.
    error_bits: u32,
    limit: u32,
}

impl Parameters {
    pub(super) fn new(precision: u8, near: i32, presets: &Presets) -> Result<Self> {
        let most = (1i32 << precision) - 1;
        let max_value = if presets.max_value == 0 {
            most
        } else {
            presets.max_value
        };
        if max_value > most || near > 255.min(max_value / 2) {
            return Err(Error::corrupt(format!(
                "JPEG-LS samples up to {max_value}, near by {near}, in {precision} bits"
            )));
        }
        let range = (max_value + 2 * near) / (2 * near + 1) + 1;
        let bits = |values: i32| 32 - (values - 1).leading_zeros();
        let depth = bits(max_value + 1).max(2);
        let defaults = default_thresholds(max_value, near);
        let mut thresholds = presets.thresholds;
        for (set, default) in thresholds.iter_mut().zip(defaults) {
            if *set == 0 {
                *set = default;
            }
        }
        let [first, second, third] = thresholds;
        if first <= near || second < first || third < second || third > max_value {
            return Err(Error::corrupt(format!("JPEG-LS thresholds {thresholds:?}")));
        }
        let reset = if presets.reset == 0 {
            64
        } else {
            presets.reset
        };
        if reset < 3 {
            return Err(Error::corrupt(format!(
                "JPEG-LS contexts that begin again after {reset}"
            )));
        }
        Ok(Parameters {
            max_value,
            near,
            range,
            thresholds,
            reset,
            error_bits: bits(range),
            limit: 2 * (depth + depth.max(8)),
        })
    }

    /// The region of a gradient, A.3.3.
    pub(super) fn region(&self, gradient: i32) -> i32 {
        let [first, second, third] = self.thresholds;
        let size = gradient.abs();
        let region = match size {
            _ if size <= self.near => 0,
            _ if size < first => 1,
            _ if size < second => 2,
            _ if size < third => 3,
            _ => 4,
        };
        if gradient < 0 { -region } else { region }
    }

    /// The sample that lies `error` away from what was expected, A.4.5 and A.5.
    fn corrected(&self, expected: i32, error: i32) -> i32 {
        let step = 2 * self.near + 1;
        let mut sample = expected + error * step;
        if sample < -self.near {
            sample += self.range * step;
        } else if sample > self.max_value + self.near {
            sample -= self.range * step;
        }
        sample.clamp(0, self.max_value)
    }
}

/// C.2.4.1.1.1.
fn default_thresholds(max_value: i32, near: i32) -> [i32; 3] {
    let clamped = |value: i32, least: i32| {
        if value > max_value || value < least {
            least
        } else {
            value
        }
    };
    let basic = [3, 7, 21];
    if max_value >= 128 {
        let factor = (max_value.min(4095) + 128) / 256;
        let first = clamped(factor * (basic[0] - 2) + 2 + 3 * near, near + 1);
        let second = clamped(factor * (basic[1] - 3) + 3 + 5 * near, first);
        let third = clamped(factor * (basic[2] - 4) + 4 + 7 * near, second);
        return [first, second, third];
    }
    let factor = 256 / (max_value + 1);
    let first = clamped((basic[0] / factor + 3 * near).max(2), near + 1);
    let second = clamped((basic[1] / factor + 5 * near).max(3), first);
    let third = clamped((basic[2] / factor + 7 * near).max(4), second);
    [first, second, third]
}

/// What is known about the errors in one context: A, B, C and N of the standard.
#[derive(Clone, Copy, Debug)]
struct Context {
    sizes: i32,
    bias: i32,
    correction: i32,
    count: i32,
}

/// The same where a run was interrupted, A.7.2; `negative` is Nn.
#[derive(Clone, Copy, Debug)]
struct RunContext {
    sizes: i32,
    count: i32,
    negative: i32,
}

/// All contexts of a scan.
pub(super) struct Model {
    pub(super) parameters: Parameters,
    regular: [Context; REGULAR],
    interrupted: [RunContext; 2],
}

impl Model {
    pub(super) fn new(parameters: Parameters) -> Self {
        let sizes = ((parameters.range + 32) / 64).max(2);
        let regular = Context {
            sizes,
            bias: 0,
            correction: 0,
            count: 1,
        };
        let run = RunContext {
            sizes,
            count: 1,
            negative: 0,
        };
        Model {
            parameters,
            regular: [regular; REGULAR],
            interrupted: [run; 2],
        }
    }

    /// A sample in the context of `regions`, of which `expected` is guessed, A.4 to A.6.
    pub(super) fn regular(
        &mut self,
        bits: &mut Bits<'_>,
        context: i32,
        expected: i32,
    ) -> Result<i32> {
        let parameters = &self.parameters;
        let sign = if context < 0 { -1 } else { 1 };
        let Some(state) = self.regular.get_mut(context.unsigned_abs() as usize) else {
            return Err(Error::corrupt("a JPEG-LS context that is none"));
        };
        let expected = (expected + sign * state.correction).clamp(0, parameters.max_value);
        let order = order(state.count, state.sizes);
        let code = code(bits, order, parameters.limit, parameters.error_bits)?;
        // A.5.2: where errors lean to the negative side, their codes are swapped.
        let swapped = parameters.near == 0 && order == 0 && 2 * state.bias <= -state.count;
        let error = match (code & 1 != 0, swapped) {
            (true, true) => (code - 1) / 2,
            (false, true) => -(code / 2) - 1,
            (false, false) => code / 2,
            (true, false) => -code.div_euclid(2) - 1,
        };
        state.update(error, parameters);
        Ok(parameters.corrected(expected, sign * error))
    }

    /// The sample that ended a run, between its left and its upper neighbour, A.7.2.
    ///
    /// `alike` is whether the two count as equal.
    pub(super) fn interruption(
        &mut self,
        bits: &mut Bits<'_>,
        (left, above): (i32, i32),
        alike: bool,
        run_order: u8,
    ) -> Result<i32> {
        let parameters = &self.parameters;
        let kind = i32::from(alike);
        let [unlike_state, alike_state] = &mut self.interrupted;
        let state = if alike { alike_state } else { unlike_state };
        let sizes = state.sizes + if alike { state.count >> 1 } else { 0 };
        let order = order(state.count, sizes);
        let limit = parameters.limit.saturating_sub(u32::from(run_order) + 1);
        let code = code(bits, order, limit, parameters.error_bits)?;
        let doubled = code + kind;
        let odd = doubled & 1 != 0;
        let size = (doubled >> 1) + i32::from(odd);
        let error = if (order != 0 || 2 * state.negative >= state.count) == odd {
            -size
        } else {
            size
        };
        state.sizes += (code + 1 - kind) >> 1;
        state.negative += i32::from(error < 0);
        if state.count == parameters.reset {
            state.sizes >>= 1;
            state.count >>= 1;
            state.negative >>= 1;
        }
        state.count += 1;
        let (expected, sign) = match (alike, left > above) {
            (true, _) => (left, 1),
            (false, true) => (above, -1),
            (false, false) => (above, 1),
        };
        Ok(parameters.corrected(expected, sign * error))
    }
}

impl Context {
    /// A.6.
    fn update(&mut self, error: i32, parameters: &Parameters) {
        self.bias += error * (2 * parameters.near + 1);
        self.sizes += error.abs();
        if self.count == parameters.reset {
            self.sizes >>= 1;
            self.bias >>= 1;
            self.count >>= 1;
        }
        self.count += 1;
        if self.bias <= -self.count {
            self.bias = (self.bias + self.count).max(1 - self.count);
            self.correction = (self.correction - 1).max(-128);
        } else if self.bias > 0 {
            self.bias = (self.bias - self.count).min(0);
            self.correction = (self.correction + 1).min(127);
        }
    }
}

/// The order of the code for errors of which `count` add up to `sizes`, A.5.1.
fn order(count: i32, sizes: i32) -> u32 {
    let mut order = 0;
    while order < 24 && (count << order) < sizes {
        order += 1;
    }
    order
}

/// A number in the Golomb code of limited length, A.5.3.
fn code(bits: &mut Bits<'_>, order: u32, limit: u32, error_bits: u32) -> Result<i32> {
    let escape = limit.saturating_sub(error_bits + 1);
    let zeros = bits.zeros(escape)?;
    if zeros < escape {
        return Ok((zeros as i32) << order | bits.take(order)?);
    }
    Ok(bits.take(error_bits)? + 1)
}
