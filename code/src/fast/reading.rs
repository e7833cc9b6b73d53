// ANCHOR: imports
//! Generation, with the blocks read so far as its memory.

use pulp::NullaryFnOnce;
use rand::Rng;

use super::engine::Fast;
use super::lanes::LANES;
use super::workspace::Workspace;
use crate::chance::Chance;
use crate::generation::{GenerationError, Temperature, draw};
use crate::model::Gpt;
// ANCHOR_END: imports

// ANCHOR: reading
/// Reading a text from some block on, compiled for each kind of processor.
struct Reading<'r> {
    workspace: &'r mut Workspace,
    first: usize,
    text: &'r [usize],
    w: &'r [f64],
}

impl NullaryFnOnce for Reading<'_> {
    type Output = Vec<f64>;

    /// Returns the logits of the text's last token: `(vocab_size)`.
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
    /// Returns the logits of a text's last token; what came before is kept.
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
    /// Reads more tokens of a text and returns the logits of the last.
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
    /// Draws the continuation of a prompt.
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
