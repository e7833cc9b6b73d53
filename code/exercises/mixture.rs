// ANCHOR: task
// ANCHOR: stub
/// The losses of a mixture of two models, from theirs, token by token.
fn mixture(first: &[f64], second: &[f64], share: f64) -> Vec<f64> {
    let pairs = first.iter().zip(second);
    // the mean of the losses is not the loss of the mean
    pairs.map(|(a, b)| share * a + (1.0 - share) * b).collect()
}
// ANCHOR_END: stub

#[test]
fn probabilities_are_mixed_and_not_losses() {
    let (half, quarter) = (2.0_f64.ln(), 4.0_f64.ln());
    let losses = mixture(&[half, half], &[quarter, f64::INFINITY], 0.5);
    assert!((losses[0] + 0.375_f64.ln()).abs() < 1e-12);
    assert!((losses[1] + 0.25_f64.ln()).abs() < 1e-12);
    let first_alone = mixture(&[half], &[quarter], 1.0);
    assert!((first_alone[0] - half).abs() < 1e-12);
}
// ANCHOR_END: task
