// ANCHOR: rmsnorm
//! rmsnorm, forward and backward.

use std::iter::zip;

use super::lanes::{Lanes, one_by_one};

/// Computes y = s x with s = 1 / √(mean(x²) + 1e-5), and returns s.
///
/// `y` and `x` are (n).
#[inline(always)]
pub fn rmsnorm(y: &mut [Lanes], x: &[Lanes]) -> Lanes {
    debug_assert_eq!(y.len(), x.len());
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
/// Adds s (dy - y mean(y dy)) to dx: the backward pass of y = s x.
///
/// `dx`, `dy` and `y` are (n). s falls as x grows: ds/dxᵢ = -s³ xᵢ / n. So
/// dxᵢ = s dyᵢ + (ds/dxᵢ) Σ x dy, and y = s x makes it short.
#[inline(always)]
pub fn rmsnorm_back(dx: &mut [Lanes], dy: &[Lanes], y: &[Lanes], s: Lanes) {
    debug_assert_eq!([dx.len(), dy.len()], [y.len(); 2]);
    let mut sum = Lanes::default();
    for (&y, &dy) in zip(y, dy) {
        sum += y * dy;
    }
    let mean = sum * (1.0 / y.len() as f64);
    for ((dx, &dy), &y) in one_by_one(zip(zip(dx, dy), y)) {
        // Forward: *y = x * scale;
        *dx += s * (dy - y * mean);
    }
}
// ANCHOR_END: rmsnorm_back
