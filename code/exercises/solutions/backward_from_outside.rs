/// The gradient of a result with respect to each node of its tape.
fn backward(tape: &Tape, result: Value<'_>) -> Vec<f64> {
    let last = result.node();
    let mut gradients = vec![0.0; last + 1];
    gradients[last] = 1.0;
    for node in (0..=last).rev() {
        for (input, slope) in tape.inputs(node) {
            gradients[input] += slope * gradients[node];
        }
    }
    gradients
}
