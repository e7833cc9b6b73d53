// ANCHOR: imports
//! The engine: batches, threads, and the processor at hand.

use std::iter::zip;

use pulp::{Arch, NullaryFnOnce};
use rayon::ThreadPool;
use rayon::prelude::*;

use super::lanes::LANES;
use super::workspace::Workspace;
use crate::engine::Engine;
use crate::forward::ForwardError;
use crate::model::{Config, Gpt};
// ANCHOR_END: imports

// ANCHOR: lesson
/// Learning from some texts, compiled for each kind of processor.
struct Lesson<'l> {
    workspace: &'l mut Workspace,
    texts: &'l [&'l [usize]],
    share: f64,
    w: &'l [f64], // all weights
}

impl NullaryFnOnce for Lesson<'_> {
    type Output = f64;

    /// Returns the sum of the losses.
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
    pub(super) arch: Arch,
    pub(super) config: Config,
    pub(super) room: usize,
    pool: Option<ThreadPool>,
    pub(super) workspaces: Vec<Workspace>,
}
// ANCHOR_END: fast

// ANCHOR: new
/// The most parts a batch is split into; further threads would idle.
///
/// A constant, because the order of the sums must not depend on the threads.
const SPLIT: usize = 4;

impl Fast {
    /// Returns an engine for models of these sizes.
    pub fn new(config: Config) -> Self {
        let (room, workspaces) = (0, Vec::new());
        Self { arch: Arch::new(), config, room, pool: None, workspaces }
    }
}
// ANCHOR_END: new

// ANCHOR: settings
impl Fast {
    /// Uses only instructions that every processor has.
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
    /// Checks that the model can read a text.
    pub(super) fn check(&self, text: &[usize]) -> Result<(), ForwardError> {
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
    /// Prepares for models of these sizes, unless already prepared.
    pub(super) fn serve(&mut self, config: &Config) {
        if self.config != *config {
            self.config = *config;
            self.room = 0;
        }
    }

    /// Makes sure of some workspaces with room for texts of `tokens` tokens.
    pub(super) fn make_room(&mut self, workspaces: usize, tokens: usize) {
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
    /// Lets each workspace learn from its texts and returns the mean loss.
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
