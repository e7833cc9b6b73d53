//! Finds what mdBook lets pass in silence: a key of `[output.html]` that it
//! does not know (it then drops the whole table), and an include that
//! selects nothing (it then prints an empty listing).

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::config::{Config, HtmlConfig};
use regex::Regex;
use serde::Deserialize;

use crate::{Problem, chapters, line_of, regex};

// These are mdBook's own patterns, so that we see what it sees.
regex!(DIRECTIVE, r"\\\{\{#.*\}\}|\{\{\s*#([a-zA-Z0-9_]+)\s+([^}]+)\}\}");
regex!(ANCHOR, r"ANCHOR:\s*([\w_-]+)");
regex!(ANCHOR_END, r"ANCHOR_END:\s*([\w_-]+)");
regex!(OPENING, r"\{\{\s*#");

/// The part of `book.toml` that mdBook reads leniently. That it can be read
/// is all we ask.
#[derive(Deserialize)]
#[expect(dead_code, reason = "its fields are only read into")]
struct BookToml {
    #[serde(default)]
    output: Output,
}

#[derive(Deserialize, Default)]
#[expect(dead_code, reason = "its fields are only read into")]
struct Output {
    html: Option<HtmlConfig>,
}

/// What mdBook does not understand in `root/book.toml`: a syntax error, or a
/// key or value of `[output.html]`.
///
/// # Errors
///
/// The file cannot be read.
pub fn config_problems(root: &Path) -> Result<Vec<Problem>> {
    let path = root.join("book.toml");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let result = toml::from_str::<BookToml>(&text)
        .map(drop)
        .and_then(|()| toml::from_str::<Config>(&text).map(drop));
    let Err(error) = result else {
        return Ok(Vec::new());
    };
    let start = error.span().map_or(0, |span| span.start);
    Ok(vec![Problem {
        file: "book.toml".to_owned(),
        line: line_of(&text, start),
        message: error.message().lines().collect::<Vec<_>>().join(" "),
    }])
}

/// Each include of the book that names a missing file, a missing anchor or no
/// line at all, and each `{{#…}}` that mdBook does not know.
#[must_use]
pub fn include_problems(book: &MDBook) -> Vec<Problem> {
    let source = book.source_dir();
    let mut found = Vec::new();
    for (file, chapter) in chapters(book) {
        let Some(path) = &chapter.source_path else {
            continue;
        };
        let folder = source.join(path.parent().unwrap_or(Path::new("")));
        for (offset, message) in directive_problems(&folder, &chapter.content) {
            let line = line_of(&chapter.content, offset);
            found.push(Problem { file: file.clone(), line, message });
        }
    }
    found
}

/// What is wrong with the directives of `text`, a page that lies in `folder`:
/// each with the place of the directive.
fn directive_problems(folder: &Path, text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for captures in DIRECTIVE.captures_iter(text) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        seen.push(whole.range());
        let (Some(kind), Some(rest)) = (captures.get(1), captures.get(2))
        else {
            continue; // an escaped one
        };
        let argument = rest.as_str().split_whitespace().next().unwrap_or("");
        let (path, part) = argument.split_once(':').unwrap_or((argument, ""));
        let result = match kind.as_str() {
            "title" => Ok(()),
            "include" | "rustdoc_include" => selection(folder, path, part),
            "playground" => selection(folder, argument, ""),
            other => Err(format!("`{{{{#{other}}}}}` isn't a directive")),
        };
        if let Err(message) = result {
            found.push((whole.start(), message));
        }
    }
    for opening in OPENING.find_iter(text) {
        if !seen.iter().any(|range| range.contains(&opening.start())) {
            let line = text[opening.start()..].lines().next().unwrap_or("");
            let message = format!("`{line}` isn't a whole directive");
            found.push((opening.start(), message));
        }
    }
    found
}

/// Whether the `part` of the file at `path` (from `folder`) holds anything.
fn selection(folder: &Path, path: &str, part: &str) -> Result<(), String> {
    let text = fs::read_to_string(folder.join(path))
        .map_err(|error| format!("{path} cannot be read: {error}"))?;
    let lines: Vec<&str> = text.lines().collect();
    let chosen = match range(part) {
        Some((first, last)) => {
            let last = last.min(lines.len());
            lines.get(first..last.max(first)).unwrap_or_default()
        }
        None => anchored(&lines, part)
            .map_err(|error| format!("{path} {error} `{part}`"))?,
    };
    if chosen.iter().all(|line| line.trim().is_empty()) {
        return Err(format!("{path}:{part} selects no text"));
    }
    Ok(())
}

/// The lines that mdBook's `A`, `A:`, `:B`, `A:B` or nothing stand for,
/// counted from 0, the last one excluded. None if `part` is an anchor.
fn range(part: &str) -> Option<(usize, usize)> {
    let mut parts = part.splitn(3, ':');
    let start = parts.next().unwrap_or("");
    let first = match start.parse::<usize>() {
        Ok(number) => Some(number.saturating_sub(1)),
        Err(_) if start.is_empty() => None,
        Err(_) => return None,
    };
    let last = parts.next().map(|end| end.parse().unwrap_or(usize::MAX));
    Some(match (first, last) {
        (Some(first), None) => (first, first + 1),
        (first, last) => (first.unwrap_or(0), last.unwrap_or(usize::MAX)),
    })
}

/// The lines between the two marks of the anchor `name`.
fn anchored<'a>(
    lines: &'a [&'a str],
    name: &str,
) -> Result<&'a [&'a str], &'static str> {
    let marks = |pattern: &Regex, line: &str| {
        pattern.captures(line).is_some_and(|mark| &mark[1] == name)
    };
    let start = lines
        .iter()
        .position(|line| marks(&ANCHOR, line))
        .ok_or("has no anchor")?;
    let rest = &lines[start + 1..];
    let end = rest
        .iter()
        .position(|line| marks(&ANCHOR_END, line))
        .ok_or("does not end the anchor")?;
    Ok(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problems of a folder with this `book.toml`.
    fn config(text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("book.toml"), text).unwrap();
        let found = config_problems(folder.path()).unwrap();
        found.iter().map(Problem::to_string).collect()
    }

    /// The problems of a page with this text, beside a few files.
    fn directives(text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).unwrap();
        };
        write("a.rs", "// ANCHOR: one\nx\n// ANCHOR_END: one\n");
        write("b.rs", "// ANCHOR: open\nx\n// ANCHOR: one\n");
        write("c.rs", "// ANCHOR: none\n\n// ANCHOR_END: none\n");
        write("d.snap", "---\nsource: x\n---\nhello\n");
        fs::write(folder.path().join("e.bin"), [0xff]).unwrap();
        let found = directive_problems(folder.path(), text);
        found
            .into_iter()
            .map(|(offset, message)| {
                format!("{}: {message}", line_of(text, offset))
            })
            .collect()
    }

    #[test]
    fn a_sound_book_toml_passes() {
        let text = "[book]\ntitle = 'x'\n[output.html.fold]\nlevel = 1\n";
        assert_eq!(config(text), [""; 0]);
        assert_eq!(config(""), [""; 0]);
    }

    #[test]
    fn an_unknown_key_is_told_with_its_line() {
        for (text, expected) in [
            ("\n[output.html]\nfolding = 1\n", "book.toml:3: unknown field"),
            ("[output.html.fold]\nopen = 1\n", "book.toml:2: unknown field"),
            ("[output.html.fold]\nlevel = 'x'", "book.toml:2: invalid type"),
            ("[book]\n\ntitel = 'x'\n", "book.toml:3: unknown field"),
            ("[outputs.html]\n", "book.toml:1: unknown field"),
            ("[book\n", "book.toml:1: "),
        ] {
            let found = config(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].starts_with(expected), "{found:?}");
        }
    }

    #[test]
    fn sound_directives_pass() {
        for text in [
            "{{#include a.rs}}",
            "{{#include a.rs:one}}",
            "{{ #include a.rs:2 }}",
            "{{#include d.snap:4:}}",
            "{{#include d.snap::2}}",
            "{{#include d.snap:1:99}}",
            "{{#title A title}}",
            "\\{{#include nowhere.rs}}",
            "{{value x}} {{ no }}",
        ] {
            assert_eq!(directives(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_directive_that_selects_nothing_is_told_with_its_line() {
        for (text, expected) in [
            ("x\n\n{{#include no.rs}}", "3: no.rs cannot be read: "),
            ("{{#include .}}", "1: . cannot be read: "),
            ("{{#include e.bin}}", "1: e.bin cannot be read: "),
            ("\n{{#include a.rs:two}}", "2: a.rs has no anchor `two`"),
            (
                "{{#include b.rs:open}}",
                "1: b.rs does not end the anchor `open`",
            ),
            ("{{#include c.rs:none}}", "1: c.rs:none selects no text"),
            ("{{#include d.snap:5:}}", "1: d.snap:5: selects no text"),
            ("{{#include d.snap:3:2}}", "1: d.snap:3:2 selects no text"),
            ("{{#inclde a.rs}}", "1: `{{#inclde}}` isn't a directive"),
            ("{{#include }}", "1: `{{#include }}` isn't a whole directive"),
            ("{{#include a.rs", "1: `{{#include a.rs` isn't a whole directive"),
        ] {
            let found = directives(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].starts_with(expected), "{found:?}");
        }
    }
}
