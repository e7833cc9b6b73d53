// ANCHOR: task
use microgpt::training::{Optimizer, Sgd};

struct Clipped<O> {
    inner: O,
    longest: f64,
}

// ANCHOR: stub
impl<O: Optimizer> Optimizer for Clipped<O> {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        // it does not look at `self.longest` yet
        self.inner.step(rate, params, gradients);
    }
}
// ANCHOR_END: stub

#[test]
fn a_long_gradient_is_shortened_and_a_short_one_stays() {
    let mut clipped = Clipped { inner: Sgd, longest: 2.5 };
    let mut params = [0.0, 0.0];
    clipped.step(1.0, &mut params, &[3.0, 4.0]); // its length is 5
    assert_eq!(params, [-1.5, -2.0]);
    clipped.step(1.0, &mut params, &[0.5, 0.0]);
    assert_eq!((params, clipped.longest), ([-2.0, -2.0], 2.5));
}
// ANCHOR_END: task
