//! Data files that nobody means well with: each gives a right result or one
//! clear error, in little memory and time.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;
use checks::place::{FAILURE, Place, Run, program};

/// So many kilobytes of memory are enough: some for the program itself, and
/// about twenty times the largest file.
const MEMORY: u32 = 250_000;

/// Runs the program where it may not ask for more than [`MEMORY`].
fn run_in_little(place: &Place, words: &[&str]) -> Result<Run> {
    if !cfg!(target_os = "linux") {
        return place.run(words);
    }
    let line = format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &line])
        .arg(program())
        .args(words)
        .current_dir(place.path(""))
        .output()?;
    output.try_into()
}

/// What is printed after a few steps on a file.
fn learns(place: &Place, text: impl AsRef<[u8]>) -> Result<String> {
    place.write("odd.txt", text)?;
    let words = ["train", "--steps", "3", "--data", "odd.txt"];
    let run = run_in_little(place, &words)?;
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{}", run.stdout);
    Ok(run.stdout)
}

fn assert_starts(printed: &str, documents: usize, ids: usize) {
    let says = format!("num docs: {documents}\nvocab size: {ids}\n");
    assert!(printed.starts_with(&says), "{says}{printed}");
}

#[test]
fn a_mark_of_the_byte_order_is_no_letter() -> Result<()> {
    let place = Place::new()?;
    let plain = learns(&place, "emma\nava\n")?;
    assert_eq!(learns(&place, "\u{feff}emma\nava\n")?, plain);
    assert_eq!(learns(&place, "\u{feff}emma\r\nava\r\n")?, plain);
    place.write("empty.txt", "\u{feff}")?;
    place.refuses(
        FAILURE,
        &["--data", "empty.txt"],
        &["empty.txt", "blank"],
    )?;
    // Elsewhere it is a character like any other.
    assert_starts(&learns(&place, "em\u{feff}ma\n\u{feff}\n")?, 2, 5);
    Ok(())
}

#[test]
fn bytes_that_are_no_text_are_told_by_their_line() -> Result<()> {
    let place = Place::new()?;
    for bytes in [
        &b"\xed\xa0\x80"[..],            // half of a pair, alone
        b"\xed\xa0\xbd\xed\xb8\x80",     // a pair, each half by itself
        b"\xc0\x80",                     // NUL in two bytes
        b"\xf4\x90\x80\x80",             // beyond the last character
        b"\xf0\x9f\x98",                 // the file ends too soon
        b"\xff\xfee\x00m\x00m\x00a\x00", // UTF-16
    ] {
        let bytes = [b"\xef\xbb\xbfemma\r\nava\r", bytes].concat();
        place.write("odd.txt", bytes)?;
        let says = ["odd.txt", "line 3", "UTF-8"];
        place.refuses(FAILURE, &["--data", "odd.txt"], &says)?;
        assert_eq!(place.files()?.len(), 2);
    }
    Ok(())
}

#[test]
fn any_character_of_unicode_is_a_letter() -> Result<()> {
    let place = Place::new()?;
    for (text, documents, ids) in [
        ("em\0ma\n\0\n", 2, 5),
        // An accent of its own, and a letter that has one: not the same.
        ("zoe\u{308}\nzoë\n", 2, 6),
        // From right to left, and a sign that turns the direction.
        ("שרה\nמרים\n\u{202e}emma\n", 3, 11),
        ("\u{10ffff}\u{e000}\u{fffe}\n", 1, 4),
        ("👩‍👩‍👧‍👦\n", 1, 5),
        ("\u{1b}[2J\u{7}\u{8}\n", 1, 7),
    ] {
        let printed = learns(&place, text)?;
        assert_starts(&printed, documents, ids);
    }
    Ok(())
}

#[test]
fn a_line_of_ten_megabytes_is_one_document() -> Result<()> {
    let place = Place::new()?;
    assert_starts(&learns(&place, "emma".repeat(2_500_000))?, 1, 4);
    let words = ["loss", "--steps", "1", "--data", "odd.txt", "emma"];
    let run = run_in_little(&place, &words)?;
    assert_eq!(run.code, Some(0), "{run:?}");
    // And there may be nothing in it.
    place.write("blank.txt", " ".repeat(10_000_000))?;
    let run = run_in_little(&place, &["--data", "blank.txt"])?;
    assert_eq!((run.code, run.stderr.lines().count()), (Some(FAILURE), 1));
    Ok(())
}

#[test]
fn two_million_lines_are_so_many_documents() -> Result<()> {
    let place = Place::new()?;
    let printed = learns(&place, "emma\nava\r\n".repeat(1_000_000))?;
    assert_starts(&printed, 2_000_000, 5);
    assert_starts(&learns(&place, "\r".repeat(10_000_000) + "a")?, 1, 2);
    let bytes = [&b"\n".repeat(2_000_000)[..], b"\xff"].concat();
    place.write("odd.txt", bytes)?;
    let says = ["odd.txt", "line 2000001"];
    place.refuses(FAILURE, &["--data", "odd.txt"], &says)
}

#[test]
fn an_alphabet_of_all_characters_takes_seconds() -> Result<()> {
    let place = Place::new()?;
    let all: String = ('\0'..=char::MAX).rev().collect();
    place.write("all.txt", all)?;
    let start = Instant::now();
    let sizes = ["--n-embd", "1", "--n-head", "1"];
    let words = ["--data", "all.txt", "--samples", "0"];
    let printed = place.train(&[&words[..], &sizes].concat())?.stdout;
    // Two of them end a line, three are white space beside these; and bos.
    assert_starts(&printed, 2, 0x11_0000 - 0x800 - 2 - 3 + 1);
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(30), "{taken:?}");
    Ok(())
}

#[test]
fn a_letter_that_commands_a_terminal_is_not_printed() -> Result<()> {
    let place = Place::new()?;
    place.write("odd.txt", "\u{1b}[2Ja\n\u{7}b\n")?;
    let run = place.train(&["--data", "odd.txt", "--temperature", "9"])?;
    let printed = run.stdout.replace('\n', "");
    assert!(!printed.contains(char::is_control), "{printed:?}");
    assert!(printed.contains('\u{fffd}'), "{printed:?}");
    Ok(())
}
