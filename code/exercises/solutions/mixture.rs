/// The losses of a mixture of two models, from theirs, token by token.
fn mixture(first: &[f64], second: &[f64], share: f64) -> Vec<f64> {
    let pairs = first.iter().zip(second);
    let mixed =
        pairs.map(|(a, b)| share * (-a).exp() + (1.0 - share) * (-b).exp());
    mixed.map(|p| -p.ln()).collect()
}
