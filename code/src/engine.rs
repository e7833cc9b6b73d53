// ANCHOR: engine
//! Engines: more than one way to find gradients.

use crate::forward::ForwardError;
use crate::model::Gpt;
use crate::training::{
    Optimizer, Session, Step, TrainingError, Turns, mean_gradients,
};

/// A way to find gradients.
pub trait Engine {
    /// Returns the mean loss of some texts, and its gradients.
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
// ANCHOR_END: engine

// ANCHOR: on_tape
/// Finds gradients on a tape, one text after the other.
#[derive(Clone, Debug, Default)]
pub struct OnTape {
    gradients: Vec<f64>,
}

impl Engine for OnTape {
    fn gradients(
        &mut self,
        model: &Gpt,
        texts: &[&[usize]],
    ) -> Result<(f64, &[f64]), ForwardError> {
        let (loss, gradients) = mean_gradients(model, texts)?;
        self.gradients = gradients;
        Ok((loss, &self.gradients))
    }
}
// ANCHOR_END: on_tape

// ANCHOR: step_with
impl<O: Optimizer> Session<O> {
    /// Takes the next step with an engine, on the texts whose turn it is.
    ///
    /// # Errors
    /// [`TrainingError`], as of [`Session::step`].
    pub fn step_with<E: Engine + ?Sized>(
        &mut self,
        engine: &mut E,
        turns: &mut Turns<'_>,
    ) -> Result<Step, TrainingError> {
        let texts = turns.take(self.schedule.batch);
        self.step(texts, |model, texts| engine.gradients(model, texts))
    }
}
// ANCHOR_END: step_with

// ANCHOR: train_with
impl<O: Optimizer> Session<O> {
    /// Takes all steps that are left with an engine; returns their losses.
    ///
    /// # Errors
    /// [`TrainingError`], as of [`Session::step`].
    pub fn train_with<E: Engine + ?Sized>(
        &mut self,
        engine: &mut E,
        texts: &[Vec<usize>],
    ) -> Result<Vec<f64>, TrainingError> {
        let (mut turns, mut losses) = (self.turns(texts), Vec::new());
        while !self.is_done() {
            losses.push(self.step_with(engine, &mut turns)?.loss);
        }
        Ok(losses)
    }
}
// ANCHOR_END: train_with
