//! Matrices of four-bit weights times rounded numbers: where nearly all of the time goes.
//!
//! Weights come in blocks of 32 with a scale each, and numbers are rounded to eight bits in blocks of the same size, so that a
//! block's products are whole and add up in sixteen bits. With AVX2 they are added 32 at a time; the same, written plainly,
//! serves other processors.

use pulp::{Arch, NullaryFnOnce};

/// So many weights share a scale.
pub(crate) const BLOCK: usize = 32;
/// A block in the file: the scale in half precision, then two weights a byte.
pub(crate) const BLOCK_BYTES: usize = 2 + BLOCK / 2;

/// Weights are kept from 0 to 15 and mean so much less.
const MIDDLE: i32 = 8;
/// Rows that go side by side through a register.
const LANES: usize = 8;
/// Numbers of one row that are multiplied together, and how many such steps a block takes.
const QUAD: usize = 4;
const STEPS: usize = BLOCK / QUAD;

/// Numbers of a text: a row for each token.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    pub(crate) width: usize,
    pub(crate) values: Vec<f32>,
}

impl Rows {
    pub(crate) fn new(count: usize, width: usize) -> Self {
        Self { width, values: vec![0.0; count * width] }
    }
}

/// Does work with the widest registers of this processor, as far as it is inlined.
pub(crate) fn fast<T>(work: impl NullaryFnOnce<Output = T>) -> T {
    Arch::new().dispatch(work)
}

/// Folds numbers into eight, whose ends do not wait for each other: one alone would have to be worked out number by number.
/// What does not fill eight is left over.
#[inline(always)]
pub(crate) fn eight_at_a_time(values: &[f32], start: f32, fold: impl Fn(f32, f32) -> f32) -> ([f32; LANES], &[f32]) {
    let (eights, rest) = values.as_chunks::<LANES>();
    let mut folded = [start; LANES];
    for eight in eights {
        folded.iter_mut().zip(eight).for_each(|(folded, value)| *folded = fold(*folded, *value));
    }
    (folded, rest)
}

/// Rows rounded to eight bits, block by block.
#[derive(Debug)]
pub(crate) struct Rounded {
    width: usize,
    /// Four numbers in each, as the processor takes them.
    quads: Vec<[i32; STEPS]>,
    scales: Vec<f32>,
    /// What is to be added to a block's sum because weights are kept from 0 on.
    offsets: Vec<i32>,
}

impl Rounded {
    /// The width is a multiple of [`BLOCK`].
    pub(crate) fn of(rows: &Rows) -> Self {
        let blocks = rows.values.len() / BLOCK;
        let mut rounded = Self {
            width: rows.width,
            quads: vec![[0; STEPS]; blocks],
            scales: vec![0.0; blocks],
            offsets: vec![0; blocks],
        };
        fast(Round { from: rows.values.as_chunks().0, into: &mut rounded });
        rounded
    }
}

struct Round<'a> {
    from: &'a [[f32; BLOCK]],
    into: &'a mut Rounded,
}

impl NullaryFnOnce for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let into = self.into.quads.iter_mut().zip(&mut self.into.scales).zip(&mut self.into.offsets);
        for (block, ((quads, scale), offset)) in self.from.iter().zip(into) {
            let larger = |largest: f32, value: f32| if value.abs() > largest { value.abs() } else { largest };
            let (eight, _) = eight_at_a_time(block, f32::MIN_POSITIVE, larger);
            let largest = eight.into_iter().fold(f32::MIN_POSITIVE, f32::max);
            let steps = 127.0 / largest;
            *scale = largest / 127.0;
            let mut whole = [0_i8; BLOCK];
            let mut sum = 0;
            for (value, whole) in block.iter().zip(&mut whole) {
                // Half is added towards the sign and the rest cut off: rounding that every processor does many at a time.
                let rounded = (value * steps + 0.5_f32.copysign(*value)) as i32;
                sum += rounded;
                *whole = rounded as i8;
            }
            *offset = -MIDDLE * sum;
            for (quad, four) in quads.iter_mut().zip(whole.as_chunks::<QUAD>().0) {
                *quad = i32::from_le_bytes(four.map(|value| value as u8));
            }
        }
    }
}

/// For eight rows: in each step four weights of each.
type Weights = [[u8; LANES * QUAD]; STEPS];

/// Weights of a layer: a row for each number that comes out.
#[derive(Debug)]
pub(crate) struct Matrix {
    blocks_in_row: usize,
    weights: Vec<Weights>,
    scales: Vec<[f32; LANES]>,
    bias: Vec<f32>,
}

impl Matrix {
    /// From the blocks of a file. `None` where the sizes do not fit together or a scale is no number.
    pub(crate) fn new(file: &[u8], width: usize, bias: Vec<f32>) -> Option<Self> {
        let blocks_in_row = width / BLOCK;
        let fits = width.is_multiple_of(BLOCK) && bias.len().is_multiple_of(LANES);
        if !fits || width == 0 || file.len() != bias.len() * blocks_in_row * BLOCK_BYTES {
            return None;
        }
        let count = bias.len() / LANES * blocks_in_row;
        let mut weights = vec![[[0; LANES * QUAD]; STEPS]; count];
        let mut scales = vec![[0.0; LANES]; count];
        for (at, block) in file.as_chunks::<BLOCK_BYTES>().0.iter().enumerate() {
            let (row, column) = (at / blocks_in_row, at % blocks_in_row);
            let (place, lane) = (row / LANES * blocks_in_row + column, row % LANES);
            let scale = scale(block);
            if !scale.is_finite() {
                return None;
            }
            scales[place][lane] = scale;
            for (at, weight) in unpacked(block).into_iter().enumerate() {
                weights[place][at / QUAD][lane * QUAD + at % QUAD] = weight;
            }
        }
        Some(Self { blocks_in_row, weights, scales, bias })
    }

    /// Each row of numbers times each row of weights, and the bias added.
    pub(crate) fn times(&self, rows: &Rounded) -> Rows {
        debug_assert_eq!(rows.width, self.blocks_in_row * BLOCK);
        let count = rows.scales.len() / self.blocks_in_row;
        let mut product = Rows::new(count, self.bias.len());
        let work = Multiply { matrix: self, rows, into: &mut product.values };
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = pulp::x86::V3::try_new() {
            avx2.vectorize(with_avx2::Work { avx2, work });
            return product;
        }
        fast(work);
        product
    }
}

/// The weights of a block from 0 to 15: the first half stands in the lower halves of the bytes.
fn unpacked(block: &[u8; BLOCK_BYTES]) -> [u8; BLOCK] {
    std::array::from_fn(|at| {
        let byte = block[2 + at % (BLOCK / 2)];
        if at < BLOCK / 2 { byte & 0xf } else { byte >> 4 }
    })
}

fn scale(block: &[u8; BLOCK_BYTES]) -> f32 {
    half(u16::from_le_bytes([block[0], block[1]]))
}

/// A number in half precision.
pub(crate) fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let fraction = f32::from(bits & 0x3ff);
    sign * match i32::from(bits >> 10 & 0x1f) {
        0 => fraction * 2.0_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        exponent => (1024.0 + fraction) * 2.0_f32.powi(exponent - 25),
    }
}

/// Blocks of a file as numbers.
pub(crate) fn numbers(file: &[u8]) -> impl Iterator<Item = f32> {
    file.as_chunks::<BLOCK_BYTES>().0.iter().flat_map(|block| {
        let scale = scale(block);
        unpacked(block).map(|weight| scale * (f32::from(weight) - MIDDLE as f32))
    })
}

struct Multiply<'a> {
    matrix: &'a Matrix,
    rows: &'a Rounded,
    into: &'a mut [f32],
}

impl NullaryFnOnce for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { matrix, rows, into } = self;
        let (blocks, height) = (matrix.blocks_in_row, matrix.bias.len());
        for (token, product) in into.chunks_exact_mut(height).enumerate() {
            let of_token = token * blocks..(token + 1) * blocks;
            let group = matrix.weights.chunks_exact(blocks).zip(matrix.scales.chunks_exact(blocks));
            let group = group.zip(matrix.bias.as_chunks::<LANES>().0).zip(product.as_chunks_mut::<LANES>().0);
            for (((weights, scales), bias), product) in group {
                let mut sums = *bias;
                for (at, (weights, scales)) in of_token.clone().zip(weights.iter().zip(scales)) {
                    let mut whole = [rows.offsets[at]; LANES];
                    for (quad, weights) in rows.quads[at].iter().zip(weights) {
                        for (whole, weights) in whole.iter_mut().zip(weights.as_chunks::<QUAD>().0) {
                            for (weight, value) in weights.iter().zip(quad.to_le_bytes()) {
                                *whole += i32::from(*weight) * i32::from(value as i8);
                            }
                        }
                    }
                    for ((sum, whole), scale) in sums.iter_mut().zip(whole).zip(scales) {
                        *sum += whole as f32 * scale * rows.scales[at];
                    }
                }
                *product = sums;
            }
        }
    }
}

/// The same with AVX2.
#[cfg(target_arch = "x86_64")]
mod with_avx2 {
    use super::{LANES, Matrix, Multiply, Rounded, STEPS, Weights};
    use pulp::x86::V3;
    use pulp::{NullaryFnOnce, cast};
    use std::arch::x86_64::{__m256, __m256i};

    /// Tokens and groups of rows whose sums stay in registers.
    const TOKENS: usize = 3;
    const GROUPS: usize = 2;

    pub(super) struct Work<'a> {
        pub(super) avx2: V3,
        pub(super) work: Multiply<'a>,
    }

    impl NullaryFnOnce for Work<'_> {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            let Self { avx2, work } = self;
            let groups = work.matrix.bias.len() / LANES;
            let tokens = work.into.len() / work.matrix.bias.len();
            for group in (0..groups).step_by(GROUPS) {
                let pair = group + GROUPS <= groups;
                for token in (0..tokens).step_by(TOKENS) {
                    match (pair, tokens - token) {
                        (true, 1) => tile::<1, GROUPS>(avx2, work.matrix, work.rows, work.into, token, group),
                        (true, 2) => tile::<2, GROUPS>(avx2, work.matrix, work.rows, work.into, token, group),
                        (true, _) => tile::<TOKENS, GROUPS>(avx2, work.matrix, work.rows, work.into, token, group),
                        (false, 1) => tile::<1, 1>(avx2, work.matrix, work.rows, work.into, token, group),
                        (false, 2) => tile::<2, 1>(avx2, work.matrix, work.rows, work.into, token, group),
                        (false, _) => tile::<TOKENS, 1>(avx2, work.matrix, work.rows, work.into, token, group),
                    }
                }
            }
        }
    }

    /// The products of `T` tokens and `8 G` rows.
    #[inline(always)]
    fn tile<const T: usize, const G: usize>(
        avx2: V3,
        matrix: &Matrix,
        rows: &Rounded,
        into: &mut [f32],
        token: usize,
        group: usize,
    ) {
        let (avx, integers, fused) = (avx2.avx, avx2.avx2, avx2.fma);
        let (blocks, height) = (matrix.blocks_in_row, matrix.bias.len());
        let ones = avx._mm256_set1_epi16(1);
        let of_token = |token: usize| token * blocks..(token + 1) * blocks;
        let quads: [&[[i32; STEPS]]; T] = std::array::from_fn(|at| &rows.quads[of_token(token + at)]);
        let offsets: [&[i32]; T] = std::array::from_fn(|at| &rows.offsets[of_token(token + at)]);
        let of_rows: [&[f32]; T] = std::array::from_fn(|at| &rows.scales[of_token(token + at)]);
        let weights: [&[Weights]; G] = std::array::from_fn(|at| &matrix.weights[of_token(group + at)]);
        let scales: [&[[f32; LANES]]; G] = std::array::from_fn(|at| &matrix.scales[of_token(group + at)]);
        let bias = matrix.bias.as_chunks::<LANES>().0;
        let mut sums: [[__m256; G]; T] = [std::array::from_fn(|at| cast(bias[group + at])); T];
        for block in 0..blocks {
            // A step adds two products of at most 15 and 127 to each place: eight steps stay below 2^15.
            let mut products: [[__m256i; G]; T] = [[avx._mm256_setzero_si256(); G]; T];
            for step in 0..STEPS {
                let weights: [__m256i; G] = std::array::from_fn(|at| cast(weights[at][block][step]));
                for at in 0..T {
                    let numbers = avx._mm256_set1_epi32(quads[at][block][step]);
                    for row in 0..G {
                        let two = integers._mm256_maddubs_epi16(weights[row], numbers);
                        products[at][row] = integers._mm256_add_epi16(products[at][row], two);
                    }
                }
            }
            for at in 0..T {
                let offset = avx._mm256_set1_epi32(offsets[at][block]);
                let scale = avx._mm256_set1_ps(of_rows[at][block]);
                for row in 0..G {
                    let whole = integers._mm256_madd_epi16(products[at][row], ones);
                    let whole = avx._mm256_cvtepi32_ps(integers._mm256_add_epi32(whole, offset));
                    let scale = avx._mm256_mul_ps(scale, cast(scales[row][block]));
                    sums[at][row] = fused._mm256_fmadd_ps(whole, scale, sums[at][row]);
                }
            }
        }
        for (at, sums) in sums.into_iter().enumerate() {
            let start = (token + at) * height + group * LANES;
            for (into, sums) in into[start..start + G * LANES].as_chunks_mut::<LANES>().0.iter_mut().zip(sums) {
                *into = cast(sums);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(width: usize, height: usize) -> (Matrix, Vec<f32>) {
        let file: Vec<u8> = (0..height * width / BLOCK)
            .flat_map(|at| {
                let mut block = vec![(at * 7) as u8, 0x2c + (at % 3) as u8];
                block.extend((0..16).map(|byte| (at * 31 + byte * 57) as u8));
                block
            })
            .collect();
        let numbers = numbers(&file).collect();
        let bias = (0..height).map(|at| at as f32 / 10.0).collect();
        (Matrix::new(&file, width, bias).unwrap(), numbers)
    }

    fn rows(count: usize, width: usize) -> Rows {
        Rows { width, values: (0..count * width).map(|at| (at as f32 * 0.37).sin() * 3.0).collect() }
    }

    #[test]
    fn a_product_is_what_it_is_with_fractions_whatever_the_sizes() {
        for (width, height, count) in [(32, 8, 1), (64, 24, 2), (96, 16, 3), (384, 40, 7)] {
            let (matrix, weights) = matrix(width, height);
            let rows = rows(count, width);
            let rounded = Rounded::of(&rows);
            let product = matrix.times(&rounded);
            let mut plain = Rows::new(count, height);
            Multiply { matrix: &matrix, rows: &rounded, into: &mut plain.values }.call();
            for (token, (product, plain)) in product.values.chunks(height).zip(plain.values.chunks(height)).enumerate()
            {
                let values = &rows.values[token * width..(token + 1) * width];
                for (row, (product, plain)) in product.iter().zip(plain).enumerate() {
                    let weights = &weights[row * width..(row + 1) * width];
                    let exact: f32 = weights.iter().zip(values).map(|(weight, value)| weight * value).sum();
                    let size: f32 = weights.iter().zip(values).map(|(weight, value)| (weight * value).abs()).sum();
                    let exact = exact + row as f32 / 10.0;
                    assert!((product - exact).abs() < size / 100.0, "{width} {height} {row}: {product} {exact}");
                    assert!((product - plain).abs() < size / 10_000.0, "{width} {height} {row}: {product} {plain}");
                }
            }
        }
    }

    #[test]
    fn half_precision_is_read_as_the_standard_has_it() {
        let cases = [(0x3c00, 1.0), (0xc000, -2.0), (0x7bff, 65504.0), (0x0001, 2.0_f32.powi(-24)), (0x0000, 0.0)];
        for (bits, number) in cases {
            assert_eq!(half(bits), number, "{bits:x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }

    #[test]
    fn blocks_that_do_not_fit_are_no_matrix() {
        assert!(Matrix::new(&[0; BLOCK_BYTES * 8], 32, vec![0.0; 8]).is_some());
        assert!(Matrix::new(&[0; BLOCK_BYTES * 8 - 1], 32, vec![0.0; 8]).is_none());
        assert!(Matrix::new(&[0; BLOCK_BYTES * 8], 33, vec![0.0; 8]).is_none());
        assert!(Matrix::new(&[0; BLOCK_BYTES * 7], 32, vec![0.0; 7]).is_none());
        assert!(Matrix::new(&[0xff; BLOCK_BYTES * 8], 32, vec![0.0; 8]).is_none(), "its scales are no numbers");
    }
}
