//! What a tape remembers.

use anyhow::Result;
use lab::autograd::walk;
use microgpt::autograd::{Gradients, Tape, Value};
use microgpt::scalar::Scalar;

use super::{Picture, Study};
use crate::draw::{Drawing, LINE, Label, Point};
use crate::plot::{count, decimal, list};

/// A box of the graph.
struct Node<'t> {
    name: &'static str,
    value: Value<'t>,
    /// The middle of the box.
    at: Point,
}

/// Half the width and half the height of a box.
const HALF: Point = (66.0, 44.0);

impl Node<'_> {
    fn draw(&self, drawing: &mut Drawing, gradients: &Gradients) {
        let (x, y) = self.at;
        let corner = (x - HALF.0, y - HALF.1);
        drawing.frame(corner, (2.0 * HALF.0, 2.0 * HALF.1), LINE);
        drawing.text(Label::new((x, y - 26.0), self.name).middle().bold());
        let value = decimal(self.value.value(), 0);
        let gradient = decimal(gradients.wrt(self.value), 0);
        let value = Label::new((x, y), format!("value {value}"));
        drawing.text(value.middle());
        let gradient =
            Label::new((x, y + 26.0), format!("gradient {gradient}"));
        drawing.text(gradient.middle().accent());
    }
}

/// An arrow from an input to what is made of it, with the slope on it.
fn edge(drawing: &mut Drawing, from: Point, to: Point, slope: f64) {
    let down = to.1 - from.1;
    let lean = if down == 0.0 { 0.0 } else { down.signum() };
    let from = (from.0 + HALF.0, from.1);
    let to = (to.0 - HALF.0, to.1 - 18.0 * lean);
    drawing.arrow(from, to, LINE);
    let x = f64::midpoint(from.0, to.0);
    let y = f64::midpoint(from.1, to.1);
    let text = format!("slope {}", decimal(slope, 0));
    drawing.text(if lean == 0.0 {
        Label::new((x, y - 14.0), text).small().middle()
    } else {
        Label::new((x + 14.0, y - 12.0 * lean), text).small()
    });
}

/// The graph of c = a·b + a, read from its tape.
pub(super) fn expression() -> Picture {
    let tape = Tape::default();
    let (a, b) = (tape.variable(2.0), tape.variable(-3.0));
    let product = a * b;
    let c = product + a;
    let gradients = c.backward();
    let nodes = [
        Node { name: "a", value: a, at: (68.0, 60.0) },
        Node { name: "b", value: b, at: (68.0, 240.0) },
        Node { name: "a·b", value: product, at: (300.0, 240.0) },
        Node { name: "c = a·b + a", value: c, at: (532.0, 60.0) },
    ];
    let mut drawing = Drawing::new(300.0);
    let mut sentences = Vec::new();
    for node in &nodes {
        node.draw(&mut drawing, &gradients);
        let value = decimal(node.value.value(), 0);
        let gradient = decimal(gradients.wrt(node.value), 0);
        let mut inputs = Vec::new();
        for (input, slope) in tape.inputs(node.value.node()) {
            let input = nodes.iter().find(|from| from.value.node() == input);
            let Some(input) = input else { continue };
            edge(&mut drawing, input.at, node.at, slope);
            let slope = decimal(slope, 0);
            inputs.push(format!("from {} with slope {slope}", input.name));
        }
        let inputs = match &inputs[..] {
            [] => String::new(),
            edges => format!("; edges come {}", list(edges)),
        };
        let name = node.name;
        sentences.push(format!(
            "{name} has the value {value} and the gradient {gradient}{inputs}."
        ));
    }
    let title = "The graph of c = a·b + a at a = 2 and b = −3, after backward";
    let description = format!(
        "Four boxes, and an arrow from each input to what is made of it. {} \
         Two arrows leave a, so its gradient is a sum over both ways.",
        sentences.join(" "),
    );
    Picture::new("expression", title, description, drawing)
}

/// The graph of b = a + a and c = b + b, with its edges in the order of the
/// way back.
pub(super) fn twice() -> Picture {
    let tape = Tape::default();
    let a = tape.variable(3.0);
    let b = a + a;
    let c = b + b;
    let nodes = [
        Node { name: "a", value: a, at: (68.0, 80.0) },
        Node { name: "b = a + a", value: b, at: (300.0, 80.0) },
        Node { name: "c = b + b", value: c, at: (532.0, 80.0) },
    ];
    let mut drawing = Drawing::new(160.0);
    let gradients = c.backward();
    for node in &nodes {
        node.draw(&mut drawing, &gradients);
    }
    let mut sentences = Vec::new();
    let steps = walk(&tape, c, &mut Vec::new());
    for (index, step) in steps.into_iter().enumerate() {
        let [from, to] = [step.from, step.to].map(|node| &nodes[node - 1]);
        let side = if index.is_multiple_of(2) { -1.0 } else { 1.0 };
        let y = from.at.1 + 22.0 * side;
        let ends = (to.at.0 + HALF.0, from.at.0 - HALF.0);
        drawing.arrow((ends.0, y), (ends.1, y), LINE);
        let (order, given) = (index + 1, decimal(step.given, 0));
        let middle = (f64::midpoint(ends.0, ends.1), y + 20.0 * side);
        let text = format!("{order}: gives {given}");
        drawing.text(Label::new(middle, text).small().middle());
        sentences.push(format!(
            "edge {order} leads from {} to {} and gives {given}",
            from.name, to.name,
        ));
    }
    let title = "The graph of b = a + a and c = b + b at a = 3, with its \
                 edges in the order of the walk";
    let [a, b, c] = nodes.map(|node| decimal(gradients.wrt(node.value), 0));
    let description = format!(
        "Three boxes in a row, with two arrows from a to b and two from b to \
         c. On the way back, {}. In the end the gradients are {c} for c, {b} \
         for b and {a} for a.",
        list(&sentences),
    );
    Picture::new("twice", title, description, drawing)
}

/// How long the tape of a step is.
pub(super) fn tape(study: &Study) -> Result<Picture> {
    let run = &study.untrained;
    let mut drawing = Drawing::new(250.0);
    let mut sizes = Vec::new();
    for name in ["jo", run.documents[0]] {
        let tape = Tape::default();
        let variables = run.model.map(|&weight| tape.variable(weight));
        variables.loss(&run.tokenizer.encode(name)?)?;
        sizes.push((name, tape.size()));
    }
    let most = sizes.iter().map(|(_, (_, edges))| *edges).max();
    let scale = 330.0 / most.unwrap_or(1) as f64;
    let mut sentences = Vec::new();
    for ((name, (nodes, edges)), top) in sizes.into_iter().zip([10.0, 135.0]) {
        let y = top + 48.0;
        drawing.text(Label::new((0.0, y), name).bold());
        for (what, number, y) in
            [("nodes", nodes, y - 22.0), ("edges", edges, y + 22.0)]
        {
            drawing.text(Label::new((152.0, y), what).end());
            let length = number as f64 * scale;
            drawing.bar((164.0, y - 15.0), (length, 30.0), 0.45);
            let label = Label::new((172.0 + length, y), count(number));
            drawing.text(label);
        }
        let (nodes, edges) = (count(nodes), count(edges));
        sentences.push(format!("{name}: {nodes} nodes and {edges} edges."));
    }
    let title = "The tape of one step for a short name and a longer one";
    let description = format!(
        "Bars, one for the nodes and one for the edges of each name. {}",
        sentences.join(" "),
    );
    Ok(Picture::new("tape", title, description, drawing))
}
