// ANCHOR: config
//! The model: one flat list of weights, and names for its parts.

use rand::Rng;

use crate::chance::Chance;

/// The sizes of a model.
///
/// ```
/// let config = microgpt::model::Config::default();
/// assert_eq!(config.num_params(), 4_192);
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
    /// Returns the number of weights.
    pub fn num_params(&self) -> usize {
        let tables = 2 * self.vocab_size + self.block_size;
        let layers = 12 * self.n_embd * self.n_layer;
        (tables + layers) * self.n_embd
    }
}
// ANCHOR_END: num_params

// ANCHOR: gpt
/// A GPT: its sizes, and all its weights as numbers of the kind `S`.
///
/// ```
/// use microgpt::{chance::Chance, model::{Config, Gpt}};
///
/// let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
/// assert_eq!(model.params().len(), 4_192);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Gpt<S = f64> {
    pub(crate) config: Config,
    pub(crate) params: Vec<S>,
}
// ANCHOR_END: gpt

// ANCHOR: new
impl Gpt {
    /// Returns a model that knows nothing: Gaussian noise of deviation 0.08.
    pub fn new<R: Rng>(config: Config, chance: &mut Chance<R>) -> Self {
        let noise = (0..config.num_params()).map(|_| chance.gauss(0.0, 0.08));
        Self { config, params: noise.collect() }
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
/// let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
/// let wte = model.weights().wte;
/// assert_eq!((wte.rows().len(), wte.row(0).map(<[f64]>::len)), (27, Some(16)));
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
/// The parts of a layer by name: matrices, or whatever there is for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer<P> {
    /// Makes queries: `n_embd` × `n_embd`.
    pub attn_wq: P,
    /// Makes keys: `n_embd` × `n_embd`.
    pub attn_wk: P,
    /// Makes values: `n_embd` × `n_embd`.
    pub attn_wv: P,
    /// Mixes the answers of the heads: `n_embd` × `n_embd`.
    pub attn_wo: P,
    /// Into the hidden units: 4 `n_embd` × `n_embd`.
    pub mlp_fc1: P,
    /// Out of the hidden units: `n_embd` × 4 `n_embd`.
    pub mlp_fc2: P,
}
// ANCHOR_END: layer

// ANCHOR: weights
/// The parts of a model by name: matrices, or whatever there is for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights<P> {
    /// What each token is: `vocab_size` × `n_embd`.
    pub wte: P,
    /// What each position is: `block_size` × `n_embd`.
    pub wpe: P,
    /// What speaks for each next token: `vocab_size` × `n_embd`.
    pub lm_head: P,
    /// The layers, `n_layer` of them.
    pub layers: Vec<Layer<P>>,
}
// ANCHOR_END: weights

// ANCHOR: place
/// Where a matrix is in the list of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The index of its first number.
    pub start: usize,
    /// How many rows it has.
    pub rows: usize,
    /// How long each row is.
    pub columns: usize,
}

impl Place {
    /// Returns its rows and columns.
    pub fn shape(self) -> [usize; 2] {
        [self.rows, self.columns]
    }

    /// Returns the indices of its numbers.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start..self.start + self.rows * self.columns
    }
}
// ANCHOR_END: place

// ANCHOR: layout
impl Config {
    /// Returns the place of each matrix: the one order of all weights.
    pub fn layout(&self) -> Weights<Place> {
        let &Config { vocab_size, n_embd, block_size, .. } = self;
        let mut start = 0;
        let mut next = |rows, columns| {
            let place = Place { start, rows, columns };
            start = place.range().end;
            place
        };
        let tables = [vocab_size, block_size, vocab_size];
        let [wte, wpe, lm_head] = tables.map(|rows| next(rows, n_embd));
        let layers = (0..self.n_layer).map(|_| Layer {
            attn_wq: next(n_embd, n_embd),
            attn_wk: next(n_embd, n_embd),
            attn_wv: next(n_embd, n_embd),
            attn_wo: next(n_embd, n_embd),
            mlp_fc1: next(4 * n_embd, n_embd),
            mlp_fc2: next(n_embd, 4 * n_embd),
        });
        Weights { wte, wpe, lm_head, layers: layers.collect() }
    }
}
// ANCHOR_END: layout

// ANCHOR: parts
impl<P> Weights<P> {
    /// Returns the same parts, each replaced by what `part` makes of it.
    pub fn map<Q>(&self, part: impl Fn(&P) -> Q) -> Weights<Q> {
        let layers = self.layers.iter().map(|layer| Layer {
            attn_wq: part(&layer.attn_wq),
            attn_wk: part(&layer.attn_wk),
            attn_wv: part(&layer.attn_wv),
            attn_wo: part(&layer.attn_wo),
            mlp_fc1: part(&layer.mlp_fc1),
            mlp_fc2: part(&layer.mlp_fc2),
        });
        Weights {
            wte: part(&self.wte),
            wpe: part(&self.wpe),
            lm_head: part(&self.lm_head),
            layers: layers.collect(),
        }
    }
}
// ANCHOR_END: parts

// ANCHOR: windows
impl<S> Gpt<S> {
    /// Returns the matrices of the model.
    pub fn weights(&self) -> Weights<Matrix<'_, S>> {
        self.config.layout().map(|place| Matrix {
            numbers: &self.params[place.range()],
            columns: place.columns,
        })
    }
}
// ANCHOR_END: windows

// ANCHOR: named
impl<P> Weights<P> {
    /// Returns each part with its name in microgpt.py, in the list's order.
    pub fn named(&self) -> impl Iterator<Item = (String, &P)> {
        let Self { wte, wpe, lm_head, layers } = self;
        let tables = [("wte", wte), ("wpe", wpe), ("lm_head", lm_head)];
        let tables = tables.map(|(name, part)| (name.to_owned(), part));
        let layers = layers.iter().enumerate().flat_map(|(number, layer)| {
            [
                ("attn_wq", &layer.attn_wq),
                ("attn_wk", &layer.attn_wk),
                ("attn_wv", &layer.attn_wv),
                ("attn_wo", &layer.attn_wo),
                ("mlp_fc1", &layer.mlp_fc1),
                ("mlp_fc2", &layer.mlp_fc2),
            ]
            .map(|(name, part)| (format!("layer{number}.{name}"), part))
        });
        tables.into_iter().chain(layers)
    }
}
// ANCHOR_END: named
