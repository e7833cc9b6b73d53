/// The gradient of Σ weight · result with respect to each node of a tape.
fn backward(tape: &Tape, results: &[(Value<'_>, f64)]) -> Vec<f64> {
    let (nodes, _) = tape.size();
    let mut gradients = vec![0.0; nodes];
    for (result, weight) in results {
        gradients[result.node()] += weight;
    }
    for node in (0..nodes).rev() {
        for (input, slope) in tape.inputs(node) {
            gradients[input] += slope * gradients[node];
        }
    }
    gradients
}
