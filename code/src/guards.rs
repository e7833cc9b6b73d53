// ANCHOR: data_error
//! Guards: what strangers bring is checked here, once, and then is right.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::data;
use crate::fast::lanes::LANES;
use crate::model::{Config, Gpt};

/// What can be wrong with a data file.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file could not be read.
    #[error("cannot read: {0}")]
    Unreadable(std::io::Error),
    /// The file is not UTF-8; the line is counted from 1.
    #[error("line {0} is not UTF-8 text")]
    NotUtf8(usize),
    /// No line holds anything but white space.
    #[error("there is no document: every line is blank")]
    Empty,
}
// ANCHOR_END: data_error

// ANCHOR: text
/// Returns the text of a file, without the mark that some editors put first.
///
/// # Errors
/// [`DataError::NotUtf8`].
pub fn text(bytes: Vec<u8>) -> Result<String, DataError> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let text = String::from_utf8_lossy(valid).replace("\r\n", "\n");
        DataError::NotUtf8(text.split(['\n', '\r']).count())
    })?;
    let mark = '\u{feff}';
    if text.starts_with(mark) {
        text.drain(..mark.len_utf8());
    }
    Ok(text)
}
// ANCHOR_END: text

// ANCHOR: read
/// Reads a text file.
///
/// # Errors
/// [`DataError::Unreadable`] or [`DataError::NotUtf8`].
pub fn read(path: &Path) -> Result<String, DataError> {
    std::fs::read(path).map_err(DataError::Unreadable).and_then(text)
}

/// Splits a text into documents, as [`data::documents`] does.
///
/// # Errors
/// [`DataError::Empty`] if there are none.
pub fn documents(text: &str) -> Result<Vec<&str>, DataError> {
    let documents = data::documents(text);
    if documents.is_empty() {
        return Err(DataError::Empty);
    }
    Ok(documents)
}
// ANCHOR_END: read

// ANCHOR: config_error
/// What can be wrong with the sizes of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// One of the sizes is 0.
    #[error("{0} must be at least 1, not 0")]
    Zero(&'static str),
    /// The heads cannot share the width.
    #[error("n_embd {n_embd} cannot be divided by n_head {n_head}")]
    Indivisible {
        /// The width.
        n_embd: usize,
        /// The number of heads.
        n_head: usize,
    },
    /// The computer cannot hold such a model while it learns.
    #[error(
        "a model with n_embd {}, n_layer {} and block_size {} does not fit \
         into memory", .0.n_embd, .0.n_layer, .0.block_size
    )]
    TooLarge(Config),
}
// ANCHOR_END: config_error

// ANCHOR: check
impl Config {
    /// Checks that the sizes are those of a model.
    ///
    /// # Errors
    /// [`ConfigError`] names the size that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        let &Config { n_embd, n_head, .. } = self;
        let sizes = [
            ("vocab_size", self.vocab_size),
            ("n_embd", n_embd),
            ("n_layer", self.n_layer),
            ("n_head", n_head),
            ("block_size", self.block_size),
        ];
        if let Some((name, _)) = sizes.iter().find(|(_, size)| *size == 0) {
            return Err(ConfigError::Zero(name));
        }
        if n_embd % n_head != 0 {
            return Err(ConfigError::Indivisible { n_embd, n_head });
        }
        Ok(())
    }
}
// ANCHOR_END: check

// ANCHOR: weights
impl Config {
    /// Returns the number of weights, or `None` if it's beyond a `usize`.
    pub fn checked_params(&self) -> Option<usize> {
        let tables = self.vocab_size.checked_mul(2)?;
        let tables = tables.checked_add(self.block_size)?;
        let layers = self.n_embd.checked_mul(12)?.checked_mul(self.n_layer)?;
        tables.checked_add(layers)?.checked_mul(self.n_embd)
    }

    /// Checks that so many bytes of memory can be had; `None` is too many.
    ///
    /// # Errors
    /// [`ConfigError::TooLarge`].
    pub fn fits(&self, bytes: Option<usize>) -> Result<(), ConfigError> {
        bytes
            .and_then(|bytes| Vec::<u8>::new().try_reserve(bytes).ok())
            .ok_or(ConfigError::TooLarge(*self))
    }
}
// ANCHOR_END: weights

// ANCHOR: from_params
impl Gpt {
    /// Returns the model with these weights; `None` for a wrong number of them.
    ///
    /// # Errors
    /// [`ConfigError`] names the size that is wrong.
    pub fn from_params(
        config: Config,
        params: Vec<f64>,
    ) -> Result<Option<Self>, ConfigError> {
        config.check()?;
        let fits = config.checked_params() == Some(params.len());
        Ok(fits.then_some(Self { config, params }))
    }
}
// ANCHOR_END: from_params

// ANCHOR: kind
/// The engines by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// Gradients on a tape.
    Tape,
    /// Gradients by hand.
    Fast,
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tape => "tape",
            Self::Fast => "fast",
        })
    }
}

/// A name that no engine has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no engine {0:?}")]
pub struct UnknownEngine(pub String);
// ANCHOR_END: kind

// ANCHOR: from_str
impl FromStr for EngineKind {
    type Err = UnknownEngine;

    fn from_str(name: &str) -> Result<Self, UnknownEngine> {
        [Self::Tape, Self::Fast]
            .into_iter()
            .find(|kind| kind.to_string() == name)
            .ok_or_else(|| UnknownEngine(name.to_owned()))
    }
}
// ANCHOR_END: from_str

// ANCHOR: tape_bytes
/// Returns the bytes of learning on a tape.
///
/// A weight takes 64 bytes: itself, its gradient, what Adam keeps, its
/// node. An edge takes 16, and as much again while the tape grows. Each
/// token makes two edges for each weight, and in each layer `4 n_embd` for
/// each token before it.
fn tape_bytes(config: &Config, tokens: usize) -> Option<usize> {
    let tokens = tokens.min(config.block_size);
    let per_weight = tokens.checked_mul(64)?.checked_add(64)?;
    let weights = config.checked_params()?.checked_mul(per_weight)?;
    let pairs = tokens.checked_mul(tokens)?.checked_mul(64)?;
    let width = config.n_embd.checked_mul(config.n_layer)?;
    weights.checked_add(pairs.checked_mul(width)?)
}
// ANCHOR_END: tape_bytes

// ANCHOR: fast_bytes
/// Returns the bytes of learning with the fast engine.
///
/// A weight takes 64: itself, its gradients, what Adam keeps. In each layer
/// a token takes 24 numbers for each of the width, and a share for each
/// token and head.
fn fast_bytes(config: &Config, tokens: usize) -> Option<usize> {
    let tokens = tokens.min(config.block_size).checked_add(LANES)?;
    let weights = config.checked_params()?.checked_mul(64)?;
    let wide = config.n_embd.checked_mul(24)?;
    let per_token = config.n_head.checked_mul(tokens)?.checked_add(wide)?;
    let per_layer = tokens.checked_mul(per_token)?.checked_mul(8)?;
    weights.checked_add(per_layer.checked_mul(config.n_layer)?)
}
// ANCHOR_END: fast_bytes

// ANCHOR: bytes
impl EngineKind {
    /// Returns roughly the bytes that learning from `tokens` tokens takes.
    ///
    /// `None` is a number beyond a `usize`.
    pub fn bytes(self, config: &Config, tokens: usize) -> Option<usize> {
        match self {
            Self::Tape => tape_bytes(config, tokens),
            Self::Fast => fast_bytes(config, tokens),
        }
    }
}
// ANCHOR_END: bytes
