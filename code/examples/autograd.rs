//! Finds the slopes of a small expression: by backward, edge by edge, and by
//! nudging its inputs.

use lab::autograd::{Step, expression, slope, walk};
use microgpt::autograd::Tape;
use microgpt::scalar::Scalar;

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
