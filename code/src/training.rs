// ANCHOR: optimizer
//! The training loop: forward, loss, backward, step.

use std::iter::zip;

use crate::autograd::Tape;
use crate::forward::ForwardError;
use crate::model::Gpt;
use crate::scalar::Scalar;

/// A way to change weights so that the loss becomes smaller.
pub trait Optimizer {
    /// Changes all weights, given the gradient of each.
    fn step(
        &mut self,
        learning_rate: f64,
        params: &mut [f64],
        gradients: &[f64],
    );
}
// ANCHOR_END: optimizer

// ANCHOR: sgd
/// Stochastic gradient descent: straight downhill (Robbins & Monro, 1951).
///
/// ```
/// use microgpt::training::{Optimizer, Sgd};
///
/// let mut params = [1.0];
/// Sgd.step(0.5, &mut params, &[4.0]);
/// assert_eq!(params, [-1.0]); // 1 - 0.5 × 4
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Sgd;

impl Optimizer for Sgd {
    fn step(
        &mut self,
        learning_rate: f64,
        params: &mut [f64],
        gradients: &[f64],
    ) {
        for (param, gradient) in zip(params, gradients) {
            *param -= learning_rate * gradient;
        }
    }
}
// ANCHOR_END: sgd

// ANCHOR: gradients
impl Gpt {
    /// The loss of a text, and how fast it changes with each weight.
    ///
    /// # Errors
    /// [`ForwardError`] for an unknown token or fewer than two.
    pub fn gradients(
        &self,
        tokens: &[usize],
    ) -> Result<(f64, Vec<f64>), ForwardError> {
        let tape = Tape::default();
        let variables = self.map(|&weight| tape.variable(weight));
        let loss = variables.loss(tokens)?;
        let gradients = loss.backward();
        let wrt = variables.params().iter().map(|&w| gradients.wrt(w));
        Ok((loss.value(), wrt.collect()))
    }
}
// ANCHOR_END: gradients

// ANCHOR: engine
/// A way to find gradients.
pub trait Engine {
    /// The mean loss of some texts, and how fast it changes with each weight.
    ///
    /// # Errors
    /// [`ForwardError`] for an unknown token, fewer than two in a text, or no
    /// text.
    fn gradients(
        &mut self,
        model: &Gpt,
        texts: &[&[usize]],
    ) -> Result<(f64, &[f64]), ForwardError>;
}

/// Finds gradients on a tape, one text after the other.
#[derive(Clone, Debug, Default)]
pub struct OnTape {
    gradients: Vec<f64>,
}
// ANCHOR_END: engine

// ANCHOR: on_tape
impl Engine for OnTape {
    fn gradients(
        &mut self,
        model: &Gpt,
        texts: &[&[usize]],
    ) -> Result<(f64, &[f64]), ForwardError> {
        if texts.is_empty() {
            return Err(ForwardError::TooShort(0));
        }
        let share = 1.0 / texts.len() as f64;
        let mut mean = 0.0;
        self.gradients.clear();
        self.gradients.resize(model.params().len(), 0.0);
        for text in texts {
            let (loss, gradients) = model.gradients(text)?;
            mean += share * loss;
            for (mean, gradient) in zip(&mut self.gradients, gradients) {
                *mean += share * gradient;
            }
        }
        Ok((mean, &self.gradients))
    }
}
// ANCHOR_END: on_tape

// ANCHOR: step
/// Learns from some texts: forward, loss, backward, and a step downhill.
///
/// Returns the loss before the step.
///
/// # Errors
/// [`ForwardError`] for an unknown token, fewer than two in a text, or no text.
pub fn step<E: Engine, O: Optimizer>(
    model: &mut Gpt,
    engine: &mut E,
    optimizer: &mut O,
    learning_rate: f64,
    texts: &[&[usize]],
) -> Result<f64, ForwardError> {
    let (loss, gradients) = engine.gradients(model, texts)?;
    optimizer.step(learning_rate, model.params_mut(), gradients);
    Ok(loss)
}
// ANCHOR_END: step

// ANCHOR: schedule
/// How many steps to train, on how many documents each, and how fast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// The number of steps.
    pub steps: usize,
    /// The number of documents that a step learns from.
    pub batch: usize,
    /// The learning rate of the first step.
    pub learning_rate: f64,
}

impl Default for Schedule {
    /// That of microgpt.py.
    fn default() -> Self {
        Self { steps: 1000, batch: 1, learning_rate: 0.01 }
    }
}
// ANCHOR_END: schedule

// ANCHOR: at
impl Schedule {
    /// The learning rate of a step counted from 0: it falls in a line to 0.
    ///
    /// ```
    /// use microgpt::training::Schedule;
    ///
    /// let schedule = Schedule { steps: 4, batch: 1, learning_rate: 1.0 };
    /// let rates = [0, 1, 2, 3].map(|step| schedule.at(step));
    /// assert_eq!(rates, [1.0, 0.75, 0.5, 0.25]);
    /// ```
    pub fn at(&self, step: usize) -> f64 {
        self.learning_rate * (1.0 - step as f64 / self.steps as f64)
    }
}
// ANCHOR_END: at

// ANCHOR: error
/// What can go wrong while training.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum TrainingError {
    /// The model cannot read the document.
    #[error(transparent)]
    Forward(#[from] ForwardError),
    /// The loss or a weight is no longer a finite number.
    #[error(
        "training failed at step {step}, with a loss of {loss}: try a \
         learning rate smaller than {learning_rate:?}"
    )]
    Diverged {
        /// The step, counted from 1.
        step: usize,
        /// Its loss.
        loss: f64,
        /// The learning rate of the first step.
        learning_rate: f64,
    },
}
// ANCHOR_END: error

// ANCHOR: sound
/// A step and its loss, if the loss and, in the end, the weights are finite.
///
/// # Errors
/// [`TrainingError::Diverged`] if they are not.
pub fn sound(
    model: &Gpt,
    step: usize,
    loss: f64,
    schedule: Schedule,
) -> Result<(usize, f64), TrainingError> {
    let weights = if step == schedule.steps { model.params() } else { &[] };
    let mut numbers = weights.iter().chain([&loss]);
    if numbers.all(|number| number.is_finite()) {
        return Ok((step, loss));
    }
    let learning_rate = schedule.learning_rate;
    Err(TrainingError::Diverged { step, loss, learning_rate })
}
// ANCHOR_END: sound

// ANCHOR: train
/// Trains on the documents in turn; yields each step, from 1, and its loss.
///
/// The work is done as the iterator is asked. After the last document comes
/// the first again; without documents each step is an error.
pub fn train<E: Engine, O: Optimizer>(
    model: &mut Gpt,
    engine: &mut E,
    optimizer: &mut O,
    documents: &[Vec<usize>],
    schedule: Schedule,
) -> impl Iterator<Item = Result<(usize, f64), TrainingError>> {
    let mut turns = documents.iter().map(Vec::as_slice).cycle();
    let mut texts = Vec::new();
    (0..schedule.steps).map(move |done| {
        texts.clear();
        texts.extend(turns.by_ref().take(schedule.batch));
        let rate = schedule.at(done);
        let loss = step(model, engine, optimizer, rate, &texts)?;
        sound(model, done + 1, loss, schedule)
    })
}
// ANCHOR_END: train
