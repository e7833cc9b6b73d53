//! The run of the book: what all figures are computed from.

use anyhow::{Context, Result};
pub use lab::break_it::mean;
use lab::study::learn;
use microgpt::attention::{Head, slices};
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::engine::OnTape;
use microgpt::layers::{add, linear, rmsnorm};
use microgpt::model::{Config, Gpt};
use microgpt::start::Start;
use microgpt::tokenizer::Tokenizer;
use microgpt::training::{Optimizer, Schedule};
use rand_mt::Mt;

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
    /// The crate refuses its own data.
    pub fn with(config: Config) -> Result<Self> {
        let start = Start::new(data::documents(data::NAMES), config, 42);
        let tokens = start.texts(1000)?;
        let Start { documents, tokenizer, model, chance } = start;
        Ok(Self { documents, tokens, tokenizer, chance, model })
    }

    /// Trains for 1,000 steps and returns the losses.
    ///
    /// # Errors
    ///
    /// The training diverges.
    pub fn train<O: Optimizer>(
        &mut self,
        optimizer: O,
        learning_rate: f64,
    ) -> Result<Vec<f64>> {
        let schedule = Schedule { learning_rate, ..Schedule::default() };
        let (model, tape) = (self.model.clone(), &mut OnTape::default());
        let (session, losses) =
            learn(model, tape, optimizer, &self.tokens, schedule)?;
        self.model = session.model;
        Ok(losses)
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
