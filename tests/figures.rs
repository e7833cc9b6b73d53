//! The figures of the book are those that the crate computes today.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::Result;
use checks::root;
use figures::pictures::Picture;

#[test]
fn the_values_in_the_sentences_are_recorded() -> Result<()> {
    let values = figures::values::values()?.to_string();
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("snapshots");
    settings.bind(|| insta::assert_snapshot!("values", values));
    Ok(())
}

/// All pictures, drawn once.
fn pictures() -> &'static [Picture] {
    static PICTURES: OnceLock<Vec<Picture>> = OnceLock::new();
    PICTURES.get_or_init(|| {
        figures::pictures::pictures().expect("all pictures can be drawn")
    })
}

fn folder() -> PathBuf {
    root().join("src/figures")
}

/// Whether pictures shall be written instead of compared, as insta does it.
fn recording() -> bool {
    let is = |name, value| env::var(name).is_ok_and(|found| found == value);
    is("INSTA_UPDATE", "always") && !is("CI", "true")
}

const HOW: &str = "record with `INSTA_UPDATE=always cargo test -p checks \
                   --test figures`, then look at what has changed";

#[test]
fn the_pictures_are_recorded() -> Result<()> {
    for Picture { name, svg, .. } in pictures() {
        let file = folder().join(name).with_extension("svg");
        if recording() {
            fs::create_dir_all(folder())?;
            fs::write(&file, svg)?;
        }
        let recorded = fs::read_to_string(&file).unwrap_or_default();
        let file = file.display();
        assert!(recorded == *svg, "{file} is not what is drawn: {HOW}");
    }
    Ok(())
}

#[test]
fn no_picture_is_left_that_nobody_draws() -> Result<()> {
    let drawn: BTreeSet<_> = pictures()
        .iter()
        .map(|picture| format!("{}.svg", picture.name))
        .collect();
    assert_eq!(drawn.len(), pictures().len(), "two pictures have one name");
    for entry in fs::read_dir(folder())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if drawn.contains(&name) {
            continue;
        }
        let file = entry.path();
        if recording() {
            fs::remove_file(&file)?;
        } else {
            panic!("nobody draws {}: {HOW}", file.display());
        }
    }
    Ok(())
}
