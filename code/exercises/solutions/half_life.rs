/// After how many further steps less than half of a gradient is left.
fn half_life(beta: f64) -> u32 {
    let mut left = 1.0;
    let mut steps = 0;
    while left >= 0.5 {
        left *= beta;
        steps += 1;
    }
    steps
}
