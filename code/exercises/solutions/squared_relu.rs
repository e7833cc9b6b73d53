/// Backward through y = relu(x)², in place: dy becomes dx.
fn squared_relu_back(d: &mut [Lanes], x: &[Lanes]) {
    for (d, &x) in d.iter_mut().zip(x) {
        *d = d.zip(x, |dy, x| dy * 2.0 * x.max(0.0));
    }
}
