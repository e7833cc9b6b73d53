//! Builds what the sandboxes on the pages run: the crate `sandbox`, compiled
//! to WebAssembly, and the script that opens it to JavaScript.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{self, Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::wasm::{REMEDY, Toolchain};

/// The crate, in a folder of the same name.
pub(crate) const CRATE: &str = "sandbox";

/// Where the pages find what was built, from the folder of the pages.
pub(crate) const BUILT: &str = "sandbox/wasm";

/// The files that are built, the module last.
const FILES: [&str; 2] = ["sandbox.js", "sandbox_bg.wasm"];

/// For the fast engine: four numbers at a time, or two.
const FLAGS: &str = "-Ctarget-feature=+simd128";

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
        "break",
        "With JavaScript and WebAssembly, you can break a part of the model \
         here, and watch what is left of it learn.",
    ),
];

/// What the pages have to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sandbox {
    /// The code that the pages show, as it is now.
    Built,
    /// Nothing, since no toolchain here can build it: figures take its place.
    Figures,
    /// Nothing, since this book has no such crate.
    Absent,
}

impl Sandbox {
    /// What to do so that there is more to run.
    #[must_use]
    pub fn remedy(self) -> Option<String> {
        let remedy = format!(
            "The sandboxes are not built, and figures stand in their place. \
             This lets them be built: {REMEDY}"
        );
        (self == Self::Figures).then_some(remedy)
    }
}

/// Builds what the sandboxes of the book at `root` run, for pages in the
/// folder `source`. What is up to date is not touched.
///
/// What cannot be built is taken away: pages that say "this is the code
/// above" must never run what the code was some time ago.
///
/// # Errors
///
/// The crate does not compile, or files cannot be read or written.
pub(crate) fn sandbox(root: &Path, source: &Path) -> Result<Sandbox> {
    if !root.join(CRATE).join("Cargo.toml").is_file() {
        return Ok(Sandbox::Absent);
    }
    let folder = source.join(BUILT);
    match build(root) {
        Ok(Some(built)) => {
            copy(&built, &folder)?;
            Ok(Sandbox::Built)
        }
        Ok(None) => remove(&folder).map(|()| Sandbox::Figures),
        Err(error) => remove(&folder).and(Err(error)),
    }
}

/// Whether the pages in the folder `source` have something to run.
pub(crate) fn is_built(source: &Path) -> bool {
    FILES.iter().all(|name| source.join(BUILT).join(name).is_file())
}

/// Compiles the crate and makes the files; where they are.
fn build(root: &Path) -> Result<Option<PathBuf>> {
    let Some(toolchain) = Toolchain::find()? else {
        return Ok(None);
    };
    let target = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| root.join("target"));
    let folder = path::absolute(target)?.join("wasm/sandbox");
    if !folder.exists() {
        eprintln!("The sandboxes are built: the first time takes a minute.");
    }
    let module = toolchain
        .compile(root, CRATE, FLAGS, &folder)
        .context("the sandboxes cannot be built")?;
    let built = folder.join("built");
    bind(&module, &built).context("the sandboxes cannot be opened")?;
    Ok(Some(built))
}

/// Writes the files for a module, unless they are there since last time.
fn bind(module: &Path, folder: &Path) -> Result<()> {
    let bytes = fs::read(module)?;
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let (mark, now) = (folder.join("of"), hasher.finish().to_string());
    if fs::read_to_string(&mark).is_ok_and(|last| last == now) {
        return Ok(());
    }
    remove(folder)?;
    Bindgen::new()
        .input_bytes(CRATE, bytes)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)?;
    let script = folder.join(FILES[0]);
    let bare = without_comments(&fs::read_to_string(&script)?);
    fs::write(script, bare)?;
    Ok(fs::write(mark, now)?)
}

/// A generated script without what it says of itself: it travels to each
/// reader, and the crate says the same.
fn without_comments(script: &str) -> String {
    let mut inside = false;
    let mut bare = String::with_capacity(script.len());
    for line in script.lines() {
        let start = line.trim_start();
        inside |= start.starts_with("/**");
        if !inside && !start.is_empty() {
            bare.push_str(line);
            bare.push('\n');
        }
        inside &= !start.ends_with("*/");
    }
    bare
}

/// Copies the files that differ: a new one would have the book built again.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for name in FILES {
        let (bytes, to) = (fs::read(from.join(name))?, to.join(name));
        if fs::read(&to).is_ok_and(|there| there == bytes) {
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
    fn a_script_loses_its_comments_alone() {
        let script = "/** One. */\nlet a = 1;\n\n    /**\n     * Two.\n     */\n    \
                      f(a);\n";
        assert_eq!(without_comments(script), "let a = 1;\n    f(a);\n");
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
