// ANCHOR: task
// ANCHOR: stub
/// Softmax for scores of any size.
fn softmax(scores: &[f64]) -> Vec<f64> {
    let exps: Vec<f64> = scores.iter().map(|score| score.exp()).collect();
    let total: f64 = exps.iter().sum();
    exps.iter().map(|exp| exp / total).collect()
}
// ANCHOR_END: stub

#[test]
fn only_differences_count() {
    let small = format!("{:.9?}", softmax(&[1.0, 2.0, 3.0]));
    for far in [1000.0, -1000.0] {
        let scores = [1.0, 2.0, 3.0].map(|score| score + far);
        assert_eq!(format!("{:.9?}", softmax(&scores)), small);
    }
}
// ANCHOR_END: task
