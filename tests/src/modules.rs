//! The order of the modules: none uses a later one.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, anyhow};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use xtask::{Problem, declared};

use crate::reader::rust_files;

/// Each use of a later module, and each file that `lib.rs` does not declare.
///
/// # Errors
///
/// A file of `code/src` cannot be read, or is not Rust.
pub fn check(root: &Path) -> Result<Vec<Problem>> {
    let library = fs::read_to_string(root.join("code/src/lib.rs"))
        .context("code/src/lib.rs")?;
    let order: Vec<&str> = library.lines().filter_map(declared).collect();
    let mut problems = Vec::new();
    for (file, text) in rust_files(root, "code/src")? {
        let name = file.trim_start_matches("code/src/").trim_end_matches(".rs");
        if name == "lib" {
            continue;
        }
        let Some(place) = order.iter().position(|module| *module == name)
        else {
            let message = format!("lib.rs has no `pub mod {name};`");
            problems.push(Problem { file, line: 1, message });
            continue;
        };
        let tokens = TokenStream::from_str(&text)
            .map_err(|error| anyhow!("{file}: {error}"))?;
        let mut uses = Uses::default();
        uses.visit(tokens, 0);
        for (line, used) in uses.found {
            if order.iter().skip(place + 1).any(|later| *later == used) {
                let message =
                    format!("`{name}` uses the later module `{used}`");
                problems.push(Problem { file: file.clone(), line, message });
            }
        }
    }
    problems.sort();
    problems.dedup();
    Ok(problems)
}

/// What follows `crate::`, or `super::` where that is the crate's root, or
/// `microgpt::` in an example of a doc comment: line and name.
#[derive(Default)]
struct Uses {
    found: Vec<(usize, String)>,
    /// The lines of the doc comment that is being read, and the first's number.
    comment: Vec<String>,
    comment_line: usize,
}

impl Uses {
    /// Looks through tokens that stand `depth` modules deep in the file.
    fn visit(&mut self, tokens: TokenStream, depth: usize) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let rest = &tokens[at + 1..];
            match token {
                TokenTree::Ident(word) => self.word(word, rest, depth),
                TokenTree::Group(group) => {
                    let inner = is_module(&tokens[..at], group);
                    self.visit(group.stream(), depth + usize::from(inner));
                }
                TokenTree::Literal(text) => {
                    if let [.., TokenTree::Ident(doc), TokenTree::Punct(_)] =
                        &tokens[..at]
                        && doc == "doc"
                    {
                        let line = text.span().start().line;
                        self.comment_line(&text.to_string(), line);
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }

    fn word(&mut self, word: &Ident, mut rest: &[TokenTree], depth: usize) {
        let mut levels = match word.to_string().as_str() {
            "crate" | "microgpt" => depth + 1,
            "super" => 1,
            _ => return,
        };
        while let Some(after) = after_colons(rest) {
            match after {
                [TokenTree::Ident(name), next @ ..] if name == "super" => {
                    levels += 1;
                    rest = next;
                }
                _ if levels != depth + 1 => return,
                [TokenTree::Ident(name), ..] => return self.add(name),
                [TokenTree::Group(list), ..] => return self.add_all(list),
                _ => return,
            }
        }
    }

    fn add(&mut self, name: &Ident) {
        self.found.push((name.span().start().line, name.to_string()));
    }

    /// The first word of each part of `{a::b, c}`.
    fn add_all(&mut self, list: &Group) {
        let mut first = true;
        for token in list.stream() {
            match &token {
                TokenTree::Ident(name) if first => self.add(name),
                _ => {}
            }
            first = matches!(&token, TokenTree::Punct(p) if p.as_char() == ',');
        }
    }

    /// Collects the lines between two fences of a doc comment; at the second
    /// one, looks through them.
    fn comment_line(&mut self, literal: &str, line: usize) {
        let text = syn::parse_str::<syn::LitStr>(literal);
        let text = text.map(|text| text.value()).unwrap_or_default();
        let is_fence = text.trim_start().starts_with("```");
        if !is_fence && self.comment_line == 0 {
            return;
        }
        if is_fence && self.comment_line == 0 {
            self.comment_line = line;
            return;
        }
        if !is_fence {
            self.comment.push(text);
            return;
        }
        let code = self.comment.join("\n");
        let offset = self.comment_line;
        (self.comment, self.comment_line) = (Vec::new(), 0);
        if let Ok(tokens) = TokenStream::from_str(&code) {
            let mut uses = Self::default();
            uses.visit(tokens, 0);
            let found = uses.found.into_iter();
            self.found.extend(found.map(|(line, name)| (offset + line, name)));
        }
    }
}

/// Whether the group is the body of `mod name { … }`.
fn is_module(before: &[TokenTree], group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
        && matches!(before, [.., TokenTree::Ident(word), TokenTree::Ident(_)]
            if word == "mod")
}

/// What comes after `::`.
fn after_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [TokenTree::Punct(a), TokenTree::Punct(b), rest @ ..]
            if a.as_char() == ':' && b.as_char() == ':' =>
        {
            Some(rest)
        }
        _ => None,
    }
}
