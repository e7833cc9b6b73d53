//! Training many models, with the fast engine: long runs, other dice, and
//! parts that are switched off.

use std::ops::Range;

use microgpt::engine::Engine;
use microgpt::fast::{Fast, FastAdam};
use microgpt::model::Gpt;
use microgpt::training::{Optimizer, Schedule, Session, TrainingError};

/// A long run: about one pass over all names, at a smaller rate.
pub const LONG: Schedule =
    Schedule { steps: 30_000, batch: 1, learning_rate: 0.003 };

/// Trains a model; returns the session at its end and the loss of each step.
///
/// # Errors
/// [`TrainingError`] if a loss or a weight isn't finite.
pub fn learn<E: Engine, O: Optimizer>(
    model: Gpt,
    engine: &mut E,
    optimizer: O,
    texts: &[Vec<usize>],
    schedule: Schedule,
) -> Result<(Session<O>, Vec<f64>), TrainingError> {
    let mut session = Session::new(model, optimizer, schedule);
    let losses = session.train_with(engine, texts)?;
    Ok((session, losses))
}

/// Returns the losses of a copy of a model that the fast engine trains.
///
/// # Errors
/// [`TrainingError`], as of [`learn`].
pub fn fast_losses(
    model: &Gpt,
    texts: &[Vec<usize>],
    schedule: Schedule,
) -> Result<Vec<f64>, TrainingError> {
    let mut engine = Fast::new(*model.config());
    let adam = FastAdam::default();
    Ok(learn(model.clone(), &mut engine, adam, texts, schedule)?.1)
}

/// Adam that holds some weights at 0, which switches off what they do.
struct Held<'w> {
    adam: FastAdam,
    weights: &'w [Range<usize>],
}

impl Optimizer for Held<'_> {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        self.adam.step(rate, params, gradients);
        for range in self.weights {
            params[range.clone()].fill(0.0);
        }
    }
}

/// Returns a copy of a model, trained by the fast engine with some weights
/// held at 0.
///
/// # Errors
/// [`TrainingError`], as of [`learn`].
pub fn learn_fast(
    model: &Gpt,
    texts: &[Vec<usize>],
    schedule: Schedule,
    weights: &[Range<usize>],
) -> Result<Gpt, TrainingError> {
    let mut model = model.clone();
    let optimizer = Held { adam: FastAdam::default(), weights };
    for range in weights {
        model.params_mut()[range.clone()].fill(0.0);
    }
    let mut engine = Fast::new(*model.config());
    Ok(learn(model, &mut engine, optimizer, texts, schedule)?.0.model)
}
