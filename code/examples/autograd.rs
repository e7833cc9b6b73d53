// ANCHOR: expression
//! The slopes of a small expression: by backward, edge by edge, and by trying.

use microgpt::autograd::{Tape, Value};
use microgpt::scalar::Scalar;

/// Products, a sum, a quotient, powers; both numbers are used more than once.
fn expression<S: Scalar>(a: S, b: S) -> S {
    (a * b + a).exp() / a + b.powf(2.0)
}
// ANCHOR_END: expression

// ANCHOR: slope
/// The slope of a function at x: a little up, a little down, and compare.
pub fn slope(function: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-6;
    (function(x + h) - function(x - h)) / (2.0 * h)
}
// ANCHOR_END: slope

// ANCHOR: step
/// What a node hands on along one of its edges.
pub struct Step {
    /// The node that hands on, all of whose gradient has arrived.
    pub from: usize,
    /// The input that receives.
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
/// Backward, edge by edge, on top of what the gradients hold already.
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

// ANCHOR: main
fn main() {
    let tape = Tape::default();
    let (a, b) = (tape.variable(2.0), tape.variable(-3.0));
    let result = expression(a, b);
    let gradients = result.backward();
    println!("value {}", result.value());
    println!("backward: {} {}", gradients.wrt(a), gradients.wrt(b));

    let by_a = slope(|a| expression(a, -3.0), 2.0);
    let by_b = slope(|b| expression(2.0, b), -3.0);
    println!("by trying: {by_a:.6} {by_b:.6}");

    println!("edge     gradient     slope     given    so far");
    for step in walk(&tape, result, &mut Vec::new()) {
        let Step { from, to, slope, gradient, given, sum } = step;
        print!("{from} to {to}  {gradient:9.6} {slope:9.6} ");
        println!("{given:9.6} {sum:9.6}");
    }
}
// ANCHOR_END: main
