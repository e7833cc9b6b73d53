// ANCHOR: imports
//! Breaks one part of the model at a time, and trains what is left.

use std::error::Error;
use std::iter::zip;

use microgpt::adam::Adam;
use microgpt::attention::Head;
use microgpt::autograd::{Tape, Value};
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::engine::Engine;
use microgpt::forward::ForwardError;
use microgpt::generation::{Temperature, draw};
use microgpt::layers::{add, linear, rmsnorm, softmax};
use microgpt::model::{Config, Gpt, Layer, Matrix, Weights};
use microgpt::scalar::Scalar;
use microgpt::start::Start;
use microgpt::tokenizer::{Tokenizer, UnknownChar};
use microgpt::training::{Optimizer, Schedule, Session};
use rand_mt::Mt;
// ANCHOR_END: imports

// ANCHOR: broken
/// What is broken, if anything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Nothing: the whole model.
    Nothing,
    /// A layer's output replaces `x` instead of being added to it.
    Residual,
    /// Vectors keep the size they have.
    Norm,
    /// Scores aren't divided by √d.
    Scale,
    /// The rows of `wpe` aren't added.
    Positions,
    /// No token looks at another.
    Attention,
    /// No token is worked on by itself.
    Mlp,
    /// In the backward pass, one use of a number overwrites the others.
    PlusEquals,
    /// The gradients of earlier steps are kept and added to.
    Zeroing,
    /// Adam uses m and v where m̂ and v̂ belong.
    Correction,
}
// ANCHOR_END: broken

// ANCHOR: all
/// All of them, with their labels in the report.
pub const ALL: [(Broken, &str); 10] = [
    (Broken::Nothing, "nothing broken"),
    (Broken::Residual, "no residual"),
    (Broken::Norm, "no norm"),
    (Broken::Scale, "no 1/sqrt(d)"),
    (Broken::Positions, "no positions"),
    (Broken::Attention, "no attention"),
    (Broken::Mlp, "no MLP"),
    (Broken::PlusEquals, "= for +="),
    (Broken::Zeroing, "no zeroing"),
    (Broken::Correction, "no bias correction"),
];
// ANCHOR_END: all

// ANCHOR: norm
impl Broken {
    /// Returns `x` after rmsnorm, or as it is.
    fn norm<S: Scalar>(self, x: &[S]) -> Vec<S> {
        if self == Self::Norm { x.to_vec() } else { rmsnorm(x) }
    }

    /// Returns the sum of `x` and a layer's output, or the output alone.
    fn join<S: Scalar>(self, x: &[S], output: &[S]) -> Vec<S> {
        if self == Self::Residual { output.to_vec() } else { add(x, output) }
    }
}
// ANCHOR_END: norm

// ANCHOR: query
impl Broken {
    /// Returns the query, or √d times the query, which undoes the division.
    fn query<S: Scalar>(
        self,
        layer: &Layer<Matrix<'_, S>>,
        x: &[S],
        d: usize,
    ) -> Vec<S> {
        let query = linear(x, layer.attn_wq);
        if self != Self::Scale {
            return query;
        }
        let root = S::from((d as f64).sqrt());
        query.into_iter().map(|q| q * root).collect()
    }
}
// ANCHOR_END: query

// ANCHOR: attention
impl Broken {
    /// Returns what attention does with that query.
    fn attention<S: Scalar>(
        self,
        layer: &Layer<Matrix<'_, S>>,
        x: &[S],
        heads: &mut [Head<S>],
    ) -> Vec<S> {
        let d = x.len() / heads.len();
        let query = self.query(layer, x, d);
        let key = linear(x, layer.attn_wk);
        let value = linear(x, layer.attn_wv);
        let mut answers = Vec::new();
        for (h, head) in heads.iter_mut().enumerate() {
            let slice = h * d..(h + 1) * d;
            head.remember(&key[slice.clone()], &value[slice.clone()]);
            answers.extend(head.answer(&query[slice]));
        }
        linear(&answers, layer.attn_wo)
    }
}
// ANCHOR_END: attention

// ANCHOR: reader
/// A broken model in the middle of a text: a `Context` with switches.
struct Reader<'m, S> {
    broken: Broken,
    weights: Weights<Matrix<'m, S>>,
    heads: Vec<Vec<Head<S>>>,
    position: usize,
}

impl<'m, S: Scalar> Reader<'m, S> {
    fn new(model: &'m Gpt<S>, broken: Broken) -> Self {
        let config = model.config();
        let weights = model.weights();
        let heads = vec![vec![Head::default(); config.n_head]; config.n_layer];
        let position = 0;
        Self { broken, weights, heads, position }
    }
}
// ANCHOR_END: reader

// ANCHOR: embedding
impl<S: Scalar> Reader<'_, S> {
    /// Returns token plus position, or the token alone.
    fn embedding(&self, token: usize) -> Result<Vec<S>, ForwardError> {
        let Weights { wte, wpe, .. } = self.weights;
        let unknown = ForwardError::UnknownToken(token, wte.rows().len());
        let too_long = ForwardError::TooLong(wpe.rows().len());
        let what = wte.row(token).ok_or(unknown)?;
        let place = wpe.row(self.position).ok_or(too_long)?;
        if self.broken == Broken::Positions {
            return Ok(what.to_vec());
        }
        Ok(add(what, place))
    }
}
// ANCHOR_END: embedding

// ANCHOR: read
impl<S: Scalar> Reader<'_, S> {
    /// Reads a token and returns the logits: what is left of the forward pass.
    fn read(&mut self, token: usize) -> Result<Vec<S>, ForwardError> {
        let broken = self.broken;
        let mut x = broken.norm(&self.embedding(token)?);
        for (layer, heads) in zip(&self.weights.layers, &mut self.heads) {
            if broken != Broken::Attention {
                let heard = broken.attention(layer, &broken.norm(&x), heads);
                x = broken.join(&x, &heard);
            }
            if broken != Broken::Mlp {
                x = broken.join(&x, &layer.mlp(&broken.norm(&x)));
            }
        }
        self.position += 1;
        Ok(linear(&x, self.weights.lm_head))
    }
}
// ANCHOR_END: read

// ANCHOR: loss
/// Returns the mean loss of a text.
fn loss<S: Scalar>(
    model: &Gpt<S>,
    broken: Broken,
    tokens: &[usize],
) -> Result<S, ForwardError> {
    let mut reader = Reader::new(model, broken);
    let pairs = tokens.windows(2).take(model.config().block_size);
    let losses = pairs.map(|pair| {
        let probs = softmax(&reader.read(pair[0])?);
        Ok(-probs[pair[1]].ln())
    });
    let losses: Vec<S> = losses.collect::<Result<_, _>>()?;
    let share = S::from(1.0 / losses.len() as f64);
    Ok(share * losses.into_iter().sum())
}
// ANCHOR_END: loss

// ANCHOR: careless
/// Returns gradients from a backward pass with `=` where `+=` belongs.
fn careless(tape: &Tape, loss: Value<'_>) -> Vec<f64> {
    let mut gradients = vec![0.0; loss.node() + 1];
    gradients[loss.node()] = 1.0;
    for node in (0..=loss.node()).rev() {
        for (input, slope) in tape.inputs(node) {
            gradients[input] = slope * gradients[node];
        }
    }
    gradients
}
// ANCHOR_END: careless

// ANCHOR: slopes
/// Returns the loss of a text and its slope along each weight, or what a
/// careless backward pass takes for the slopes.
fn slopes(
    model: &Gpt,
    broken: Broken,
    text: &[usize],
) -> Result<(f64, Vec<f64>), ForwardError> {
    let tape = Tape::default();
    let variables = model.map(|&weight| tape.variable(weight));
    let loss = loss(&variables, broken, text)?;
    let weights = variables.params().iter();
    let slopes = if broken == Broken::PlusEquals {
        let gradients = careless(&tape, loss);
        weights.map(|weight| gradients[weight.node()]).collect()
    } else {
        let gradients = loss.backward();
        weights.map(|&weight| gradients.wrt(weight)).collect()
    };
    Ok((loss.value(), slopes))
}
// ANCHOR_END: slopes

// ANCHOR: workshop
/// An engine that finds gradients, or something like them.
pub struct Workshop {
    broken: Broken,
    gradients: Vec<f64>,
}
// ANCHOR_END: workshop

// ANCHOR: find
impl Workshop {
    /// Returns a workshop with one part broken.
    pub fn new(broken: Broken) -> Self {
        let gradients = Vec::new();
        Self { broken, gradients }
    }
}

impl Engine for Workshop {
    fn gradients(
        &mut self,
        model: &Gpt,
        texts: &[&[usize]],
    ) -> Result<(f64, &[f64]), ForwardError> {
        let (loss, slopes) = slopes(model, self.broken, texts[0])?;
        if self.broken != Broken::Zeroing {
            self.gradients.clear();
        }
        self.gradients.resize(slopes.len(), 0.0);
        for (gradient, slope) in zip(&mut self.gradients, slopes) {
            *gradient += slope;
        }
        Ok((loss, &self.gradients))
    }
}
// ANCHOR_END: find

// ANCHOR: hatless
/// Adam without its bias correction.
#[derive(Default)]
pub struct Hatless(Adam);

impl Optimizer for Hatless {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        let Adam { beta1, beta2, epsilon, m, v, .. } = &mut self.0;
        m.resize(params.len(), 0.0);
        v.resize(params.len(), 0.0);
        for ((p, g), (m, v)) in zip(params, gradients).zip(zip(m, v)) {
            *m = *beta1 * *m + (1.0 - *beta1) * g;
            *v = *beta2 * *v + (1.0 - *beta2) * g * g;
            *p -= rate * *m / (v.sqrt() + *epsilon);
        }
    }
}
// ANCHOR_END: hatless

// ANCHOR: run
/// The run of the book before its first step.
pub struct Run {
    tokenizer: Tokenizer,
    dice: Chance<Mt>,
    /// The names to learn from, as tokens.
    pub texts: Vec<Vec<usize>>,
    /// The first weights.
    pub model: Gpt,
}
// ANCHOR_END: run

// ANCHOR: begin
impl Run {
    /// Returns the names and dice of seed 42, with a model of any size.
    ///
    /// # Errors
    /// [`UnknownChar`] never occurs: the alphabet comes from the names.
    pub fn new(names: &str, config: Config) -> Result<Self, UnknownChar> {
        let start = Start::new(data::documents(names), config, 42);
        let texts = start.texts(1000)?;
        let Start { tokenizer, model, chance: dice, .. } = start;
        Ok(Self { tokenizer, dice, texts, model })
    }
}
// ANCHOR_END: begin

// ANCHOR: learn
impl Run {
    /// Trains up to the last step, or up to the first one that fails.
    fn learn<E: Engine, O: Optimizer>(
        &self,
        mut engine: E,
        optimizer: O,
        schedule: Schedule,
    ) -> (Vec<f64>, Gpt) {
        let model = self.model.clone();
        let mut session = Session::new(model, optimizer, schedule);
        let (mut turns, mut losses) = (session.turns(&self.texts), Vec::new());
        while !session.is_done() {
            match session.step_with(&mut engine, &mut turns) {
                Ok(step) => losses.push(step.loss),
                Err(_) => break,
            }
        }
        (losses, session.model)
    }
}
// ANCHOR_END: learn

// ANCHOR: without
impl Run {
    /// Trains with one part broken; returns the losses and the model.
    pub fn without(
        &self,
        broken: Broken,
        schedule: Schedule,
    ) -> (Vec<f64>, Gpt) {
        let engine = Workshop::new(broken);
        if broken == Broken::Correction {
            return self.learn(engine, Hatless::default(), schedule);
        }
        self.learn(engine, Adam::default(), schedule)
    }
}
// ANCHOR_END: without

// ANCHOR: names
impl Run {
    /// Returns three names that a broken model draws with the run's dice.
    ///
    /// # Errors
    /// An error if the model's probabilities aren't numbers.
    pub fn names(
        &self,
        model: &Gpt,
        broken: Broken,
    ) -> Result<String, Box<dyn Error>> {
        let bos = self.tokenizer.bos();
        let block_size = model.config().block_size;
        let temperature = Temperature::try_from(0.5)?;
        let mut dice = self.dice.clone();
        let mut names = Vec::new();
        for _ in 0..3 {
            let mut reader = Reader::new(model, broken);
            let read = |token| reader.read(token);
            let name = draw(block_size, bos, temperature, &mut dice, read)?;
            names.push(self.tokenizer.decode(&name));
        }
        Ok(names.join(" "))
    }
}
// ANCHOR_END: names

// ANCHOR: mean
/// Returns the mean of some losses.
pub fn mean(losses: &[f64]) -> f64 {
    losses.iter().sum::<f64>() / losses.len() as f64
}
// ANCHOR_END: mean
