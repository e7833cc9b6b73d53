//! A second opinion on the numbers of `microgpt`, from another's autograd.
//!
//! The book computes one token at a time and remembers keys and values; its
//! gradients come from a tape of its own, and once more from a backward pass
//! by hand. Here the same model is written for [`candle_core`], in 64 bits: a
//! text is one matrix, a mask keeps each token from what comes after it, and
//! the gradients are the framework's. The two share the list of weights and
//! nothing else, not even the function that cuts the list into matrices.
//!
//! The tests beside this library, which `cargo oracle` runs, compare logits,
//! losses and gradients within 1e-10, for models of five sizes.

use candle_core::{D, DType, Device, Result, Tensor, Var};
use microgpt::model::{Config, Gpt};

/// Where all of it is computed.
const CPU: Device = Device::Cpu;

/// A GPT in the framework's terms.
#[derive(Clone, Debug)]
pub struct Oracle {
    config: Config,
    weights: Vec<Var>,
}

/// How many matrices stand before the first layer, and how many in each.
const TABLES: usize = 3;
const IN_LAYER: usize = 6;

/// Rows and columns of all matrices, in the order of the list of weights.
fn shapes(config: &Config) -> Vec<(usize, usize)> {
    let n = config.n_embd;
    let tokens = (config.vocab_size, n);
    let layer = [(n, n), (n, n), (n, n), (n, n), (4 * n, n), (n, 4 * n)];
    let mut shapes = vec![tokens, (config.block_size, n), tokens];
    shapes.extend(vec![layer; config.n_layer].concat());
    shapes
}

impl Oracle {
    /// The same model: each matrix becomes a variable.
    ///
    /// # Errors
    ///
    /// The framework's, if the list of weights has another length.
    pub fn new(model: &Gpt) -> Result<Self> {
        let config = *model.config();
        let mut rest = model.params();
        let mut weights = Vec::new();
        for shape in shapes(&config) {
            let (matrix, after) = rest.split_at(shape.0 * shape.1);
            weights.push(Var::from_slice(matrix, shape, &CPU)?);
            rest = after;
        }
        Ok(Self { config, weights })
    }

    /// The logits of every position of a text: a row for each token.
    ///
    /// # Errors
    ///
    /// The framework's, for an unknown token and beyond the block's end.
    pub fn logits(&self, tokens: &[usize]) -> Result<Tensor> {
        let [wte, wpe, lm_head] = [0, 1, 2].map(|i| &self.weights[i]);
        let what = wte.index_select(&indices(tokens)?, 0)?;
        let place = wpe.narrow(0, 0, tokens.len())?;
        let mut x = rmsnorm(&(what + place)?)?;
        for layer in self.weights[TABLES..].chunks_exact(IN_LAYER) {
            x = (&x + self.attention(&rmsnorm(&x)?, layer)?)?;
            x = (&x + mlp(&rmsnorm(&x)?, layer)?)?;
        }
        linear(&x, lm_head)
    }

    /// All heads at once, and all tokens: softmax(q kᵀ / √d + mask) v.
    fn attention(&self, x: &Tensor, layer: &[Var]) -> Result<Tensor> {
        let (length, width) = x.dims2()?;
        let size = width / self.config.n_head;
        let heads = |matrix| {
            linear(x, matrix)?
                .reshape((length, self.config.n_head, size))?
                .transpose(0, 1)?
                .contiguous()
        };
        let (queries, keys) = (heads(&layer[0])?, heads(&layer[1])?);
        let scores = queries.matmul(&keys.t()?)?;
        let scores = (scores / (size as f64).sqrt())?;
        let scores = scores.broadcast_add(&mask(length)?)?;
        let answers =
            log_softmax(&scores)?.exp()?.matmul(&heads(&layer[2])?)?;
        linear(&answers.transpose(0, 1)?.reshape((length, width))?, &layer[3])
    }

    /// The natural logarithm of the probability of every token at every
    /// position of a text: a row for each token read.
    ///
    /// # Errors
    ///
    /// The framework's, for an unknown token and beyond the block's end.
    pub fn log_probabilities(&self, tokens: &[usize]) -> Result<Tensor> {
        log_softmax(&self.logits(tokens)?)
    }

    /// The mean surprise of a text, of which the block's end may cut the rest.
    fn loss(&self, text: &[usize]) -> Result<Tensor> {
        let end = text.len().min(self.config.block_size + 1);
        let probabilities = self.log_probabilities(&text[..end - 1])?;
        let targets = indices(&text[1..end])?.unsqueeze(1)?;
        probabilities.gather(&targets, 1)?.mean_all()?.neg()
    }

    /// The mean loss of some texts, and its gradient for every weight.
    ///
    /// # Errors
    ///
    /// The framework's, for an unknown token and for no text.
    pub fn gradients(&self, texts: &[&[usize]]) -> Result<(f64, Vec<f64>)> {
        let losses: Result<Vec<_>> =
            texts.iter().map(|text| self.loss(text)).collect();
        let loss = Tensor::stack(&losses?, 0)?.mean_all()?;
        let found = loss.backward()?;
        let mut gradients = Vec::new();
        for weights in &self.weights {
            let none = weights.zeros_like()?;
            let gradient = found.get(weights).unwrap_or(&none);
            gradients.extend(gradient.flatten_all()?.to_vec1::<f64>()?);
        }
        Ok((loss.to_scalar()?, gradients))
    }
}

/// The numbers of tokens, as the framework looks rows up with them.
fn indices(tokens: &[usize]) -> Result<Tensor> {
    let tokens: Vec<u32> = tokens
        .iter()
        .map(|&token| u32::try_from(token).unwrap_or(u32::MAX))
        .collect();
    Tensor::new(tokens, &CPU)
}

/// Each row of x times the matrix, which is (out × in).
fn linear(x: &Tensor, matrix: &Tensor) -> Result<Tensor> {
    x.matmul(&matrix.t()?)
}

/// Each row divided by the root of its mean square.
fn rmsnorm(x: &Tensor) -> Result<Tensor> {
    let mean_square = x.sqr()?.mean_keepdim(D::Minus1)?;
    x.broadcast_div(&(mean_square + 1e-5)?.sqrt()?)
}

/// Each row thinks for itself.
fn mlp(x: &Tensor, layer: &[Var]) -> Result<Tensor> {
    linear(&linear(x, &layer[4])?.relu()?, &layer[5])
}

/// -∞ where a row's token would see one that comes later, else 0.
fn mask(length: usize) -> Result<Tensor> {
    let open = Tensor::tril2(length, DType::F64, &CPU)?;
    open.log()
}

/// x - ln Σ eˣ along the last dimension, the largest taken out first.
fn log_softmax(x: &Tensor) -> Result<Tensor> {
    let x = x.broadcast_sub(&x.max_keepdim(D::Minus1)?.detach())?;
    x.broadcast_sub(&x.exp()?.sum_keepdim(D::Minus1)?.log()?)
}
