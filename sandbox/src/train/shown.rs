//! What a page shows of a training.

use std::hash::{DefaultHasher, Hasher};

use microgpt::generation::{Temperature, TemperatureError};
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Run, State, matrices, span};
use crate::Error;
use crate::number::written;
use crate::start;

#[wasm_bindgen]
impl Run {
    /// The losses of all steps ever done, sought back or not.
    #[wasm_bindgen(getter)]
    pub fn losses(&self) -> Vec<f64> {
        self.losses.clone()
    }

    /// The document that a step, counted from 1, learns from.
    pub fn document(&self, step: usize) -> Option<String> {
        let tokens = self.text(step)?;
        Some(self.start.tokenizer.decode(tokens))
    }

    /// How much each letter of a document, and its end, surprises the model.
    ///
    /// # Errors
    /// It is no document.
    pub fn surprise(&self, document: &str) -> Result<Vec<f64>, Error> {
        let tokens = start::read(&self.start, document)?;
        Ok(self.model().losses(&tokens)?)
    }

    /// Some names that the model draws, with the dice of the run, which all
    /// draws of the same step find alike.
    ///
    /// # Errors
    /// The temperature is none, or the model is broken.
    pub fn names(
        &self,
        count: usize,
        temperature: f64,
    ) -> Result<Vec<String>, Error> {
        let none = || TemperatureError(written(temperature));
        let temperature = Temperature::new(temperature).ok_or_else(none)?;
        let bos = self.start.tokenizer.bos();
        let mut chance = self.start.chance.clone();
        let draw = |_| {
            let model = &self.model();
            let name = model.generate(bos, temperature, &mut chance)?;
            Ok(self.start.tokenizer.decode(&name))
        };
        (0..count).map(draw).collect()
    }

    /// A number that any other last bit of a loss, a weight or a letter would
    /// make another: what the book's tests record.
    ///
    /// # Errors
    /// The model is broken.
    pub fn digest(&self) -> Result<String, Error> {
        let mut hasher = DefaultHasher::new();
        for number in self.losses.iter().chain(self.model().params()) {
            hasher.write_u64(number.to_bits());
        }
        for name in self.names(20, 0.5)? {
            hasher.write(name.as_bytes());
        }
        Ok(format!("{:016x}", hasher.finish()))
    }
}

/// The numbers of a matrix: its shape, its weights and their gradients.
#[wasm_bindgen(getter_with_clone)]
pub struct Sheet {
    /// How many numbers stand in a row.
    pub columns: usize,
    /// Where the matrix begins in the list of all weights.
    pub first: usize,
    /// The weights, row by row.
    pub weights: Vec<f64>,
    /// The gradients of the last step, row by row.
    pub gradients: Vec<f64>,
}

#[wasm_bindgen]
impl Run {
    /// Returns the names of all matrices, in the order of the weights.
    pub fn matrices(&self) -> Vec<String> {
        let matrices = matrices(self.model().config());
        matrices.into_iter().map(|(name, _)| name).collect()
    }

    /// A matrix by its name, that of microgpt.py.
    ///
    /// # Errors
    /// There is no such matrix.
    pub fn matrix(&self, name: &str) -> Result<Sheet, Error> {
        let State { session, gradients } = &self.state;
        let model = &session.model;
        let (span, columns) = span(model.config(), name)?;
        Ok(Sheet {
            columns,
            first: span.start,
            weights: model.params()[span.clone()].to_vec(),
            gradients: gradients[span].to_vec(),
        })
    }

    /// Follows the life of one weight from here on; goes back to the
    /// beginning, to be played or sought to where it was.
    ///
    /// # Errors
    /// There is no such weight.
    pub fn watch(&mut self, weight: usize) -> Result<(), Error> {
        let count = self.model().params().len();
        if weight >= count {
            return Err(Error::new(format!(
                "there is no weight {weight}: they end at {}",
                count - 1
            )));
        }
        if weight != self.watched {
            self.watched = weight;
            self.life.clear();
            self.seek(0)?;
        }
        Ok(())
    }

    /// The life of the watched weight up to the present step: for each step
    /// the learning rate, g, m, v, m̂, v̂, Δ, and the weight after it.
    #[wasm_bindgen(getter)]
    pub fn life(&self) -> Vec<f64> {
        let past = self.life.iter().take(self.steps());
        past.flatten().copied().collect()
    }
}
