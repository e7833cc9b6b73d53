//! What can be wrong with what a reader typed or chose.

use std::fmt::Display;

use microgpt::forward::ForwardError;
use microgpt::generation::{GenerationError, TemperatureError};
use microgpt::guards::DataError;
use microgpt::tokenizer::UnknownChar;
use microgpt::training::TrainingError;
use wasm_bindgen::JsValue;

use crate::number::written;

/// What is wrong, in a sentence for the reader.
///
/// It is no list of all that can be wrong: each page would load the sentences
/// of all widgets.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    /// What is wrong, in these words.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// A choice that is not there.
    pub(crate) fn unknown(what: &str, called: impl Display) -> Self {
        Self(format!("there is no {what} called \"{called}\""))
    }
}

/// Errors of the crate whose own sentences are light.
macro_rules! from {
    ($($error:ty),+) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self(error.to_string())
            }
        })+
    };
}
from!(ForwardError, TemperatureError, GenerationError);

// The sentences of these three are the crate's too, which a test sees to. But
// the crate's bring along how Rust writes a fraction, any character, and what
// the system says of a file: a tenth of what a page may load.

impl From<DataError> for Error {
    fn from(_: DataError) -> Self {
        Self::new("there is no document: every line is blank")
    }
}

impl From<UnknownChar> for Error {
    fn from(UnknownChar(character): UnknownChar) -> Self {
        Self(format!("the character '{character}' is not in the alphabet"))
    }
}

impl From<TrainingError> for Error {
    fn from(error: TrainingError) -> Self {
        let (step, loss, rate) = match error {
            TrainingError::Forward(error) => return error.into(),
            TrainingError::Diverged { step, loss, learning_rate } => {
                (step, written(loss), written(learning_rate))
            }
        };
        Self(format!(
            "training failed at step {step}, with a loss of {loss}: try a \
             learning rate smaller than {rate}"
        ))
    }
}

impl From<Box<dyn std::error::Error>> for Error {
    fn from(error: Box<dyn std::error::Error>) -> Self {
        Self(error.to_string())
    }
}

impl From<Error> for JsValue {
    /// The sentence alone: the page shows it beside the input.
    fn from(error: Error) -> Self {
        error.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_same(ours: impl Into<Error>, sentence: &str) {
        assert_eq!(ours.into().0, sentence);
    }

    #[test]
    fn the_sentences_are_those_of_the_crate() {
        assert_same(DataError::Empty, &DataError::Empty.to_string());
        let unknown = UnknownChar('ë');
        assert_same(unknown, &unknown.to_string());
        for loss in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let diverged =
                TrainingError::Diverged { step: 7, loss, learning_rate: 0.5 };
            assert_same(diverged, &diverged.to_string());
        }
        let forward = ForwardError::TooLong(16);
        assert_same(TrainingError::Forward(forward), &forward.to_string());
    }
}
