/// The means of each `window` losses in a row; a line holds one loss.
fn smooth(text: &str, window: usize) -> Vec<f64> {
    let losses = text.lines().filter_map(|line| line.parse().ok());
    let losses: Vec<f64> = losses.collect();
    let windows = losses.windows(window);
    windows.map(|losses| losses.iter().sum::<f64>() / window as f64).collect()
}
