// ANCHOR: part
//! The places of the matrices in the list of weights.

use crate::model::Config;

/// The place of a matrix in the list of weights, and in that of gradients.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    start: usize,
    end: usize,
}

impl Part {
    /// Returns the matrix, as its rows one after the other.
    #[inline(always)]
    pub fn of(self, list: &[f64]) -> &[f64] {
        &list[self.start..self.end]
    }

    /// Returns the matrix, to be changed.
    #[inline(always)]
    pub fn of_mut(self, list: &mut [f64]) -> &mut [f64] {
        &mut list[self.start..self.end]
    }
}
// ANCHOR_END: part

// ANCHOR: parts
/// The places of a layer's matrices.
#[derive(Clone, Copy, Debug)]
pub(super) struct LayerParts {
    pub wq: Part,  // (n_embd, n_embd)
    pub wk: Part,  // (n_embd, n_embd)
    pub wv: Part,  // (n_embd, n_embd)
    pub wo: Part,  // (n_embd, n_embd)
    pub fc1: Part, // (4 n_embd, n_embd)
    pub fc2: Part, // (n_embd, 4 n_embd)
}

/// The places of all matrices.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub wte: Part,     // (vocab_size, n_embd)
    pub wpe: Part,     // (block_size, n_embd)
    pub lm_head: Part, // (vocab_size, n_embd)
    pub layers: Vec<LayerParts>,
}
// ANCHOR_END: parts

// ANCHOR: cutter
/// Cuts the list into parts, one after the other.
#[derive(Default)]
struct Cutter {
    end: usize,
}

impl Cutter {
    fn part(&mut self, size: usize) -> Part {
        let start = self.end;
        self.end += size;
        Part { start, end: self.end }
    }

    fn layer(&mut self, n_embd: usize) -> LayerParts {
        let square = n_embd * n_embd;
        LayerParts {
            wq: self.part(square),
            wk: self.part(square),
            wv: self.part(square),
            wo: self.part(square),
            fc1: self.part(4 * square),
            fc2: self.part(4 * square),
        }
    }
}
// ANCHOR_END: cutter

// ANCHOR: cut
impl Parts {
    /// Returns the parts, in the order of the list.
    pub fn new(config: &Config) -> Self {
        let mut cut = Cutter::default();
        let n_embd = config.n_embd;
        Self {
            wte: cut.part(config.vocab_size * n_embd),
            wpe: cut.part(config.block_size * n_embd),
            lm_head: cut.part(config.vocab_size * n_embd),
            layers: (0..config.n_layer).map(|_| cut.layer(n_embd)).collect(),
        }
    }
}
// ANCHOR_END: cut
