// ANCHOR: task
use microgpt::training::Optimizer;

struct OnlyTheSign;

// ANCHOR: stub
impl Optimizer for OnlyTheSign {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        for (param, gradient) in params.iter_mut().zip(gradients) {
            *param -= rate * gradient;
        }
    }
}
// ANCHOR_END: stub

#[test]
fn all_weights_with_a_gradient_go_equally_far() {
    let mut params = [1.0, 1.0, 1.0];
    OnlyTheSign.step(0.25, &mut params, &[0.001, -1000.0, 0.0]);
    assert_eq!(params, [0.75, 1.25, 1.0]);
}
// ANCHOR_END: task
