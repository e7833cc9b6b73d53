// ANCHOR: task
use microgpt::autograd::{Tape, Value};

// ANCHOR: stub
/// The gradient of Σ weight · result with respect to each node of a tape.
fn backward(tape: &Tape, results: &[(Value<'_>, f64)]) -> Vec<f64> {
    todo!("walk from the end to the beginning, once")
}
// ANCHOR_END: stub

#[test]
fn several_results_need_one_walk() {
    let tape = Tape::default();
    let (a, b) = (tape.variable(3.0), tape.variable(-2.0));
    let first = a * b;
    let second = first * first + a;
    let results = [(second, 0.5), (first, 4.0), (b, 1.0)];
    let gradients = backward(&tape, &results);
    let terms = results.map(|(result, weight)| result * Value::from(weight));
    let right = terms.into_iter().sum::<Value<'_>>().backward();
    for value in [a, b, first, second] {
        assert_eq!(gradients[value.node()], right.wrt(value));
    }
}
// ANCHOR_END: task
