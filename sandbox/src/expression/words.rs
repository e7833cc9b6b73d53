//! From characters to words: numbers, names and signs.

use super::fault::{Fault, Mistake};
use crate::number::decimal;

/// Longer texts are refused at once, and so nesting has a bound too.
const CHARACTERS: usize = 200;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Number(f64),
    Name,
    Plus,
    Minus,
    Times,
    Over,
    Power,
    Equals,
    Open,
    Close,
    Semicolon,
    /// Where the text ends.
    End,
}

/// A word of an expression, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Word {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// The words of a text; the last is its end.
///
/// Before the first unknown character all are ASCII. So places are the same
/// in bytes and in characters.
pub(super) fn words(text: &str) -> Result<Vec<Word>, Mistake> {
    let characters = text.chars().count();
    if characters > CHARACTERS {
        let fault = Fault::TooLong(characters, CHARACTERS);
        return Err(Mistake::new(fault, CHARACTERS));
    }
    let mut words = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        if first.is_ascii_whitespace() {
            start += 1;
            continue;
        }
        let (kind, length) = word(&text[start..], first)
            .map_err(|fault| Mistake::new(fault, start))?;
        let end = start + length;
        words.push(Word { kind, start, end });
        start = end;
    }
    if words.is_empty() {
        return Err(Mistake::new(Fault::Empty, 0));
    }
    words.push(Word { kind: Kind::End, start, end: start });
    Ok(words)
}

/// The word at the beginning of a text, and how long it is.
fn word(text: &str, first: char) -> Result<(Kind, usize), Fault> {
    let kind = match first {
        '0'..='9' | '.' => return number(text),
        'a'..='z' | 'A'..='Z' | '_' => {
            let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let length = text.find(|c| !inside(c)).unwrap_or(text.len());
            return Ok((Kind::Name, length));
        }
        '*' if text.starts_with("**") => return Ok((Kind::Power, 2)),
        '+' => Kind::Plus,
        '-' => Kind::Minus,
        '*' => Kind::Times,
        '/' => Kind::Over,
        '=' => Kind::Equals,
        '(' => Kind::Open,
        ')' => Kind::Close,
        ';' => Kind::Semicolon,
        '^' => return Err(Fault::Caret),
        other => return Err(Fault::UnknownChar(other)),
    };
    Ok((kind, 1))
}

/// The number at the beginning of a text, such as 3, .5 or 1e-3.
fn number(text: &str) -> Result<(Kind, usize), Fault> {
    let digits = |from: usize| {
        let rest = text.bytes().skip(from);
        rest.take_while(u8::is_ascii_digit).count()
    };
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        end += 1;
        end += digits(end);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = text[end + 1..].starts_with(['+', '-']);
        let power = end + 1 + usize::from(sign);
        if digits(power) > 0 {
            end = power + digits(power);
        }
    }
    let what = text[..end].to_owned();
    let number = decimal(&what);
    if number.is_nan() {
        return Err(Fault::NoNumber(what));
    }
    if number.is_infinite() {
        return Err(Fault::NotFinite { what, number });
    }
    Ok((Kind::Number(number), end))
}
