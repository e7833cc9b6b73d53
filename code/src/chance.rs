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
    generator: R,
    spare: Option<f64>,
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

// ANCHOR: midway
/// Of how many words MT19937 makes the next (Matsumoto & Nishimura, 1998).
pub const WORDS: usize = 624;

/// MT19937 in the middle of its words, known by the next 624 of them.
#[derive(Clone, Debug)]
pub struct Midway {
    next: std::vec::IntoIter<u32>,
    then: Mt,
}

// ANCHOR_END: midway

// ANCHOR: words
impl rand::TryRng for Midway {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(self.next.next().unwrap_or_else(|| self.then.next_u32()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        rand::rand_core::utils::next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        rand::rand_core::utils::fill_bytes_via_next_word(bytes, || {
            self.try_next_u32()
        })
    }
}
// ANCHOR_END: words

// ANCHOR: state
impl<R: Rng + Clone> Chance<R> {
    /// The next [`WORDS`] words, and the Gaussian number that is left over.
    pub fn state(&self) -> (Vec<u32>, Option<f64>) {
        let mut ahead = self.generator.clone();
        ((0..WORDS).map(|_| ahead.next_u32()).collect(), self.spare)
    }
}

impl From<Chance<Mt>> for Chance<Midway> {
    fn from(Chance { generator, spare }: Chance<Mt>) -> Self {
        let next = Vec::new().into_iter();
        Self { generator: Midway { next, then: generator }, spare }
    }
}
// ANCHOR_END: state

// ANCHOR: resume
impl Chance<Midway> {
    /// Goes on with MT19937 where [`Chance::state`] was taken.
    ///
    /// `None` unless there are [`WORDS`] words.
    ///
    /// ```
    /// use microgpt::chance::Chance;
    ///
    /// let mut chance = Chance::seeded(42);
    /// chance.gauss(0.0, 1.0);
    /// let (words, spare) = chance.state();
    /// let mut again = Chance::resume(words, spare).unwrap();
    /// assert_eq!(again.gauss(0.0, 1.0), chance.gauss(0.0, 1.0));
    /// assert_eq!(again.uniform(), chance.uniform());
    /// ```
    pub fn resume(words: Vec<u32>, spare: Option<f64>) -> Option<Self> {
        let then = Mt::recover(words.iter().copied()).ok()?;
        let next = words.into_iter();
        Some(Self { generator: Midway { next, then }, spare })
    }
}
// ANCHOR_END: resume
