/// The slopes of `f` along its first and along its second dial.
fn gradient(f: impl Fn(f64, f64) -> f64, a: f64, b: f64) -> (f64, f64) {
    let h = 1e-6;
    (
        (f(a + h, b) - f(a - h, b)) / (2.0 * h),
        (f(a, b + h) - f(a, b - h)) / (2.0 * h),
    )
}
