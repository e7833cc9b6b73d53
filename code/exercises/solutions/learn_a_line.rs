/// The weight and the bias that fit the examples best.
fn learn(examples: &[(f64, f64)]) -> (f64, f64) {
    let (mut weight, mut bias) = (0.0, 0.0);
    let h = 1e-6;
    for _ in 0..1000 {
        let up = loss(examples, weight + h, bias);
        let down = loss(examples, weight - h, bias);
        let slope_of_weight = (up - down) / (2.0 * h);
        let up = loss(examples, weight, bias + h);
        let down = loss(examples, weight, bias - h);
        let slope_of_bias = (up - down) / (2.0 * h);
        weight -= 0.02 * slope_of_weight;
        bias -= 0.02 * slope_of_bias;
    }
    (weight, bias)
}
