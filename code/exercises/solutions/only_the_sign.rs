impl Optimizer for OnlyTheSign {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        for (param, &gradient) in params.iter_mut().zip(gradients) {
            // the sign of 0.0 is 1.0, for there also is a -0.0
            if gradient != 0.0 {
                *param -= rate * gradient.signum();
            }
        }
    }
}
