//! A number that counts how often it is multiplied.

use std::cell::Cell;
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

use microgpt::scalar::{Operators, Scalar};

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// An `f64` in all its arithmetic, but each product of two is counted, those
/// within a dot product too.
#[derive(Clone, Copy, Debug)]
pub struct Counted(f64);

/// What some work finds, and how many products it takes.
pub fn counting<T>(work: impl FnOnce() -> T) -> (T, usize) {
    COUNT.set(0);
    let found = work();
    (found, COUNT.get())
}

fn count(products: usize) {
    COUNT.set(COUNT.get() + products);
}

impl From<f64> for Counted {
    fn from(number: f64) -> Self {
        Self(number)
    }
}

impl Mul for Counted {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        count(1);
        Self(self.0.mul(other.0))
    }
}

impl Add for Counted {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0))
    }
}

impl Sub for Counted {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.sub(other.0))
    }
}

impl Div for Counted {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Self(self.0.div(other.0))
    }
}

impl Neg for Counted {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.neg())
    }
}

impl Sum for Counted {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        Self(numbers.map(|number| number.0).sum())
    }
}

impl Operators for Counted {}

impl Scalar for Counted {
    fn value(self) -> f64 {
        self.0
    }
    fn exp(self) -> Self {
        Self(Scalar::exp(self.0))
    }
    fn ln(self) -> Self {
        Self(Scalar::ln(self.0))
    }
    fn powf(self, exponent: f64) -> Self {
        Self(Scalar::powf(self.0, exponent))
    }
    fn relu(self) -> Self {
        Self(self.0.relu())
    }
    fn dot(xs: &[Self], ys: &[Self]) -> Self {
        count(xs.len().min(ys.len()));
        let plain = |list: &[Self]| -> Vec<f64> {
            list.iter().map(|number| number.0).collect()
        };
        Self(f64::dot(&plain(xs), &plain(ys)))
    }
}

#[cfg(test)]
mod tests {
    use microgpt::layers::{rmsnorm, softmax};

    use super::*;

    #[test]
    fn products_are_counted_and_nothing_else_is() {
        let [two, three] = [2.0, 3.0].map(Counted::from);
        let (found, count) = counting(|| {
            let sum: Counted = [two + three, two - three].into_iter().sum();
            (sum / three - -two).exp().ln().powf(2.0).relu()
        });
        let expected = Scalar::ln(Scalar::exp(4.0 / 3.0 + 2.0));
        assert_eq!(found.value(), Scalar::powf(expected, 2.0));
        assert_eq!(count, 0);
        let (found, count) = counting(|| {
            Counted::dot(&[two, three], &[three, two]) - two * three
        });
        assert_eq!((found.value(), count), (6.0, 3));
        assert_eq!(counting(|| ()).1, 0);
    }

    #[test]
    fn layers_find_the_same_numbers_with_it() {
        let plain = [0.3, -1.7, 2.5];
        let counted = plain.map(Counted::from);
        let values = |list: Vec<Counted>| -> Vec<f64> {
            list.into_iter().map(Counted::value).collect()
        };
        let (found, count) = counting(|| values(rmsnorm(&counted)));
        // the squares, and each number times the scale
        assert_eq!((found, count), (rmsnorm(&plain), 6));
        let (found, count) = counting(|| values(softmax(&counted)));
        assert_eq!((found, count), (softmax(&plain), 0));
    }
}
