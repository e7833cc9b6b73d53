//! What the chapters on the model, on attention and on the forward pass say
//! about models that differ from the book's, and about what heads look at.

use anyhow::{Context, Result};
use lab::study::learn;
use microgpt::adam::Adam;
use microgpt::attention::Head;
use microgpt::autograd::Tape;
use microgpt::chance::Chance;
use microgpt::engine::Engine;
use microgpt::forward::ForwardError;
use microgpt::layers::{add, linear, rmsnorm, softmax};
use microgpt::model::{Config, Gpt};
use microgpt::scalar::Scalar;
use microgpt::training::Schedule;

use super::Values;
use crate::run::{Run, mean};

/// How a forward pass treats the size of a vector.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Norm {
    /// As in the book.
    Right,
    /// The sum of the squares instead of their mean.
    WithoutMean,
    /// Not at all.
    None,
}

impl Norm {
    fn of<S: Scalar>(self, x: &[S]) -> Vec<S> {
        match self {
            Self::Right => rmsnorm(x),
            Self::WithoutMean => {
                let sum = S::dot(x, x) + S::from(1e-5);
                let scale = sum.powf(-0.5);
                x.iter().map(|&x| x * scale).collect()
            }
            Self::None => x.to_vec(),
        }
    }
}

/// A forward pass that differs from the book's.
#[derive(Clone, Debug)]
struct Variant {
    /// The norm of the embedding.
    outer: Norm,
    /// The norms within a layer.
    inner: Norm,
    /// Whether a layer adds to the vector or replaces it.
    adds: bool,
    gradients: Vec<f64>,
}

impl Variant {
    fn new(outer: Norm, inner: Norm, adds: bool) -> Self {
        Self { outer, inner, adds, gradients: Vec::new() }
    }

    /// The mean loss of a text, as `Gpt::loss` computes it.
    fn loss<S: Scalar>(&self, model: &Gpt<S>, tokens: &[usize]) -> S {
        let weights = model.weights();
        let config = model.config();
        let heads = vec![Head::default(); config.n_head];
        let mut layers: Vec<_> =
            weights.layers.iter().map(|layer| (layer, heads.clone())).collect();
        let mut losses = Vec::new();
        for (pair, place) in tokens.windows(2).zip(weights.wpe.rows()) {
            let what = weights.wte.row(pair[0]).unwrap_or_default();
            let mut x = self.outer.of(&add(what, place));
            for (layer, heads) in &mut layers {
                let found = layer.attention(&self.inner.of(&x), heads);
                x = if self.adds { add(&x, &found) } else { found };
                let thought = layer.mlp(&self.inner.of(&x));
                x = if self.adds { add(&x, &thought) } else { thought };
            }
            let probs = softmax(&linear(&x, weights.lm_head));
            losses.push(-probs[pair[1]].ln());
        }
        let share = S::from(1.0 / losses.len() as f64);
        share * losses.into_iter().sum()
    }
}

impl Engine for Variant {
    fn gradients(
        &mut self,
        model: &Gpt,
        texts: &[&[usize]],
    ) -> Result<(f64, &[f64]), ForwardError> {
        let text = texts.first().ok_or(ForwardError::TooShort(0))?;
        let tape = Tape::default();
        let variables = model.map(|&weight| tape.variable(weight));
        let loss = self.loss(&variables, text);
        let gradients = loss.backward();
        let wrt = variables.params().iter().map(|&w| gradients.wrt(w));
        self.gradients = wrt.collect();
        Ok((loss.value(), &self.gradients))
    }
}

/// Records what the three chapters say.
pub(super) fn record(
    values: &mut Values,
    untrained: &Run,
    trained: &Run,
) -> Result<()> {
    let mut equal = untrained.clone();
    equal.model = equal.model.map(|_| 0.08);
    let losses = equal.train(Adam::default(), 0.01)?;
    values.round("loss_from_equal", mean(&losses[900..]), 3);
    head_values(values, trained)?;
    untrained_head_values(values, untrained)?;
    norm_values(values, untrained)?;
    residual_values(values, untrained)
}

/// What the figure of the heads shows, and how even each head is in general.
fn head_values(values: &mut Values, trained: &Run) -> Result<()> {
    let kamon = trained.looks(&trained.tokenizer.encode("kamon")?)?;
    let percent = |weight: f64| 100.0 * weight;
    // places: bos is 0, then k, a, m, o, n
    values.round("head_3_a_to_k", percent(kamon[2][2][1]), 0);
    values.round("head_4_n_to_a", percent(kamon[3][5][2]), 0);
    values.round("head_4_n_to_n", percent(kamon[3][5][5]), 1);
    let even = &kamon[0][5];
    let least = even.iter().copied().fold(1.0, f64::min);
    let most = even.iter().copied().fold(0.0, f64::max);
    values.round("head_1_n_least", percent(least), 0);
    values.round("head_1_n_most", percent(most), 0);
    let mut largest = vec![Vec::new(); trained.model.config().n_head];
    for tokens in &trained.tokens {
        // the fifth token chooses among five, if there is one
        let read = &tokens[..tokens.len() - 1];
        for (largest, map) in largest.iter_mut().zip(trained.looks(read)?) {
            if let Some(weights) = map.get(4) {
                largest.push(weights.iter().copied().fold(0.0, f64::max));
            }
        }
    }
    for (name, largest) in
        ["head_1_largest", "head_2_largest", "head_3_largest", "head_4_largest"]
            .into_iter()
            .zip(&largest)
    {
        values.round(name, percent(mean(largest)), 0);
    }
    Ok(())
}

/// How even all heads are before training, at the end of the same name.
fn untrained_head_values(values: &mut Values, untrained: &Run) -> Result<()> {
    let kamon = untrained.looks(&untrained.tokenizer.encode("kamon")?)?;
    let weights = kamon.iter().flat_map(|head| head[5].iter().copied());
    let least = weights.clone().fold(1.0, f64::min);
    let most = weights.fold(0.0, f64::max);
    values.round("heads_untrained_least", 100.0 * least, 0);
    values.round("heads_untrained_most", 100.0 * most, 0);
    Ok(())
}

/// What comes of wrong and missing norms.
fn norm_values(values: &mut Values, untrained: &Run) -> Result<()> {
    let emma = untrained.tokenizer.encode("emma")?;
    let wrong = Variant::new(Norm::WithoutMean, Norm::WithoutMean, true);
    values.round("norm_right_emma", untrained.model.loss(&emma)?, 2);
    values.round("norm_wrong_emma", wrong.loss(&untrained.model, &emma), 2);
    for (name, mut variant) in [
        ("norm_wrong_last_100", wrong),
        ("norm_inner_last_100", Variant::new(Norm::None, Norm::Right, true)),
        ("norm_none_last_100", Variant::new(Norm::None, Norm::None, true)),
    ] {
        let (model, adam) = (untrained.model.clone(), Adam::default());
        let tokens = &untrained.tokens;
        let schedule = Schedule::default();
        let (_, losses) = learn(model, &mut variant, adam, tokens, schedule)?;
        values.round(name, mean(&losses[900..]), 3);
    }
    Ok(())
}

/// How large a gradient arrives at the token table, with and without adding.
fn residual_values(values: &mut Values, untrained: &Run) -> Result<()> {
    let text = untrained.tokens.first().context("there are no names")?;
    for (n_layer, adds, name) in [
        (1, true, "gradient_1_adds"),
        (1, false, "gradient_1_replaces"),
        (8, true, "gradient_8_adds"),
        (8, false, "gradient_8_replaces"),
    ] {
        let config = Config { n_layer, ..Config::default() };
        let model = Gpt::new(config, &mut Chance::seeded(42));
        let mut variant = Variant::new(Norm::Right, Norm::Right, adds);
        let (_, gradients) = variant.gradients(&model, &[text])?;
        let table = &gradients[config.layout().wte.range()];
        values.round(name, f64::dot(table, table).sqrt(), 2);
    }
    Ok(())
}
