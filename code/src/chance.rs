// ANCHOR: chance
//! Randomness that can be replayed: the draws of Python's `random` module.

use rand::Rng;
use rand_mt::Mt;

/// Draws shuffles, Gaussian numbers and weighted choices from a generator.
///
/// From the same random words it makes the same draws as `CPython`'s `random`.
///
/// ```
/// let mut chance = microgpt::chance::Chance::seeded(42);
/// let mut names = ["emma", "olivia", "ava"];
/// chance.shuffle(&mut names);
/// assert_eq!(names, ["olivia", "emma", "ava"]);
/// ```
#[derive(Clone, Debug)]
pub struct Chance<R> {
    pub(crate) generator: R,
    pub(crate) spare: Option<f64>,
}
// ANCHOR_END: chance

// ANCHOR: uniform
impl<R: Rng> Chance<R> {
    /// Draws from any generator of the `rand` family.
    pub fn new(generator: R) -> Self {
        let spare = None;
        Self { generator, spare }
    }

    /// A number from 0 up to, but not including, 1: 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        let high = f64::from(self.generator.next_u32() >> 5);
        let low = f64::from(self.generator.next_u32() >> 6);
        (high * f64::from(1 << 26) + low) / (1_u64 << 53) as f64
    }
}
// ANCHOR_END: uniform

// ANCHOR: seeded
impl Chance<Mt> {
    /// MT19937, seeded as `random.seed(seed)` does it.
    pub fn seeded(seed: u64) -> Self {
        let low = (seed & 0xffff_ffff) as u32;
        let high = (seed >> 32) as u32;
        let words = if high == 0 { vec![low] } else { vec![low, high] };
        Self::new(Mt::new_with_key(words))
    }
}
// ANCHOR_END: seeded

// ANCHOR: shuffle
impl<R: Rng> Chance<R> {
    /// Brings fewer than 2³² items into random order, each order as likely.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// A whole number from 0 to `bound - 1`: draws until one is small enough.
    fn below(&mut self, bound: usize) -> usize {
        let unused_bits = (bound as u32).leading_zeros();
        loop {
            let number = (self.generator.next_u32() >> unused_bits) as usize;
            if number < bound {
                return number;
            }
        }
    }
}
// ANCHOR_END: shuffle

// ANCHOR: gauss
impl<R: Rng> Chance<R> {
    /// A number from the normal distribution (Box & Muller, 1958).
    pub fn gauss(&mut self, mean: f64, deviation: f64) -> f64 {
        let standard = self.spare.take().unwrap_or_else(|| {
            let angle = self.uniform() * std::f64::consts::TAU;
            let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
            self.spare = Some(libm::sin(angle) * radius);
            libm::cos(angle) * radius
        });
        mean + standard * deviation
    }
}
// ANCHOR_END: gauss

// ANCHOR: choose
impl<R: Rng> Chance<R> {
    /// An index, each as likely as its weight says.
    ///
    /// The weights need not add up to 1. `None` if their sum is not a positive
    /// number.
    pub fn choose(&mut self, weights: &[f64]) -> Option<usize> {
        let total: f64 = weights.iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return None;
        }
        let target = self.uniform() * total;
        let mut reached = 0.0;
        let chosen = weights.iter().position(|weight| {
            reached += weight;
            target < reached
        });
        // rounding may let the dart miss by a hair: then it is the last
        chosen.or(weights.len().checked_sub(1))
    }
}
// ANCHOR_END: choose
