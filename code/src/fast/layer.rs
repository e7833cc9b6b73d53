// ANCHOR: imports
//! A layer of the model, forward and backward.

use std::ops::Range;

use super::attention::{attend, scores_back, values_back};
use super::lanes::{LANES, Lanes, add, clear};
use super::linear::{
    linear, linear_to_input, linear_to_weights, relu, relu_back,
};
use super::memory::{Backflow, Flow, Norm, Sheet};
use super::softmax::softmax_back;
use crate::model::{self, Config, Place};

/// The places of a layer's matrices.
type Places = model::Layer<Place>;
// ANCHOR_END: imports

// ANCHOR: layer
/// What a layer keeps from the forward pass for the backward pass.
///
/// The gradients of keys and values add up over all blocks.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    n_head: usize,
    norm1: Norm,
    queries: Sheet, // (positions, n_embd)
    keys: Sheet,    // (positions, n_embd)
    values: Sheet,  // (positions, n_embd)
    weights: Sheet, // (positions, n_head × positions)
    answers: Sheet, // (positions, n_embd)
    norm2: Norm,
    hidden: Sheet,       // (positions, 4 n_embd)
    pub d_keys: Sheet,   // (positions, n_embd)
    pub d_values: Sheet, // (positions, n_embd)
}
// ANCHOR_END: layer

// ANCHOR: layer_new
impl Layer {
    pub fn new(config: &Config) -> Self {
        let wide = || Sheet::new(config, config.n_embd);
        Self {
            n_head: config.n_head,
            norm1: Norm::new(config),
            queries: wide(),
            keys: wide(),
            values: wide(),
            weights: Sheet::new(config, config.n_head * config.block_size),
            answers: wide(),
            norm2: Norm::new(config),
            hidden: Sheet::new(config, 4 * config.n_embd),
            d_keys: wide(),
            d_values: wide(),
        }
    }
}
// ANCHOR_END: layer_new

// ANCHOR: head
impl Layer {
    /// Returns the columns of a head and of its weights, for `seen` positions.
    #[inline(always)]
    fn head(&self, h: usize, seen: usize) -> (Range<usize>, Range<usize>) {
        let size = self.queries.width / self.n_head;
        let room = self.weights.width / self.n_head;
        (h * size..(h + 1) * size, h * room..h * room + seen)
    }
}
// ANCHOR_END: head

// ANCHOR: heads
impl Layer {
    /// Lets all heads answer a block; `seen` positions are read with it.
    #[inline(always)]
    fn heads(&mut self, b: usize, seen: usize) {
        for h in 0..self.n_head {
            let (slice, weights) = self.head(h, seen);
            attend(
                &mut self.answers.block_mut(b)[slice.clone()],
                &mut self.weights.block_mut(b)[weights],
                &self.queries.block(b)[slice.clone()],
                self.keys.columns(slice.clone()),
                self.values.columns(slice),
                b * LANES,
            );
        }
    }
}
// ANCHOR_END: heads

// ANCHOR: attention
impl Layer {
    /// Turns x into x + wo attention(rmsnorm(x)), for a block.
    #[inline(always)]
    pub fn attention(
        &mut self,
        b: usize,
        seen: usize,
        (places, w): (Places, &[f64]),
        flow: &mut Flow,
    ) {
        let Flow { x, y } = flow;
        let norm = self.norm1.forward(b, x);
        linear(self.queries.block_mut(b), places.attn_wq.of(w), norm);
        linear(self.keys.block_mut(b), places.attn_wk.of(w), norm);
        linear(self.values.block_mut(b), places.attn_wv.of(w), norm);
        self.heads(b, seen);
        linear(y, places.attn_wo.of(w), self.answers.block(b));
        add(x, y);
    }
}
// ANCHOR_END: attention

// ANCHOR: mlp
impl Layer {
    /// Turns x into x + fc2 relu(fc1 rmsnorm(x)), for a block.
    #[inline(always)]
    pub fn mlp(
        &mut self,
        b: usize,
        (places, w): (Places, &[f64]),
        flow: &mut Flow,
    ) {
        let Flow { x, y } = flow;
        let norm = self.norm2.forward(b, x);
        let hidden = self.hidden.block_mut(b);
        linear(hidden, places.mlp_fc1.of(w), norm);
        relu(hidden);
        linear(y, places.mlp_fc2.of(w), hidden);
        add(x, y);
    }
}
// ANCHOR_END: mlp

// ANCHOR: linear_back
/// Computes the backward pass of y = W x, to its input and to its weights.
///
/// `dx` and `x` are (in), and `dy` is (out).
#[inline(always)]
pub(super) fn linear_back(
    place: Place,
    (w, dw): (&[f64], &mut [f64]),
    dx: &mut [Lanes],
    dy: &[Lanes],
    x: &[Lanes],
) {
    linear_to_input(dx, place.of(w), dy);
    linear_to_weights(place.of_mut(dw), dy, x);
}
// ANCHOR_END: linear_back

// ANCHOR: mlp_back
impl Layer {
    /// Computes the backward pass of x + fc2 relu(fc1 rmsnorm(x)).
    ///
    /// The sum passes its gradient on to both terms, so dx is only added to.
    #[inline(always)]
    pub fn mlp_back(
        &self,
        b: usize,
        places: Places,
        (w, dw): (&[f64], &mut [f64]),
        back: &mut Backflow,
    ) {
        let Backflow { dx, d_norm, d_hidden, .. } = back;
        let (norm, hidden) = (self.norm2.y.block(b), self.hidden.block(b));
        // Forward: linear(y, fc2, hidden); add(x, y);
        clear(d_hidden);
        linear_back(places.mlp_fc2, (w, dw), d_hidden, dx, hidden);
        // Forward: linear(hidden, fc1, norm); relu(hidden);
        relu_back(d_hidden, hidden);
        clear(d_norm);
        linear_back(places.mlp_fc1, (w, dw), d_norm, d_hidden, norm);
        // Forward: norm = rmsnorm(x)
        self.norm2.backward(b, dx, d_norm);
    }
}
// ANCHOR_END: mlp_back

// ANCHOR: heads_back
impl Layer {
    /// Computes the backward pass of all heads, from their answers on.
    #[inline(always)]
    fn heads_back(&mut self, b: usize, seen: usize, back: &mut Backflow) {
        let Backflow { d_answers, d_queries, d_weights, .. } = back;
        let dp = &mut d_weights[..seen];
        for h in 0..self.n_head {
            let (slice, weights) = self.head(h, seen);
            let p = &self.weights.block(b)[weights];
            // Forward: answer = Σ p v
            let da = &d_answers[slice.clone()];
            let values = self.values.columns(slice.clone());
            let d_values = self.d_values.columns_mut(slice.clone());
            values_back(dp, d_values, da, p, values);
            // Forward: p = softmax(s), s = q · k / √d
            softmax_back(dp, p);
            let q = &self.queries.block(b)[slice.clone()];
            let keys = self.keys.columns(slice.clone());
            let d_keys = self.d_keys.columns_mut(slice.clone());
            scores_back(&mut d_queries[slice], d_keys, dp, q, keys);
        }
    }
}
// ANCHOR_END: heads_back

// ANCHOR: projections_back
impl Layer {
    /// Computes the backward pass of queries, keys and values.
    ///
    /// By now all later blocks have used this one's keys and values.
    #[inline(always)]
    fn projections_back(
        &self,
        b: usize,
        places: Places,
        (w, dw): (&[f64], &mut [f64]),
        back: &mut Backflow,
    ) {
        let Backflow { dx, d_norm, d_queries, .. } = back;
        let norm = self.norm1.y.block(b);
        let (d_keys, d_values) = (self.d_keys.block(b), self.d_values.block(b));
        // Forward: linear(queries, wq, norm); the same for keys and values
        clear(d_norm);
        linear_back(places.attn_wq, (w, dw), d_norm, d_queries, norm);
        linear_back(places.attn_wk, (w, dw), d_norm, d_keys, norm);
        linear_back(places.attn_wv, (w, dw), d_norm, d_values, norm);
        // Forward: norm = rmsnorm(x)
        self.norm1.backward(b, dx, d_norm);
    }
}
// ANCHOR_END: projections_back

// ANCHOR: attention_back
impl Layer {
    /// Computes the backward pass of x + wo attention(rmsnorm(x)).
    #[inline(always)]
    pub fn attention_back(
        &mut self,
        b: usize,
        seen: usize,
        places: Places,
        (w, dw): (&[f64], &mut [f64]),
        back: &mut Backflow,
    ) {
        let Backflow { dx, d_answers, d_queries, .. } = &mut *back;
        let answers = self.answers.block(b);
        // Forward: linear(y, wo, answers); add(x, y);
        clear(d_answers);
        linear_back(places.attn_wo, (w, dw), d_answers, dx, answers);
        // Forward: self.heads(b, seen);
        clear(d_queries);
        self.heads_back(b, seen, back);
        self.projections_back(b, places, (w, dw), back);
    }
}
// ANCHOR_END: attention_back
