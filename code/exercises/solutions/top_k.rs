/// Minus infinity for all but the k largest logits.
fn top_k(logits: &[f64], k: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    let mut kept = logits.to_vec();
    for &place in order.iter().skip(k) {
        kept[place] = f64::NEG_INFINITY;
    }
    kept
}
