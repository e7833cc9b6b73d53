/// Turns each pair of numbers by an angle proportional to the position.
fn turn(x: &[f64], position: usize) -> Vec<f64> {
    let length = x.len() as f64;
    let pairs = x.chunks_exact(2).enumerate();
    let turned = pairs.flat_map(|(i, pair)| {
        let speed = f64::powf(10_000.0, -2.0 * i as f64 / length);
        let (sin, cos) = (position as f64 * speed).sin_cos();
        let (x, y) = (pair[0], pair[1]);
        [x * cos - y * sin, x * sin + y * cos]
    });
    turned.collect()
}
