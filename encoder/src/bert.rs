//! The network: attention and two layers a block, as BERT has it (Devlin et al. 2018), and the mean of what comes out.

use crate::matrix::{BLOCK, BLOCK_BYTES, Matrix, Rounded, Rows, eight_at_a_time, fast, numbers};
use pulp::NullaryFnOnce;

/// What a network is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) width: usize,
    pub(crate) heads: usize,
    /// Added to variances.
    pub(crate) epsilon: f32,
}

#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) shape: Shape,
    /// For each piece its blocks.
    pub(crate) pieces: Vec<u8>,
    /// For each place in a text.
    pub(crate) places: Vec<f32>,
    /// The same for all: there is one kind of text.
    pub(crate) kind: Vec<f32>,
    pub(crate) norm: Norm,
    pub(crate) layers: Vec<Layer>,
}

#[derive(Debug)]
pub(crate) struct Norm {
    pub(crate) weights: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) query: Matrix,
    pub(crate) key: Matrix,
    pub(crate) value: Matrix,
    pub(crate) output: Matrix,
    pub(crate) after_attention: Norm,
    pub(crate) wide: Matrix,
    pub(crate) narrow: Matrix,
    pub(crate) after: Norm,
}

impl Network {
    /// How many pieces of a text are looked at.
    pub(crate) fn most(&self) -> usize {
        self.places.len() / self.shape.width
    }

    /// The mean of what comes out for each piece.
    pub(crate) fn mean(&self, pieces: &[u32]) -> Vec<f32> {
        let shape = self.shape;
        let mut rows = self.embedded(pieces);
        for layer in &self.layers {
            let rounded = Rounded::of(&rows);
            let (query, key, value) =
                (layer.query.times(&rounded), layer.key.times(&rounded), layer.value.times(&rounded));
            let mut attended = Rows::new(pieces.len(), shape.width);
            fast(Attention { shape, query: &query, key: &key, value: &value, into: &mut attended.values });
            let output = layer.output.times(&Rounded::of(&attended));
            fast(AddAndNorm { rows: &mut rows, add: &output.values, norm: &layer.after_attention, shape });
            let mut wide = layer.wide.times(&Rounded::of(&rows));
            fast(Gelu(&mut wide.values));
            let narrow = layer.narrow.times(&Rounded::of(&wide));
            fast(AddAndNorm { rows: &mut rows, add: &narrow.values, norm: &layer.after, shape });
        }
        let mut mean = vec![0.0; shape.width];
        for row in rows.values.chunks_exact(shape.width) {
            mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        let count = pieces.len().max(1) as f32;
        mean.iter_mut().for_each(|sum| *sum /= count);
        mean
    }

    fn embedded(&self, pieces: &[u32]) -> Rows {
        let shape = self.shape;
        let bytes = shape.width / BLOCK * BLOCK_BYTES;
        let mut rows = Rows::new(pieces.len(), shape.width);
        let mut added = Vec::with_capacity(rows.values.len());
        for (row, piece) in rows.values.chunks_exact_mut(shape.width).zip(pieces) {
            let start = *piece as usize * bytes;
            if let Some(file) = self.pieces.get(start..start + bytes) {
                row.iter_mut().zip(numbers(file)).for_each(|(value, number)| *value = number);
            }
            added.extend_from_slice(&self.kind);
        }
        added.iter_mut().zip(&self.places).for_each(|(sum, place)| *sum += place);
        fast(AddAndNorm { rows: &mut rows, add: &added, norm: &self.norm, shape });
        rows
    }
}

/// Adds, and takes mean and spread away.
struct AddAndNorm<'a> {
    rows: &'a mut Rows,
    add: &'a [f32],
    norm: &'a Norm,
    shape: Shape,
}

impl NullaryFnOnce for AddAndNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let width = self.shape.width;
        for (row, add) in self.rows.values.chunks_exact_mut(width).zip(self.add.chunks_exact(width)) {
            row.iter_mut().zip(add).for_each(|(value, add)| *value += add);
            let mean = sum(row, |value| value) / width as f32;
            row.iter_mut().for_each(|value| *value -= mean);
            let variance = sum(row, |value| value * value) / width as f32;
            let scale = 1.0 / (variance + self.shape.epsilon).sqrt();
            for ((value, weight), bias) in row.iter_mut().zip(&self.norm.weights).zip(&self.norm.bias) {
                *value = *value * scale * weight + bias;
            }
        }
    }
}

#[inline(always)]
fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (sums, rest) = eight_at_a_time(values, 0.0, |sum, value| sum + of(value));
    sums.into_iter().sum::<f32>() + rest.iter().map(|value| of(*value)).sum::<f32>()
}

/// What each piece takes from the others.
struct Attention<'a> {
    shape: Shape,
    query: &'a Rows,
    key: &'a Rows,
    value: &'a Rows,
    into: &'a mut [f32],
}

impl NullaryFnOnce for Attention<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let width = self.shape.width;
        let size = width / self.shape.heads;
        let count = self.query.values.len() / width;
        let scale = 1.0 / (size as f32).sqrt();
        let mut keys = vec![0.0; size * count];
        let mut likeness = vec![0.0; count];
        for head in (0..width).step_by(size) {
            // Turned, so that what belongs to neighbours stands side by side.
            for (token, key) in self.key.values.chunks_exact(width).enumerate() {
                for (at, value) in key[head..head + size].iter().enumerate() {
                    keys[at * count + token] = value * scale;
                }
            }
            for token in 0..count {
                let own = token * width + head..token * width + head + size;
                likeness.fill(0.0);
                for (query, keys) in self.query.values[own.clone()].iter().zip(keys.chunks_exact(count)) {
                    likeness.iter_mut().zip(keys).for_each(|(sum, key)| *sum += query * key);
                }
                let largest = likeness.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                likeness.iter_mut().for_each(|value| *value = exp(*value - largest));
                let whole = 1.0 / sum(&likeness, |value| value);
                let into = &mut self.into[own];
                for (share, value) in likeness.iter().zip(self.value.values.chunks_exact(width)) {
                    let share = share * whole;
                    into.iter_mut().zip(&value[head..head + size]).for_each(|(sum, value)| *sum += share * value);
                }
            }
        }
    }
}

struct Gelu<'a>(&'a mut [f32]);

impl NullaryFnOnce for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.0
            .iter_mut()
            .for_each(|value| *value = 0.5 * *value * (1.0 + erf(*value * std::f32::consts::FRAC_1_SQRT_2)));
    }
}

/// The error function, to 2 in 10^7 (Abramowitz and Stegun 7.1.26): without branches, so that many are worked out at once.
#[inline(always)]
fn erf(value: f32) -> f32 {
    let size = value.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let polynomial = t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    (1.0 - polynomial * exp(-size * size)).copysign(value)
}

/// The exponential of a number that is not positive, to 2 in 10^7, without branches: a power of two and a polynomial.
#[inline(always)]
fn exp(value: f32) -> f32 {
    let value = if value < -87.0 { -87.0 } else { value };
    let turns = (value * std::f32::consts::LOG2_E - 0.5) as i32;
    let whole = turns as f32;
    // In two parts: the first is exact.
    let rest = value - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let polynomial = 1.987_569_1e-4;
    let polynomial = polynomial * rest + 1.398_2e-3;
    let polynomial = polynomial * rest + 8.333_452e-3;
    let polynomial = polynomial * rest + 4.166_579_6e-2;
    let polynomial = polynomial * rest + 1.666_666_5e-1;
    let polynomial = polynomial * rest + 5e-1;
    let power = f32::from_bits(((turns + 127) as u32) << 23);
    (polynomial * rest * rest + rest + 1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_erf_are_close_enough() {
        for at in 0..20_000 {
            let value = -f64::from(at) / 230.0;
            let error = (f64::from(exp(value as f32)) - f64::from(value as f32).exp()).abs();
            assert!(error < 3e-7, "{value}: {error}");
        }
        assert!(exp(-1e9) < 1e-37);
        // From tables.
        for (value, expected) in
            [(0.0, 0.0), (0.5, 0.520_499_9), (1.0, 0.842_700_8), (2.0, 0.995_322_3), (-1.0, -0.842_700_8)]
        {
            assert!((erf(value) - expected).abs() < 5e-7, "{value}");
        }
    }
}
