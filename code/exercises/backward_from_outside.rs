// ANCHOR: task
use microgpt::autograd::{Tape, Value};

// ANCHOR: stub
/// The gradient of a result with respect to each node of its tape.
fn backward(tape: &Tape, result: Value<'_>) -> Vec<f64> {
    todo!("walk from the end to the beginning")
}
// ANCHOR_END: stub

#[test]
fn both_ways_back_agree() {
    let tape = Tape::default();
    let a = tape.variable(3.0);
    let mut result = a;
    for _ in 0..10 {
        result = result + result * a;
    }
    let gradients = backward(&tape, result);
    let right = result.backward();
    assert_eq!(gradients[a.node()], right.wrt(a));
    assert_eq!(gradients[result.node()], 1.0);
}
// ANCHOR_END: task
