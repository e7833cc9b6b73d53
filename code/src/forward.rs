// ANCHOR: mlp
//! The forward pass: from a token to what may come next.

use crate::attention::Head;
use crate::layers::{add, linear, rmsnorm, softmax};
use crate::model::{Gpt, Layer, Matrix, Weights};
use crate::scalar::Scalar;

impl<S: Scalar> Layer<Matrix<'_, S>> {
    /// Each token thinks for itself: out to 4 `n_embd` units, relu, and back.
    pub fn mlp(&self, x: &[S]) -> Vec<S> {
        let hidden = linear(x, self.mlp_fc1).into_iter().map(S::relu);
        linear(&hidden.collect::<Vec<S>>(), self.mlp_fc2)
    }
}
// ANCHOR_END: mlp

// ANCHOR: error
/// What can be wrong with the tokens that a model is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForwardError {
    /// The model has no such token.
    #[error("token {0} is not one of the model's {1}")]
    UnknownToken(usize, usize),
    /// The text is as long as the model's block.
    #[error("the model reads {0} tokens at most")]
    TooLong(usize),
    /// There is nothing to predict.
    #[error("a loss needs at least two tokens, not {0}")]
    TooShort(usize),
}
// ANCHOR_END: error

// ANCHOR: context
/// A model in the middle of a text.
///
/// ```
/// use microgpt::{chance::Chance, forward::Context, model::{Config, Gpt}};
///
/// let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
/// let mut context = Context::new(&model);
/// let logits = context.read(26)?; // bos: which letter may come first?
/// assert_eq!(logits.len(), 27);
/// # Ok::<(), microgpt::forward::ForwardError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Context<'m, S = f64> {
    weights: Weights<Matrix<'m, S>>,
    heads: Vec<Vec<Head<S>>>,
    position: usize,
}
// ANCHOR_END: context

// ANCHOR: new
impl<'m, S: Scalar> Context<'m, S> {
    /// The beginning of a text.
    pub fn new(model: &'m Gpt<S>) -> Self {
        let config = model.config();
        let weights = model.weights();
        let heads = vec![vec![Head::default(); config.n_head]; config.n_layer];
        let position = 0;
        Self { weights, heads, position }
    }
}
// ANCHOR_END: new

// ANCHOR: embedding
impl<S: Scalar> Context<'_, S> {
    /// Token and position as one vector.
    fn embedding(&self, token: usize) -> Result<Vec<S>, ForwardError> {
        let Weights { wte, wpe, .. } = self.weights;
        let unknown = ForwardError::UnknownToken(token, wte.rows().len());
        let too_long = ForwardError::TooLong(wpe.rows().len());
        let what = wte.row(token).ok_or(unknown)?;
        let place = wpe.row(self.position).ok_or(too_long)?;
        Ok(add(what, place))
    }
}
// ANCHOR_END: embedding

// ANCHOR: read
impl<S: Scalar> Context<'_, S> {
    /// Reads one more token and tells how much speaks for each next one.
    ///
    /// # Errors
    /// [`ForwardError`] for an unknown token and beyond the block's end.
    pub fn read(&mut self, token: usize) -> Result<Vec<S>, ForwardError> {
        let mut x = rmsnorm(&self.embedding(token)?);
        for (layer, heads) in self.weights.layers.iter().zip(&mut self.heads) {
            x = add(&x, &layer.attention(&rmsnorm(&x), heads));
            x = add(&x, &layer.mlp(&rmsnorm(&x)));
        }
        self.position += 1;
        Ok(linear(&x, self.weights.lm_head))
    }
}
// ANCHOR_END: read

// ANCHOR: losses
impl<S: Scalar> Gpt<S> {
    /// How much each token of a text surprises the model, in nats.
    ///
    /// The first is only read; what is beyond the block is left out.
    ///
    /// # Errors
    /// [`ForwardError`] for an unknown token.
    pub fn losses(&self, tokens: &[usize]) -> Result<Vec<S>, ForwardError> {
        let vocab_size = self.config().vocab_size;
        let mut context = Context::new(self);
        let pairs = tokens.windows(2).take(self.config().block_size);
        let losses = pairs.map(|pair| {
            let probs = softmax(&context.read(pair[0])?);
            let unknown = ForwardError::UnknownToken(pair[1], vocab_size);
            Ok(-probs.get(pair[1]).ok_or(unknown)?.ln())
        });
        losses.collect()
    }
}
// ANCHOR_END: losses

// ANCHOR: loss
impl<S: Scalar> Gpt<S> {
    /// The mean surprise of a text.
    ///
    /// # Errors
    /// [`ForwardError`] for an unknown token or fewer than two.
    pub fn loss(&self, tokens: &[usize]) -> Result<S, ForwardError> {
        let losses = self.losses(tokens)?;
        if losses.is_empty() {
            return Err(ForwardError::TooShort(tokens.len()));
        }
        let share = S::from(1.0 / losses.len() as f64);
        Ok(share * losses.into_iter().sum())
    }
}
// ANCHOR_END: loss
