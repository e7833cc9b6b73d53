// ANCHOR: operators
//! All the arithmetic a GPT needs, for any kind of number.

use std::iter::{Sum, zip};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// `+`, `-`, `*` and `/` between two numbers of a kind, and a minus sign.
pub trait Operators:
    Sized
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
}
// ANCHOR_END: operators

// ANCHOR: scalar
/// A number that a model can be computed with.
///
/// `f64` computes; [`Value`](crate::autograd::Value) also remembers how.
pub trait Scalar: Copy + From<f64> + Sum + Operators {
    /// The plain number.
    fn value(self) -> f64;
    /// e to this power.
    fn exp(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// This number to a constant power.
    fn powf(self, exponent: f64) -> Self;
    /// This number, or 0 where it is negative.
    fn relu(self) -> Self;
    /// The sum of the products of two lists, pair by pair.
    fn dot(xs: &[Self], ys: &[Self]) -> Self;
}
// ANCHOR_END: scalar

// ANCHOR: f64
impl Operators for f64 {}

impl Scalar for f64 {
    fn value(self) -> f64 {
        self
    }
    fn exp(self) -> f64 {
        libm::exp(self)
    }
    fn ln(self) -> f64 {
        libm::log(self)
    }
    fn powf(self, exponent: f64) -> f64 {
        libm::pow(self, exponent)
    }
    fn relu(self) -> f64 {
        if self > 0.0 { self } else { 0.0 }
    }
    fn dot(xs: &[f64], ys: &[f64]) -> f64 {
        zip(xs, ys).map(|(x, y)| x * y).sum()
    }
}
// ANCHOR_END: f64
