/// The two different rows of `wte` with the largest cosine, and their cosine.
fn most_alike(model: &Gpt) -> (usize, usize, f64) {
    let mut best = (0, 0, -1.0);
    for (i, x) in model.weights().wte.rows().enumerate() {
        for (j, y) in model.weights().wte.rows().enumerate().skip(i + 1) {
            let lengths = (f64::dot(x, x) * f64::dot(y, y)).sqrt();
            let cosine = f64::dot(x, y) / lengths;
            if cosine > best.2 {
                best = (i, j, cosine);
            }
        }
    }
    best
}
