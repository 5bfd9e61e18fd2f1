//! Vectors in memory: eight bits a number, all of them looked at for each question. Below a hundred thousand that takes a
//! millisecond or two, which no index would better.

/// Vectors of length 1, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    dimensions: usize,
    values: Vec<i8>,
    scales: Vec<f32>,
}

/// One vector, rounded like those it is compared with.
#[derive(Debug)]
pub(crate) struct Rounded {
    values: Vec<i8>,
    scale: f32,
}

impl Rounded {
    pub(crate) fn of(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(f32::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
        let scale = largest / f32::from(i8::MAX);
        Self { values: vector.iter().map(|value| (value / scale).round() as i8).collect(), scale }
    }
}

impl Pieces {
    pub(crate) fn new(dimensions: usize) -> Self {
        Self { dimensions, ..Self::default() }
    }

    pub(crate) fn push(&mut self, vector: &[f32]) {
        let Rounded { values, scale } = Rounded::of(vector);
        self.values.extend(values);
        self.scales.push(scale);
    }

    /// How close each is to a vector: 1 is the same.
    pub(crate) fn cosines(&self, vector: &Rounded) -> impl Iterator<Item = f32> {
        self.values.chunks_exact(self.dimensions.max(1)).zip(&self.scales).map(|(values, scale)| {
            let products = values.iter().zip(&vector.values).map(|(one, other)| i32::from(*one) * i32::from(*other));
            products.sum::<i32>() as f32 * scale * vector.scale
        })
    }
}

/// The mean of vectors; zero where there are none.
pub(crate) fn mean(vectors: impl Iterator<Item = Vec<f32>>, dimensions: usize) -> Vec<f32> {
    let mut mean = vec![0.0; dimensions];
    let mut count = 0_u32;
    for vector in vectors {
        mean.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
        count += 1;
    }
    mean.iter_mut().for_each(|sum| *sum /= count.max(1) as f32);
    mean
}

/// What is left of a vector without what all have in common, at length 1.
pub(crate) fn without(vector: &[f32], common: &[f32]) -> Vec<f32> {
    let mut left: Vec<f32> = vector.iter().zip(common).map(|(value, common)| value - common).collect();
    let length = left.iter().map(|value| value * value).sum::<f32>().sqrt();
    // Where everything is alike nothing is left but the noise of rounding.
    let scale = if length > 1e-4 { 1.0 / length } else { 0.0 };
    left.iter_mut().for_each(|value| *value *= scale);
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosines_survive_eight_bits() {
        let vector = |seed: f32| without(&(0..64).map(|at| (at as f32 * seed).sin()).collect::<Vec<_>>(), &[0.0; 64]);
        let vectors = [0.3, 0.31, 1.7].map(vector);
        let mut pieces = Pieces::new(64);
        vectors.iter().for_each(|vector| pieces.push(vector));
        for (vector, found) in vectors.iter().zip(pieces.cosines(&Rounded::of(&vectors[0]))) {
            let exact: f32 = vector.iter().zip(&vectors[0]).map(|(one, other)| one * other).sum();
            assert!((found - exact).abs() < 0.01, "{found} {exact}");
        }
    }

    #[test]
    fn what_all_have_in_common_is_taken_away() {
        let vectors = [vec![1.0, 0.1], vec![1.0, -0.1]];
        let common = mean(vectors.iter().cloned(), 2);
        assert_eq!(common, [1.0, 0.0]);
        assert_eq!(without(&vectors[0], &common), [0.0, 1.0]);
        assert_eq!(without(&common, &common), [0.0, 0.0]);
        assert_eq!(mean(std::iter::empty(), 2), [0.0, 0.0]);
    }
}
