/// Steps as the inner optimizer does, and then sets some weights to 0.
struct HeldAtZero<O> {
    inner: O,
    weights: Range<usize>,
}

impl<O: Optimizer> Optimizer for HeldAtZero<O> {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        self.inner.step(rate, params, gradients);
        params[self.weights.clone()].fill(0.0);
    }
}
