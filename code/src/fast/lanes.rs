// ANCHOR: lanes
//! Eight positions, computed side by side.

use std::iter::zip;
use std::ops::{Add, AddAssign, Div, Mul, Sub};
use std::sync::atomic::{Ordering, compiler_fence};

/// How many positions are computed side by side.
pub const LANES: usize = 8;

/// One number for each of [`LANES`] positions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(64))]
pub struct Lanes(pub [f64; LANES]);
// ANCHOR_END: lanes

// ANCHOR: lanewise
impl Lanes {
    /// Returns the same number in all lanes.
    #[inline(always)]
    pub fn all(number: f64) -> Self {
        Self([number; LANES])
    }

    /// Returns the function of each lane.
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
    /// Returns the function of each lane and its partner.
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
    /// Returns the sum of all lanes.
    ///
    /// Halves are added onto halves, in the same order everywhere.
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
/// Adds x to y, number by number: both are (n).
///
/// `zip` stops at the end of the shorter one without a word. So each kernel
/// asserts its lengths; only debug builds check them, to keep kernels fast.
#[inline(always)]
pub fn add(y: &mut [Lanes], x: &[Lanes]) {
    debug_assert_eq!(y.len(), x.len());
    for (y, &x) in one_by_one(zip(y, x)) {
        *y += x;
    }
}

/// Sets all numbers to 0.
#[inline(always)]
pub fn clear(x: &mut [Lanes]) {
    x.fill(Lanes::default());
}
// ANCHOR_END: add
