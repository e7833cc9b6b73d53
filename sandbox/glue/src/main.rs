//! Writes the files of a module that a page can load: `glue MODULE FOLDER`.
//!
//! It's a program of its own because what it's built from takes a minute to
//! compile, and only somebody who changes the module needs it.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut words = env::args_os().skip(1).map(PathBuf::from);
    let usage = "usage: glue MODULE FOLDER";
    let (module, folder) = words.next().zip(words.next()).context(usage)?;
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
}
