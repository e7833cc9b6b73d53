// ANCHOR: head
//! Attention: each token asks those read so far, itself included.

use std::iter::zip;
use std::slice::ChunksExact;

use crate::layers::{linear, softmax};
use crate::model::{Layer, Matrix};
use crate::scalar::Scalar;

/// The memory of one head: a key and a value for each token read so far.
///
/// ```
/// let mut head = microgpt::attention::Head::default();
/// head.remember(&[1.0, 0.0], &[10.0, 0.0]);
/// head.remember(&[1.0, 0.0], &[20.0, 0.0]);
/// // two equal keys: the answer is the mean of their values
/// assert_eq!(head.answer(&[3.0, 4.0]), [15.0, 0.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Head<S = f64> {
    keys: Vec<S>,
    values: Vec<S>,
}
// ANCHOR_END: head

// ANCHOR: remember
impl<S> Default for Head<S> {
    /// A head that has read nothing.
    fn default() -> Self {
        let (keys, values) = (Vec::new(), Vec::new());
        Self { keys, values }
    }
}

impl<S: Scalar> Head<S> {
    /// Keeps the key and the value of one more token.
    pub fn remember(&mut self, key: &[S], value: &[S]) {
        self.keys.extend_from_slice(key);
        self.values.extend_from_slice(value);
    }
}
// ANCHOR_END: remember

// ANCHOR: cards
impl<S> Head<S> {
    /// The keys of all tokens read so far, one after the other.
    pub fn keys(&self) -> &[S] {
        &self.keys
    }

    /// Their values, in the same order.
    pub fn values(&self) -> &[S] {
        &self.values
    }
}
// ANCHOR_END: cards

// ANCHOR: scores
impl<S: Scalar> Head<S> {
    /// How well each token's key fits a query: q · k / √d.
    pub fn scores(&self, query: &[S]) -> Vec<S> {
        let size = query.len();
        let scale = S::from((size as f64).sqrt());
        let keys = self.keys.chunks_exact(size);
        keys.map(|key| S::dot(query, key) / scale).collect()
    }
}
// ANCHOR_END: scores

// ANCHOR: weights
impl<S: Scalar> Head<S> {
    /// How much of each token's value a query gets: softmax of the scores.
    pub fn weights(&self, query: &[S]) -> Vec<S> {
        softmax(&self.scores(query))
    }
}
// ANCHOR_END: weights

// ANCHOR: answer
impl<S: Scalar> Head<S> {
    /// The mean of all values, each with the weight that the query gives it.
    ///
    /// Vaswani et al., *Attention Is All You Need*, 2017, equation 1.
    pub fn answer(&self, query: &[S]) -> Vec<S> {
        let size = query.len();
        let weights = self.weights(query);
        let column = |j| self.values.iter().skip(j).step_by(size).copied();
        (0..size)
            .map(|j| S::dot(&weights, &column(j).collect::<Vec<S>>()))
            .collect()
    }
}
// ANCHOR_END: answer

// ANCHOR: slices
/// A vector cut into equal slices, one for each head.
pub fn slices<S>(x: &[S], heads: usize) -> ChunksExact<'_, S> {
    x.chunks_exact(x.len() / heads)
}
// ANCHOR_END: slices

// ANCHOR: attention
impl<S: Scalar> Layer<Matrix<'_, S>> {
    /// Lets all heads remember a token and answer it, each on its slice.
    pub fn attention(&self, x: &[S], heads: &mut [Head<S>]) -> Vec<S> {
        let count = heads.len();
        let query = linear(x, self.attn_wq);
        let key = linear(x, self.attn_wk);
        let value = linear(x, self.attn_wv);
        let cards = zip(slices(&key, count), slices(&value, count));
        let asked = zip(slices(&query, count), cards);
        let mut answers = Vec::with_capacity(x.len());
        for (head, (query, (key, value))) in zip(heads, asked) {
            head.remember(key, value);
            answers.extend(head.answer(query));
        }
        linear(&answers, self.attn_wo)
    }
}
// ANCHOR_END: attention
