// ANCHOR: task
/// How wrong the dials are: the sum of the squares of all mistakes.
fn loss(examples: &[(f64, f64)], weight: f64, bias: f64) -> f64 {
    let mistake = |&(x, y): &(f64, f64)| weight * x + bias - y;
    examples.iter().map(mistake).map(|mistake| mistake * mistake).sum()
}

// ANCHOR: stub
/// The weight and the bias that fit the examples best.
fn learn(examples: &[(f64, f64)]) -> (f64, f64) {
    todo!("begin anywhere, and walk downhill")
}
// ANCHOR_END: stub

#[test]
fn the_examples_turn_the_dials() {
    let (weight, bias) = learn(&[(1.0, 5.0), (2.0, 7.0), (4.0, 11.0)]);
    assert!((weight - 2.0).abs() < 1e-3, "{weight}");
    assert!((bias - 3.0).abs() < 1e-3, "{bias}");
}
// ANCHOR_END: task
