// ANCHOR: task
use microgpt::attention::Head;
use microgpt::layers::softmax;
use microgpt::scalar::Scalar;

// ANCHOR: stub
/// The answers of all tokens at once, each a row of (query, key, value).
fn answers(tokens: &[[[f64; 2]; 3]]) -> Vec<Vec<f64>> {
    todo!("mask the scores of later keys")
}
// ANCHOR_END: stub

#[test]
fn a_mask_gives_what_reading_in_order_gives() {
    let vector = |i: usize| [(i as f64).sin(), (3.0 * i as f64).cos()];
    let token = |i: usize| [3 * i, 3 * i + 1, 3 * i + 2].map(vector);
    let tokens: Vec<_> = (0..5).map(token).collect();
    let mut head = Head::default();
    for ([query, key, value], all) in tokens.iter().zip(answers(&tokens)) {
        head.remember(key, value);
        let one = head.answer(query);
        assert!(one.iter().zip(all).all(|(a, b)| (a - b).abs() < 1e-12));
    }
}
// ANCHOR_END: task
