//! The order of the modules: none uses a later one.

use std::path::Path;
use std::str::FromStr;

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use xtask::Problem;

use crate::reader::rust_files_below;

/// Each use of a later module, and each file that no module declares.
///
/// A module may use those that it declares itself.
///
/// # Errors
///
/// A file of `code/src` cannot be read, or is not Rust.
pub fn check(root: &Path) -> Result<Vec<Problem>> {
    let order = xtask::modules(&root.join("code/src"))?;
    let mut problems = Vec::new();
    for (file, text) in rust_files_below(root, "code/src")? {
        let name = file.trim_start_matches("code/src/").trim_end_matches(".rs");
        if name == "lib" {
            continue;
        }
        let Some(place) = order.iter().position(|module| module == name) else {
            let message = format!("no module declares `{name}`");
            problems.push(Problem { file, line: 1, message });
            continue;
        };
        let later = &order[place + 1..];
        let later = later.iter().filter(|other| !is_within(other, name));
        let tokens = TokenStream::from_str(&text)
            .map_err(|error| anyhow!("{file}: {error}"))?;
        let module = name.split('/').map(str::to_owned).collect();
        let mut uses = Uses { module, ..Uses::default() };
        uses.visit(tokens, 0);
        for (line, used) in uses.found {
            let mut later = later.clone();
            if let Some(later) = later.find(|later| is_within(&used, later)) {
                let message =
                    format!("`{name}` uses the later module `{later}`");
                problems.push(Problem { file: file.clone(), line, message });
            }
        }
    }
    problems.sort();
    problems.dedup();
    Ok(problems)
}

/// Whether a path leads to a module or into it.
fn is_within(path: &str, module: &str) -> bool {
    let rest = path.strip_prefix(module);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The paths that begin with `crate::` or `super::`, or with `microgpt::` in
/// an example of a doc comment: each with its line, from the crate's root on.
#[derive(Default)]
struct Uses {
    /// The names on the way from the root to the file's module.
    module: Vec<String>,
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

    fn word(&mut self, word: &Ident, rest: &[TokenTree], depth: usize) {
        let here = self.module.len() + depth;
        let mut levels = match word.to_string().as_str() {
            "crate" | "microgpt" => here,
            "super" => 1,
            _ => return,
        };
        let mut rest = after_colons(rest);
        while let Some([TokenTree::Ident(name), next @ ..]) = rest
            && name == "super"
        {
            levels += 1;
            rest = after_colons(next);
        }
        let above = here.checked_sub(levels);
        let above = above.and_then(|above| self.module.get(..above));
        if let (Some(above), Some(rest)) = (above, rest) {
            self.add(word, &above.join("/"), rest);
        }
    }

    /// Adds a path, or all paths of a list; `word` is its last one so far.
    fn add(&mut self, word: &Ident, path: &str, rest: &[TokenTree]) {
        match rest {
            [TokenTree::Ident(name), rest @ ..] => {
                let path = match path {
                    "" => name.to_string(),
                    _ => format!("{path}/{name}"),
                };
                let rest = after_colons(rest).unwrap_or_default();
                self.add(name, &path, rest);
            }
            [TokenTree::Group(list), ..] => {
                let tokens: Vec<TokenTree> =
                    list.stream().into_iter().collect();
                for part in tokens.split(is_comma) {
                    self.add(word, path, part);
                }
            }
            _ => {
                let line = word.span().start().line;
                self.found.push((line, path.to_owned()));
            }
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

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == ',')
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
