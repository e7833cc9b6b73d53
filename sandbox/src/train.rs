//! Training that can be stopped, looked into, and sought through.
//!
//! Everything is a function of the run's choices and of the step: whoever
//! seeks a step finds what whoever plays to it sees.

mod shown;

use std::ops::Range;

use microgpt::adam::Adam;
use microgpt::model::{Config, Gpt, Place};
use microgpt::training::{
    Optimizer, Schedule, Session, Sgd, Step, mean_gradients,
};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Error;
use crate::number::written;
use crate::start::{self, Start};

pub use shown::Sheet;

/// After so many steps the state is kept, to be sought from.
const STRIDE: usize = 50;

/// How weights are changed.
#[derive(Clone, Debug)]
enum Rule {
    Adam(Adam),
    Sgd(Sgd),
}

impl Rule {
    fn called(name: &str) -> Result<Self, Error> {
        match name {
            "adam" => Ok(Self::Adam(Adam::default())),
            "sgd" => Ok(Self::Sgd(Sgd)),
            _ => Err(Error::unknown("optimizer", name)),
        }
    }

    /// m, v, m̂ and v̂ of a weight; zeros without Adam.
    fn moments(&self, weight: usize) -> [f64; 4] {
        let Self::Adam(adam) = self else {
            return Default::default();
        };
        let of = |list: &[f64]| list.get(weight).copied().unwrap_or_default();
        let [m_hat, v_hat] = adam.corrected(weight).unwrap_or_default();
        [of(&adam.m), of(&adam.v), m_hat, v_hat]
    }
}

impl Optimizer for Rule {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        match self {
            Self::Adam(adam) => adam.step(rate, params, gradients),
            Self::Sgd(sgd) => sgd.step(rate, params, gradients),
        }
    }
}

/// Where a run is after some steps, with the gradients of the last one.
#[derive(Clone, Debug)]
struct State {
    session: Session<Rule>,
    gradients: Vec<f64>,
}

/// A run of training: step by step, all at once, or back to any step.
#[wasm_bindgen]
pub struct Run {
    start: Start,
    /// What each step learns from: the run's own documents, or the reader's.
    texts: Vec<Vec<usize>>,
    state: State,
    kept: Vec<State>,
    losses: Vec<f64>,
    watched: usize,
    life: Vec<[f64; 8]>,
}

#[wasm_bindgen]
impl Run {
    /// A run before its first step.
    ///
    /// # Errors
    /// There is no such optimizer, or the learning rate is none.
    #[wasm_bindgen(constructor)]
    pub fn new(optimizer: &str, learning_rate: f64) -> Result<Run, Error> {
        if !(learning_rate > 0.0 && learning_rate.is_finite()) {
            return Err(Error::new(format!(
                "a learning rate is a finite number greater than 0, not {}",
                written(learning_rate)
            )));
        }
        let start = start::begin();
        let schedule = Schedule { learning_rate, ..Schedule::default() };
        let (model, rule) = (start.model.clone(), Rule::called(optimizer)?);
        let gradients = vec![0.0; model.params().len()];
        let session = Session::new(model, rule, schedule);
        let state = State { session, gradients };
        Ok(Self {
            texts: start.texts(schedule.steps)?,
            start,
            kept: vec![state.clone()],
            state,
            losses: Vec::new(),
            watched: 0,
            life: Vec::new(),
        })
    }

    /// Lets a step, counted from 1, learn from the reader's document instead
    /// of the run's own.
    ///
    /// # Errors
    /// The document or the step is none.
    pub fn teach(&mut self, step: usize, document: &str) -> Result<(), Error> {
        let steps = self.state.session.schedule.steps;
        if !(1..=steps).contains(&step) {
            return Err(no_step(step, steps));
        }
        let before = step - 1;
        self.texts[before] = start::read(&self.start, document)?;
        self.kept.retain(|state| state.session.steps <= before);
        self.losses.truncate(before);
        self.life.truncate(before);
        if self.steps() > before {
            self.seek(before)?;
        }
        Ok(())
    }

    /// How many steps are done.
    #[wasm_bindgen(getter)]
    pub fn steps(&self) -> usize {
        self.state.session.steps
    }

    /// Does some more steps, not beyond the last.
    ///
    /// # Errors
    /// The loss is no longer a finite number.
    pub fn advance(&mut self, steps: usize) -> Result<(), Error> {
        let left = self.state.session.schedule.steps - self.steps();
        for _ in 0..steps.min(left) {
            self.step()?;
        }
        Ok(())
    }

    /// Goes to a step, back or on.
    ///
    /// # Errors
    /// There is no such step, or training fails before it.
    pub fn seek(&mut self, step: usize) -> Result<(), Error> {
        let steps = self.state.session.schedule.steps;
        if step > steps {
            return Err(no_step(step, steps));
        }
        let known = step.min(self.life.len());
        let near = |state: &&State| state.session.steps <= known;
        let kept = self.kept.iter().rfind(near);
        let steps = self.steps();
        let nearer = steps <= known
            && kept.is_none_or(|kept| kept.session.steps < steps);
        if let (Some(kept), false) = (kept, nearer) {
            self.state = kept.clone();
        }
        self.advance(step - self.steps())
    }
}

impl Run {
    /// What the run began with.
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// The model as it is.
    pub fn model(&self) -> &Gpt {
        &self.state.session.model
    }

    /// The tokens that a step, counted from 1, learns from.
    pub(crate) fn text(&self, step: usize) -> Option<&[usize]> {
        self.texts.get(step.checked_sub(1)?).map(Vec::as_slice)
    }

    /// One step: forward, loss, backward, and the optimizer's rule.
    fn step(&mut self) -> Result<(), Error> {
        let State { session, gradients } = &mut self.state;
        let done = session.steps;
        let text = self.texts.get(done).map_or(&[][..], Vec::as_slice);
        let rate = session.schedule.at(done);
        let before = session.model.params()[self.watched];
        let mut slopes = Vec::new();
        let step = session.step(&[text], |model, texts| {
            let (loss, found) = mean_gradients(model, texts)?;
            slopes.clone_from(&found);
            Ok((loss, found))
        });
        match step {
            Ok(Step { loss, .. }) => {
                *gradients = slopes;
                self.note(loss, rate, before);
                Ok(())
            }
            Err(error) => {
                // weights that are no numbers give way to the last good ones
                if let (true, Some(good)) =
                    (session.steps > done, self.kept.last())
                {
                    self.state = good.clone();
                }
                Err(error.into())
            }
        }
    }

    /// Keeps what was not known of the present step: its loss, the watched
    /// weight, which was `before` until then, and now and then the state.
    fn note(&mut self, loss: f64, rate: f64, before: f64) {
        let State { session, gradients } = &self.state;
        let Session { model, optimizer, steps, .. } = session;
        if self.losses.len() < *steps {
            self.losses.push(loss);
        }
        if self.life.len() < *steps {
            let [m, v, m_hat, v_hat] = optimizer.moments(self.watched);
            let g = gradients[self.watched];
            let after = model.params()[self.watched];
            let change = after - before;
            self.life.push([rate, g, m, v, m_hat, v_hat, change, after]);
        }
        let last = self.kept.last().map_or(0, |state| state.session.steps);
        if *steps >= last + STRIDE {
            self.kept.push(self.state.clone());
        }
    }
}

fn no_step(step: usize, steps: usize) -> Error {
    Error::new(format!("a run has {steps} steps, so there is no step {step}"))
}

/// Returns the name and the place of each matrix, in the order of the weights.
fn matrices(config: &Config) -> Vec<(String, Place)> {
    let mut matrices = Vec::new();
    let layout = config.layout();
    layout.named().for_each(|(name, &place)| matrices.push((name, place)));
    matrices
}

/// Returns where a matrix is in the list of weights, and how long its rows are.
pub(crate) fn span(
    config: &Config,
    name: &str,
) -> Result<(Range<usize>, usize), Error> {
    let matrices = matrices(config);
    let found = matrices.iter().find(|(known, _)| known == name);
    let (_, place) = found.ok_or_else(|| Error::unknown("matrix", name))?;
    Ok((place.range(), place.columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(optimizer: &str) -> Run {
        Run::new(optimizer, 0.01).unwrap()
    }

    /// All that a page can see of a run, bit by bit.
    fn seen(run: &mut Run) -> (usize, Vec<String>, Vec<f64>, Vec<f64>) {
        let (step, losses) = (run.steps(), run.losses());
        let wq = run.matrix("layer0.attn_wq").unwrap();
        run.watch(wq.first + 17).unwrap();
        run.seek(step).unwrap();
        assert_eq!(run.losses(), losses);
        let names = run.names(3, 0.5).unwrap();
        (run.steps(), names, wq.gradients, run.life())
    }

    #[test]
    fn to_seek_a_step_is_to_play_to_it() {
        for optimizer in ["adam", "sgd"] {
            let mut sought = run(optimizer);
            sought.teach(31, "emma").unwrap();
            sought.seek(180).unwrap();
            for step in [0, 1, 49, 50, 51, 120, 119, 180] {
                sought.seek(step).unwrap();
                let mut played = run(optimizer);
                played.teach(31, "emma").unwrap();
                for _ in 0..step {
                    played.advance(1).unwrap();
                }
                assert_eq!(sought.model(), played.model(), "{step}");
                let losses = &sought.losses()[..step];
                assert_eq!(losses, played.losses(), "{step}");
                assert_eq!(seen(&mut sought), seen(&mut played), "{step}");
                assert_eq!(sought.model(), played.model(), "{step}");
            }
        }
    }

    #[test]
    fn a_document_of_the_reader_takes_the_place_of_a_step_s_own() {
        let mut run = run("adam");
        run.seek(60).unwrap();
        let before = run.losses();
        run.teach(41, "emma").unwrap();
        assert_eq!((run.steps(), run.losses().len()), (40, 40));
        assert_eq!(run.document(41).as_deref(), Some("emma"));
        run.seek(60).unwrap();
        assert_eq!(run.losses()[..40], before[..40]);
        assert_ne!(run.losses()[40], before[40]);
        assert_ne!(run.losses()[59], before[59]);
        let refused = run.teach(1001, "emma").unwrap_err().to_string();
        assert_eq!(refused, "a run has 1000 steps, so there is no step 1001");
    }

    #[test]
    fn the_life_of_a_weight_ends_where_the_weight_is() {
        let mut run = run("adam");
        run.seek(100).unwrap();
        run.watch(5).unwrap();
        assert_eq!((run.steps(), run.losses().len()), (0, 100));
        run.seek(70).unwrap();
        let life = run.life();
        assert_eq!(life.len(), 70 * 8);
        assert_eq!(life.last(), Some(&run.model().params()[5]));
        assert_eq!(life[0], 0.01);
        let error = run.watch(4192).unwrap_err().to_string();
        assert_eq!(error, "there is no weight 4192: they end at 4191");
    }

    #[test]
    fn a_learning_rate_that_is_too_large_is_told() {
        let mut run = Run::new("sgd", 1e6).unwrap();
        let error = run.seek(1000).unwrap_err().to_string();
        assert!(error.starts_with("training failed at step"), "{error}");
        let error = Run::new("sgd", -1.0).err().unwrap().to_string();
        assert!(error.ends_with("greater than 0, not -1"), "{error}");
    }

    #[test]
    fn the_matrices_follow_each_other_to_the_last_weight() {
        let run = run("adam");
        let mut all = Vec::new();
        for name in run.matrices() {
            let sheet = run.matrix(&name).unwrap();
            assert_eq!(sheet.first, all.len(), "{name}");
            all.extend(sheet.weights);
        }
        assert_eq!(all, run.model().params());
    }
}
