//! What can be wrong with what a reader typed or chose.

use microgpt::data::DataError;
use microgpt::forward::ForwardError;
use microgpt::generation::{GenerationError, TemperatureError};
use microgpt::model::ConfigError;
use microgpt::tokenizer::UnknownChar;
use microgpt::training::TrainingError;
use wasm_bindgen::JsValue;

/// What can be wrong; each message is a sentence for the reader.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no document.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A character is not in the alphabet.
    #[error(transparent)]
    UnknownChar(#[from] UnknownChar),
    /// The model cannot read the text.
    #[error(transparent)]
    Forward(#[from] ForwardError),
    /// The sizes are no model's.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Training came to a bad end.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// It is no temperature.
    #[error(transparent)]
    Temperature(#[from] TemperatureError),
    /// Nothing could be drawn.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// A text of several lines, where one document is asked for.
    #[error("one document is one line, and this has {0}")]
    SeveralLines(usize),
    /// A document that does not fit into the block.
    #[error(
        "{0} letters are too many: the model reads {1} tokens, bos and {2}"
    )]
    TooLong(usize, usize, usize),
    /// It is no learning rate.
    #[error("a learning rate is a finite number greater than 0, not {0}")]
    LearningRate(String),
    /// It is no seed.
    #[error("a seed is a whole number from 0 to {max}, not {0}", max = u64::MAX)]
    Seed(String),
    /// The dice were thrown to the end of what is kept of them.
    #[error(
        "the dice were thrown {0} times, which is as often as they can be: \
         reset, and go on"
    )]
    ThrownOut(usize),
    /// A text with too many letters to be shown.
    #[error("{0} letters are too many to show: {1} is the most")]
    TooMany(usize, usize),
    /// What an example of the book refuses.
    #[error("{0}")]
    Example(String),
    /// A choice that is not there.
    #[error("there is no {0} called {1:?}")]
    Unknown(&'static str, String),
    /// A weight that the model does not have.
    #[error("there is no weight {0}: they end at {last}", last = .1 - 1)]
    NoWeight(usize, usize),
    /// A step that the run does not have.
    #[error("a run has {1} steps, so there is no step {0}")]
    NoStep(usize, usize),
}

impl From<Box<dyn std::error::Error>> for Error {
    fn from(error: Box<dyn std::error::Error>) -> Self {
        Self::Example(error.to_string())
    }
}

impl From<Error> for JsValue {
    /// The sentence alone: the page shows it beside the input.
    fn from(error: Error) -> Self {
        error.to_string().into()
    }
}
