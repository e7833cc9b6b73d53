// ANCHOR: linear
//! The layers without memory: numbers in, numbers out.

use crate::model::Matrix;
use crate::scalar::Scalar;

/// The matrix times the vector: one dot product for each row.
///
/// `w` is (out × in), `x` has `in` numbers, and the result has `out`.
pub fn linear<S: Scalar>(x: &[S], w: Matrix<'_, S>) -> Vec<S> {
    w.rows().map(|row| S::dot(row, x)).collect()
}
// ANCHOR_END: linear

// ANCHOR: softmax
/// eˣ for each x, divided by their sum: positive numbers that add up to 1.
///
/// The largest is subtracted first, which changes nothing but keeps eˣ finite.
///
/// ```
/// let probs = microgpt::layers::softmax(&[0.0, 0.0, 1000.0]);
/// assert_eq!(probs, [0.0, 0.0, 1.0]);
/// ```
pub fn softmax<S: Scalar>(logits: &[S]) -> Vec<S> {
    let values = logits.iter().map(|logit| logit.value());
    let max = S::from(values.fold(f64::NEG_INFINITY, f64::max));
    let exps: Vec<S> = logits.iter().map(|&x| (x - max).exp()).collect();
    let total: S = exps.iter().copied().sum();
    exps.into_iter().map(|e| e / total).collect()
}
// ANCHOR_END: softmax

// ANCHOR: rmsnorm
/// One divided by the square root of the mean of the squares.
pub fn inverse_size<S: Scalar>(x: &[S]) -> S {
    let mean_square = S::dot(x, x) / S::from(x.len() as f64);
    (mean_square + S::from(1e-5)).powf(-0.5)
}

/// x divided by the square root of the mean of its squares.
///
/// Zhang & Sennrich, *Root Mean Square Layer Normalization*, 2019; here without
/// weights of its own.
pub fn rmsnorm<S: Scalar>(x: &[S]) -> Vec<S> {
    let scale = inverse_size(x);
    x.iter().map(|&x| x * scale).collect()
}
// ANCHOR_END: rmsnorm

// ANCHOR: add
/// The sum of two vectors of equal length, number by number.
pub fn add<S: Scalar>(x: &[S], y: &[S]) -> Vec<S> {
    x.iter().zip(y).map(|(&x, &y)| x + y).collect()
}
// ANCHOR_END: add
