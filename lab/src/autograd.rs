// ANCHOR: expression
//! Finds the slopes of a small expression: by backward, edge by edge, and by
//! nudging its inputs.

use microgpt::autograd::{Tape, Value};
use microgpt::scalar::Scalar;

/// Returns a value in which both numbers are used more than once.
pub fn expression<S: Scalar>(a: S, b: S) -> S {
    (a * b + a).exp() / a + b.powf(2.0)
}
// ANCHOR_END: expression

// ANCHOR: slope
/// Returns the slope of a function at x, from a nudge up and a nudge down.
pub fn slope(function: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-6;
    (function(x + h) - function(x - h)) / (2.0 * h)
}
// ANCHOR_END: slope

// ANCHOR: step
/// What a node passes back along one of its edges.
pub struct Step {
    /// The node that passes it back; all of its gradient has arrived.
    pub from: usize,
    /// The input that receives it.
    pub to: usize,
    /// How fast `from` grows with `to`.
    pub slope: f64,
    /// The gradient of `from`.
    pub gradient: f64,
    /// Their product.
    pub given: f64,
    /// All that `to` has received so far.
    pub sum: f64,
}
// ANCHOR_END: step

// ANCHOR: walk
/// Walks back edge by edge, and adds to the gradients that are given.
pub fn walk(
    tape: &Tape,
    result: Value<'_>,
    gradients: &mut Vec<f64>,
) -> Vec<Step> {
    gradients.resize(tape.size().0, 0.0);
    gradients[result.node()] = 1.0;
    let mut steps = Vec::new();
    for from in (0..=result.node()).rev() {
        for (to, slope) in tape.inputs(from) {
            let gradient = gradients[from];
            let given = slope * gradient;
            gradients[to] += given;
            let sum = gradients[to];
            steps.push(Step { from, to, slope, gradient, given, sum });
        }
    }
    steps
}
// ANCHOR_END: walk
