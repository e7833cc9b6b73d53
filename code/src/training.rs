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

// ANCHOR: step
/// Learns from one text: forward, loss, backward, and a step downhill.
///
/// Returns the loss before the step.
///
/// # Errors
/// [`ForwardError`] for an unknown token or fewer than two.
pub fn step<O: Optimizer>(
    model: &mut Gpt,
    optimizer: &mut O,
    learning_rate: f64,
    tokens: &[usize],
) -> Result<f64, ForwardError> {
    let (loss, gradients) = model.gradients(tokens)?;
    optimizer.step(learning_rate, model.params_mut(), &gradients);
    Ok(loss)
}
// ANCHOR_END: step

// ANCHOR: schedule
/// How many steps to train, and how fast.
///
/// ```
/// use microgpt::training::Schedule;
///
/// let schedule = Schedule { steps: 4, learning_rate: 1.0 };
/// assert_eq!([0, 1, 2, 3].map(|k| schedule.at(k)), [1.0, 0.75, 0.5, 0.25]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// The number of steps.
    pub steps: usize,
    /// The learning rate of the first step.
    pub learning_rate: f64,
}

impl Schedule {
    /// The learning rate of a step counted from 0: it falls in a line to 0.
    pub fn at(&self, step: usize) -> f64 {
        self.learning_rate * (1.0 - step as f64 / self.steps as f64)
    }
}
// ANCHOR_END: schedule

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

// ANCHOR: train
/// Trains on the documents in turn; yields each step, from 1, and its loss.
///
/// The work is done as the iterator is asked. After the last document comes
/// the first again; without any there is no step.
pub fn train<O: Optimizer>(
    model: &mut Gpt,
    optimizer: &mut O,
    documents: &[Vec<usize>],
    schedule: Schedule,
) -> impl Iterator<Item = Result<(usize, f64), TrainingError>> {
    let turns = (0..schedule.steps).zip(documents.iter().cycle());
    turns.map(move |(turn, tokens)| {
        let loss = step(model, optimizer, schedule.at(turn), tokens)?;
        let weights = model.params().iter();
        if weights.chain([&loss]).all(|number| number.is_finite()) {
            return Ok((turn + 1, loss));
        }
        let (step, learning_rate) = (turn + 1, schedule.learning_rate);
        Err(TrainingError::Diverged { step, loss, learning_rate })
    })
}
// ANCHOR_END: train
