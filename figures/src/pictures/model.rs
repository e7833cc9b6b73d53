//! The weights of a model, and their number.

use anyhow::{Context, Result};
use microgpt::model::Config;

use super::{Picture, Study};
use crate::draw::{Drawing, LINE, Label, Pen, THIN};
use crate::plot::{Plot, Scale, count, list, percent};

/// A part of the model with its matrices.
struct Part {
    name: &'static str,
    matrices: Vec<(&'static str, usize)>,
}

/// How the weights are shared.
pub(super) fn parameters(study: &Study) -> Result<Picture> {
    let model = &study.untrained.model;
    let weights = model.weights();
    let layer = weights.layers.first().context("a model without layers")?;
    let size = |name, matrix: microgpt::model::Matrix<'_, f64>| {
        (name, matrix.rows().map(<[f64]>::len).sum::<usize>())
    };
    let parts = [
        Part {
            name: "tables",
            matrices: vec![
                size("wte", weights.wte),
                size("wpe", weights.wpe),
                size("lm_head", weights.lm_head),
            ],
        },
        Part {
            name: "attention",
            matrices: vec![
                size("wq", layer.attn_wq),
                size("wk", layer.attn_wk),
                size("wv", layer.attn_wv),
                size("wo", layer.attn_wo),
            ],
        },
        Part {
            name: "MLP",
            matrices: vec![
                size("fc1", layer.mlp_fc1),
                size("fc2", layer.mlp_fc2),
            ],
        },
    ];
    let all = model.params().len();
    let mut drawing = Drawing::new(214.0);
    let scale = 596.0 / all as f64;
    let mut x = 2.0;
    let mut sentences = Vec::new();
    for (part, shade) in parts.iter().zip([0.12, 0.3, 0.5]) {
        let number: usize = part.matrices.iter().map(|(_, n)| n).sum();
        let width = number as f64 * scale;
        let middle = x + width / 2.0;
        let share = percent(number as f64 / all as f64, 1);
        let lines = [(part.name, 16.0), (&share, 40.0), (&count(number), 64.0)];
        for (line, y) in lines {
            let label = Label::new((middle, y), line).middle();
            drawing.text(if y == 16.0 { label.bold() } else { label });
        }
        drawing.bar((x, 84.0), (width, 60.0), shade);
        drawing.line((x, 84.0), (x + width, 84.0), LINE);
        drawing.line((x, 144.0), (x + width, 144.0), LINE);
        drawing.line((x, 84.0), (x, 144.0), Pen::new(2.0));
        let mut at = x;
        for (i, (name, number)) in part.matrices.iter().enumerate() {
            let width = *number as f64 * scale;
            if i > 0 {
                drawing.line((at, 84.0), (at, 144.0), THIN);
            }
            // too wide a name for its place stands one line lower
            let y = if *name == "lm_head" { 190.0 } else { 164.0 };
            let middle = at + width / 2.0;
            drawing.line((middle, 144.0), (middle, y - 12.0), THIN);
            drawing.text(Label::new((middle, y), *name).small().middle());
            at += width;
        }
        let names = part
            .matrices
            .iter()
            .map(|(name, number)| format!("{name} {}", count(*number)));
        let names = list(&names.collect::<Vec<_>>());
        let (name, number) = (part.name, count(number));
        sentences.push(format!("{name}: {number}, {share} ({names})."));
        x += width;
    }
    drawing.line((x, 84.0), (x, 144.0), Pen::new(2.0));
    let title = format!("How the {} weights are shared", count(all));
    let description = format!(
        "One bar, cut into three parts, and each into its matrices. {}",
        sentences.join(" "),
    );
    Ok(Picture::new("parameters", title, description, drawing))
}

/// The number of weights of this model and of the four sizes of GPT-2.
pub(super) fn sizes() -> Result<Picture> {
    let gpt2 = |n_embd, n_layer, n_head| Config {
        vocab_size: 50_257,
        n_embd,
        n_layer,
        n_head,
        block_size: 1024,
    };
    let models = [
        ("microGPT", Config::default()),
        ("GPT-2 small", gpt2(768, 12, 12)),
        ("GPT-2 medium", gpt2(1024, 24, 16)),
        ("GPT-2 large", gpt2(1280, 36, 20)),
        ("GPT-2 XL", gpt2(1600, 48, 25)),
    ];
    let mut drawing = Drawing::new(304.0);
    let x = Scale::logarithmic(1e3, 1e10);
    let y = Scale::linear(0.0, 1.0);
    let plot = Plot { corner: (148.0, 10.0), size: (436.0, 236.0), x, y };
    let ticks = [(1e3, "10³"), (1e5, "10⁵"), (1e7, "10⁷"), (1e9, "10⁹")];
    let ticks = ticks.map(|(x, text)| (x, text.to_owned()));
    plot.x_axis(
        &mut drawing,
        "weights; each mark stands for 100 times the one before",
        &ticks,
    );
    let mut sentences = Vec::new();
    for ((name, config), y) in
        models.iter().zip([30.0, 80.0, 125.0, 170.0, 215.0])
    {
        let number = config.num_params().context("too many weights")?;
        let (x, _) = plot.at(number as f64, 0.0);
        drawing.text(Label::new((138.0, y), *name).end());
        drawing.line((148.0, y), (x, y), THIN);
        drawing.disc((x, y), 6.0, number < 10_000);
        let label = Label::new((x + 14.0, y), count(number));
        let label = if number > 10_000 {
            Label::new((x - 14.0, y - 14.0), count(number)).end()
        } else {
            label
        };
        drawing.text(label.small());
        sentences.push(format!("{name} {}", count(number)));
    }
    let title = "The number of weights of this model and of the four GPT-2, \
                 by our formula";
    let description = format!(
        "Points on a logarithmic axis. The numbers of Config::num_params: {}. \
         The formula counts lm_head apart, which GPT-2 shares with wte, and \
         it leaves out the biases and the weights of the norms, which GPT-2 \
         has: so these are not the numbers that GPT-2 is known by.",
        list(&sentences),
    );
    Ok(Picture::new("sizes", title, description, drawing))
}
