// ANCHOR: sheet
//! Memory: what is kept of each position, and what flows through the layers.

use std::ops::Range;

use super::lanes::{LANES, Lanes};
use super::norm::{rmsnorm, rmsnorm_back};
use crate::model::Config;

/// Some numbers for each position, a block of [`LANES`] positions at a time.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub width: usize,
    lanes: Vec<Lanes>, // (blocks, width)
}

impl Sheet {
    /// Makes room for all positions of a model: (positions, width).
    pub fn new(config: &Config, width: usize) -> Self {
        let blocks = config.block_size.div_ceil(LANES);
        let lanes = vec![Lanes::default(); blocks * width];
        Self { width, lanes }
    }
}
// ANCHOR_END: sheet

// ANCHOR: blocks
impl Sheet {
    /// Returns the numbers of a block: (width).
    #[inline(always)]
    pub fn block(&self, b: usize) -> &[Lanes] {
        &self.lanes[b * self.width..][..self.width]
    }

    /// Returns the numbers of a block, to be changed.
    #[inline(always)]
    pub fn block_mut(&mut self, b: usize) -> &mut [Lanes] {
        &mut self.lanes[b * self.width..][..self.width]
    }
}
// ANCHOR_END: blocks

// ANCHOR: columns
impl Sheet {
    /// Returns the same numbers of each block: what one head sees.
    #[inline(always)]
    pub fn columns(
        &self,
        slice: Range<usize>,
    ) -> impl Iterator<Item = &[Lanes]> {
        let blocks = self.lanes.chunks_exact(self.width);
        blocks.map(move |block| &block[slice.clone()])
    }

    /// Returns the same numbers of each block, to be changed.
    #[inline(always)]
    pub fn columns_mut(
        &mut self,
        slice: Range<usize>,
    ) -> impl Iterator<Item = &mut [Lanes]> {
        let blocks = self.lanes.chunks_exact_mut(self.width);
        blocks.map(move |block| &mut block[slice.clone()])
    }
}
// ANCHOR_END: columns

// ANCHOR: norm
/// The results of one rmsnorm for all positions.
#[derive(Clone, Debug)]
pub(super) struct Norm {
    scale: Sheet, // (positions, 1)
    pub y: Sheet, // (positions, n_embd)
}

impl Norm {
    pub fn new(config: &Config) -> Self {
        let scale = Sheet::new(config, 1);
        let y = Sheet::new(config, config.n_embd);
        Self { scale, y }
    }
}
// ANCHOR_END: norm

// ANCHOR: norm_both_ways
impl Norm {
    /// Normalizes a block: `x` and the result are `(n_embd)`.
    #[inline(always)]
    pub fn forward(&mut self, b: usize, x: &[Lanes]) -> &[Lanes] {
        let y = self.y.block_mut(b);
        self.scale.block_mut(b)[0] = rmsnorm(y, x);
        y
    }

    /// Adds to dx what the backward pass gives for dy: both are `(n_embd)`.
    #[inline(always)]
    pub fn backward(&self, b: usize, dx: &mut [Lanes], dy: &[Lanes]) {
        // Forward: rmsnorm(y, x)
        rmsnorm_back(dx, dy, self.y.block(b), self.scale.block(b)[0]);
    }
}
// ANCHOR_END: norm_both_ways

// ANCHOR: flow
/// What flows forward through the layers, for one block.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    pub x: Vec<Lanes>, // (n_embd)
    pub y: Vec<Lanes>, // (n_embd)
}

impl Flow {
    pub fn new(config: &Config) -> Self {
        let x = vec![Lanes::default(); config.n_embd];
        Self { y: x.clone(), x }
    }
}
// ANCHOR_END: flow

// ANCHOR: backflow
/// The gradients that flow backward through the layers, for one block.
#[derive(Clone, Debug)]
pub(super) struct Backflow {
    pub dx: Vec<Lanes>,          // (n_embd)
    pub d_norm: Vec<Lanes>,      // (n_embd)
    pub d_answers: Vec<Lanes>,   // (n_embd)
    pub d_queries: Vec<Lanes>,   // (n_embd)
    pub d_weights: Vec<Lanes>,   // (positions)
    pub d_hidden: Vec<Lanes>,    // (4 n_embd)
    pub d_embedding: Vec<Lanes>, // (n_embd)
}
// ANCHOR_END: backflow

// ANCHOR: backflow_new
impl Backflow {
    pub fn new(config: &Config) -> Self {
        let lanes = |size| vec![Lanes::default(); size];
        Self {
            dx: lanes(config.n_embd),
            d_norm: lanes(config.n_embd),
            d_answers: lanes(config.n_embd),
            d_queries: lanes(config.n_embd),
            d_weights: lanes(config.block_size),
            d_hidden: lanes(4 * config.n_embd),
            d_embedding: lanes(config.n_embd),
        }
    }
}
// ANCHOR_END: backflow_new
