// ANCHOR: task
use microgpt::attention::Head;

/// A key and a value.
type Card = ([f64; 2], [f64; 2]);

// ANCHOR: stub
/// The answer to a query that looks at the last `window` cards only.
fn answer(cards: &[Card], window: usize, query: [f64; 2]) -> Vec<f64> {
    todo!("a head can be made for a single query")
}
// ANCHOR_END: stub

#[test]
fn what_is_too_long_ago_is_forgotten() {
    let key = [1.0, 0.0];
    let cards = [(key, [3.0, 0.0]), (key, [5.0, 1.0]), (key, [7.0, 2.0])];
    assert_eq!(answer(&cards, 1, [2.0, 0.0]), [7.0, 2.0]);
    assert_eq!(answer(&cards, 2, [2.0, 0.0]), [6.0, 1.5]);
    assert_eq!(answer(&cards, 9, [2.0, 0.0]), answer(&cards, 3, [2.0, 0.0]));
}
// ANCHOR_END: task
