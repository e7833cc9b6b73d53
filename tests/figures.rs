//! The figures of the book are those that the crate computes today.

use anyhow::Result;

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
