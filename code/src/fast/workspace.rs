// ANCHOR: imports
//! A whole text, forward and backward, in memory that is kept.

use std::iter::zip;

use super::lanes::{LANES, Lanes, clear, one_by_one};
use super::layer::{Layer, linear_back};
use super::linear::linear;
use super::memory::{Backflow, Flow, Norm, Sheet};
use super::softmax::softmax;
use crate::model::{Config, Place, Weights};
// ANCHOR_END: imports

// ANCHOR: workspace
/// All the memory that a text needs, forward and backward.
#[derive(Clone, Debug)]
pub(super) struct Workspace {
    pub config: Config,
    places: Weights<Place>,
    flow: Flow,
    back: Backflow,
    norm: Norm,
    layers: Vec<Layer>,      // (n_layer)
    last: Sheet,             // (positions, n_embd)
    pub logits: Sheet,       // (positions, vocab_size)
    pub gradients: Vec<f64>, // one for each weight
}
// ANCHOR_END: workspace

// ANCHOR: workspace_new
impl Workspace {
    /// Makes memory for texts of `room` tokens at most.
    pub fn new(config: Config, room: usize) -> Self {
        let block_size = room.min(config.block_size);
        let sizes = Config { block_size, ..config };
        let layers = (0..config.n_layer).map(|_| Layer::new(&sizes));
        Self {
            config,
            places: config.layout(),
            flow: Flow::new(&sizes),
            back: Backflow::new(&sizes),
            norm: Norm::new(&sizes),
            layers: layers.collect(),
            last: Sheet::new(&sizes, config.n_embd),
            logits: Sheet::new(&sizes, config.vocab_size),
            gradients: vec![0.0; config.num_params()],
        }
    }
}
// ANCHOR_END: workspace_new

// ANCHOR: block
/// Returns lane, position and token for each token of a block.
#[inline(always)]
fn block(b: usize, tokens: &[usize]) -> impl Iterator<Item = [usize; 3]> {
    let first = b * LANES;
    let tokens = tokens[first..].iter().take(LANES).enumerate();
    tokens.map(move |(lane, &token)| [lane, first + lane, token])
}
// ANCHOR_END: block

// ANCHOR: embed
impl Workspace {
    /// Adds up token and position, for each lane of x: `(n_embd)`.
    #[inline(always)]
    fn embed(&mut self, b: usize, tokens: &[usize], w: &[f64]) {
        let n_embd = self.config.n_embd;
        let Weights { wte, wpe, .. } = self.places;
        debug_assert_eq!(self.flow.x.len(), n_embd);
        clear(&mut self.flow.x);
        for [lane, position, token] in block(b, tokens) {
            let what = &wte.of(w)[token * n_embd..][..n_embd];
            let place = &wpe.of(w)[position * n_embd..][..n_embd];
            let places = zip(&mut self.flow.x, zip(what, place));
            for (x, (what, place)) in one_by_one(places) {
                x.0[lane] = what + place;
            }
        }
    }
}
// ANCHOR_END: embed

// ANCHOR: forward
impl Workspace {
    /// Computes the logits of a block of tokens.
    #[inline(always)]
    pub fn forward(&mut self, b: usize, tokens: &[usize], w: &[f64]) {
        self.embed(b, tokens, w);
        let flow = &mut self.flow;
        let seen = tokens.len().min((b + 1) * LANES);
        let y = self.norm.forward(b, &flow.x);
        flow.x.copy_from_slice(y);
        debug_assert_eq!(self.layers.len(), self.places.layers.len());
        for (layer, &places) in zip(&mut self.layers, &self.places.layers) {
            layer.attention(b, seen, (places, w), flow);
            layer.mlp(b, (places, w), flow);
        }
        self.last.block_mut(b).copy_from_slice(&flow.x);
        let lm_head = self.places.lm_head.of(w);
        linear(self.logits.block_mut(b), lm_head, &flow.x);
    }
}
// ANCHOR_END: forward

// ANCHOR: loss
impl Workspace {
    /// Returns a block's surprise, and turns its logits into their gradients.
    ///
    /// -ln p with p = softmax(x) has the slope p - 1 for the token that came
    /// and p for each other; each position has the same share in the loss.
    #[inline(always)]
    fn loss(&mut self, b: usize, targets: &[usize], share: f64) -> f64 {
        let probs = self.logits.block_mut(b);
        softmax(probs);
        let mut shares = Lanes::default();
        let mut loss = 0.0;
        for [lane, _, target] in block(b, targets) {
            let prob = &mut probs[target].0[lane];
            loss -= libm::log(*prob);
            *prob -= 1.0;
            shares.0[lane] = share;
        }
        for prob in one_by_one(probs.iter_mut()) {
            *prob = *prob * shares;
        }
        loss * share
    }
}
// ANCHOR_END: loss

// ANCHOR: embed_back
impl Workspace {
    /// Passes a block's gradient on to its tokens and positions.
    #[inline(always)]
    fn embed_back(&mut self, b: usize, tokens: &[usize]) {
        // Forward: x = rmsnorm(what + place)
        let Backflow { dx, d_embedding, .. } = &mut self.back;
        clear(d_embedding);
        self.norm.backward(b, d_embedding, dx);
        let n_embd = self.config.n_embd;
        let Weights { wte, wpe, .. } = self.places;
        debug_assert_eq!(d_embedding.len(), n_embd);
        for [lane, position, token] in block(b, tokens) {
            for (row, part) in [(token, wte), (position, wpe)] {
                let dw = part.of_mut(&mut self.gradients);
                let row = &mut dw[row * n_embd..][..n_embd];
                for (dw, dx) in one_by_one(zip(row, &*d_embedding)) {
                    // Forward: x.0[lane] = what + place;
                    *dw += dx.0[lane];
                }
            }
        }
    }
}
// ANCHOR_END: embed_back

// ANCHOR: backward
impl Workspace {
    /// Computes the backward pass, from a block's logits to all weights.
    #[inline(always)]
    fn backward(&mut self, b: usize, tokens: &[usize], w: &[f64]) {
        let dw = &mut self.gradients;
        let back = &mut self.back;
        let seen = tokens.len().min((b + 1) * LANES);
        let d_logits = self.logits.block(b);
        // Forward: linear(logits, lm_head, last);
        clear(&mut back.dx);
        let (lm_head, last) = (self.places.lm_head, self.last.block(b));
        linear_back(lm_head, (w, dw), &mut back.dx, d_logits, last);
        let layers = zip(&mut self.layers, &self.places.layers);
        for (layer, &places) in layers.rev() {
            // Forward: layer.attention(…); layer.mlp(…);
            layer.mlp_back(b, places, (w, dw), back);
            layer.attention_back(b, seen, places, (w, dw), back);
        }
        self.embed_back(b, tokens);
    }
}
// ANCHOR_END: backward

// ANCHOR: learn
impl Workspace {
    /// Adds the gradient of a text to the gradients and returns the loss.
    ///
    /// Both count `share`: 1 for a text on its own.
    #[inline(always)]
    pub fn learn(&mut self, text: &[usize], share: f64, w: &[f64]) -> f64 {
        let (tokens, targets) = (&text[..text.len() - 1], &text[1..]);
        let blocks = tokens.len().div_ceil(LANES);
        let share = share / tokens.len() as f64;
        let mut loss = 0.0;
        for b in 0..blocks {
            self.forward(b, tokens, w);
            loss += self.loss(b, targets, share);
            for layer in &mut self.layers {
                clear(layer.d_keys.block_mut(b));
                clear(layer.d_values.block_mut(b));
            }
        }
        for b in (0..blocks).rev() {
            self.backward(b, tokens, w);
        }
        loss
    }
}
// ANCHOR_END: learn
