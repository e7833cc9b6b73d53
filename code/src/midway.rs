// ANCHOR: midway
//! Dice in the middle of their words: what it takes to keep them in a file.

use rand::Rng;
use rand_mt::Mt;

use crate::chance::Chance;

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
