// ANCHOR: lanes
//! The arithmetic of eight positions at once, forward and backward.
// A processor's own instructions reach only what is inlined.
#![allow(clippy::inline_always)]

use std::iter::zip;
use std::ops::{Add, AddAssign, Div, Mul, Sub};
use std::sync::atomic::{Ordering, compiler_fence};

use crate::adam::Adam;

/// How many positions are computed side by side.
pub const LANES: usize = 8;

/// One number for each of [`LANES`] positions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(64))]
pub struct Lanes(pub [f64; LANES]);
// ANCHOR_END: lanes

// ANCHOR: lanewise
impl Lanes {
    /// The same number in all lanes.
    #[inline(always)]
    pub fn all(number: f64) -> Self {
        Self([number; LANES])
    }

    /// The function of each lane.
    #[inline(always)]
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let mut result = self;
        for lane in &mut result.0 {
            *lane = f(*lane);
        }
        result
    }
}
// ANCHOR_END: lanewise

// ANCHOR: pairwise
impl Lanes {
    /// A function of each lane and its partner.
    #[inline(always)]
    pub fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let mut result = self;
        for (lane, other) in zip(&mut result.0, other.0) {
            *lane = f(*lane, other);
        }
        result
    }
}
// ANCHOR_END: pairwise

// ANCHOR: operators
impl Add for Lanes {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl AddAssign for Lanes {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Lanes {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
}
// ANCHOR_END: operators

// ANCHOR: products
impl Mul for Lanes {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
}

impl Mul<f64> for Lanes {
    type Output = Self;
    #[inline(always)]
    fn mul(self, number: f64) -> Self {
        self.map(|a| a * number)
    }
}

impl Div for Lanes {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }
}
// ANCHOR_END: products

// ANCHOR: sum
impl Lanes {
    /// The sum of all lanes: halves onto halves, in the same order everywhere.
    #[inline(always)]
    pub fn sum(self) -> f64 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}
// ANCHOR_END: sum

// ANCHOR: lanewise_loop
/// Goes through vectors one by one.
///
/// The fence costs no instruction. It keeps LLVM from making vectors across
/// the items, with a gather for each, where the lanes are a vector already.
#[inline(always)]
pub fn one_by_one<I: Iterator>(items: I) -> impl Iterator<Item = I::Item> {
    items.inspect(|_| compiler_fence(Ordering::AcqRel))
}
// ANCHOR_END: lanewise_loop

// ANCHOR: add
/// Adds x to y, number by number.
#[inline(always)]
pub fn add(y: &mut [Lanes], x: &[Lanes]) {
    for (y, &x) in one_by_one(zip(y, x)) {
        *y += x;
    }
}

/// Forgets all numbers.
#[inline(always)]
pub fn clear(x: &mut [Lanes]) {
    x.fill(Lanes::default());
}
// ANCHOR_END: add

// ANCHOR: dots
/// How many rows of a matrix are multiplied side by side.
const ROWS: usize = 4;

/// The dot products of some rows with x.
#[inline(always)]
fn dots<const R: usize>(rows: &[f64], x: &[Lanes]) -> [Lanes; R] {
    let columns = x.len();
    let mut sums = [Lanes::default(); R];
    for (i, &x) in x.iter().enumerate() {
        for (r, sum) in sums.iter_mut().enumerate() {
            *sum += x * rows[r * columns + i];
        }
    }
    sums
}
// ANCHOR_END: dots

// ANCHOR: linear
/// y = W x: `w` is (out × in), `x` has `in` numbers a position, `y` has `out`.
#[inline(always)]
pub fn linear(y: &mut [Lanes], w: &[f64], x: &[Lanes]) {
    let (ys, rest) = y.as_chunks_mut::<ROWS>();
    let (rows, last_rows) = w.split_at(ys.len() * ROWS * x.len());
    for (y, rows) in zip(ys, rows.chunks_exact(ROWS * x.len())) {
        *y = dots(rows, x);
    }
    for (y, row) in zip(rest, last_rows.chunks_exact(x.len())) {
        [*y] = dots(row, x);
    }
}
// ANCHOR_END: linear

// ANCHOR: add_columns
/// Adds the dot products of some columns with dy.
#[inline(always)]
fn add_columns<const R: usize>(
    dx: &mut [Lanes; R],
    w: &[f64],
    columns: usize,
    first: usize,
    dy: &[Lanes],
) {
    let mut sums = *dx;
    for (o, &dy) in dy.iter().enumerate() {
        for (r, sum) in sums.iter_mut().enumerate() {
            *sum += dy * w[o * columns + first + r];
        }
    }
    *dx = sums;
}
// ANCHOR_END: add_columns

// ANCHOR: linear_to_input
/// Backward through y = W x to its input: dx = Wᵀ dy, added.
///
/// xᵢ goes into each yₒ with the slope wₒᵢ, so dxᵢ = Σₒ wₒᵢ dyₒ.
#[inline(always)]
pub fn linear_to_input(dx: &mut [Lanes], w: &[f64], dy: &[Lanes]) {
    let columns = dx.len();
    let (dxs, rest) = dx.as_chunks_mut::<ROWS>();
    let first_of_rest = dxs.len() * ROWS;
    for (i, dx) in dxs.iter_mut().enumerate() {
        add_columns(dx, w, columns, i * ROWS, dy);
    }
    for (i, dx) in rest.as_chunks_mut().0.iter_mut().enumerate() {
        add_columns::<1>(dx, w, columns, first_of_rest + i, dy);
    }
}
// ANCHOR_END: linear_to_input

// ANCHOR: transpose
/// Eight numbers of eight positions become eight positions of eight numbers.
///
/// Fewer than eight numbers are filled up with 0.
#[inline(always)]
pub fn transpose(x: &[Lanes]) -> [Lanes; LANES] {
    let mut turned = [Lanes::default(); LANES];
    for (i, x) in x.iter().enumerate().take(LANES) {
        for (turned, &x) in zip(&mut turned, &x.0) {
            turned.0[i] = x;
        }
    }
    turned
}
// ANCHOR_END: transpose

// ANCHOR: add_to
/// Adds as many lanes as there are numbers.
#[inline(always)]
fn add_to(numbers: &mut [f64], lanes: Lanes) {
    if let Some(numbers) = numbers.as_mut_array::<LANES>() {
        *numbers = (Lanes(*numbers) + lanes).0;
    } else {
        for (number, lane) in zip(numbers, lanes.0) {
            *number += lane;
        }
    }
}
// ANCHOR_END: add_to

// ANCHOR: linear_to_weights
/// Backward through y = W x to its weights: dW = dy xᵀ, added.
///
/// wₒᵢ is multiplied by xᵢ at each position, so dwₒᵢ = Σₜ dyₒₜ xᵢₜ.
#[inline(always)]
pub fn linear_to_weights(dw: &mut [f64], dy: &[Lanes], x: &[Lanes]) {
    for (piece, xs) in x.chunks(LANES).enumerate() {
        let positions = transpose(xs);
        let rows = dw.chunks_exact_mut(x.len());
        for (row, dy) in zip(rows, dy) {
            let dw = &mut row[piece * LANES..][..xs.len()];
            let mut sums = Lanes::default();
            for (&x, dy) in zip(&positions, dy.0) {
                sums += x * dy;
            }
            add_to(dw, sums);
        }
    }
}
// ANCHOR_END: linear_to_weights

// ANCHOR: relu
/// relu in place: negative numbers become 0.
#[inline(always)]
pub fn relu(x: &mut [Lanes]) {
    for x in one_by_one(x.iter_mut()) {
        *x = x.map(|x| if x > 0.0 { x } else { 0.0 });
    }
}

/// Backward through y = relu(x), in place: no gradient where y is 0.
#[inline(always)]
pub fn relu_back(dx: &mut [Lanes], y: &[Lanes]) {
    for (dx, &y) in one_by_one(zip(dx, y)) {
        *dx = dx.zip(y, |dx, y| if y > 0.0 { dx } else { 0.0 });
    }
}
// ANCHOR_END: relu

// ANCHOR: rmsnorm
/// y = s x with s = 1 / √(mean(x²) + 1e-5); returns s.
#[inline(always)]
pub fn rmsnorm(y: &mut [Lanes], x: &[Lanes]) -> Lanes {
    let mut sum = Lanes::default();
    for &x in x {
        sum += x * x;
    }
    let n = x.len() as f64;
    let scale = sum.map(|sum| 1.0 / (sum / n + 1e-5).sqrt());
    for (y, &x) in one_by_one(zip(y, x)) {
        *y = x * scale;
    }
    scale
}
// ANCHOR_END: rmsnorm

// ANCHOR: rmsnorm_back
/// Backward through y = s x, added: dx = s (dy - y mean(y dy)).
///
/// s falls as x grows: ds/dxᵢ = -s³ xᵢ / n. So dxᵢ = s dyᵢ + (ds/dxᵢ) Σ x dy,
/// and y = s x makes it short.
#[inline(always)]
pub fn rmsnorm_back(dx: &mut [Lanes], dy: &[Lanes], y: &[Lanes], s: Lanes) {
    let mut sum = Lanes::default();
    for (&y, &dy) in zip(y, dy) {
        sum += y * dy;
    }
    let mean = sum * (1.0 / y.len() as f64);
    for ((dx, &dy), &y) in one_by_one(zip(zip(dx, dy), y)) {
        *dx += s * (dy - y * mean);
    }
}
// ANCHOR_END: rmsnorm_back

// ANCHOR: exp
/// 1/13!, 1/12!, …, 1/1!, 1/0!: the series of eˣ.
const SERIES: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
    1.0,
    1.0,
];

/// ln 2 in two parts: the first is so short that a product with it is exact.
const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];

/// Added and taken away again, it rounds to a whole number.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 × 2⁵²
// ANCHOR_END: exp

// ANCHOR: exp_of
/// eˣ of each lane, for x up to 709, without a branch.
///
/// eˣ = 2ᵏ eʳ, where k is a whole number and |r| is at most (ln 2) / 2; 2ᵏ is
/// written straight into the exponent's bits. Below -708 the result is 0.
#[inline(always)]
pub fn exp(x: Lanes) -> Lanes {
    let rounded = x * std::f64::consts::LOG2_E + Lanes::all(ROUND);
    let k = rounded - Lanes::all(ROUND);
    let r = (x - k * LN_2[0]) - k * LN_2[1];
    let mut series = Lanes::all(SERIES[0]);
    for &term in &SERIES[1..] {
        series = series * r + Lanes::all(term);
    }
    let power = rounded.map(|rounded| {
        f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52)
    });
    let result = series * power;
    result.zip(x, |result, x| if x < -708.0 { 0.0 } else { result })
}
// ANCHOR_END: exp_of

// ANCHOR: softmax
/// Softmax of each lane, in place: eˣ / Σ eˣ.
#[inline(always)]
pub fn softmax(x: &mut [Lanes]) {
    let mut max = Lanes::all(f64::NEG_INFINITY);
    for &x in &*x {
        max = max.zip(x, |a, b| if a < b { b } else { a });
    }
    let mut total = Lanes::default();
    for x in &mut *x {
        *x = exp(*x - max);
        total += *x;
    }
    let share = Lanes::all(1.0) / total;
    for x in one_by_one(x.iter_mut()) {
        *x = *x * share;
    }
}
// ANCHOR_END: softmax

// ANCHOR: softmax_back
/// Backward through softmax, in place: dx = p (dp - Σ p dp).
#[inline(always)]
pub fn softmax_back(dp: &mut [Lanes], p: &[Lanes]) {
    let mut mean = Lanes::default();
    for (&p, &dp) in zip(p, &*dp) {
        mean += p * dp;
    }
    for (&p, dp) in one_by_one(zip(p, dp)) {
        *dp = p * (*dp - mean);
    }
}
// ANCHOR_END: softmax_back

// ANCHOR: hide
/// The mask: a score of -∞ for the queries that come before the key.
#[inline(always)]
fn hide(score: &mut Lanes, queries: usize) {
    for lane in 0..LANES.min(queries) {
        score.0[lane] = f64::NEG_INFINITY;
    }
}
// ANCHOR_END: hide

// ANCHOR: scores
/// How well each query fits the keys up to its own position: q · k / √d.
///
/// Later keys get -∞, of which softmax makes 0. `first` is the position of the
/// first lane; there is a score for each key.
#[inline(always)]
fn scores<'a>(
    scores: &mut [Lanes],
    query: &[Lanes],
    keys: impl Iterator<Item = &'a [Lanes]>,
    first: usize,
) {
    let scale = 1.0 / (query.len() as f64).sqrt();
    let blocks = zip(scores.chunks_mut(LANES), keys);
    for (block, (scores, key)) in blocks.enumerate() {
        for (lane, score) in scores.iter_mut().enumerate() {
            let mut sum = Lanes::default();
            for (&q, k) in zip(query, key) {
                sum += q * k.0[lane];
            }
            let key = block * LANES + lane;
            *score = sum * scale;
            hide(score, key.saturating_sub(first));
        }
    }
}
// ANCHOR_END: scores

// ANCHOR: attend
/// One head answers a block of queries: Σ p v with p = softmax(q · k / √d).
#[inline(always)]
pub fn attend<'a>(
    answer: &mut [Lanes],
    weights: &mut [Lanes],
    query: &[Lanes],
    keys: impl Iterator<Item = &'a [Lanes]>,
    values: impl Iterator<Item = &'a [Lanes]>,
    first: usize,
) {
    scores(weights, query, keys, first);
    softmax(weights);
    answer.fill(Lanes::default());
    for (weights, value) in zip(weights.chunks(LANES), values) {
        for (lane, &weight) in weights.iter().enumerate() {
            for (answer, v) in zip(&mut *answer, value) {
                *answer += weight * v.0[lane];
            }
        }
    }
}
// ANCHOR_END: attend

// ANCHOR: values_back
/// Backward through Σ p v: dp = da · v, and dv = Σ p da over the queries.
#[inline(always)]
pub fn values_back<'a>(
    d_weights: &mut [Lanes],
    d_values: impl Iterator<Item = &'a mut [Lanes]>,
    d_answer: &[Lanes],
    weights: &[Lanes],
    values: impl Iterator<Item = &'a [Lanes]>,
) {
    let weights = zip(d_weights.chunks_mut(LANES), weights.chunks(LANES));
    for ((dps, ps), (dv, v)) in zip(weights, zip(d_values, values)) {
        for (lane, (dp, &p)) in zip(dps, ps).enumerate() {
            *dp = Lanes::default();
            for ((&da, v), dv) in zip(zip(d_answer, v), &mut *dv) {
                *dp += da * v.0[lane];
                dv.0[lane] += (p * da).sum();
            }
        }
    }
}
// ANCHOR_END: values_back

// ANCHOR: scores_back
/// Backward through q · k / √d: dq = Σ ds k and dk = Σ ds q over the queries.
#[inline(always)]
pub fn scores_back<'a>(
    d_query: &mut [Lanes],
    d_keys: impl Iterator<Item = &'a mut [Lanes]>,
    d_scores: &[Lanes],
    query: &[Lanes],
    keys: impl Iterator<Item = &'a [Lanes]>,
) {
    let scale = 1.0 / (query.len() as f64).sqrt();
    let blocks = zip(d_scores.chunks(LANES), zip(d_keys, keys));
    for (d_scores, (dk, k)) in blocks {
        for (lane, &ds) in d_scores.iter().enumerate() {
            let ds = ds * scale;
            let queries = zip(&mut *d_query, query);
            for ((dq, &q), (dk, k)) in zip(queries, zip(&mut *dk, k)) {
                *dq += ds * k.0[lane];
                dk.0[lane] += (ds * q).sum();
            }
        }
    }
}
// ANCHOR_END: scores_back

// ANCHOR: adam
/// What one step of Adam multiplies by.
#[derive(Clone, Copy, Debug)]
pub struct AdamStep {
    /// The learning rate, divided by how much m has of its full size.
    pub rate: f64,
    /// 1 divided by how much v has of its full size.
    pub v_scale: f64,
}

/// One step of Adam with one division and one square root a weight.
#[inline(always)]
pub fn adam(
    adam: &mut Adam,
    params: &mut [f64],
    gradients: &[f64],
    step: AdamStep,
) {
    let &mut Adam { beta1, beta2, epsilon, .. } = adam;
    let moments = zip(&mut adam.m, &mut adam.v);
    for ((p, g), (m, v)) in zip(params, gradients).zip(moments) {
        *m = beta1 * *m + (1.0 - beta1) * g;
        *v = beta2 * *v + (1.0 - beta2) * g * g;
        *p -= step.rate * *m / ((*v * step.v_scale).sqrt() + epsilon);
    }
}
// ANCHOR_END: adam
