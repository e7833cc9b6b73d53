// ANCHOR: task
use microgpt::fast::lanes::Lanes;

fn squared_relu(x: f64) -> f64 {
    x.max(0.0) * x.max(0.0)
}

// ANCHOR: stub
/// Backward through y = relu(x)², in place: dy becomes dx.
fn squared_relu_back(d: &mut [Lanes], x: &[Lanes]) {
    assert_eq!(d.len(), x.len());
}
// ANCHOR_END: stub

#[test]
fn the_slope_is_the_one_that_trying_gives() {
    let x = Lanes([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0]);
    let h = 1e-6;
    let slope = x.map(|x| squared_relu(x + h) - squared_relu(x - h));
    let mut d = [Lanes::all(4.0)];
    squared_relu_back(&mut d, &[x]);
    for (dx, slope) in d[0].0.iter().zip(slope.0) {
        assert!((dx - 4.0 * slope / (2.0 * h)).abs() < 1e-4);
    }
}
// ANCHOR_END: task
