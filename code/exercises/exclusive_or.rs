// ANCHOR: task
use microgpt::scalar::Scalar;

// ANCHOR: stub
/// 1 if just one of two numbers is 1, else 0, by way of two hidden units.
fn exclusive_or(x: f64, y: f64) -> f64 {
    todo!("relu, twice")
}
// ANCHOR_END: stub

#[test]
fn one_or_the_other_but_not_both() {
    assert_eq!(exclusive_or(0.0, 0.0), 0.0);
    assert_eq!(exclusive_or(0.0, 1.0), 1.0);
    assert_eq!(exclusive_or(1.0, 0.0), 1.0);
    assert_eq!(exclusive_or(1.0, 1.0), 0.0);
    assert_eq!(f64::relu(-1.0), 0.0);
}
// ANCHOR_END: task
