//! What the pages draw on: recorded values, drawn figures, the terms of the
//! glossary, the program itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::{regex, sandbox};

/// The snapshot that holds the values which sentences of the book name.
pub const VALUES: &str = "tests/snapshots/values.snap";

/// The page of the glossary, from the folder of the pages.
pub const GLOSSARY: &str = "glossary.md";

/// The page that shows the whole program, from the folder of the pages.
pub const SOURCE: &str = "source.md";

regex!(ANCHOR_LINE, r"^\s*// ANCHOR(_END)?: [\w-]+$");

/// All that a page may name.
#[derive(Debug, Default)]
pub struct Materials {
    /// The recorded values by name.
    pub values: BTreeMap<String, String>,
    /// The drawings by name, as SVG.
    pub figures: BTreeMap<String, String>,
    /// Where the glossary explains each term, in lower case: the `id` there.
    /// `None` if the book has no glossary.
    pub glossary: Option<BTreeMap<String, String>>,
    /// Whether there is something for the widgets to run.
    pub has_sandbox: bool,
    /// Whether a page shows the whole program.
    pub has_source: bool,
    /// The files of the program in reading order, anchors left out.
    pub program: Vec<(String, String)>,
}

impl Materials {
    /// Reads the materials of the book at `root`, whose pages are in `source`.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or the values are not well-formed.
    pub fn read(root: &Path, source: &Path) -> Result<Self> {
        let source = root.join(source);
        let glossary = source.join(GLOSSARY);
        let glossary = match fs::read_to_string(&glossary) {
            Ok(text) => Some(terms(&text)),
            Err(_) if !glossary.exists() => None,
            Err(error) => return Err(error).context(GLOSSARY),
        };
        Ok(Self {
            values: values(root)?,
            figures: figures(&source.join("figures"))?,
            glossary,
            has_sandbox: sandbox::is_built(&source),
            has_source: source.join(SOURCE).exists(),
            program: program(&root.join("code/src"))?,
        })
    }

    /// Where the glossary explains a term, which may stand in the plural.
    #[must_use]
    pub fn explained(&self, term: &str) -> Option<&str> {
        let terms = self.glossary.as_ref()?;
        let term = term.trim().to_lowercase();
        let singular = [("", ""), ("s", ""), ("es", ""), ("ies", "y")];
        let id = singular.into_iter().find_map(|(plural, ending)| {
            let stem = term.strip_suffix(plural)?;
            terms.get(&format!("{stem}{ending}"))
        });
        id.map(String::as_str)
    }
}

/// The recorded values of the book at `root`, by name: the lines
/// `NAME = VALUE` of [`VALUES`]. Empty when nothing is recorded yet.
///
/// # Errors
///
/// The snapshot cannot be read, a line is not of that form, or a name comes
/// twice.
pub fn values(root: &Path) -> Result<BTreeMap<String, String>> {
    let path = root.join(VALUES);
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let text = fs::read_to_string(&path)
        .with_context(|| format!("{VALUES} cannot be read"))?;
    let mut values = BTreeMap::new();
    // insta's header is three lines long.
    for (index, line) in text.lines().enumerate().skip(3) {
        if line.trim().is_empty() {
            continue;
        }
        let Some((name, value)) = line.split_once(" = ") else {
            bail!("{VALUES}:{}: `{line}` is not NAME = VALUE", index + 1);
        };
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        if values.insert(name.clone(), value).is_some() {
            bail!("{VALUES}:{}: `{name}` is recorded twice", index + 1);
        }
    }
    Ok(values)
}

/// The drawings in a folder, which need not be there.
fn figures(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut figures = BTreeMap::new();
    if !folder.exists() {
        return Ok(figures);
    }
    for entry in fs::read_dir(folder).context("the figures")? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.extension().is_some_and(|extension| extension == "svg") {
            let svg = fs::read_to_string(&path).with_context(|| {
                format!("{} cannot be read", path.display())
            })?;
            figures.insert(name.into_owned(), svg);
        }
    }
    Ok(figures)
}

/// The terms of a glossary, a definition list: each with the `id` that mdBook
/// gives it.
fn terms(text: &str) -> BTreeMap<String, String> {
    let mut terms = BTreeMap::new();
    let mut title: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_DEFINITION_LIST) {
        match event {
            Event::Start(Tag::DefinitionListTitle) => {
                title = Some(String::new());
            }
            Event::Text(part) | Event::Code(part) => {
                if let Some(title) = &mut title {
                    title.push_str(&part);
                }
            }
            Event::End(TagEnd::DefinitionListTitle) => {
                let term = title.take().unwrap_or_default().to_lowercase();
                let id = id(&term);
                terms.insert(term, id);
            }
            _ => {}
        }
    }
    terms
}

/// The `id` that mdBook makes of a text in lower case.
fn id(text: &str) -> String {
    let known = |letter: &char| {
        letter.is_alphanumeric()
            || letter.is_whitespace()
            || ['_', '-'].contains(letter)
    };
    let dashed = |letter: char| {
        if letter.is_whitespace() { '-' } else { letter }
    };
    text.trim().chars().filter(known).map(dashed).collect()
}

/// Returns the module that a line of a source file declares.
///
/// Modules are named by their files, without `.rs`: `data` is declared in
/// `lib`, and `fast/lanes` in `fast`.
#[must_use]
pub fn declared(file: &str, line: &str) -> Option<String> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let name = line.strip_prefix("mod ")?.strip_suffix(';')?;
    let is_root = file == "lib";
    Some(if is_root { name.to_owned() } else { format!("{file}/{name}") })
}

/// Returns the modules of the library in `folder`, in reading order.
///
/// `lib` comes first, and each module before those that it declares.
///
/// # Errors
///
/// A declared module cannot be read.
pub fn modules(folder: &Path) -> Result<Vec<String>> {
    let mut modules = Vec::new();
    add_modules(folder, "lib", &mut modules)?;
    Ok(modules)
}

fn add_modules(
    folder: &Path,
    file: &str,
    modules: &mut Vec<String>,
) -> Result<()> {
    modules.push(file.to_owned());
    for line in source(folder, file)?.lines() {
        if let Some(module) = declared(file, line) {
            add_modules(folder, &module, modules)?;
        }
    }
    Ok(())
}

fn source(folder: &Path, file: &str) -> Result<String> {
    let path = folder.join(format!("{file}.rs"));
    fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", path.display()))
}

/// The files of a library, whose folder need not be there, in reading order.
fn program(folder: &Path) -> Result<Vec<(String, String)>> {
    if !folder.join("lib.rs").exists() {
        return Ok(Vec::new());
    }
    let modules = modules(folder)?;
    let read = |file: &String| {
        let text = source(folder, file)?;
        let lines = text.lines().filter(|line| !ANCHOR_LINE.is_match(line));
        let text = lines.collect::<Vec<_>>().join("\n");
        Ok((format!("src/{file}.rs"), text))
    };
    modules.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_found_in_singular_and_plural() {
        let text = "Batch\n: Some.\n\nKV cache\n: Kept.\n\n`bos`\n: Begins.\n";
        let glossary = Some(terms(text));
        let materials = Materials { glossary, ..Materials::default() };
        assert_eq!(materials.explained("batches"), Some("batch"));
        assert_eq!(materials.explained("KV caches"), Some("kv-cache"));
        assert_eq!(materials.explained("bos"), Some("bos"));
        assert_eq!(materials.explained("token"), None);
    }

    #[test]
    fn the_program_has_its_files_in_reading_order() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("fast/deep")).unwrap();
        for (file, text) in [
            ("lib.rs", "pub mod fast;\npub mod data;\n"),
            ("fast.rs", "// ANCHOR: a\nmod deep;\n\npub mod adam;\n"),
            ("fast/deep.rs", "mod deeper;\n"),
            ("fast/deep/deeper.rs", "const N: u8 = 1;\n"),
            ("fast/adam.rs", ""),
            ("data.rs", ""),
        ] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        let files = program(folder.path()).unwrap();
        let names = files.iter().map(|(name, _)| name.as_str());
        assert_eq!(
            names.collect::<Vec<_>>(),
            [
                "src/lib.rs",
                "src/fast.rs",
                "src/fast/deep.rs",
                "src/fast/deep/deeper.rs",
                "src/fast/adam.rs",
                "src/data.rs",
            ]
        );
        assert_eq!(files[1].1, "mod deep;\n\npub mod adam;");
    }
}
