// ANCHOR: expression
//! The slopes of a small expression: by backward, and by trying.

use microgpt::autograd::Tape;
use microgpt::scalar::Scalar;

/// Products, a sum, a quotient, powers; both numbers are used more than once.
fn expression<S: Scalar>(a: S, b: S) -> S {
    (a * b + a).exp() / a + b.powf(2.0)
}
// ANCHOR_END: expression

// ANCHOR: main
fn main() {
    let tape = Tape::default();
    let (a, b) = (tape.variable(2.0), tape.variable(-3.0));
    let result = expression(a, b);
    let gradients = result.backward();
    println!("value {}", result.value());
    println!("backward: {} {}", gradients.wrt(a), gradients.wrt(b));

    let h = 1e-6;
    let by_a =
        (expression(2.0 + h, -3.0) - expression(2.0 - h, -3.0)) / (2.0 * h);
    let by_b =
        (expression(2.0, -3.0 + h) - expression(2.0, -3.0 - h)) / (2.0 * h);
    println!("by trying: {by_a:.6} {by_b:.6}");
}
// ANCHOR_END: main
