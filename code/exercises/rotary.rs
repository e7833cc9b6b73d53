// ANCHOR: task
use std::iter::zip;

// ANCHOR: stub
/// Turns each pair of numbers by an angle proportional to the position.
fn turn(x: &[f64], position: usize) -> Vec<f64> {
    todo!("turn {} numbers for position {position}", x.len())
}
// ANCHOR_END: stub

#[test]
fn a_score_depends_on_the_distance_alone() {
    let (query, key) = ([1.0, 2.0, -1.0, 0.5], [3.0, -1.0, 2.0, 1.0]);
    let score = |query_at, key_at| -> f64 {
        let (query, key) = (turn(&query, query_at), turn(&key, key_at));
        zip(query, key).map(|(q, k)| q * k).sum()
    };
    assert!((score(7, 5) - score(102, 100)).abs() < 1e-9);
    assert!((score(7, 5) - score(7, 4)).abs() > 0.1);
    let turned = turn(&[1.0, 0.0, 1.0, 0.0], 1);
    assert!((turned[1] - f64::sin(1.0)).abs() < 1e-12);
    assert!((turned[3] - f64::sin(0.01)).abs() < 1e-12);
}
// ANCHOR_END: task
