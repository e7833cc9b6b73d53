//! The run of the book: what all figures are computed from.

use anyhow::{Context, Result};
use microgpt::attention::{Head, slices};
use microgpt::chance::Chance;
use microgpt::layers::{add, linear, rmsnorm};
use microgpt::model::{Config, Gpt};
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Engine, OnTape, Optimizer, Schedule, train};
use rand_mt::Mt;
use sandbox::start::Start;

/// The run at some moment: shuffled names, and a model that knows nothing yet
/// or has learned from the first 1,000.
#[derive(Clone, Debug)]
pub struct Run {
    /// All names, in the order of the run.
    pub documents: Vec<&'static str>,
    /// The first 1,000 as tokens.
    pub tokens: Vec<Vec<usize>>,
    /// The alphabet of the names.
    pub tokenizer: Tokenizer,
    /// The dice, as the shuffle and the first weights left them.
    pub chance: Chance<Mt>,
    /// The model.
    pub model: Gpt,
}

impl Run {
    /// The beginning of the run, with seed 42.
    ///
    /// # Errors
    ///
    /// The crate refuses its own data.
    pub fn new() -> Result<Self> {
        Self::with(Config::default())
    }

    /// The beginning of the run, but with a model of another size.
    ///
    /// # Errors
    ///
    /// The crate refuses its own data, or the size.
    pub fn with(config: Config) -> Result<Self> {
        let Start { documents, tokenizer, texts: tokens, model, chance } =
            Start::with(config)?;
        Ok(Self { documents, tokens, tokenizer, chance, model })
    }

    /// Trains for 1,000 steps and returns the losses.
    ///
    /// # Errors
    ///
    /// The training diverges.
    pub fn train<O: Optimizer>(
        &mut self,
        mut optimizer: O,
        learning_rate: f64,
    ) -> Result<Vec<f64>> {
        let schedule = Schedule { learning_rate, ..Schedule::default() };
        let (model, tape) = (&mut self.model, &mut OnTape::default());
        learn(model, tape, &mut optimizer, &self.tokens, schedule)
    }

    /// How each head looks back: for each head and each token, the weights of
    /// the tokens read so far, in the first layer.
    ///
    /// # Errors
    ///
    /// The model has no layer, or does not know a token.
    pub fn looks(&self, tokens: &[usize]) -> Result<Vec<Vec<Vec<f64>>>> {
        let weights = self.model.weights();
        let layer = weights.layers.first().context("a model without layers")?;
        let mut heads = vec![Head::default(); self.model.config().n_head];
        let mut maps = vec![Vec::new(); heads.len()];
        for (&token, place) in tokens.iter().zip(weights.wpe.rows()) {
            let what = weights.wte.row(token).context("an unknown token")?;
            let x = rmsnorm(&rmsnorm(&add(what, place)));
            layer.attention(&x, &mut heads);
            let query = linear(&x, layer.attn_wq);
            let asked = heads.iter().zip(slices(&query, maps.len()));
            for (map, (head, query)) in maps.iter_mut().zip(asked) {
                map.push(head.weights(query));
            }
        }
        Ok(maps)
    }
}

/// Trains a model and returns the loss of each step.
///
/// # Errors
///
/// The training diverges.
pub fn learn<E: Engine, O: Optimizer>(
    model: &mut Gpt,
    engine: &mut E,
    optimizer: &mut O,
    texts: &[Vec<usize>],
    schedule: Schedule,
) -> Result<Vec<f64>> {
    train(model, engine, optimizer, texts, schedule)
        .map(|step| Ok(step?.1))
        .collect()
}

/// The mean of some numbers.
#[must_use]
pub fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}
