// ANCHOR: config
//! The model: one flat list of weights, and names for its parts.

use rand::Rng;

use crate::chance::Chance;

/// The sizes of a model.
///
/// ```
/// let config = microgpt::model::Config::default();
/// assert_eq!(config.num_params(), Some(4_192));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// How many different tokens there are.
    pub vocab_size: usize,
    /// The width: how many numbers describe a token.
    pub n_embd: usize,
    /// How many layers there are, one after the other.
    pub n_layer: usize,
    /// How many attention heads share the width of a layer.
    pub n_head: usize,
    /// How many tokens the model can read.
    pub block_size: usize,
}
// ANCHOR_END: config

// ANCHOR: default
impl Default for Config {
    /// The sizes of microgpt.py, for letters from a to z and one token more.
    fn default() -> Self {
        Self {
            vocab_size: 27,
            n_embd: 16,
            n_layer: 1,
            n_head: 4,
            block_size: 16,
        }
    }
}
// ANCHOR_END: default

// ANCHOR: num_params
impl Config {
    /// The number of weights, or `None` if it is beyond a `usize`.
    pub fn num_params(&self) -> Option<usize> {
        let tables = self.vocab_size.checked_mul(2)?;
        let tables = tables.checked_add(self.block_size)?;
        let layers = self.n_embd.checked_mul(12)?.checked_mul(self.n_layer)?;
        tables.checked_add(layers)?.checked_mul(self.n_embd)
    }
}
// ANCHOR_END: num_params

// ANCHOR: error
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
// ANCHOR_END: error

// ANCHOR: check
impl Config {
    /// Sees whether a model of these sizes can be built.
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

// ANCHOR: gpt
/// A GPT: its sizes, and all its weights as numbers of the kind `S`.
///
/// ```
/// use microgpt::{chance::Chance, model::{Config, Gpt}};
///
/// let model = Gpt::new(Config::default(), &mut Chance::seeded(42))?;
/// assert_eq!(model.params().len(), 4_192);
/// # Ok::<(), microgpt::model::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Gpt<S = f64> {
    config: Config,
    params: Vec<S>,
}
// ANCHOR_END: gpt

// ANCHOR: fits
impl Config {
    /// Sees whether so many bytes of memory can be had for such a model.
    ///
    /// `None` stands for a number beyond a `usize`.
    ///
    /// # Errors
    /// [`ConfigError::TooLarge`].
    pub fn fits(&self, bytes: Option<usize>) -> Result<(), ConfigError> {
        bytes
            .and_then(|bytes| Vec::<u8>::new().try_reserve(bytes).ok())
            .ok_or(ConfigError::TooLarge(*self))
    }
}
// ANCHOR_END: fits

// ANCHOR: new
impl Gpt {
    /// A model that knows nothing: Gaussian noise of deviation 0.08.
    ///
    /// # Errors
    /// [`ConfigError`] names the size that is wrong.
    pub fn new<R: Rng>(
        config: Config,
        chance: &mut Chance<R>,
    ) -> Result<Self, ConfigError> {
        config.check()?;
        let count = config.num_params();
        config.fits(count.and_then(|count| count.checked_mul(8)))?;
        let count = count.ok_or(ConfigError::TooLarge(config))?;
        let params = (0..count).map(|_| chance.gauss(0.0, 0.08)).collect();
        Ok(Self { config, params })
    }
}
// ANCHOR_END: new

// ANCHOR: params
impl<S> Gpt<S> {
    /// The sizes.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// All weights.
    pub fn params(&self) -> &[S] {
        &self.params
    }

    /// All weights, to be changed.
    pub fn params_mut(&mut self) -> &mut [S] {
        &mut self.params
    }
}
// ANCHOR_END: params

// ANCHOR: map
impl<S> Gpt<S> {
    /// The same model in numbers of another kind.
    pub fn map<T>(&self, number: impl FnMut(&S) -> T) -> Gpt<T> {
        let config = self.config;
        let params = self.params.iter().map(number).collect();
        Gpt { config, params }
    }
}
// ANCHOR_END: map

// ANCHOR: matrix
/// A window into the weights: some rows of equal length, one after the other.
///
/// ```
/// use microgpt::{chance::Chance, model::{Config, Gpt}};
///
/// let model = Gpt::new(Config::default(), &mut Chance::seeded(42))?;
/// let wte = model.weights().wte;
/// assert_eq!((wte.rows().len(), wte.row(0).map(<[f64]>::len)), (27, Some(16)));
/// # Ok::<(), microgpt::model::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'m, S> {
    numbers: &'m [S],
    columns: usize,
}
// ANCHOR_END: matrix

// ANCHOR: rows
impl<'m, S> Matrix<'m, S> {
    /// All rows, from the first to the last.
    pub fn rows(self) -> std::slice::ChunksExact<'m, S> {
        self.numbers.chunks_exact(self.columns)
    }

    /// One row, or `None` beyond the last.
    pub fn row(self, index: usize) -> Option<&'m [S]> {
        self.rows().nth(index)
    }
}
// ANCHOR_END: rows

// ANCHOR: layer
/// The parts of a layer by name, with their shapes as rows × columns.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'m, S> {
    /// Makes queries: `n_embd` × `n_embd`.
    pub attn_wq: Matrix<'m, S>,
    /// Makes keys: `n_embd` × `n_embd`.
    pub attn_wk: Matrix<'m, S>,
    /// Makes values: `n_embd` × `n_embd`.
    pub attn_wv: Matrix<'m, S>,
    /// Mixes the answers of the heads: `n_embd` × `n_embd`.
    pub attn_wo: Matrix<'m, S>,
    /// Into the hidden units: 4 `n_embd` × `n_embd`.
    pub mlp_fc1: Matrix<'m, S>,
    /// Out of the hidden units: `n_embd` × 4 `n_embd`.
    pub mlp_fc2: Matrix<'m, S>,
}
// ANCHOR_END: layer

// ANCHOR: weights
/// The parts of a model by name, with their shapes as rows × columns.
#[derive(Clone, Debug)]
pub struct Weights<'m, S> {
    /// What each token is: `vocab_size` × `n_embd`.
    pub wte: Matrix<'m, S>,
    /// What each position is: `block_size` × `n_embd`.
    pub wpe: Matrix<'m, S>,
    /// What speaks for each next token: `vocab_size` × `n_embd`.
    pub lm_head: Matrix<'m, S>,
    /// The layers, `n_layer` of them.
    pub layers: Vec<Layer<'m, S>>,
}
// ANCHOR_END: weights

// ANCHOR: windows
/// Cuts a list of weights into matrices, one after the other.
struct Cutter<'m, S> {
    rest: &'m [S],
}

impl<'m, S> Cutter<'m, S> {
    fn matrix(&mut self, rows: usize, columns: usize) -> Matrix<'m, S> {
        let (numbers, rest) = self.rest.split_at(rows * columns);
        self.rest = rest;
        Matrix { numbers, columns }
    }

    fn layer(&mut self, n_embd: usize) -> Layer<'m, S> {
        Layer {
            attn_wq: self.matrix(n_embd, n_embd),
            attn_wk: self.matrix(n_embd, n_embd),
            attn_wv: self.matrix(n_embd, n_embd),
            attn_wo: self.matrix(n_embd, n_embd),
            mlp_fc1: self.matrix(4 * n_embd, n_embd),
            mlp_fc2: self.matrix(n_embd, 4 * n_embd),
        }
    }
}
// ANCHOR_END: windows

// ANCHOR: parts
impl<S> Gpt<S> {
    /// The parts of the model, in the order of the list.
    pub fn weights(&self) -> Weights<'_, S> {
        let config = &self.config;
        let n_embd = config.n_embd;
        let mut cut = Cutter { rest: &self.params };
        Weights {
            wte: cut.matrix(config.vocab_size, n_embd),
            wpe: cut.matrix(config.block_size, n_embd),
            lm_head: cut.matrix(config.vocab_size, n_embd),
            layers: (0..config.n_layer).map(|_| cut.layer(n_embd)).collect(),
        }
    }
}
// ANCHOR_END: parts

// ANCHOR: tape_bytes
impl Config {
    /// Roughly the bytes that learning from `tokens` tokens on a tape takes.
    ///
    /// A weight takes 64 bytes: itself, its gradient, what Adam keeps, its
    /// node. An edge takes 16, and as much again while the tape grows. Each
    /// token makes two edges for each weight, and in each layer `4 n_embd` for
    /// each token before it.
    pub fn tape_bytes(&self, tokens: usize) -> Option<usize> {
        let tokens = tokens.min(self.block_size);
        let per_weight = tokens.checked_mul(64)?.checked_add(64)?;
        let weights = self.num_params()?.checked_mul(per_weight)?;
        let pairs = tokens.checked_mul(tokens)?.checked_mul(64)?;
        let width = self.n_embd.checked_mul(self.n_layer)?;
        weights.checked_add(pairs.checked_mul(width)?)
    }
}
// ANCHOR_END: tape_bytes

// ANCHOR: shapes
impl Config {
    /// The name and the shape of each matrix, in the order of the list.
    ///
    /// The names are those of microgpt.py, the shapes are rows × columns.
    pub fn shapes(&self) -> Vec<(String, [usize; 2])> {
        let &Config { vocab_size, n_embd, n_layer, block_size, .. } = self;
        let mut shapes = vec![
            ("wte".to_owned(), [vocab_size, n_embd]),
            ("wpe".to_owned(), [block_size, n_embd]),
            ("lm_head".to_owned(), [vocab_size, n_embd]),
        ];
        for layer in 0..n_layer {
            let attention = ["attn_wq", "attn_wk", "attn_wv", "attn_wo"];
            let attention = attention.map(|name| (name, [n_embd, n_embd]));
            let fc1 = ("mlp_fc1", [4 * n_embd, n_embd]);
            let fc2 = ("mlp_fc2", [n_embd, 4 * n_embd]);
            let parts = attention.into_iter().chain([fc1, fc2]);
            let named = |(name, shape)| (format!("layer{layer}.{name}"), shape);
            shapes.extend(parts.map(named));
        }
        shapes
    }
}
// ANCHOR_END: shapes

// ANCHOR: from_params
impl Gpt {
    /// The model with these weights; `None` if they are too many or too few.
    ///
    /// # Errors
    /// [`ConfigError`] names the size that is wrong.
    pub fn from_params(
        config: Config,
        params: Vec<f64>,
    ) -> Result<Option<Self>, ConfigError> {
        config.check()?;
        let fits = config.num_params() == Some(params.len());
        Ok(fits.then_some(Self { config, params }))
    }
}
// ANCHOR_END: from_params
