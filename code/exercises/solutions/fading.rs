impl<O: Optimizer> Optimizer for Fading<O> {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        for param in &mut *params {
            *param *= 1.0 - rate * self.decay;
        }
        self.inner.step(rate, params, gradients);
    }
}
