// ANCHOR: task
use microgpt::fast::lanes::{LANES, Lanes};

// ANCHOR: stub
/// The sum in eight lanes.
fn eight_sums(numbers: &[f64]) -> f64 {
    let lanes = Lanes::default();
    lanes.sum() + numbers.iter().take(LANES).sum::<f64>()
}
// ANCHOR_END: stub

#[test]
fn the_sums_differ_and_the_one_in_lanes_is_the_better() {
    let tenths = [0.1; 1000];
    let plain: f64 = tenths.iter().sum();
    let in_lanes = eight_sums(&tenths);
    assert!(plain != in_lanes);
    assert!((in_lanes - 100.0).abs() < (plain - 100.0).abs());
    assert_eq!(eight_sums(&[1.0, 2.0, 3.0]), 6.0);
}
// ANCHOR_END: task
