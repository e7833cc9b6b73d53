// ANCHOR: task
use microgpt::training::Optimizer;

#[derive(Default)]
struct Momentum {
    velocity: Vec<f64>,
}

// ANCHOR: stub
impl Optimizer for Momentum {
    fn step(&mut self, _rate: f64, _params: &mut [f64], _gradients: &[f64]) {
        todo!("{:?}: keep 0.9 of it, add the gradient", self.velocity)
    }
}
// ANCHOR_END: stub

#[test]
fn the_second_step_is_longer() {
    let (mut momentum, mut params) = (Momentum::default(), [1.0, 0.0]);
    momentum.step(0.5, &mut params, &[1.0, 0.0]);
    assert_eq!(params, [0.5, 0.0]);
    momentum.step(0.5, &mut params, &[1.0, 2.0]);
    assert_eq!(params, [0.5 - 0.5 * 1.9, -1.0]);
}
// ANCHOR_END: task
