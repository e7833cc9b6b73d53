//! The stations of a token.

use microgpt::model::Config;

use super::Picture;
use crate::draw::{Drawing, LINE, Label, Pen, Point, STRONG};

/// Where the straight way through the model is.
const WAY: f64 = 150.0;

fn station(drawing: &mut Drawing, (x, y): Point, name: &str, width: f64) {
    let corner = (x - width / 2.0, y - 19.0);
    drawing.frame(corner, (width, 38.0), LINE);
    drawing.text(Label::new((x, y), name).middle());
}

/// A branch that leaves the straight way, passes two stations and is added.
fn branch(drawing: &mut Drawing, top: f64, name: &str) {
    let (right, add) = (330.0, top + 124.0);
    drawing.disc((WAY, top), 4.0, false);
    let corner = [(WAY, top), (right, top), (right, top + 16.0)];
    drawing.path(corner, LINE);
    drawing.tip(corner[1], corner[2], LINE);
    station(drawing, (right, top + 35.0), "norm", 120.0);
    drawing.arrow((right, top + 54.0), (right, top + 70.0), LINE);
    station(drawing, (right, top + 89.0), name, 120.0);
    let corner = [(right, top + 108.0), (right, add), (WAY + 14.0, add)];
    drawing.path(corner, LINE);
    drawing.tip(corner[1], corner[2], LINE);
    drawing.circle((WAY, add), 13.0, STRONG.accent());
    drawing.line((WAY - 7.0, add), (WAY + 7.0, add), Pen::new(2.0).accent());
    drawing.line((WAY, add - 7.0), (WAY, add + 7.0), Pen::new(2.0).accent());
    drawing.text(Label::new((WAY - 26.0, add), "add").small().end());
}

/// What happens to a token on its way through the model.
pub(super) fn forward() -> Picture {
    let Config { vocab_size, n_embd, n_layer, .. } = Config::default();
    let mut drawing = Drawing::new(672.0);
    station(&mut drawing, (76.0, 21.0), "token", 116.0);
    station(&mut drawing, (224.0, 21.0), "position", 116.0);
    let start = (WAY, 84.0);
    for x in [76.0, 224.0] {
        drawing.arrow((x, 40.0), (WAY + (x - WAY) * 0.13, 76.0), LINE);
    }
    let text = "add: row of wte + row of wpe";
    drawing.text(Label::new((WAY + 26.0, 84.0), text).small());
    drawing.circle(start, 13.0, LINE);
    drawing.line((WAY - 7.0, 84.0), (WAY + 7.0, 84.0), LINE);
    drawing.line((WAY, 77.0), (WAY, 91.0), LINE);
    drawing.arrow((WAY, 97.0), (WAY, 117.0), LINE);
    station(&mut drawing, (WAY, 136.0), "norm", 120.0);

    let way = STRONG.accent();
    drawing.line((WAY, 155.0), (WAY, 287.0), way);
    branch(&mut drawing, 176.0, "attention");
    drawing.line((WAY, 313.0), (WAY, 445.0), way);
    branch(&mut drawing, 334.0, "MLP");
    drawing.line((WAY, 471.0), (WAY, 500.0), way);
    drawing.tip((WAY, 471.0), (WAY, 503.0), way);
    drawing.line((410.0, 166.0), (424.0, 166.0), LINE);
    drawing.path([(424.0, 166.0), (424.0, 470.0), (410.0, 470.0)], LINE);
    drawing.text(Label::new((436.0, 306.0), "layer").bold());
    let text = format!("n_layer = {n_layer}");
    drawing.text(Label::new((436.0, 330.0), text));

    station(&mut drawing, (WAY, 522.0), "lm_head", 120.0);
    drawing.arrow((WAY, 541.0), (WAY, 569.0), LINE);
    station(&mut drawing, (WAY, 588.0), "softmax", 120.0);
    drawing.arrow((WAY, 607.0), (WAY, 632.0), LINE);
    let text = format!("{vocab_size} probabilities");
    drawing.text(Label::new((WAY, 650.0), text).middle());
    let text = format!("{n_embd} numbers");
    drawing.text(Label::new((WAY - 12.0, 232.0), text).small().end());
    let text = format!("{vocab_size} logits");
    drawing.text(Label::new((WAY + 12.0, 555.0), text).small());

    let description = format!(
        "From top to bottom. A token and its position each give {n_embd} \
         numbers, which are added and normed. From there a thick straight \
         line, the residual way, leads down to lm_head. Twice a branch leaves \
         it and comes back: through norm and attention, and what comes out is \
         added to the line; then through norm and MLP, and what comes out is \
         added again. These two branches are a layer; this model has \
         {n_layer}. lm_head makes {vocab_size} logits of the {n_embd} \
         numbers, and softmax makes {vocab_size} probabilities of those."
    );
    let title = "The stations of a token, with the residual way as a straight \
                 line";
    Picture::new("forward", title, description, drawing)
}
