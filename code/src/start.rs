// ANCHOR: start
//! The beginning of a run: documents in order, an alphabet, first weights.

use rand_mt::Mt;

use crate::chance::Chance;
use crate::model::{Config, Gpt};
use crate::tokenizer::{Tokenizer, UnknownChar};

/// What a run begins with.
#[derive(Clone, Debug)]
pub struct Start<'d> {
    /// The documents, in the order of the run.
    pub documents: Vec<&'d str>,
    /// The alphabet of the documents.
    pub tokenizer: Tokenizer,
    /// A model that knows nothing.
    pub model: Gpt,
    /// The dice, as the shuffle and the first weights left them.
    pub chance: Chance<Mt>,
}
// ANCHOR_END: start

// ANCHOR: new
impl<'d> Start<'d> {
    /// Begins a run: the alphabet decides on `vocab_size`.
    pub fn new(documents: Vec<&'d str>, config: Config, seed: u64) -> Self {
        let tokenizer = Tokenizer::new(&documents);
        let vocab_size = tokenizer.vocab_size();
        let config = Config { vocab_size, ..config };
        Self::with(tokenizer, documents, config, seed)
    }

    /// Shuffles the documents, and then draws the first weights.
    pub fn with(
        tokenizer: Tokenizer,
        mut documents: Vec<&'d str>,
        config: Config,
        seed: u64,
    ) -> Self {
        let mut chance = Chance::seeded(seed);
        chance.shuffle(&mut documents);
        let model = Gpt::new(config, &mut chance);
        Self { documents, tokenizer, model, chance }
    }
}
// ANCHOR_END: new

// ANCHOR: texts
impl Start<'_> {
    /// Returns the first documents as tokens, `count` of them at most.
    ///
    /// # Errors
    /// [`UnknownChar`] if the tokenizer is that of other documents.
    pub fn texts(&self, count: usize) -> Result<Vec<Vec<usize>>, UnknownChar> {
        let first = self.documents.iter().take(count);
        first.map(|document| self.tokenizer.encode(document)).collect()
    }
}
// ANCHOR_END: texts
