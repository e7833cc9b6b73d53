impl Optimizer for Momentum {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        self.velocity.resize(params.len(), 0.0);
        let pairs = params.iter_mut().zip(gradients);
        for (velocity, (param, gradient)) in self.velocity.iter_mut().zip(pairs)
        {
            *velocity = 0.9 * *velocity + gradient;
            *param -= rate * *velocity;
        }
    }
}
