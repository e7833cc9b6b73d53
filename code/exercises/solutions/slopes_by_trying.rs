/// The slope of `f` along each of its inputs, found by moving it by `h`.
fn slopes(f: impl Fn(&[f64]) -> f64, at: &[f64], h: f64) -> Vec<f64> {
    let moved = |i: usize, by: f64| {
        let mut point = at.to_vec();
        point[i] += by;
        f(&point)
    };
    let slope = |i| (moved(i, h) - moved(i, -h)) / (2.0 * h);
    (0..at.len()).map(slope).collect()
}
