// ANCHOR: task
// ANCHOR: stub
/// The slopes of `f` along its first and along its second dial.
fn gradient(f: impl Fn(f64, f64) -> f64, a: f64, b: f64) -> (f64, f64) {
    todo!("turn one dial, then the other")
}
// ANCHOR_END: stub

#[test]
fn each_dial_has_a_slope_of_its_own() {
    let (a, b) = gradient(|a, b| a * b + a, 2.0, -3.0);
    assert!((a - -2.0).abs() < 1e-6, "{a}");
    assert!((b - 2.0).abs() < 1e-6, "{b}");
}

#[test]
fn at_the_bottom_of_a_bowl_all_slopes_are_zero() {
    let (a, b) = gradient(|a, b| a * a + 5.0 * b * b, 0.0, 0.0);
    assert!(a.abs() < 1e-6 && b.abs() < 1e-6, "{a} {b}");
}
// ANCHOR_END: task
