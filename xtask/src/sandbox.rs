//! Gets ready what the sandboxes on the pages run: the crate `sandbox`,
//! compiled to WebAssembly, and the scripts.

use std::env;
use std::fs;
use std::path::{self, Path, PathBuf};

use anyhow::{Context, Result};

use crate::module::{self, FILES, File};
use crate::wasm::{FLAGS, REMEDY, Toolchain, glue};

/// The crate, in a folder of the same name.
const CRATE: &str = "sandbox";

/// The scripts as we write them, from the folder of the pages.
const SCRIPTS: &str = "sandbox";

/// Where the pages find what is built, from the folder of the pages.
pub(crate) const BUILT: &str = "sandbox/built";

/// The module within it, with the script that opens it.
const MODULE: &str = "wasm";

/// The widgets, each with what a reader can do there, for those for whom it
/// does not run.
pub(crate) const WIDGETS: [(&str, &str); 7] = [
    (
        "welcome",
        "With JavaScript and WebAssembly, the model is trained here, in your \
         browser, and makes up names.",
    ),
    (
        "tokenize",
        "With JavaScript and WebAssembly, you can type any text here and see \
         its tokens, and what each of them must predict.",
    ),
    (
        "expression",
        "With JavaScript and WebAssembly, you can type an expression here, and \
         walk back through its graph edge by edge.",
    ),
    (
        "inside",
        "With JavaScript and WebAssembly, you can follow a word of yours here \
         through every number of the model.",
    ),
    (
        "train",
        "With JavaScript and WebAssembly, you can train the model here, step \
         by step, and look into each of its weights.",
    ),
    (
        "generate",
        "With JavaScript and WebAssembly, you can draw names here, letter by \
         letter, at any temperature.",
    ),
    (
        "break_it",
        "With JavaScript and WebAssembly, you can break a part of the model \
         here, and watch what is left of it learn.",
    ),
];

/// What the pages have to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sandbox {
    /// The code that the pages show, as it is now.
    Live,
    /// Nothing: the code has changed, and nothing here can build it. Figures
    /// take its place.
    Figures,
    /// Nothing, because this book has no such crate.
    Absent,
}

impl Sandbox {
    /// What to do so that there's more to run.
    #[must_use]
    pub fn remedy(self) -> Option<String> {
        let remedy = format!(
            "The code has changed, and the sandboxes can't be built here, so \
             figures take their place. To bring them back: {REMEDY}"
        );
        (self == Self::Figures).then_some(remedy)
    }
}

/// Gets ready what the sandboxes of the book at `root` run, for pages in the
/// folder `source`: the committed module, or else one built from the code as
/// it is now. What's up to date isn't touched.
///
/// What can't be built is taken away: pages that say "this is the code above"
/// must never run an older version of it.
///
/// # Errors
///
/// The crate doesn't compile, or files can't be read or written.
pub(crate) fn sandbox(root: &Path, source: &Path) -> Result<Sandbox> {
    if !root.join(CRATE).is_dir() {
        return Ok(Sandbox::Absent);
    }
    let folder = source.join(BUILT).join(MODULE);
    let files = match module::committed(root) {
        Ok(None) => build(root),
        committed => committed,
    };
    match files {
        Ok(Some(files)) => {
            replace(&folder, &files)?;
            Ok(Sandbox::Live)
        }
        Ok(None) => remove(&folder).map(|()| Sandbox::Figures),
        Err(error) => remove(&folder).and(Err(error)),
    }
}

/// Whether the pages in the folder `source` have something to run.
pub(crate) fn is_built(source: &Path) -> bool {
    source.join(BUILT).join(MODULE).is_dir()
}

/// Writes the scripts and styles that the pages in the folder `source` load:
/// as we write them, but without comments and indentation, which would be more
/// than a tenth of what a page loads of ours.
///
/// # Errors
///
/// Files cannot be read or written.
pub(crate) fn scripts(source: &Path) -> Result<()> {
    let from = source.join(SCRIPTS);
    if !from.is_dir() {
        return Ok(());
    }
    let built = source.join(BUILT);
    for folder in ["", "worker"] {
        let mut files = Vec::new();
        for path in files_of(&from.join(folder))? {
            let text = fs::read_to_string(&path)?;
            let name = path.file_name().unwrap_or_default();
            let bytes = bare(&text).into_bytes();
            files.push((name.to_string_lossy().into_owned(), bytes));
        }
        replace(&built.join(folder), &files)?;
    }
    Ok(())
}

/// Builds the module from the code as it is now: its files; `None` if there's
/// no toolchain for WebAssembly.
///
/// # Errors
///
/// It doesn't compile.
pub fn build(root: &Path) -> Result<Option<Vec<File>>> {
    let Some(toolchain) = Toolchain::find()? else {
        return Ok(None);
    };
    let target = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| root.join("target"));
    let folder = path::absolute(target)?.join("wasm");
    if !folder.exists() {
        eprintln!("Building the sandboxes: the first time takes a minute.");
    }
    let module = toolchain
        .compile(root, CRATE, FLAGS, &folder.join("sandbox"))
        .context("the sandboxes can't be built")?;
    let glued = folder.join("glued");
    glue(root, &module, &glued, &folder.join("glue"))
        .context("the sandboxes can't be opened")?;
    let [script, module] = FILES;
    let text = bare(&fs::read_to_string(glued.join(script))?);
    let bytes = fs::read(glued.join(module))?;
    Ok(Some(vec![
        (script.to_owned(), text.into_bytes()),
        (module.to_owned(), bytes),
    ]))
}

/// Builds the module from the code as it is now, to be committed.
///
/// # Errors
///
/// There's no toolchain for WebAssembly, or the module doesn't compile.
pub fn record(root: &Path) -> Result<()> {
    let files = build(root)?.with_context(|| {
        format!("the sandboxes can't be built here; to change that: {REMEDY}")
    })?;
    module::keep(root, &files)
}

/// A script or a style without its indentation, its empty lines and its
/// comments, as far as a comment begins a line.
fn bare(text: &str) -> String {
    let mut inside = false;
    let mut bare = String::with_capacity(text.len());
    for line in text.lines() {
        let mut rest = line.trim_start();
        if inside || rest.starts_with("/*") {
            let end = rest.split_once("*/");
            inside = end.is_none();
            rest = end.map_or("", |(_, after)| after.trim_start());
        }
        if !rest.is_empty() && !rest.starts_with("//") {
            bare.push_str(rest);
            bare.push('\n');
        }
    }
    bare
}

/// The files in a folder, which need not be there.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut paths = entries(folder)?;
    paths.retain(|path| path.is_file());
    Ok(paths)
}

/// What is in a folder, in the order of the names.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let cannot = || format!("{} cannot be read", folder.display());
    let entries = fs::read_dir(folder).with_context(cannot)?;
    let paths = entries.map(|entry| Ok(entry?.path()));
    let mut paths: Vec<_> = paths.collect::<Result<_>>()?;
    paths.sort();
    Ok(paths)
}

/// Makes these the files of a folder. What is there already is not touched: a
/// new one would have the book built again.
fn replace(folder: &Path, files: &[File]) -> Result<()> {
    fs::create_dir_all(folder)?;
    for path in files_of(folder)? {
        if !files.iter().any(|(name, _)| path.ends_with(name)) {
            fs::remove_file(path)?;
        }
    }
    for (name, bytes) in files {
        let to = folder.join(name);
        if fs::read(&to).is_ok_and(|there| there == *bytes) {
            continue;
        }
        fs::write(&to, bytes)
            .with_context(|| format!("{} cannot be written", to.display()))?;
    }
    Ok(())
}

/// Removes a folder, which need not be there.
fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder)
        .with_context(|| format!("{} cannot be removed", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_loses_its_comments_and_indentation_alone() {
        let script = "\
// @ts-check
/** One. */
let a = 1; // one

    /**
     * Two.
     */
    f(a, \"/* no */\");
const b =
  /** @type {any} */ (a)
  /* three */
  / 2;
";
        let expected = "\
let a = 1; // one
f(a, \"/* no */\");
const b =
(a)
/ 2;
";
        assert_eq!(bare(script), expected);
    }

    #[test]
    fn each_widget_has_a_sentence_of_its_own() {
        for (index, (name, sentence)) in WIDGETS.iter().enumerate() {
            assert!(sentence.ends_with('.'), "{name}");
            let others = &WIDGETS[index + 1..];
            assert!(
                others
                    .iter()
                    .all(|(other, said)| { other != name && said != sentence })
            );
        }
    }

    /// The versions of a package in the text of a `Cargo.lock`.
    fn versions<'a>(lock: &'a str, package: &str) -> Vec<&'a str> {
        let name = format!("name = \"{package}\"");
        let blocks = lock.split("[[package]]");
        let blocks = blocks.filter(|it| it.lines().any(|line| line == name));
        blocks
            .filter_map(|it| it.lines().find(|it| it.starts_with("version")))
            .collect()
    }

    #[test]
    fn what_reads_the_module_has_the_version_of_what_made_it() {
        let lock = include_str!("../../Cargo.lock");
        let made = versions(lock, "wasm-bindgen");
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(versions(lock, "wasm-bindgen-cli-support"), made);
    }

    #[test]
    fn two_versions_differ() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1\"\n\
                    [[package]]\nname = \"b\"\nversion = \"2\"\n";
        assert_eq!(versions(lock, "a"), ["version = \"1\""]);
        assert_ne!(versions(lock, "a"), versions(lock, "b"));
    }
}
