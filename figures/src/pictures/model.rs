//! The weights of a model, and their number.

use microgpt::model::{Config, Place, Weights};

use super::{Picture, Study};
use crate::draw::{Drawing, LINE, Label, Pen, THIN};
use crate::plot::{Plot, Scale, count, list, percent};

/// A part of the model with its matrices and their sizes.
struct Part {
    name: &'static str,
    matrices: Vec<(&'static str, usize)>,
}

impl Part {
    fn size(&self) -> usize {
        self.matrices.iter().map(|(_, size)| size).sum()
    }
}

/// The parts in the order of the list of weights.
fn parts(layout: &Weights<Place>) -> Vec<Part> {
    let part = |name, places: &[(&'static str, Place)]| {
        let size = |&(name, place): &(_, Place)| (name, place.range().len());
        Part { name, matrices: places.iter().map(size).collect() }
    };
    let Weights { wte, wpe, lm_head, layers } = layout;
    let tables = [("wte", *wte), ("wpe", *wpe), ("lm_head", *lm_head)];
    let mut parts = vec![part("tables", &tables)];
    for layer in layers {
        let attention = [
            ("wq", layer.attn_wq),
            ("wk", layer.attn_wk),
            ("wv", layer.attn_wv),
            ("wo", layer.attn_wo),
        ];
        parts.push(part("attention", &attention));
        let mlp = [("fc1", layer.mlp_fc1), ("fc2", layer.mlp_fc2)];
        parts.push(part("MLP", &mlp));
    }
    parts
}

/// Where the bar of the weights is.
const BAR: [f64; 2] = [84.0, 144.0];

/// A piece of the bar: its names, its number, its matrices.
fn piece(
    drawing: &mut Drawing,
    part: &Part,
    left: f64,
    scale: f64,
    all: usize,
) {
    let width = part.size() as f64 * scale;
    let middle = left + width / 2.0;
    let share = percent(part.size() as f64 / all as f64, 1);
    drawing.text(Label::new((middle, 16.0), part.name).middle().bold());
    drawing.text(Label::new((middle, 40.0), share).middle());
    drawing.text(Label::new((middle, 64.0), count(part.size())).middle());
    for y in BAR {
        drawing.line((left, y), (left + width, y), LINE);
    }
    let mut x = left;
    for (name, size) in &part.matrices {
        let width = *size as f64 * scale;
        let pen = if x == left { Pen::new(2.0) } else { THIN };
        drawing.line((x, BAR[0]), (x, BAR[1]), pen);
        // too wide a name for its place stands one line lower
        let y = if *name == "lm_head" { 190.0 } else { 164.0 };
        let middle = x + width / 2.0;
        drawing.line((middle, BAR[1]), (middle, y - 12.0), THIN);
        drawing.text(Label::new((middle, y), *name).small().middle());
        x += width;
    }
}

/// How the weights are shared.
pub(super) fn parameters(study: &Study) -> Picture {
    let model = &study.untrained.model;
    let all = model.params().len();
    let scale = 596.0 / all as f64;
    let mut drawing = Drawing::new(214.0);
    let mut x = 2.0;
    let mut sentences = Vec::new();
    for (part, shade) in
        parts(&model.config().layout()).iter().zip([0.12, 0.3, 0.5])
    {
        let width = part.size() as f64 * scale;
        let height = BAR[1] - BAR[0];
        drawing.bar((x, BAR[0]), (width, height), shade);
        piece(&mut drawing, part, x, scale, all);
        x += width;
        let sizes = part.matrices.iter();
        let sizes =
            sizes.map(|(name, size)| format!("{name} {}", count(*size)));
        sentences.push(format!(
            "The {}: {}, {} ({}).",
            part.name,
            count(part.size()),
            percent(part.size() as f64 / all as f64, 1),
            list(&sizes.collect::<Vec<_>>()),
        ));
    }
    drawing.line((x, BAR[0]), (x, BAR[1]), Pen::new(2.0));
    let title = format!("How the {} weights are shared", count(all));
    let description = format!(
        "One bar, cut into three parts, and each into its matrices. {}",
        sentences.join(" "),
    );
    Picture::new("parameters", title, description, drawing)
}

/// The number of weights of this model and of the four sizes of GPT-2.
pub(super) fn sizes() -> Picture {
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
        let number = config.num_params();
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
    let title = "The number of weights of this model and of GPT-2 in four \
                 sizes, by our formula";
    let description = format!(
        "Points on a logarithmic axis. The numbers of Config::num_params: {}. \
         The formula counts lm_head apart, which GPT-2 shares with wte, and \
         it leaves out the biases and the weights of the norms, which GPT-2 \
         has: so these are not the numbers that GPT-2 is known by.",
        list(&sentences),
    );
    Picture::new("sizes", title, description, drawing)
}
