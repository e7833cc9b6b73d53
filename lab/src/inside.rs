//! What a model computes while it reads, stage by stage.
//!
//! This is the forward pass of `Context::read`, put together once more from
//! the same functions. A test compares the numbers of both.

use std::iter::zip;

use microgpt::attention::{Head, slices};
use microgpt::layers::{add, linear, rmsnorm, softmax};
use microgpt::model::{Gpt, Layer, Matrix};
use microgpt::scalar::Scalar;

/// Where the numbers of a stage come from; a `usize` is an earlier stage.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A row of a table: the table's name and the row's number.
    Row(&'static str, usize),
    /// The sum of two stages.
    Sum(usize, usize),
    /// A stage after rmsnorm.
    Norm(usize),
    /// A matrix, by its name, times a stage.
    Linear(String, usize),
    /// Each head's query, compared with the keys that the head holds.
    Scores(usize),
    /// The mean of the values that each head holds, by these weights.
    Answers(usize),
    /// A stage with 0 in place of its negative numbers.
    Relu(usize),
    /// A stage as probabilities.
    Softmax(usize),
}

/// One stage of the forward pass.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The part of the model: embedding, attention, MLP or guess.
    pub part: &'static str,
    /// The layer, counted from 0.
    pub layer: usize,
    /// What the stage is called.
    pub name: &'static str,
    /// Where its numbers come from.
    pub origin: Origin,
    /// Its numbers: a vector per head where heads are at work, otherwise one.
    pub numbers: Vec<Vec<f64>>,
}

/// All stages of one position.
#[derive(Clone, Debug, Default)]
pub struct Position {
    /// The stages, in the order in which they're computed.
    pub stages: Vec<Stage>,
    /// What the heads of each layer hold after this position.
    pub heads: Vec<Vec<Head>>,
}

impl Position {
    /// Returns all numbers of a stage, side by side.
    pub fn flat(&self, stage: usize) -> Vec<f64> {
        self.stages[stage].numbers.concat()
    }
}

/// Computes the stages of one position, and writes each of them down.
///
/// A method returns the number of the last stage that it appends.
#[derive(Default)]
struct Walk {
    part: &'static str,
    layer: usize,
    position: Position,
}

impl Walk {
    fn note(
        &mut self,
        name: &'static str,
        origin: Origin,
        numbers: Vec<Vec<f64>>,
    ) -> usize {
        let (part, layer) = (self.part, self.layer);
        let stage = Stage { part, layer, name, origin, numbers };
        self.position.stages.push(stage);
        self.position.stages.len() - 1
    }

    fn row(
        &mut self,
        name: &'static str,
        (called, table): (&'static str, Matrix<'_, f64>),
        row: usize,
    ) -> usize {
        let numbers = table.row(row).unwrap_or_default().to_vec();
        self.note(name, Origin::Row(called, row), vec![numbers])
    }

    fn sum(&mut self, name: &'static str, x: usize, y: usize) -> usize {
        let sum = add(&self.position.flat(x), &self.position.flat(y));
        self.note(name, Origin::Sum(x, y), vec![sum])
    }

    fn norm(&mut self, name: &'static str, x: usize) -> usize {
        let norm = rmsnorm(&self.position.flat(x));
        self.note(name, Origin::Norm(x), vec![norm])
    }

    /// Multiplies a matrix by a stage, and cuts the product into as many
    /// slices as there are heads.
    fn linear(
        &mut self,
        name: &'static str,
        (called, matrix): (&str, Matrix<'_, f64>),
        x: usize,
        heads: usize,
    ) -> usize {
        let y = linear(&self.position.flat(x), matrix);
        let called = match self.part {
            "guess" => called.to_owned(),
            _ => format!("layer{}.{called}", self.layer),
        };
        let numbers = slices(&y, heads).map(<[f64]>::to_vec).collect();
        self.note(name, Origin::Linear(called, x), numbers)
    }

    /// Applies a function to each head and its query.
    fn asked(
        &mut self,
        name: &'static str,
        origin: Origin,
        (heads, query): (&[Head], usize),
        each: impl Fn(&Head, &[f64]) -> Vec<f64>,
    ) -> usize {
        let queries = &self.position.stages[query].numbers;
        let made = zip(heads, queries).map(|(head, query)| each(head, query));
        let made = made.collect();
        self.note(name, origin, made)
    }
}

impl Walk {
    /// Adds token and position, and normalizes the sum.
    fn embedding(&mut self, model: &Gpt, token: usize, at: usize) -> usize {
        self.part = "embedding";
        let weights = model.weights();
        let what = self.row("token embedding", ("wte", weights.wte), token);
        let place = self.row("position embedding", ("wpe", weights.wpe), at);
        let sum = self.sum("embedding", what, place);
        self.norm("norm of the embedding", sum)
    }

    /// Computes query, key and value; returns the query, and lets the heads
    /// remember the other two.
    fn cards(
        &mut self,
        layer: &Layer<Matrix<'_, f64>>,
        heads: &mut [Head],
        x: usize,
    ) -> usize {
        let count = heads.len();
        let query = self.linear("query", ("attn_wq", layer.attn_wq), x, count);
        let key = self.linear("key", ("attn_wk", layer.attn_wk), x, count);
        let value = self.linear("value", ("attn_wv", layer.attn_wv), x, count);
        let [keys, values] =
            [key, value].map(|stage| &self.position.stages[stage].numbers);
        for (head, (key, value)) in zip(heads, zip(keys, values)) {
            head.remember(key, value);
        }
        query
    }

    /// Computes what attention adds to `x`, and the sum.
    fn attention(
        &mut self,
        layer: &Layer<Matrix<'_, f64>>,
        heads: &mut [Head],
        x: usize,
    ) -> usize {
        self.part = "attention";
        let norm = self.norm("norm before attention", x);
        let query = self.cards(layer, heads, norm);
        let asked = (&*heads, query);
        let origin = Origin::Scores(query);
        let scores = self.asked("scores", origin, asked, Head::scores);
        let origin = Origin::Softmax(scores);
        let weights = self.asked("weights", origin, asked, Head::weights);
        let origin = Origin::Answers(weights);
        let answers = self.asked("answers", origin, asked, Head::answer);
        let wo = ("attn_wo", layer.attn_wo);
        let mixed = self.linear("mixed answers", wo, answers, 1);
        self.sum("sum after attention", x, mixed)
    }

    /// Computes what the MLP adds to `x`, and the sum.
    fn mlp(&mut self, layer: &Layer<Matrix<'_, f64>>, x: usize) -> usize {
        self.part = "MLP";
        let norm = self.norm("norm before the MLP", x);
        let fc1 = ("mlp_fc1", layer.mlp_fc1);
        let hidden = self.linear("hidden units", fc1, norm, 1);
        let on = self.position.flat(hidden).into_iter().map(Scalar::relu);
        let on = vec![on.collect()];
        let on = self.note("after relu", Origin::Relu(hidden), on);
        let fc2 = ("mlp_fc2", layer.mlp_fc2);
        let thought = self.linear("back to the width", fc2, on, 1);
        self.sum("sum after the MLP", x, thought)
    }

    /// Computes the logits and probabilities of the next token.
    fn guess(&mut self, model: &Gpt, x: usize) {
        self.part = "guess";
        let lm_head = ("lm_head", model.weights().lm_head);
        let logits = self.linear("logits", lm_head, x, 1);
        let probs = vec![softmax(&self.position.flat(logits))];
        self.note("probabilities", Origin::Softmax(logits), probs);
    }
}

/// Returns all stages of a model that reads some tokens, position by position.
pub fn walk(model: &Gpt, tokens: &[usize]) -> Vec<Position> {
    let layers = model.weights().layers;
    let config = model.config();
    let heads = vec![Head::default(); config.n_head];
    let mut memory = vec![heads; config.n_layer];
    let mut positions = Vec::new();
    for (at, &token) in tokens.iter().enumerate() {
        let mut walk = Walk::default();
        let mut x = walk.embedding(model, token, at);
        for (l, (layer, heads)) in zip(&layers, &mut memory).enumerate() {
            walk.layer = l;
            x = walk.attention(layer, heads, x);
            x = walk.mlp(layer, x);
        }
        walk.guess(model, x);
        walk.position.heads.clone_from(&memory);
        positions.push(walk.position);
    }
    positions
}

#[cfg(test)]
mod tests {
    use microgpt::adam::Adam;
    use microgpt::data;
    use microgpt::forward::Context;
    use microgpt::model::Config;
    use microgpt::start::Start;
    use microgpt::training::{Schedule, Session};

    use super::*;

    #[test]
    fn the_stages_end_in_the_model_s_own_logits_bit_for_bit() {
        let config = Config { n_layer: 2, ..Config::default() };
        let start = Start::new(data::documents(data::NAMES), config, 42);
        let schedule = Schedule { steps: 20, ..Schedule::default() };
        let texts = start.texts(schedule.steps).unwrap();
        let mut session = Session::new(start.model, Adam::default(), schedule);
        for _ in 0..2 {
            let model = &session.model;
            let mut context = Context::new(model);
            for (&token, position) in zip(&texts[0], walk(model, &texts[0])) {
                let logits = context.read(token).unwrap();
                let [.., last, guess] = &position.stages[..] else { panic!() };
                assert_eq!((last.name, &last.numbers[0]), ("logits", &logits));
                assert_eq!(guess.numbers, [softmax(&logits)]);
            }
            session.train(&texts).unwrap();
        }
    }
}
