/// The sum in eight lanes.
fn eight_sums(numbers: &[f64]) -> f64 {
    let mut lanes = Lanes::default();
    for piece in numbers.chunks(LANES) {
        for (lane, number) in lanes.0.iter_mut().zip(piece) {
            *lane += number;
        }
    }
    lanes.sum()
}
