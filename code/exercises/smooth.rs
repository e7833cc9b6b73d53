// ANCHOR: task
// ANCHOR: stub
/// The means of each `window` losses in a row; a line holds one loss.
fn smooth(text: &str, window: usize) -> Vec<f64> {
    let losses = text.lines().filter_map(|line| line.parse().ok());
    let losses: Vec<f64> = losses.collect();
    todo!("{} losses, {window} at a time", losses.len())
}
// ANCHOR_END: stub

#[test]
fn the_mean_runs_along_with_the_losses() {
    assert_eq!(smooth("3\n2\n1\n4\n", 2), [2.5, 1.5, 2.5]);
    assert_eq!(smooth("3\n2\n1\n4\n", 4), [2.5]);
    assert!(smooth("3\n2\n", 4).is_empty());
}
// ANCHOR_END: task
