/// In how many ways the edges lead from a result back to a number.
fn ways(tape: &Tape, result: Value<'_>, number: Value<'_>) -> usize {
    let mut ways = vec![0; result.node() + 1];
    ways[result.node()] = 1;
    for node in (0..=result.node()).rev() {
        for (input, _) in tape.inputs(node) {
            ways[input] += ways[node];
        }
    }
    ways[number.node()]
}
