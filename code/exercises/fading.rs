// ANCHOR: task
use microgpt::training::{Optimizer, Sgd};

struct Fading<O> {
    inner: O,
    decay: f64,
}

// ANCHOR: stub
impl<O: Optimizer> Optimizer for Fading<O> {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        // it does not use `self.decay` yet
        self.inner.step(rate, params, gradients);
    }
}
// ANCHOR_END: stub

#[test]
fn a_weight_fades_before_each_step() {
    let mut fading = Fading { inner: Sgd, decay: 0.5 };
    let mut params = [8.0, 8.0];
    fading.step(0.25, &mut params, &[0.0, 4.0]);
    assert_eq!((params, fading.decay), ([7.0, 6.0], 0.5));
}
// ANCHOR_END: task
