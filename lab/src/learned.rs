// ANCHOR: imports
//! Compares the model's loss with those of tables that count.

use std::collections::{BTreeSet, HashMap};

use microgpt::forward::ForwardError;
use microgpt::model::Gpt;
use microgpt::tokenizer::{Tokenizer, UnknownChar};
// ANCHOR_END: imports

// ANCHOR: held_out
/// Returns the names to test with: those of the last 3,000 documents, without
/// those of the first 1,000, which the model trains on.
fn held_out<'n>(documents: &[&'n str]) -> BTreeSet<&'n str> {
    let (first, rest) = documents.split_at(1_000);
    let last = &rest[rest.len() - 3_000..];
    let first: BTreeSet<&str> = first.iter().copied().collect();
    let last: BTreeSet<&str> = last.iter().copied().collect();
    &last - &first
}
// ANCHOR_END: held_out

// ANCHOR: texts
/// The names as tokens. No name that is held out is in another list.
pub struct Texts {
    /// The first 1,000 documents: what the model trains on.
    pub trained: Vec<Vec<usize>>,
    /// Every document whose name is not held out.
    pub all: Vec<Vec<usize>>,
    /// The names to test with, each of them once.
    pub held_out: Vec<Vec<usize>>,
}
// ANCHOR_END: texts

// ANCHOR: split
impl Texts {
    /// Splits the documents by name, in their order.
    ///
    /// # Errors
    /// [`UnknownChar`] if the tokenizer was made from other names.
    pub fn new(
        documents: &[&str],
        tokenizer: &Tokenizer,
    ) -> Result<Self, UnknownChar> {
        let names = held_out(documents);
        let rest = documents.iter().filter(|name| !names.contains(*name));
        let all = rest.map(|name| tokenizer.encode(name));
        let all: Vec<Vec<usize>> = all.collect::<Result<_, _>>()?;
        let trained = all[..1_000].to_vec();
        let held_out = names.iter().map(|name| tokenizer.encode(name));
        let held_out = held_out.collect::<Result<_, _>>()?;
        Ok(Self { trained, all, held_out })
    }
}
// ANCHOR_END: split

// ANCHOR: table
/// For each run of up to `order` tokens, how often each token came next.
pub struct Table<'t> {
    order: usize,
    counts: HashMap<&'t [usize], [f64; 27]>,
    /// How many observations the guess of a shorter run is worth.
    pub trust: f64,
}

impl<'t> Table<'t> {
    /// Counts what comes before each token, and which token it is.
    pub fn count(order: usize, texts: &'t [Vec<usize>]) -> Self {
        let mut counts = HashMap::new();
        for text in texts {
            for at in 1..text.len() {
                for length in 0..=order.min(at) {
                    let before = &text[at - length..at];
                    counts.entry(before).or_insert([0.0; 27])[text[at]] += 1.0;
                }
            }
        }
        Self { order, counts, trust: 20.0 }
    }
}
// ANCHOR_END: table

// ANCHOR: probability
impl Table<'_> {
    /// Returns the probability that a token comes after these.
    pub fn probability(&self, before: &[usize], token: usize) -> f64 {
        let mut guess = 1.0 / 27.0;
        for length in 0..=self.order.min(before.len()) {
            let run = &before[before.len() - length..];
            if let Some(counts) = self.counts.get(run) {
                let total: f64 = counts.iter().sum();
                guess =
                    (counts[token] + self.trust * guess) / (total + self.trust);
            }
        }
        guess
    }

    /// Returns how many of the counts aren't 0.
    pub fn size(&self) -> usize {
        self.counts.values().flatten().filter(|&&count| count > 0.0).count()
    }
}
// ANCHOR_END: probability

// ANCHOR: losses
/// Returns the mean of some numbers.
fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// Returns the mean loss of a table per token of some texts.
pub fn table_loss(table: &Table<'_>, texts: &[Vec<usize>]) -> f64 {
    let mut losses = Vec::new();
    for text in texts {
        for at in 1..text.len() {
            losses.push(-table.probability(&text[..at], text[at]).ln());
        }
    }
    mean(&losses)
}
// ANCHOR_END: losses

// ANCHOR: model_loss
/// Returns the mean loss of a model per token of some texts.
///
/// # Errors
/// [`ForwardError`] for a token that the model doesn't know.
pub fn model_loss(
    model: &Gpt,
    texts: &[Vec<usize>],
) -> Result<f64, ForwardError> {
    let losses = texts.iter().map(|text| model.losses(text));
    let losses: Vec<Vec<f64>> = losses.collect::<Result<_, _>>()?;
    Ok(mean(&losses.concat()))
}
// ANCHOR_END: model_loss

// ANCHOR: tables
/// The tables by name; the index is how many tokens each looks back.
pub const NAMES: [&str; 5] =
    ["unigram", "bigram", "trigram", "4-gram", "5-gram"];
// ANCHOR_END: tables
