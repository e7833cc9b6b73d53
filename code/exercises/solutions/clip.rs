impl<O: Optimizer> Optimizer for Clipped<O> {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        let squares = gradients.iter().map(|gradient| gradient * gradient);
        let length = squares.sum::<f64>().sqrt();
        let scale =
            if length > self.longest { self.longest / length } else { 1.0 };
        let shorter: Vec<f64> =
            gradients.iter().map(|gradient| scale * gradient).collect();
        self.inner.step(rate, params, &shorter);
    }
}
