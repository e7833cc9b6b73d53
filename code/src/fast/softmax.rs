// ANCHOR: exp
//! Softmax, forward and backward, with an exponential of its own.

use std::iter::zip;

use super::lanes::{Lanes, one_by_one};

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
// ANCHOR_END: exp

// ANCHOR: exp_of
/// ln 2 in two parts: the first is so short that a product with it is exact.
const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];

/// Adding and then subtracting it rounds to a whole number.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 × 2⁵²

/// Returns eˣ of each lane, for x up to 709, without a branch.
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
/// Computes the softmax of each lane in place: eˣ / Σ eˣ, over n numbers.
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
/// Turns dp into dx in place: the backward pass of p = softmax(x).
///
/// `d` and `p` are (n), and dx = p (dp - Σ p dp).
#[inline(always)]
pub fn softmax_back(d: &mut [Lanes], p: &[Lanes]) {
    debug_assert_eq!(d.len(), p.len());
    let mut mean = Lanes::default();
    for (&p, &dp) in zip(p, &*d) {
        mean += p * dp;
    }
    for (&p, d) in one_by_one(zip(p, d)) {
        // Forward: *x = *x * share;
        *d = p * (*d - mean);
    }
}
// ANCHOR_END: softmax_back
