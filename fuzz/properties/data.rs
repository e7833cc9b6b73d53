//! What holds for any file of data, however odd its bytes.

use microgpt::guards::{self, DataError};

/// White space for Python's `str.strip`, written out.
const SPACES: &str = "\t\n\u{b}\u{c}\r\u{1c}\u{1d}\u{1e}\u{1f} \u{85}\u{a0}\
    \u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\
    \u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";

/// Fails unless the bytes are read as a patient person would read them.
pub fn holds(bytes: &[u8]) {
    match guards::text(bytes.to_vec()) {
        Ok(text) => {
            let written = std::str::from_utf8(bytes);
            let written = written.expect("what is no text was taken for one");
            let marked = written.strip_prefix('\u{feff}');
            assert_eq!(text, marked.unwrap_or(written));
            same_documents(&text);
        }
        Err(DataError::NotUtf8(line)) => assert_eq!(line, line_at_fault(bytes)),
        Err(other) => panic!("{other}"),
    }
}

/// Letter by letter, the documents of a text are what they are said to be.
fn same_documents(text: &str) {
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    for letter in text.chars() {
        if letter == '\n' || letter == '\r' {
            lines.push(Vec::new());
        } else if let Some(line) = lines.last_mut() {
            line.push(letter);
        }
    }
    let is_space = |letter: Option<&char>| {
        letter.is_some_and(|&letter| SPACES.contains(letter))
    };
    let mut expected: Vec<String> = Vec::new();
    for mut line in lines {
        while is_space(line.last()) {
            line.pop();
        }
        line.reverse();
        while is_space(line.last()) {
            line.pop();
        }
        if !line.is_empty() {
            expected.push(line.into_iter().rev().collect());
        }
    }
    match guards::documents(text) {
        Ok(documents) => assert_eq!(documents, expected),
        Err(DataError::Empty) => assert_eq!(expected, Vec::<String>::new()),
        Err(other) => panic!("{other}"),
    }
}

/// The line, from 1, of the first byte that is no text.
fn line_at_fault(bytes: &[u8]) -> usize {
    let fault = std::str::from_utf8(bytes).map_or_else(
        |error| error.valid_up_to(),
        |_| panic!("a text was refused"),
    );
    let mut line = 1;
    for (place, &byte) in bytes[..fault].iter().enumerate() {
        let ends_with_next =
            byte == b'\r' && bytes[..fault].get(place + 1) == Some(&b'\n');
        if byte == b'\n' || byte == b'\r' && !ends_with_next {
            line += 1;
        }
    }
    line
}
