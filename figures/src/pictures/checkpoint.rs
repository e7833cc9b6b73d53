//! What stands where in a checkpoint.

use std::borrow::Cow;

use anyhow::{Context, Result, ensure};
use microgpt::adam::Adam;
use microgpt::checkpoint::{Checkpoint, Training};
use microgpt::data::fingerprint;
use microgpt::guards::EngineKind;
use microgpt::training::Schedule;

use super::{Picture, Study};
use crate::draw::{Drawing, Label, Pen, THIN};
use crate::plot::{count, list};
use crate::run::Run;

/// The run's checkpoint after its last step, as a file.
///
/// All that matters here are lengths: the moments are zeros.
fn file(run: &Run) -> Result<Vec<u8>> {
    let zeros = || vec![0.0; run.model.params().len()];
    let schedule = Schedule::default();
    let (steps, m, v) = (schedule.steps, zeros(), zeros());
    let adam = Adam { steps, m, v, ..Adam::default() };
    let checkpoint = Checkpoint {
        model: Cow::Borrowed(&run.model),
        tokenizer: Cow::Borrowed(&run.tokenizer),
        training: Some(Training {
            seed: 42,
            schedule,
            engine: EngineKind::Fast.to_string(),
            documents: fingerprint(&run.documents),
            adam: Cow::Owned(adam),
            chance: run.chance.clone().into(),
        }),
    };
    Ok(checkpoint.to_bytes()?)
}

/// The pieces of the file with their lengths in bytes, in its order.
fn pieces(file: &[u8], params: usize) -> Result<[(&'static str, usize); 5]> {
    let length = file.first_chunk().context("the file is empty")?;
    let header = 8 + usize::try_from(u64::from_le_bytes(*length))?;
    let numbers = 8 * params;
    let dice = 4 * microgpt::midway::WORDS;
    ensure!(file.len() == header + 3 * numbers + dice);
    Ok([
        ("header", header),
        ("first moments", numbers),
        ("second moments", numbers),
        ("weights", numbers),
        ("dice", dice),
    ])
}

/// The file as a bar.
pub(super) fn checkpoint(study: &Study) -> Result<Picture> {
    let run = &study.trained;
    let file = file(run)?;
    let pieces = pieces(&file, run.model.params().len())?;
    let scale = 596.0 / file.len() as f64;
    let mut drawing = Drawing::new(140.0);
    let mut x = 2.0;
    for ((name, bytes), shade) in pieces.iter().zip([0.5, 0.12, 0.2, 0.3, 0.5])
    {
        let width = *bytes as f64 * scale;
        drawing.bar((x, 44.0), (width, 44.0), shade);
        drawing.line((x, 40.0), (x, 92.0), Pen::new(2.0));
        // a narrow piece has its name at the edge of the picture, and the
        // first one has it further out than its neighbour
        let middle = x + width / 2.0;
        let label = |text: &str, y, further| match *name {
            "header" => Label::new((2.0, y + further), text),
            "dice" => Label::new((598.0, y), text).end(),
            _ => Label::new((middle, y), text).middle(),
        };
        drawing.text(label(name, 34.0, -20.0).small());
        drawing.text(label(&count(*bytes), 112.0, 20.0).small());
        x += width;
    }
    drawing.line((2.0, 44.0), (598.0, 44.0), THIN);
    drawing.line((2.0, 88.0), (598.0, 88.0), THIN);
    drawing.line((598.0, 40.0), (598.0, 92.0), Pen::new(2.0));
    let title =
        format!("What stands where in a file of {} bytes", count(file.len()));
    let sizes = pieces.map(|(name, bytes)| format!("{name} {}", count(bytes)));
    let description = format!(
        "One bar, cut into five pieces, in the order of the file and as long \
         as their bytes are many: {}.",
        list(&sizes)
    );
    Ok(Picture::new("checkpoint", title, description, drawing))
}
