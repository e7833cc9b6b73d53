//! The tape of a step, and the parts of the model.

use anyhow::Result;
use microgpt::autograd::Tape;

use super::Values;
use crate::run::Run;

/// What the chapters on autograd, the model and the training loop say.
pub(super) fn record(values: &mut Values, run: &Run) -> Result<()> {
    tape_values(values, run)?;
    model_values(values, run)
}

fn tape_values(values: &mut Values, run: &Run) -> Result<()> {
    for (nodes, edges, document) in [
        ("first_nodes", "first_edges", run.documents[0]),
        ("short_nodes", "short_edges", "jo"),
    ] {
        let tape = Tape::default();
        let variables = run.model.map(|&weight| tape.variable(weight));
        let tokens = run.tokenizer.encode(document)?;
        variables.loss(&tokens)?;
        let (node_count, edge_count) = tape.size();
        values.count(nodes, node_count);
        values.count(edges, edge_count);
    }
    Ok(())
}

fn model_values(values: &mut Values, run: &Run) -> Result<()> {
    let config = run.model.config();
    let all = run.model.params().len();
    let square = config.n_embd * config.n_embd;
    let tables = (2 * config.vocab_size + config.block_size) * config.n_embd;
    let percent = |count: usize| 100.0 * count as f64 / all as f64;
    values.count("num_params", all);
    values.count("runs_by_trying", 2 * all);
    values.round("percent_mlp", percent(8 * square), 1);
    values.round("percent_attention", percent(4 * square), 1);
    values.round("percent_tables", percent(tables), 1);
    values.round("ln_27", libm::log(27.0), 4);
    let (_, gradients) = run.model.gradients(&run.tokens[0])?;
    let zero = gradients.iter().filter(|&&gradient| gradient == 0.0).count();
    values.count("zero_gradients", zero);
    Ok(())
}
