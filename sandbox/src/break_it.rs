//! Trains the experiments of [`lab::break_it`], some steps at a time.

use std::rc::Rc;

use lab::break_it::{ALL, Broken, Hatless, Run, Workshop, mean};
use microgpt::adam::Adam;
use microgpt::engine::Engine;
use microgpt::model::Config;
use microgpt::training::{Optimizer, Schedule, Session, TrainingError};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Error;
use crate::start::names;

/// The run before its first step, from which all trials begin.
#[wasm_bindgen]
pub struct Bench {
    run: Rc<Run>,
}

#[wasm_bindgen]
impl Bench {
    /// Makes the run of the example ready.
    ///
    /// # Errors
    /// The crate refuses its own data: never.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Bench, Error> {
        let run = Rc::new(Run::new(names(), Config::default())?);
        Ok(Self { run })
    }

    /// What can be broken, in the words of the report; first nothing.
    pub fn parts(&self) -> Vec<String> {
        ALL.iter().map(|&(_, label)| label.to_owned()).collect()
    }

    /// A trial with that part broken, before its first step.
    ///
    /// # Errors
    /// There is no such part.
    pub fn trial(&self, part: &str) -> Result<Trial, Error> {
        let found = ALL.iter().find(|(_, label)| *label == part);
        let unknown = || Error::unknown("part", part);
        let &(broken, _) = found.ok_or_else(unknown)?;
        Ok(Trial::new(self.run.clone(), broken))
    }
}

/// How weights are changed.
enum Rule {
    Adam(Adam),
    Hatless(Hatless),
}

impl Optimizer for Rule {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        match self {
            Self::Adam(adam) => adam.step(rate, params, gradients),
            Self::Hatless(hatless) => hatless.step(rate, params, gradients),
        }
    }
}

/// A run of training with one part broken.
#[wasm_bindgen]
pub struct Trial {
    run: Rc<Run>,
    broken: Broken,
    session: Session<Rule>,
    engine: Workshop,
    losses: Vec<f64>,
    failed: bool,
}

impl Trial {
    fn new(run: Rc<Run>, broken: Broken) -> Self {
        let rule = if broken == Broken::Correction {
            Rule::Hatless(Hatless::default())
        } else {
            Rule::Adam(Adam::default())
        };
        let model = run.model.clone();
        Self {
            run,
            broken,
            session: Session::new(model, rule, Schedule::default()),
            engine: Workshop::new(broken),
            losses: Vec::new(),
            failed: false,
        }
    }

    /// One step; whether its loss, and in the end the weights, are finite.
    fn step(&mut self) -> Result<bool, Error> {
        let text = self.run.texts[self.session.steps].as_slice();
        let Self { session, engine, losses, .. } = self;
        let step = session
            .step(&[text], |model, texts| engine.gradients(model, texts));
        match step {
            Ok(step) => losses.push(step.loss),
            Err(TrainingError::Diverged { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        Ok(true)
    }
}

#[wasm_bindgen]
impl Trial {
    /// Does some more steps, up to the last, or to the one that fails.
    ///
    /// # Errors
    /// The model cannot read a name of the run: never.
    pub fn advance(&mut self, steps: usize) -> Result<(), Error> {
        for _ in 0..steps {
            if self.done() {
                break;
            }
            self.failed = !self.step()?;
        }
        Ok(())
    }

    /// Whether there is nothing left to do.
    #[wasm_bindgen(getter)]
    pub fn done(&self) -> bool {
        self.failed || self.losses.len() == self.session.schedule.steps
    }

    /// How many steps are done.
    #[wasm_bindgen(getter)]
    pub fn steps(&self) -> usize {
        self.losses.len()
    }

    /// The step, counted from 1, that failed.
    #[wasm_bindgen(getter)]
    pub fn failed(&self) -> Option<usize> {
        self.failed.then_some(self.losses.len() + 1)
    }

    /// The loss of each step.
    #[wasm_bindgen(getter)]
    pub fn losses(&self) -> Vec<f64> {
        self.losses.clone()
    }

    /// The mean loss of the first hundred steps, if there are so many.
    #[wasm_bindgen(getter)]
    pub fn first(&self) -> Option<f64> {
        self.losses.first_chunk::<100>().map(|hundred| mean(hundred))
    }

    /// The mean loss of the last hundred steps, at the end.
    #[wasm_bindgen(getter)]
    pub fn last(&self) -> Option<f64> {
        let hundred = self.losses.last_chunk::<100>()?;
        let end = self.losses.len() == self.session.schedule.steps;
        end.then(|| mean(hundred))
    }

    /// Three names, with the dice of the run.
    ///
    /// # Errors
    /// The model's numbers are none.
    pub fn names(&self) -> Result<String, Error> {
        Ok(self.run.names(&self.session.model, self.broken)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of the report about a trial.
    fn line(trial: &Trial, label: &str) -> String {
        match (trial.first(), trial.last(), trial.failed()) {
            (Some(first), Some(last), None) => {
                let names = trial.names().unwrap();
                format!("{label:20}{first:5.3}  {last:8.3}  {names}")
            }
            (_, None, Some(step)) => {
                format!("{label:20}fails at step {step}")
            }
            other => panic!("{label}: {other:?}"),
        }
    }

    #[test]
    fn to_train_in_pieces_is_to_train_as_the_page_does() {
        let bench = Bench::new().unwrap();
        let snapshot = "../tests/snapshots/example_break_it.snap";
        let report = std::fs::read_to_string(snapshot).unwrap();
        for (broken, label) in ALL {
            let (losses, model) =
                bench.run.without(broken, Schedule::default());
            let mut trial = bench.trial(label).unwrap();
            assert_eq!((trial.first(), trial.last()), (None, None));
            while !trial.done() {
                trial.advance(7).unwrap();
            }
            assert_eq!(trial.losses(), losses, "{label}");
            if trial.failed().is_none() {
                assert_eq!(trial.session.model, model, "{label}");
            }
            let line = line(&trial, label);
            assert!(report.lines().any(|known| known == line), "{line}");
            trial.advance(7).unwrap();
            assert_eq!(trial.losses().len(), losses.len());
        }
    }

    #[test]
    fn what_is_no_part_is_refused() {
        let error = Bench::new().unwrap().trial("luck").err().unwrap();
        let sentence = "there is no part called \"luck\"";
        assert_eq!(error.to_string(), sentence);
    }
}
