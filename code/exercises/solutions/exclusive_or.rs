/// 1 if just one of two numbers is 1, else 0, by way of two hidden units.
fn exclusive_or(x: f64, y: f64) -> f64 {
    let any = (x + y).relu();
    let both = (x + y - 1.0).relu();
    any - 2.0 * both
}
