// ANCHOR: optimizer
//! The training loop: forward, loss, backward, step.

use std::iter::{Cycle, Skip, zip};
use std::slice::Iter;

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

// ANCHOR: mean_gradients
/// Returns the mean loss of some texts, and its gradients, from a tape.
///
/// # Errors
/// [`ForwardError`] for an unknown token, fewer than two in a text, or no text.
pub fn mean_gradients(
    model: &Gpt,
    texts: &[&[usize]],
) -> Result<(f64, Vec<f64>), ForwardError> {
    if texts.is_empty() {
        return Err(ForwardError::TooShort(0));
    }
    let share = 1.0 / texts.len() as f64;
    let mut mean_loss = 0.0;
    let mut mean = vec![0.0; model.params().len()];
    for text in texts {
        let (loss, gradients) = model.gradients(text)?;
        mean_loss += share * loss;
        for (mean, gradient) in zip(&mut mean, gradients) {
            *mean += share * gradient;
        }
    }
    Ok((mean_loss, mean))
}
// ANCHOR_END: mean_gradients

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

// ANCHOR: session
/// A model in training, with all that changes while it learns.
#[derive(Clone, Debug)]
pub struct Session<O> {
    /// The model.
    pub model: Gpt,
    /// Turns gradients into steps, and may remember them.
    pub optimizer: O,
    /// How many steps to take, and how.
    pub schedule: Schedule,
    /// How many steps have been taken.
    pub steps: usize,
}

/// A step that has been taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Its number, counted from 1.
    pub number: usize,
    /// The mean loss of its texts, before the weights changed.
    pub loss: f64,
}
// ANCHOR_END: session

// ANCHOR: new_session
impl<O> Session<O> {
    /// Returns a session before its first step.
    pub fn new(model: Gpt, optimizer: O, schedule: Schedule) -> Self {
        Self { model, optimizer, schedule, steps: 0 }
    }

    /// Returns the same session with its optimizer in another form.
    pub fn with<P>(self, optimizer: impl FnOnce(O) -> P) -> Session<P> {
        let Self { model, optimizer: old, schedule, steps } = self;
        Session { model, optimizer: optimizer(old), schedule, steps }
    }

    /// Returns whether all steps of the schedule have been taken.
    pub fn is_done(&self) -> bool {
        self.steps >= self.schedule.steps
    }
}
// ANCHOR_END: new_session

// ANCHOR: check
impl<O> Session<O> {
    /// Checks that the loss of a step and some numbers are finite.
    fn check(
        &self,
        step: Step,
        numbers: &[f64],
    ) -> Result<Step, TrainingError> {
        let Step { number: step_number, loss } = step;
        let mut numbers = numbers.iter().chain([&loss]);
        if numbers.all(|number| number.is_finite()) {
            return Ok(step);
        }
        let learning_rate = self.schedule.learning_rate;
        Err(TrainingError::Diverged { step: step_number, loss, learning_rate })
    }
}
// ANCHOR_END: check

// ANCHOR: step
impl<O: Optimizer> Session<O> {
    /// Learns from some texts: forward, loss, backward, and a step downhill.
    ///
    /// # Errors
    /// [`TrainingError`] if the texts can't be read, or if the loss or, after
    /// the last step, a weight isn't finite. A loss that isn't finite changes
    /// no weight.
    pub fn step<G: AsRef<[f64]>>(
        &mut self,
        texts: &[&[usize]],
        find: impl FnOnce(&Gpt, &[&[usize]]) -> Result<(f64, G), ForwardError>,
    ) -> Result<Step, TrainingError> {
        let (loss, gradients) = find(&self.model, texts)?;
        let step = Step { number: self.steps + 1, loss };
        self.check(step, &[])?;
        let rate = self.schedule.at(self.steps);
        let params = self.model.params_mut();
        self.optimizer.step(rate, params, gradients.as_ref());
        self.steps = step.number;
        let last = if self.is_done() { self.model.params() } else { &[] };
        self.check(step, last)
    }
}
// ANCHOR_END: step

// ANCHOR: turns
/// Hands out texts in turn: after the last comes the first again.
#[derive(Clone, Debug)]
pub struct Turns<'t> {
    upcoming: Skip<Cycle<Iter<'t, Vec<usize>>>>,
    texts: Vec<&'t [usize]>,
}

impl<'t> Turns<'t> {
    /// Returns the next texts, as many as asked for, or none if there are none.
    pub fn take(&mut self, count: usize) -> &[&'t [usize]] {
        self.texts.clear();
        let next = self.upcoming.by_ref().take(count);
        self.texts.extend(next.map(Vec::as_slice));
        &self.texts
    }
}
// ANCHOR_END: turns

// ANCHOR: begin_turns
impl<O> Session<O> {
    /// Returns the turns of some texts, from the next step on.
    pub fn turns<'t>(&self, texts: &'t [Vec<usize>]) -> Turns<'t> {
        let used = self.steps as u128 * self.schedule.batch as u128;
        let used = (used % texts.len().max(1) as u128) as usize;
        let upcoming = texts.iter().cycle().skip(used);
        Turns { upcoming, texts: Vec::new() }
    }
}
// ANCHOR_END: begin_turns

// ANCHOR: train
impl<O: Optimizer> Session<O> {
    /// Takes all steps that are left; returns their losses.
    ///
    /// # Errors
    /// [`TrainingError`], as of [`Session::step`].
    pub fn train(
        &mut self,
        texts: &[Vec<usize>],
    ) -> Result<Vec<f64>, TrainingError> {
        let (mut turns, mut losses) = (self.turns(texts), Vec::new());
        while !self.is_done() {
            let texts = turns.take(self.schedule.batch);
            losses.push(self.step(texts, mean_gradients)?.loss);
        }
        Ok(losses)
    }
}
// ANCHOR_END: train
