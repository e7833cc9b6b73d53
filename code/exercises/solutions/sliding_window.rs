/// The answer to a query that looks at the last `window` cards only.
fn answer(cards: &[Card], window: usize, query: [f64; 2]) -> Vec<f64> {
    let mut head = Head::default();
    for (key, value) in &cards[cards.len().saturating_sub(window)..] {
        head.remember(key, value);
    }
    head.answer(&query)
}
