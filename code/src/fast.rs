// ANCHOR: imports
//! The same run without a tape: matrices, and a backward pass by hand.
// A processor's own instructions reach only what is inlined.
#![allow(clippy::inline_always)]

use std::iter::zip;
use std::ops::Range;

use pulp::{Arch, NullaryFnOnce};
use rand::Rng;
use rayon::ThreadPool;
use rayon::prelude::*;

use crate::adam::Adam;
use crate::chance::Chance;
use crate::engine::Engine;
use crate::forward::ForwardError;
use crate::generation::{GenerationError, Temperature, draw};
use crate::kernels::{
    AdamStep, LANES, Lanes, adam, add, attend, clear, linear, linear_to_input,
    linear_to_weights, one_by_one, relu, relu_back, rmsnorm, rmsnorm_back,
    scores_back, softmax, softmax_back, values_back,
};
use crate::model::{Config, Gpt};
use crate::training::Optimizer;
// ANCHOR_END: imports

// ANCHOR: part
/// The place of a matrix in the list of weights, and in that of gradients.
#[derive(Clone, Copy, Debug)]
struct Part {
    start: usize,
    end: usize,
}

impl Part {
    #[inline(always)]
    fn of(self, list: &[f64]) -> &[f64] {
        &list[self.start..self.end]
    }

    #[inline(always)]
    fn of_mut(self, list: &mut [f64]) -> &mut [f64] {
        &mut list[self.start..self.end]
    }
}
// ANCHOR_END: part

// ANCHOR: parts
/// The places of a layer's matrices.
#[derive(Clone, Copy, Debug)]
struct LayerParts {
    wq: Part,
    wk: Part,
    wv: Part,
    wo: Part,
    fc1: Part,
    fc2: Part,
}

/// The places of all matrices.
#[derive(Clone, Debug)]
struct Parts {
    wte: Part,
    wpe: Part,
    lm_head: Part,
    layers: Vec<LayerParts>,
}
// ANCHOR_END: parts

// ANCHOR: cutter
/// Gives out parts, one after the other.
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
    /// The parts in the order of the list.
    fn new(config: &Config) -> Self {
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

// ANCHOR: sheet
/// Some numbers for each position, a block of [`LANES`] positions at a time.
#[derive(Clone, Debug)]
struct Sheet {
    width: usize,
    lanes: Vec<Lanes>,
}

impl Sheet {
    /// Room for all positions of a model, `width` numbers for each.
    fn new(config: &Config, width: usize) -> Self {
        let blocks = config.block_size.div_ceil(LANES);
        let lanes = vec![Lanes::default(); blocks * width];
        Self { width, lanes }
    }

    #[inline(always)]
    fn block(&self, b: usize) -> &[Lanes] {
        &self.lanes[b * self.width..][..self.width]
    }

    #[inline(always)]
    fn block_mut(&mut self, b: usize) -> &mut [Lanes] {
        &mut self.lanes[b * self.width..][..self.width]
    }
}
// ANCHOR_END: sheet

// ANCHOR: columns
impl Sheet {
    /// The same numbers of each block: what one head sees.
    #[inline(always)]
    fn columns(&self, slice: Range<usize>) -> impl Iterator<Item = &[Lanes]> {
        let blocks = self.lanes.chunks_exact(self.width);
        blocks.map(move |block| &block[slice.clone()])
    }

    /// The same numbers of each block, to be changed.
    #[inline(always)]
    fn columns_mut(
        &mut self,
        slice: Range<usize>,
    ) -> impl Iterator<Item = &mut [Lanes]> {
        let blocks = self.lanes.chunks_exact_mut(self.width);
        blocks.map(move |block| &mut block[slice.clone()])
    }
}
// ANCHOR_END: columns

// ANCHOR: norm
/// What one rmsnorm made of all positions.
#[derive(Clone, Debug)]
struct Norm {
    scale: Sheet,
    y: Sheet,
}

impl Norm {
    fn new(config: &Config) -> Self {
        let scale = Sheet::new(config, 1);
        let y = Sheet::new(config, config.n_embd);
        Self { scale, y }
    }
}
// ANCHOR_END: norm

// ANCHOR: norm_both_ways
impl Norm {
    #[inline(always)]
    fn forward(&mut self, b: usize, x: &[Lanes]) -> &[Lanes] {
        let y = self.y.block_mut(b);
        self.scale.block_mut(b)[0] = rmsnorm(y, x);
        y
    }

    /// Adds to dx what dy asks for.
    #[inline(always)]
    fn backward(&self, b: usize, dx: &mut [Lanes], dy: &[Lanes]) {
        rmsnorm_back(dx, dy, self.y.block(b), self.scale.block(b)[0]);
    }
}
// ANCHOR_END: norm_both_ways

// ANCHOR: layer
/// What a layer remembers on the way forward, for the way back.
#[derive(Clone, Debug)]
struct Layer {
    n_head: usize,
    norm1: Norm,
    queries: Sheet,
    keys: Sheet,
    values: Sheet,
    weights: Sheet,
    answers: Sheet,
    norm2: Norm,
    hidden: Sheet,
    d_keys: Sheet,
    d_values: Sheet,
}
// ANCHOR_END: layer

// ANCHOR: layer_new
impl Layer {
    fn new(config: &Config) -> Self {
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
    /// The slice of a head, and that of its weights of `seen` positions.
    #[inline(always)]
    fn head(&self, h: usize, seen: usize) -> (Range<usize>, Range<usize>) {
        let size = self.queries.width / self.n_head;
        let room = self.weights.width / self.n_head;
        (h * size..(h + 1) * size, h * room..h * room + seen)
    }
}
// ANCHOR_END: head

// ANCHOR: flow
/// What flows through the layers, of one block: numbers forward, their
/// gradients back.
#[derive(Clone, Debug)]
struct Flow {
    x: Vec<Lanes>,
    y: Vec<Lanes>,
    queries: Vec<Lanes>,
    weights: Vec<Lanes>,
    hidden: Vec<Lanes>,
}

impl Flow {
    fn new(config: &Config) -> Self {
        let lanes = |size| vec![Lanes::default(); size];
        Self {
            x: lanes(config.n_embd),
            y: lanes(config.n_embd),
            queries: lanes(config.n_embd),
            weights: lanes(config.block_size),
            hidden: lanes(4 * config.n_embd),
        }
    }
}
// ANCHOR_END: flow

// ANCHOR: heads
impl Layer {
    /// All heads answer a block; `seen` positions have been read with it.
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
    /// x becomes x + wo attention(rmsnorm(x)), for a block.
    #[inline(always)]
    fn attention(
        &mut self,
        b: usize,
        seen: usize,
        (parts, w): (LayerParts, &[f64]),
        flow: &mut Flow,
    ) {
        let Flow { x, y, .. } = flow;
        let norm = self.norm1.forward(b, x);
        linear(self.queries.block_mut(b), parts.wq.of(w), norm);
        linear(self.keys.block_mut(b), parts.wk.of(w), norm);
        linear(self.values.block_mut(b), parts.wv.of(w), norm);
        self.heads(b, seen);
        linear(y, parts.wo.of(w), self.answers.block(b));
        add(x, y);
    }
}
// ANCHOR_END: attention

// ANCHOR: mlp
impl Layer {
    /// x becomes x + fc2 relu(fc1 rmsnorm(x)), for a block.
    #[inline(always)]
    fn mlp(
        &mut self,
        b: usize,
        (parts, w): (LayerParts, &[f64]),
        flow: &mut Flow,
    ) {
        let Flow { x, y, .. } = flow;
        let norm = self.norm2.forward(b, x);
        let hidden = self.hidden.block_mut(b);
        linear(hidden, parts.fc1.of(w), norm);
        relu(hidden);
        linear(y, parts.fc2.of(w), hidden);
        add(x, y);
    }
}
// ANCHOR_END: mlp

// ANCHOR: linear_back
/// Backward through y = W x: to the input and to the weights.
#[inline(always)]
fn linear_back(
    part: Part,
    (w, dw): (&[f64], &mut [f64]),
    dx: &mut [Lanes],
    dy: &[Lanes],
    x: &[Lanes],
) {
    linear_to_input(dx, part.of(w), dy);
    linear_to_weights(part.of_mut(dw), dy, x);
}
// ANCHOR_END: linear_back

// ANCHOR: mlp_back
impl Layer {
    /// Backward through x + fc2 relu(fc1 rmsnorm(x)): x holds dx.
    ///
    /// The sum hands its gradient on to both terms: dx stays, and what comes
    /// through the units is added.
    #[inline(always)]
    fn mlp_back(
        &self,
        b: usize,
        parts: LayerParts,
        (w, dw): (&[f64], &mut [f64]),
        flow: &mut Flow,
    ) {
        let Flow { x: dx, y: dy, hidden: dh, .. } = flow;
        let hidden = self.hidden.block(b);
        clear(dh);
        linear_back(parts.fc2, (w, dw), dh, dx, hidden);
        relu_back(dh, hidden);
        clear(dy);
        linear_back(parts.fc1, (w, dw), dy, dh, self.norm2.y.block(b));
        self.norm2.backward(b, dx, dy);
    }
}
// ANCHOR_END: mlp_back

// ANCHOR: heads_back
impl Layer {
    /// Backward through all heads, from the gradient of the answers in y.
    #[inline(always)]
    fn heads_back(&mut self, b: usize, seen: usize, flow: &mut Flow) {
        let Flow { y: d_answers, queries: dq, weights: dp, .. } = flow;
        let dp = &mut dp[..seen];
        for h in 0..self.n_head {
            let (slice, weights) = self.head(h, seen);
            let p = &self.weights.block(b)[weights];
            let d_answer = &d_answers[slice.clone()];
            let values = self.values.columns(slice.clone());
            let d_values = self.d_values.columns_mut(slice.clone());
            values_back(dp, d_values, d_answer, p, values);
            softmax_back(dp, p);
            let q = &self.queries.block(b)[slice.clone()];
            let keys = self.keys.columns(slice.clone());
            let d_keys = self.d_keys.columns_mut(slice.clone());
            scores_back(&mut dq[slice], d_keys, dp, q, keys);
        }
    }
}
// ANCHOR_END: heads_back

// ANCHOR: projections_back
impl Layer {
    /// Backward through queries, keys and values to the layer's input.
    ///
    /// Later blocks have asked this one's keys and values before.
    #[inline(always)]
    fn projections_back(
        &self,
        b: usize,
        parts: LayerParts,
        (w, dw): (&[f64], &mut [f64]),
        flow: &mut Flow,
    ) {
        let Flow { x: dx, y: dy, queries: dq, .. } = flow;
        let norm = self.norm1.y.block(b);
        clear(dy);
        linear_back(parts.wq, (w, dw), dy, dq, norm);
        linear_back(parts.wk, (w, dw), dy, self.d_keys.block(b), norm);
        linear_back(parts.wv, (w, dw), dy, self.d_values.block(b), norm);
        self.norm1.backward(b, dx, dy);
    }
}
// ANCHOR_END: projections_back

// ANCHOR: attention_back
impl Layer {
    /// Backward through x + wo attention(rmsnorm(x)): x holds dx.
    #[inline(always)]
    fn attention_back(
        &mut self,
        b: usize,
        seen: usize,
        parts: LayerParts,
        (w, dw): (&[f64], &mut [f64]),
        flow: &mut Flow,
    ) {
        let answers = self.answers.block(b);
        clear(&mut flow.y);
        linear_back(parts.wo, (w, dw), &mut flow.y, &flow.x, answers);
        clear(&mut flow.queries);
        self.heads_back(b, seen, flow);
        self.projections_back(b, parts, (w, dw), flow);
    }
}
// ANCHOR_END: attention_back

// ANCHOR: workspace
/// All the memory that a text needs, forward and back.
#[derive(Clone, Debug)]
struct Workspace {
    config: Config,
    parts: Parts,
    flow: Flow,
    norm: Norm,
    layers: Vec<Layer>,
    last: Sheet,
    logits: Sheet,
    gradients: Vec<f64>,
}
// ANCHOR_END: workspace

// ANCHOR: workspace_new
impl Workspace {
    /// Memory for texts of `room` tokens at most.
    fn new(config: Config, room: usize) -> Self {
        let block_size = room.min(config.block_size);
        let sizes = Config { block_size, ..config };
        let layers = (0..config.n_layer).map(|_| Layer::new(&sizes));
        Self {
            config,
            parts: Parts::new(&config),
            flow: Flow::new(&sizes),
            norm: Norm::new(&sizes),
            layers: layers.collect(),
            last: Sheet::new(&sizes, config.n_embd),
            logits: Sheet::new(&sizes, config.vocab_size),
            gradients: vec![0.0; config.num_params()],
        }
    }
}
// ANCHOR_END: workspace_new

// ANCHOR: embed
/// The tokens of a block: lane, position and token.
#[inline(always)]
fn block(b: usize, tokens: &[usize]) -> impl Iterator<Item = [usize; 3]> {
    let first = b * LANES;
    let tokens = tokens[first..].iter().take(LANES).enumerate();
    tokens.map(move |(lane, &token)| [lane, first + lane, token])
}

impl Workspace {
    /// Token and position as one vector, for each position of a block.
    #[inline(always)]
    fn embed(&mut self, b: usize, tokens: &[usize], w: &[f64]) {
        let n_embd = self.config.n_embd;
        let Parts { wte, wpe, .. } = self.parts;
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
    /// Reads a block of tokens: its logits.
    #[inline(always)]
    fn forward(&mut self, b: usize, tokens: &[usize], w: &[f64]) {
        self.embed(b, tokens, w);
        let flow = &mut self.flow;
        let seen = tokens.len().min((b + 1) * LANES);
        let y = self.norm.forward(b, &flow.x);
        flow.x.copy_from_slice(y);
        for (layer, &parts) in zip(&mut self.layers, &self.parts.layers) {
            layer.attention(b, seen, (parts, w), flow);
            layer.mlp(b, (parts, w), flow);
        }
        self.last.block_mut(b).copy_from_slice(&flow.x);
        let lm_head = self.parts.lm_head.of(w);
        linear(self.logits.block_mut(b), lm_head, &flow.x);
    }
}
// ANCHOR_END: forward

// ANCHOR: loss
impl Workspace {
    /// The surprise of a block; its logits become their own gradients.
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
    /// Hands a block's gradient on to its tokens and positions.
    #[inline(always)]
    fn embed_back(&mut self, b: usize, tokens: &[usize]) {
        let Flow { x: dy, y: dx, .. } = &mut self.flow;
        clear(dx);
        self.norm.backward(b, dx, dy);
        let n_embd = self.config.n_embd;
        let Parts { wte, wpe, .. } = self.parts;
        for [lane, position, token] in block(b, tokens) {
            for (row, part) in [(token, wte), (position, wpe)] {
                let dw = part.of_mut(&mut self.gradients);
                let row = &mut dw[row * n_embd..][..n_embd];
                for (dw, dx) in one_by_one(zip(row, &*dx)) {
                    *dw += dx.0[lane];
                }
            }
        }
    }
}
// ANCHOR_END: embed_back

// ANCHOR: backward
impl Workspace {
    /// From a block's logits back to all weights.
    #[inline(always)]
    fn backward(&mut self, b: usize, tokens: &[usize], w: &[f64]) {
        let dw = &mut self.gradients;
        let flow = &mut self.flow;
        let seen = tokens.len().min((b + 1) * LANES);
        let d_logits = self.logits.block(b);
        let last = self.last.block(b);
        clear(&mut flow.x);
        let lm_head = self.parts.lm_head;
        linear_back(lm_head, (w, dw), &mut flow.x, d_logits, last);
        let layers = zip(&mut self.layers, &self.parts.layers);
        for (layer, &parts) in layers.rev() {
            layer.mlp_back(b, parts, (w, dw), flow);
            layer.attention_back(b, seen, parts, (w, dw), flow);
        }
        self.embed_back(b, tokens);
    }
}
// ANCHOR_END: backward

// ANCHOR: learn
impl Workspace {
    /// Adds the gradient of a text to the gradients; returns the loss.
    ///
    /// Both count `share`: 1 for a text on its own.
    #[inline(always)]
    fn learn(&mut self, text: &[usize], share: f64, w: &[f64]) -> f64 {
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

// ANCHOR: lesson
/// Learning from some texts, to be compiled for each kind of processor.
struct Lesson<'l> {
    workspace: &'l mut Workspace,
    texts: &'l [&'l [usize]],
    share: f64,
    w: &'l [f64],
}

impl NullaryFnOnce for Lesson<'_> {
    type Output = f64;

    /// The sum of the losses.
    #[inline(always)]
    fn call(self) -> f64 {
        let Self { workspace, texts, share, w } = self;
        workspace.gradients.fill(0.0);
        let mut loss = 0.0;
        for text in texts {
            let length = text.len().min(workspace.config.block_size + 1);
            loss += workspace.learn(&text[..length], share, w);
        }
        loss
    }
}
// ANCHOR_END: lesson

// ANCHOR: fast
/// An engine that keeps its memory from step to step.
///
/// ```
/// use microgpt::chance::Chance;
/// use microgpt::engine::Engine;
/// use microgpt::fast::Fast;
/// use microgpt::model::{Config, Gpt};
///
/// let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
/// let mut fast = Fast::new(Config::default());
/// let (loss, gradients) = fast.gradients(&model, &[&[26, 0, 26]])?;
/// assert_eq!(gradients.len(), 4_192);
/// # Ok::<(), microgpt::forward::ForwardError>(())
/// ```
#[derive(Debug)]
pub struct Fast {
    arch: Arch,
    config: Config,
    room: usize,
    pool: Option<ThreadPool>,
    workspaces: Vec<Workspace>,
}
// ANCHOR_END: fast

// ANCHOR: new
/// Into how many parts a batch is split at most; further threads would idle.
///
/// A constant: the order of the sums must not depend on the threads.
const SPLIT: usize = 4;

impl Fast {
    /// An engine for models of these sizes.
    pub fn new(config: Config) -> Self {
        let (room, workspaces) = (0, Vec::new());
        Self { arch: Arch::new(), config, room, pool: None, workspaces }
    }
}
// ANCHOR_END: new

// ANCHOR: settings
impl Fast {
    /// Does without instructions that not every processor has.
    ///
    /// The results stay the same, bit for bit.
    pub fn plain(mut self) -> Self {
        self.arch = Arch::Scalar;
        self
    }

    /// Computes batches with some threads, as many as there are parts at most.
    ///
    /// The results stay the same, bit for bit.
    pub fn threads(mut self, threads: usize) -> Self {
        let threads = threads.min(SPLIT);
        if threads > 1 {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            self.pool = pool.build().ok();
        }
        self
    }
}
// ANCHOR_END: settings

// ANCHOR: check
impl Fast {
    /// Sees whether the model can read a text.
    fn check(&self, text: &[usize]) -> Result<(), ForwardError> {
        let vocab_size = self.config.vocab_size;
        let read = text.iter().take(self.config.block_size + 1);
        if text.len() < 2 {
            return Err(ForwardError::TooShort(text.len()));
        }
        match read.copied().find(|&token| token >= vocab_size) {
            Some(token) => Err(ForwardError::UnknownToken(token, vocab_size)),
            None => Ok(()),
        }
    }
}
// ANCHOR_END: check

// ANCHOR: make_room
impl Fast {
    /// Gets ready for models of these sizes, if it is not.
    fn serve(&mut self, config: &Config) {
        if self.config != *config {
            self.config = *config;
            self.room = 0;
        }
    }

    /// Sees to some workspaces with room for texts of `tokens` tokens.
    fn make_room(&mut self, workspaces: usize, tokens: usize) {
        if tokens > self.room {
            self.room = tokens.next_multiple_of(LANES);
            self.workspaces.clear();
        }
        let (config, room) = (self.config, self.room);
        let workspace = || Workspace::new(config, room);
        self.workspaces.resize_with(workspaces, workspace);
    }
}
// ANCHOR_END: make_room

// ANCHOR: batch
impl Fast {
    /// Lets each workspace learn from its texts; the mean of the losses.
    fn batch(&mut self, w: &[f64], texts: &[&[usize]]) -> f64 {
        let arch = self.arch;
        let share = 1.0 / texts.len() as f64;
        let size = texts.len().div_ceil(SPLIT);
        let parts = texts.len().div_ceil(size);
        let longest = texts.iter().map(|text| text.len()).max();
        self.make_room(parts, longest.unwrap_or(0));
        let learn = |(workspace, texts)| {
            arch.dispatch(Lesson { workspace, texts, share, w })
        };
        let Some(pool) = &self.pool else {
            let parts = zip(&mut self.workspaces, texts.chunks(size));
            return parts.map(learn).sum();
        };
        let parts = self.workspaces.par_iter_mut().zip(texts.par_chunks(size));
        let losses = pool.install(|| parts.map(learn).collect::<Vec<f64>>());
        losses.into_iter().sum()
    }
}
// ANCHOR_END: batch

// ANCHOR: gradients
impl Engine for Fast {
    fn gradients(
        &mut self,
        model: &Gpt,
        texts: &[&[usize]],
    ) -> Result<(f64, &[f64]), ForwardError> {
        self.serve(model.config());
        if texts.is_empty() {
            return Err(ForwardError::TooShort(0));
        }
        for text in texts {
            self.check(text)?;
        }
        let loss = self.batch(model.params(), texts);
        let [first, others @ ..] = &mut self.workspaces[..] else {
            return Ok((loss, &[]));
        };
        for other in others {
            for (sum, gradient) in zip(&mut first.gradients, &other.gradients) {
                *sum += gradient;
            }
        }
        Ok((loss, &first.gradients))
    }
}
// ANCHOR_END: gradients

// ANCHOR: fast_adam
/// [`Adam`] with one division per weight instead of three.
#[derive(Clone, Debug)]
pub struct FastAdam {
    arch: Arch,
    adam: Adam,
}

impl From<Adam> for FastAdam {
    fn from(adam: Adam) -> Self {
        Self { arch: Arch::new(), adam }
    }
}

impl Default for FastAdam {
    fn default() -> Self {
        Self::from(Adam::default())
    }
}
// ANCHOR_END: fast_adam

// ANCHOR: exchange
impl FastAdam {
    /// Does without instructions that not every processor has.
    pub fn plain(mut self) -> Self {
        self.arch = Arch::Scalar;
        self
    }
}

impl From<FastAdam> for Adam {
    fn from(fast: FastAdam) -> Self {
        fast.adam
    }
}

impl AsRef<Adam> for FastAdam {
    fn as_ref(&self) -> &Adam {
        &self.adam
    }
}
// ANCHOR_END: exchange

// ANCHOR: update
/// A step of Adam, to be compiled for each kind of processor.
struct Update<'u> {
    adam: &'u mut Adam,
    params: &'u mut [f64],
    gradients: &'u [f64],
    step: AdamStep,
}

impl NullaryFnOnce for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        adam(self.adam, self.params, self.gradients, self.step);
    }
}
// ANCHOR_END: update

// ANCHOR: step
impl Optimizer for FastAdam {
    fn step(
        &mut self,
        learning_rate: f64,
        params: &mut [f64],
        gradients: &[f64],
    ) {
        let adam = &mut self.adam;
        adam.begin_step(params.len());
        let [m_correction, v_correction] = adam.corrections();
        let step = AdamStep {
            rate: learning_rate / m_correction,
            v_scale: 1.0 / v_correction,
        };
        self.arch.dispatch(Update { adam, params, gradients, step });
    }
}
// ANCHOR_END: step

// ANCHOR: reading
/// Reading a text from some block on, to be compiled for each processor.
struct Reading<'r> {
    workspace: &'r mut Workspace,
    first: usize,
    text: &'r [usize],
    w: &'r [f64],
}

impl NullaryFnOnce for Reading<'_> {
    type Output = Vec<f64>;

    /// The logits of the text's last token.
    #[inline(always)]
    fn call(self) -> Vec<f64> {
        let last = self.text.len() - 1;
        for b in self.first..=last / LANES {
            self.workspace.forward(b, self.text, self.w);
        }
        let logits = self.workspace.logits.block(last / LANES);
        logits.iter().map(|logit| logit.0[last % LANES]).collect()
    }
}
// ANCHOR_END: reading

// ANCHOR: read
impl Fast {
    /// The logits of a text's last token. What stands before is remembered.
    fn read(&mut self, w: &[f64], text: &[usize]) -> Vec<f64> {
        let mut first = (text.len() - 1) / LANES;
        if text.len() > self.room {
            self.make_room(1, (2 * text.len()).max(32));
            first = 0;
        }
        let workspace = &mut self.workspaces[0];
        self.arch.dispatch(Reading { workspace, first, text, w })
    }
}
// ANCHOR_END: read

// ANCHOR: read_on
impl Fast {
    /// Reads a text further; the logits of the last token.
    fn read_on(
        &mut self,
        w: &[f64],
        text: &mut Vec<usize>,
        more: impl Iterator<Item = usize>,
    ) -> Vec<f64> {
        more.fold(Vec::new(), |_, token| {
            text.push(token);
            self.read(w, text)
        })
    }
}
// ANCHOR_END: read_on

// ANCHOR: complete
impl Fast {
    /// Draws how a text goes on that begins with a prompt.
    ///
    /// # Errors
    /// [`GenerationError`] if a token is unknown or the model is broken.
    pub fn complete<R: Rng>(
        &mut self,
        model: &Gpt,
        bos: usize,
        prompt: &[usize],
        temperature: Temperature,
        chance: &mut Chance<R>,
    ) -> Result<Vec<usize>, GenerationError> {
        self.serve(model.config());
        self.check(&[&[bos, bos], prompt].concat())?;
        let room = self.config.block_size.saturating_sub(prompt.len());
        let (mut text, mut prompt) = (Vec::new(), prompt.iter().copied());
        draw(room, bos, temperature, chance, |token| {
            let more = [token].into_iter().chain(prompt.by_ref());
            Ok(self.read_on(model.params(), &mut text, more))
        })
    }
}
// ANCHOR_END: complete

// ANCHOR: generate
impl Fast {
    /// Draws a text as [`Gpt::generate`] does.
    ///
    /// # Errors
    /// [`GenerationError`] if the model does not know `bos` or is broken.
    pub fn generate<R: Rng>(
        &mut self,
        model: &Gpt,
        bos: usize,
        temperature: Temperature,
        chance: &mut Chance<R>,
    ) -> Result<Vec<usize>, GenerationError> {
        self.complete(model, bos, &[], temperature, chance)
    }
}
// ANCHOR_END: generate
