/// The widest model of one layer and four heads with so many weights at most.
fn widest(limit: usize) -> Option<Config> {
    let widths = (4..).step_by(4);
    let configs = widths.map(|n_embd| Config { n_embd, ..Config::default() });
    let fits = |config: &Config| config.num_params() <= limit;
    configs.take_while(fits).last()
}
