// ANCHOR: task
use microgpt::autograd::Tape;
use microgpt::scalar::Scalar;

// ANCHOR: stub
/// The slope of `f` along each of its inputs, found by moving it by `h`.
fn slopes(f: impl Fn(&[f64]) -> f64, at: &[f64], h: f64) -> Vec<f64> {
    todo!("move one input at a time, up and down")
}
// ANCHOR_END: stub

#[test]
fn trying_agrees_with_backward() {
    let at = [0.5, 2.0, -1.0];
    let tried = slopes(|x| (f64::dot(x, x) + x[1]).ln() * x[2], &at, 1e-6);

    let tape = Tape::default();
    let x = at.map(|number| tape.variable(number));
    let y = (Scalar::dot(&x, &x) + x[1]).ln() * x[2];
    let gradients = y.backward();
    for (tried, x) in tried.iter().zip(x) {
        assert!((tried - gradients.wrt(x)).abs() < 1e-6);
    }
}
// ANCHOR_END: task
