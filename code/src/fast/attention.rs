// ANCHOR: hide
//! One head's attention for a block of queries, forward and backward.
//!
//! Keys and values come in blocks of [`LANES`] positions, of which only those
//! that have been read are used. Each of their vectors is (d), the width of a
//! head.

use std::iter::zip;

use super::lanes::{LANES, Lanes};
use super::softmax::softmax;

/// Hides a key from the queries before it, with a score of -∞: the mask.
#[inline(always)]
fn hide(score: &mut Lanes, queries: usize) {
    for lane in 0..LANES.min(queries) {
        score.0[lane] = f64::NEG_INFINITY;
    }
}
// ANCHOR_END: hide

// ANCHOR: scores
/// Computes how well each query fits the keys up to its position: q · k / √d.
///
/// `scores` is (positions), and `query` is (d). Later keys get -∞, which
/// softmax turns into 0. `first` is the position of the first lane.
#[inline(always)]
fn scores<'a>(
    scores: &mut [Lanes],
    query: &[Lanes],
    keys: impl Iterator<Item = &'a [Lanes]>,
    first: usize,
) {
    let scale = 1.0 / (query.len() as f64).sqrt();
    let blocks = zip(scores.chunks_mut(LANES), keys);
    for (block, (scores, k)) in blocks.enumerate() {
        debug_assert_eq!(k.len(), query.len());
        for (lane, score) in scores.iter_mut().enumerate() {
            let mut sum = Lanes::default();
            for (&q, k) in zip(query, k) {
                sum += q * k.0[lane];
            }
            *score = sum * scale;
            hide(score, (block * LANES + lane).saturating_sub(first));
        }
    }
}
// ANCHOR_END: scores

// ANCHOR: attend
/// Answers a block of queries: Σ p v with p = softmax(q · k / √d).
///
/// `answer` and `query` are (d), and `weights`, which become p, (positions).
#[inline(always)]
pub fn attend<'a>(
    answer: &mut [Lanes],
    weights: &mut [Lanes],
    query: &[Lanes],
    keys: impl Iterator<Item = &'a [Lanes]>,
    values: impl Iterator<Item = &'a [Lanes]>,
    first: usize,
) {
    scores(weights, query, keys, first);
    softmax(weights);
    answer.fill(Lanes::default());
    for (weights, v) in zip(weights.chunks(LANES), values) {
        debug_assert_eq!(v.len(), answer.len());
        for (lane, &p) in weights.iter().enumerate() {
            for (answer, v) in zip(&mut *answer, v) {
                *answer += p * v.0[lane];
            }
        }
    }
}
// ANCHOR_END: attend

// ANCHOR: values_back
/// Computes the backward pass of Σ p v: dp = da · v, adding Σ p da to dv.
///
/// `dp` and `p` are (positions), `da` is (d), and the sum is over queries.
#[inline(always)]
pub fn values_back<'a>(
    dp: &mut [Lanes],
    d_values: impl Iterator<Item = &'a mut [Lanes]>,
    da: &[Lanes],
    p: &[Lanes],
    values: impl Iterator<Item = &'a [Lanes]>,
) {
    debug_assert_eq!(dp.len(), p.len());
    let weights = zip(dp.chunks_mut(LANES), p.chunks(LANES));
    for ((dps, ps), (dv, v)) in zip(weights, zip(d_values, values)) {
        debug_assert_eq!([dv.len(), v.len()], [da.len(); 2]);
        for (lane, (dp, &p)) in zip(dps, ps).enumerate() {
            *dp = Lanes::default();
            for ((&da, v), dv) in zip(zip(da, v), &mut *dv) {
                // Forward: *answer += p * v.0[lane];
                *dp += da * v.0[lane];
                dv.0[lane] += (p * da).sum();
            }
        }
    }
}
// ANCHOR_END: values_back

// ANCHOR: scores_back
/// Computes the backward pass of q · k / √d: adds Σ ds k to dq, Σ ds q to dk.
///
/// `dq` and `query` are (d), and `ds` is (positions).
#[inline(always)]
pub fn scores_back<'a>(
    dq: &mut [Lanes],
    d_keys: impl Iterator<Item = &'a mut [Lanes]>,
    ds: &[Lanes],
    query: &[Lanes],
    keys: impl Iterator<Item = &'a [Lanes]>,
) {
    let scale = 1.0 / (query.len() as f64).sqrt();
    for (ds, (dk, k)) in zip(ds.chunks(LANES), zip(d_keys, keys)) {
        debug_assert_eq!([dq.len(), dk.len(), k.len()], [query.len(); 3]);
        for (lane, &ds) in ds.iter().enumerate() {
            let ds = ds * scale;
            let queries = zip(&mut *dq, query);
            for ((dq, &q), (dk, k)) in zip(queries, zip(&mut *dk, k)) {
                // Forward: sum += q * k.0[lane];
                *dq += ds * k.0[lane];
                dk.0[lane] += (ds * q).sum();
            }
        }
    }
}
// ANCHOR_END: scores_back
