// ANCHOR: task
use microgpt::training::{Optimizer, Sgd};
use std::ops::Range;

// ANCHOR: stub
/// Steps as the inner optimizer does, and then sets some weights to 0.
struct HeldAtZero<O> {
    inner: O,
    weights: Range<usize>,
}

impl<O: Optimizer> Optimizer for HeldAtZero<O> {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        self.inner.step(rate, params, gradients);
        todo!("set {:?} to 0", self.weights)
    }
}
// ANCHOR_END: stub

#[test]
fn what_is_held_stays_and_the_rest_learns() {
    let mut params = [1.0, 2.0, 3.0, 4.0];
    let mut optimizer = HeldAtZero { inner: Sgd, weights: 1..3 };
    optimizer.step(0.5, &mut params, &[2.0, 2.0, 2.0, 2.0]);
    assert_eq!(params, [0.0, 0.0, 0.0, 3.0]);
    assert_eq!(optimizer.weights, 1..3);
}
// ANCHOR_END: task
