//! The pages as they are rendered: no dead link, no picture without a text,
//! no identifier twice on a page, nothing loaded from another host.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
};
use xtask::Problem;

use crate::reader::{Book, line_of};

/// Builds the book into a folder and checks every page there.
///
/// # Errors
///
/// The book cannot be built.
pub fn check(book: &Book, folder: &Path) -> Result<Vec<Problem>> {
    xtask::build(&book.root, Some(folder))?;
    let mut pages = BTreeMap::new();
    let mut problems = Vec::new();
    for file in files(folder)? {
        let text = || fs::read_to_string(&file).context("not text");
        let path = file.strip_prefix(folder)?;
        let path = path.to_string_lossy().replace('\\', "/");
        let extension = path.rsplit('.').next().unwrap_or_default();
        match extension {
            "html" | "svg" => pages.insert(path, Page::read(&text()?)),
            "css" => pages.insert(path, Page::style(text()?)),
            _ => None,
        };
    }
    for (path, page) in &pages {
        let found = page.problems(path, &pages, folder);
        problems.extend(
            found.into_iter().map(|found| in_source(book, path, found)),
        );
    }
    problems.sort();
    problems.dedup();
    Ok(problems)
}

/// Checks that each built page names the policy before it loads anything, and
/// has nothing within it that the policy forbids.
///
/// # Errors
///
/// A page cannot be read.
pub fn check_policy(folder: &Path, policy: &str) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for file in files(folder)? {
        if file.extension().is_some_and(|it| it == "html") {
            let name = file.strip_prefix(folder)?.display().to_string();
            let page = Page::read(&fs::read_to_string(&file)?);
            problems.extend(page.against(policy).map(|(line, message)| {
                Problem { file: name.clone(), line, message }
            }));
        }
    }
    problems.sort();
    Ok(problems)
}

/// Whether a tag declares the policy.
fn declares(tag: &Tag, policy: &str) -> bool {
    value(tag, "http-equiv") == Some("Content-Security-Policy")
        && value(tag, "content") == Some(policy)
}

/// What a tag has that a policy without inline scripts and styles forbids.
fn inline(tag: &Tag) -> Option<String> {
    let mut attributes = tag.attrs.iter().map(|it| &*it.name.local);
    if let Some(handler) = attributes.find(|name| name.starts_with("on")) {
        return Some(format!("`{handler}` is a script within the page"));
    }
    match name(tag) {
        "script" if value(tag, "src").is_none() => {
            Some("a script stands within the page".to_owned())
        }
        "style" => Some("a style sheet stands within the page".to_owned()),
        _ => None,
    }
}

/// All files below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// What the checks need of a rendered page.
#[derive(Default)]
struct Page {
    tags: Vec<(usize, Tag)>,
    /// Text of `<style>` and of `style="…"`.
    styles: Vec<(usize, String)>,
}

/// Something wrong on a rendered page: the line, the words to look for in the
/// source, and the message.
struct Found {
    line: usize,
    words: String,
    message: String,
}

impl Page {
    fn read(text: &str) -> Self {
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(text));
        let tokenizer = Tokenizer::new(Sink::default(), <_>::default());
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.page.into_inner()
    }

    fn style(text: String) -> Self {
        Self { tags: Vec::new(), styles: vec![(1, text)] }
    }

    fn ids(&self) -> impl Iterator<Item = (usize, &str)> {
        self.tags.iter().filter_map(|(line, tag)| {
            let id = value(tag, "id");
            let name = || value(tag, "name").filter(|_| name(tag) == "a");
            Some((*line, id.or_else(name)?))
        })
    }

    /// What speaks against the policy, and where.
    fn against(&self, policy: &str) -> impl Iterator<Item = (usize, String)> {
        let loads = ["script", "link", "style", "img", "iframe", "body"];
        let loads = |tag: &Tag| loads.contains(&name(tag));
        let mut head = self.tags.iter().take_while(|(_, tag)| !loads(tag));
        let is_first = head.any(|(_, tag)| declares(tag, policy));
        let late = "the policy does not come first".to_owned();
        let late = (!is_first).then_some((1, late));
        let inline = self
            .tags
            .iter()
            .filter_map(|(line, tag)| Some((*line, inline(tag)?)));
        late.into_iter().chain(inline)
    }

    fn problems(
        &self,
        path: &str,
        pages: &BTreeMap<String, Page>,
        folder: &Path,
    ) -> Vec<Found> {
        let mut found = Vec::new();
        let mut ids = BTreeSet::new();
        for (line, id) in self.ids() {
            if !ids.insert(id) {
                let message = format!("the id `{id}` comes twice on the page");
                found.push(Found { line, words: id.to_owned(), message });
            }
        }
        for (line, tag) in &self.tags {
            let mut add = |words: &str, message| {
                let (line, words) = (*line, words.to_owned());
                found.push(Found { line, words, message });
            };
            if let Some(message) = without_text(tag) {
                add(value(tag, "src").unwrap_or_default(), message);
            }
            for (attribute, target) in targets(tag) {
                let message = if is_remote(target) {
                    loads(tag, &attribute)
                        .then(|| format!("`{target}` is on another host"))
                } else if path == "404.html" {
                    None
                } else {
                    dead_link(path, target, pages, folder)
                };
                if let Some(message) = message {
                    add(target, message);
                }
            }
        }
        for (line, style) in &self.styles {
            found.extend(style_problems(*line, style));
        }
        found
    }
}

/// Collects what a page needs from html5ever's tokens.
#[derive(Default)]
struct Sink {
    page: RefCell<Page>,
    in_style: RefCell<bool>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let line = usize::try_from(line).unwrap_or_default();
        let mut page = self.page.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let starts = tag.kind == TagKind::StartTag;
                *self.in_style.borrow_mut() = starts && name(&tag) == "style";
                if starts {
                    if let Some(style) = value(&tag, "style") {
                        page.styles.push((line, style.to_owned()));
                    }
                    let raw = name(&tag) == "script";
                    page.tags.push((line, tag));
                    if raw {
                        use html5ever::tokenizer::states::RawKind::ScriptData;
                        return TokenSinkResult::RawData(ScriptData);
                    }
                }
            }
            Token::CharacterTokens(text) if *self.in_style.borrow() => {
                page.styles.push((line, text.to_string()));
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn name(tag: &Tag) -> &str {
    &tag.name
}

fn value<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    let attribute = tag.attrs.iter().find(|a| &*a.name.local == name)?;
    Some(&attribute.value)
}

/// The addresses that a tag names, each with its attribute.
fn targets(tag: &Tag) -> Vec<(String, &str)> {
    let mut targets = Vec::new();
    for attribute in &tag.attrs {
        let text: &str = &attribute.value;
        match &*attribute.name.local {
            name @ ("href" | "xlink:href" | "src" | "poster" | "data") => {
                targets.push((name.to_owned(), text));
            }
            "srcset" => targets.extend(text.split(',').filter_map(|part| {
                Some(("srcset".to_owned(), part.split_whitespace().next()?))
            })),
            _ => {}
        }
    }
    targets
}

fn is_remote(target: &str) -> bool {
    let target = target.trim().to_ascii_lowercase();
    ["http:", "https:", "//", "ws:", "wss:", "ftp:"]
        .iter()
        .any(|scheme| target.starts_with(scheme))
}

/// Whether the browser fetches the address by itself.
fn loads(tag: &Tag, attribute: &str) -> bool {
    match name(tag) {
        "a" | "area" => false,
        "link" => {
            let relation = value(tag, "rel").unwrap_or_default();
            !["canonical", "license", "author"].contains(&relation)
        }
        _ => attribute != "data" || name(tag) == "object",
    }
}

fn without_text(tag: &Tag) -> Option<String> {
    let text = value(tag, "alt").unwrap_or_default().trim();
    let image = value(tag, "src").unwrap_or_default();
    (name(tag) == "img" && text.is_empty())
        .then(|| format!("the image `{image}` has no alternative text"))
}

fn style_problems(line: usize, style: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (line, text) in (line..).zip(style.lines()) {
        let plain = text.replace(['"', '\''], "").to_ascii_lowercase();
        let remote = ["url(", "@import "].iter().any(|start| {
            plain
                .match_indices(start)
                .any(|(at, _)| is_remote(&plain[at + start.len()..]))
        });
        if remote {
            let words = text.trim().to_owned();
            let message = format!("`{words}` is on another host");
            found.push(Found { line, words, message });
        }
    }
    found
}

/// Says why a link within the book leads nowhere.
fn dead_link(
    from: &str,
    target: &str,
    pages: &BTreeMap<String, Page>,
    folder: &Path,
) -> Option<String> {
    let scheme = target.split(['/', '?', '#']).next().unwrap_or_default();
    if scheme.contains(':') {
        return None; // mailto:, data:, javascript:
    }
    let (address, id) = target.split_once('#').unwrap_or((target, ""));
    let address = decode(address.split('?').next().unwrap_or_default());
    let mut path = resolve(from, &address);
    if folder.join(&path).is_dir() {
        path = resolve(&format!("{path}/"), "index.html");
    }
    if !folder.join(&path).is_file() {
        return Some(format!("`{target}` leads to no page or file"));
    }
    let id = decode(id);
    let page = pages.get(&path).filter(|_| !id.is_empty())?;
    let known = page.ids().any(|(_, known)| known == id);
    (!known).then(|| format!("`{target}` leads to no `id` of {path}"))
}

/// The path, from the book's root, of an address on the page `from`.
fn resolve(from: &str, address: &str) -> String {
    if address.is_empty() {
        return from.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// Turns each `%41` of an address into its letter.
fn decode(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let [first, tail @ ..] = rest {
        let code =
            tail.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        if let (b'%', Some(byte)) = (first, code) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Finds the line of the source to which a problem of a rendered page goes
/// back; if there is none, names the rendered page.
fn in_source(book: &Book, path: &str, found: Found) -> Problem {
    let Found { line, words, message } = found;
    let page = path.replace(".html", ".md");
    let source = book.source.join(page).to_string_lossy().replace('\\', "/");
    let written = words.replace(".html", ".md");
    let first = book.chapters.iter().filter(|_| path == "index.html").take(1);
    let same = book.chapters.iter().filter(|chapter| chapter.file == source);
    let all = book.chapters.iter().filter(|_| path == "print.html");
    for chapter in same.chain(first).chain(all).filter(|_| !words.is_empty()) {
        let place = chapter.text.find(&words);
        if let Some(place) = place.or_else(|| chapter.text.find(&written)) {
            return chapter.problem(line_of(&chapter.text, place), message);
        }
    }
    let copied = book.source.join(path).to_string_lossy().replace('\\', "/");
    let is_copy = book.root.join(&copied).is_file();
    let file = if is_copy { copied } else { format!("book/{path}") };
    Problem { file, line, message }
}
