//! The pictures of the book.
//!
//! Each is a function of computed data. Its description tells what it shows to
//! whoever does not see it, with the same numbers.

mod adam;
mod attention;
mod autograd;
mod checkpoint;
mod data;
mod efficiency;
mod experiments;
mod forward;
mod foundations;
mod inside;
mod letters;
mod model;
mod training;

use anyhow::Result;
use microgpt::adam::Adam;
use microgpt::training::Sgd;

use crate::draw::Drawing;
use crate::evidence;
use crate::run::Run;

/// A picture of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What the book calls it.
    pub name: &'static str,
    /// What it shows, in a line.
    pub title: String,
    /// What there is to see, in words and numbers.
    pub description: String,
    /// The whole SVG file.
    pub svg: String,
}

impl Picture {
    fn new(
        name: &'static str,
        title: impl Into<String>,
        description: impl Into<String>,
        drawing: Drawing,
    ) -> Self {
        let (title, description) = (title.into(), description.into());
        let svg = drawing.finish(name, &title, &description);
        Self { name, title, description, svg }
    }
}

/// The runs that the pictures show: each is trained once.
struct Study {
    untrained: Run,
    trained: Run,
    adam: Vec<f64>,
    sgd: Vec<f64>,
}

impl Study {
    fn new() -> Result<Self> {
        let untrained = Run::new()?;
        let sgd = untrained.clone().train(Sgd, 0.5)?;
        let mut trained = untrained.clone();
        let adam = trained.train(Adam::default(), 0.01)?;
        Ok(Self { untrained, trained, adam, sgd })
    }
}

/// Draws all pictures.
///
/// # Errors
///
/// The crate refuses its own data.
pub fn pictures() -> Result<Vec<Picture>> {
    let study = Study::new()?;
    Ok(vec![
        foundations::slope(),
        foundations::softmax_of_three(),
        foundations::surprise(),
        data::lengths(&study),
        data::pairs(&study)?,
        autograd::expression(),
        autograd::twice(),
        autograd::tape(&study)?,
        model::parameters(&study),
        attention::heads(&study)?,
        forward::forward(),
        inside::inside(&study)?,
        training::welcome(&study),
        training::sgd(&study),
        training::loss(&study),
        training::sgd_adam(&study),
        adam::first_step_and_fall(),
        letters::temperatures(&study)?,
        letters::surprises(&study)?,
        letters::embedding_before(&study),
        letters::embedding_after(&study),
        experiments::baselines(&evidence::baselines()?),
        efficiency::speed()?,
        checkpoint::checkpoint(&study)?,
        experiments::ablations(&evidence::ablations()?),
        model::sizes(),
    ])
}
