// ANCHOR: task
use microgpt::generation::Temperature;

// ANCHOR: stub
/// Minus infinity for all but the k largest logits.
fn top_k(logits: &[f64], k: usize) -> Vec<f64> {
    logits.iter().copied().take(k).collect()
}
// ANCHOR_END: stub

#[test]
fn only_the_best_two_have_a_chance() {
    let hot = Temperature::try_from(1e9).unwrap();
    let probs = hot.probabilities(&top_k(&[2.0, -1.0, 5.0, 1.0], 2));
    assert_eq!([probs[1], probs[3]], [0.0, 0.0]);
    assert!((probs[0] - 0.5).abs() < 1e-6);
    assert!((probs[2] - 0.5).abs() < 1e-6);
    assert_eq!(top_k(&[1.0, 2.0], 5), [1.0, 2.0]);
}
// ANCHOR_END: task
