// ANCHOR: temperature
//! Generation: the model continues its own text.

use std::str::FromStr;

use rand::Rng;

use crate::chance::Chance;
use crate::forward::{Context, ForwardError};
use crate::layers::softmax;
use crate::model::Gpt;

/// How daring the model is: a positive number, by which logits are divided.
///
/// ```
/// let cold: microgpt::generation::Temperature = "0.1".parse()?;
/// let probs = cold.probabilities(&[1.0, 2.0]);
/// assert!(probs[1] > 0.9999);
/// # Ok::<(), microgpt::generation::TemperatureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Temperature(f64);
// ANCHOR_END: temperature

// ANCHOR: temperature_error
/// The text or number that is no temperature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a temperature is a finite number greater than 0, not {0}")]
pub struct TemperatureError(pub String);
// ANCHOR_END: temperature_error

// ANCHOR: checked
impl Temperature {
    /// A finite number greater than 0, and no other.
    pub fn new(number: f64) -> Option<Self> {
        (number > 0.0 && number.is_finite()).then_some(Self(number))
    }
}

impl TryFrom<f64> for Temperature {
    type Error = TemperatureError;

    fn try_from(number: f64) -> Result<Self, TemperatureError> {
        Self::new(number).ok_or_else(|| TemperatureError(number.to_string()))
    }
}

impl FromStr for Temperature {
    type Err = TemperatureError;

    fn from_str(text: &str) -> Result<Self, TemperatureError> {
        let number = text.parse().unwrap_or(f64::NAN);
        Self::new(number).ok_or_else(|| TemperatureError(text.to_owned()))
    }
}
// ANCHOR_END: checked

// ANCHOR: probabilities
impl Temperature {
    /// The probability of each token at this temperature.
    ///
    /// The largest logit is subtracted first: then the best is 0 at every
    /// temperature, and a division can overflow to minus infinity only.
    pub fn probabilities(self, logits: &[f64]) -> Vec<f64> {
        let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let scaled = logits.iter().map(|logit| (logit - max) / self.0);
        softmax(&scaled.collect::<Vec<f64>>())
    }
}
// ANCHOR_END: probabilities

// ANCHOR: error
/// What can go wrong while generating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenerationError {
    /// The model cannot read a token.
    #[error(transparent)]
    Forward(#[from] ForwardError),
    /// The weights are no longer finite numbers.
    #[error("the model's probabilities are not numbers: training failed")]
    NotANumber,
}
// ANCHOR_END: error

// ANCHOR: draw
/// Draws a text, token by token, until `bos` or the end of the block.
///
/// `read` takes a token and tells the logits of the next.
///
/// # Errors
/// [`GenerationError`] if `read` fails or tells what is no number.
pub fn draw<R: Rng>(
    block_size: usize,
    bos: usize,
    temperature: Temperature,
    chance: &mut Chance<R>,
    mut read: impl FnMut(usize) -> Result<Vec<f64>, ForwardError>,
) -> Result<Vec<usize>, GenerationError> {
    let mut text = Vec::new();
    let mut token = bos;
    while text.len() < block_size {
        let probs = temperature.probabilities(&read(token)?);
        token = chance.choose(&probs).ok_or(GenerationError::NotANumber)?;
        if token == bos {
            break;
        }
        text.push(token);
    }
    Ok(text)
}
// ANCHOR_END: draw

// ANCHOR: generate
impl Gpt {
    /// Draws a text that begins and ends with `bos`.
    ///
    /// # Errors
    /// [`GenerationError`] if the model does not know `bos` or is broken.
    pub fn generate<R: Rng>(
        &self,
        bos: usize,
        temperature: Temperature,
        chance: &mut Chance<R>,
    ) -> Result<Vec<usize>, GenerationError> {
        let mut context = Context::new(self);
        let block_size = self.config().block_size;
        draw(block_size, bos, temperature, chance, |token| context.read(token))
    }
}
// ANCHOR_END: generate
