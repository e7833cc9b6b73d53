/// x without its mean, brought to standard size.
fn layer_norm<S: Scalar>(x: &[S]) -> Vec<S> {
    let count = S::from(x.len() as f64);
    let mean = x.iter().copied().sum::<S>() / count;
    rmsnorm(&x.iter().map(|&x| x - mean).collect::<Vec<_>>())
}
