//! What a chapter owes its reader: listings that fit a screen, headings in
//! order, checkpoints and exercises, words spelled right.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};
use typos_vars::Category;
use unicase::UniCase;
use xtask::Problem;

use crate::exercises::exercises_of;
use crate::reader::{Book, Chapter, Kind, line_of};

/// A listing has at most so many lines, and a page so many notes.
const LINES: usize = 25;
const NOTES: usize = 5;

/// A chapter has at least so many checkpoints, and so many exercises.
const CHECKPOINTS: usize = 4;
const EXERCISES: std::ops::RangeInclusive<usize> = 2..=4;

/// Words that the dictionary takes for mistakes, and the book does not: one a
/// line, in the folder of the checks.
const WORDS: &str = "tests/words.txt";

/// Checks every page.
///
/// # Errors
///
/// The list of words cannot be read.
pub fn check(book: &Book) -> Result<Vec<Problem>> {
    let words = words(&book.root)?;
    let mut problems = Vec::new();
    for chapter in &book.chapters {
        problems.extend(long_listings(chapter));
        problems.extend(heading_problems(chapter));
        problems.extend(link_problems(chapter));
        problems.extend(misspelled(chapter, &words));
        problems.extend(notes(chapter));
    }
    problems.sort();
    Ok(problems)
}

/// Checks that each numbered chapter lets its reader think and try; the first
/// page has no exercises yet.
pub fn lessons(book: &Book) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, chapter) in book.chapters.iter().enumerate() {
        let is_numbered = chapter.is_numbered();
        if !is_numbered && index > 0 {
            continue;
        }
        let count = chapter.text.matches("<details>").count();
        if count < CHECKPOINTS {
            let message = format!("{count} checkpoints, not {CHECKPOINTS}");
            problems.push(chapter.problem(1, message));
        }
        let count = exercises_of(chapter, false).count();
        if is_numbered && !EXERCISES.contains(&count) {
            let (least, most) = (EXERCISES.start(), EXERCISES.end());
            let message = format!("{count} exercises, not {least} to {most}");
            problems.push(chapter.problem(1, message));
        }
    }
    problems
}

fn long_listings(chapter: &Chapter) -> Vec<Problem> {
    let mut problems = Vec::new();
    for fence in &chapter.fences {
        let lines = fence.text.trim_end().lines().count();
        if fence.kind != Kind::Other && lines > LINES {
            let message = format!("a listing of {lines} lines, over {LINES}");
            problems.push(chapter.problem(fence.line, message));
        }
    }
    problems
}

/// The events of a page, as mdBook reads it.
fn events(
    text: &str,
) -> impl Iterator<Item = (Event<'_>, std::ops::Range<usize>)> {
    Parser::new_ext(text, xtask::options()).into_offset_iter()
}

/// A page has one title, and no heading skips a level.
fn heading_problems(chapter: &Chapter) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut last: Option<HeadingLevel> = None;
    for (event, range) in events(&chapter.text) {
        let Event::Start(Tag::Heading { level, .. }) = event else { continue };
        let message = match last {
            None if level != HeadingLevel::H1 => {
                Some(format!("the first heading is {level}, not h1"))
            }
            Some(_) if level == HeadingLevel::H1 => {
                Some("a second h1".to_owned())
            }
            Some(last) if level as usize > last as usize + 1 => {
                Some(format!("{level} follows {last}"))
            }
            _ => None,
        };
        let line = line_of(&chapter.text, range.start);
        problems.extend(message.map(|it| chapter.problem(line, it)));
        last = Some(level);
    }
    problems
}

/// A link to another host is `https://` and names a host.
fn link_problems(chapter: &Chapter) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (event, range) in events(&chapter.text) {
        let Event::Start(Tag::Link { dest_url, .. }) = event else { continue };
        let Some((scheme, rest)) = dest_url.split_once(':') else { continue };
        let host = rest.trim_start_matches("//").split(['/', '?', '#']).next();
        let host = host.unwrap_or_default();
        let is_host = host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
        let is_whole = scheme == "https"
            && rest.starts_with("//")
            && !rest.contains(char::is_whitespace);
        if !(is_whole && is_host) {
            let line = line_of(&chapter.text, range.start);
            let message = format!("`{dest_url}` is no address");
            problems.push(chapter.problem(line, message));
        }
    }
    problems
}

fn notes(chapter: &Chapter) -> Option<Problem> {
    let is_note =
        |event: &Event| matches!(event, Event::Start(Tag::BlockQuote(Some(_))));
    let count = events(&chapter.text).filter(|(event, _)| is_note(event));
    let count = count.count();
    let message = format!("{count} notes, over {NOTES}");
    (count > NOTES).then(|| chapter.problem(1, message))
}

/// The words that the book may use in spite of the dictionary.
fn words(root: &Path) -> Result<Vec<String>> {
    let path = root.join(WORDS);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path).context(WORDS)?;
    Ok(text.lines().map(str::to_lowercase).collect())
}

/// Words of the prose that are known mistakes, or not spelled as in Britain.
fn misspelled(chapter: &Chapter, known: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut in_code = false;
    for (event, range) in events(&chapter.text) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if !in_code => {
                let words = text.split(|c: char| !c.is_alphabetic());
                for word in words.filter(|word| !word.is_empty()) {
                    if known.contains(&word.to_lowercase()) {
                        continue;
                    }
                    if let Some(right) = correction(word) {
                        let line = line_of(&chapter.text, range.start);
                        let message = format!("`{word}`: {right}?");
                        problems.push(chapter.problem(line, message));
                    }
                }
            }
            _ => {}
        }
    }
    problems
}

/// How a word should be spelled, if it is known to be wrong.
fn correction(word: &str) -> Option<String> {
    let word = UniCase::new(word);
    if let Some(corrections) = typos_dict::WORD.find(&word) {
        return Some(corrections.join(" or "));
    }
    let (places, variants) = typos_vars::VARS.find(&word)?.first()?;
    let british = Category::BritishIse;
    let right = typos_vars::corrections(british, **variants);
    (places & british as u8 == 0).then(|| right.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::correction;

    #[test]
    fn mistakes_and_american_spellings_are_found() {
        assert_eq!(correction("recieve").as_deref(), Some("receive"));
        assert_eq!(correction("Behavior").as_deref(), Some("behaviour"));
        for word in ["behaviour", "memorised", "gradient", "emma", "logits"] {
            assert_eq!(correction(word), None, "{word}");
        }
    }
}
