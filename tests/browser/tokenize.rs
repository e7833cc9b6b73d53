//! What Tokenize does.

use anyhow::{Context, Result, ensure};
use sandbox::tokenize::Alphabet;

use crate::Test;
use crate::page::{Page, quoted};

const TEXT: &str = "gpt-tokenize input";
const WRONG: &str = "gpt-tokenize .wrong:not(:empty)";
const SUMMARY: &str = "gpt-tokenize .summary";

pub fn tests() -> Vec<Test> {
    vec![
        Test::of_widget("tokens: a link restores what was seen", link),
        Test::of_widget("tokens: the ids are the crate's", same_ids),
        Test::of_widget("tokens: each prediction is a row", predictions),
        Test::of_widget("tokens: what is no text is told", bad_input),
        Test::of_widget("tokens: a wrong link is told", wrong_link),
        Test::of_widget("tokens: a long paste makes no long task", long_paste),
    ]
}

fn awake(page: &Page, query: &str) -> Result<()> {
    page.open(&format!("tokenizer.html{query}"))?;
    page.wake_widgets()?;
    idle(page)
}

fn idle(page: &Page) -> Result<()> {
    page.wait_until("!document.querySelector('gpt-tokenize').isBusy", 10)
}

/// Tokens, each with its id.
type Tokens = Vec<(String, usize)>;

/// The tokens and all else that is said of a text.
fn seen(page: &Page) -> Result<(Tokens, [String; 3])> {
    page.eval(
        "((text) => [\
         [...document.querySelectorAll('gpt-tokenize .tokens li')].map((it) => \
         [it.children[0].textContent, Number(it.children[1].textContent)]), \
         [text('.summary'), text('caption'), text('tbody')]])\
         ((part) => \
         document.querySelector(`gpt-tokenize ${part}`).textContent)",
    )
}

/// What the crate makes of a text.
fn expected(text: &str) -> Result<Tokens> {
    let alphabet = Alphabet::new()?;
    let ids = alphabet.encode(text)?;
    let tokens = alphabet.tokens(ids.clone());
    Ok(tokens.into_iter().zip(ids).collect())
}

fn same_ids(page: &Page) -> Result<()> {
    awake(page, "")?;
    let right = ["bos", "e", "m", "m", "a", "bos"];
    let (tokens, _) = seen(page)?;
    ensure!(tokens.iter().map(|(token, _)| token).eq(&right), "{tokens:?}");
    let long = "abcdefghijklmnopqrstuvwxyz".repeat(7);
    for text in ["emma", "q", " ava ", "zzyzx", &long] {
        page.put_into(TEXT, text)?;
        idle(page)?;
        let (tokens, _) = seen(page)?;
        ensure!(tokens == expected(text)?, "{text}: {tokens:?}");
    }
    Ok(())
}

fn predictions(page: &Page) -> Result<()> {
    awake(page, "?tokenize.text=ava")?;
    let (_, [_, caption, rows]) = seen(page)?;
    ensure!(caption == "What is predicted from what in “ava”", "{caption}");
    ensure!(rows == "bosabos avbos a vabos a v abos", "{rows}");
    for (text, summary) in [
        ("a", "“a” has 1 letter and 3 tokens, and makes 2 predictions."),
        (
            "abcdefghijklmno",
            "“abcdefghijklmno” has 15 letters and 17 tokens, and makes 16 \
             predictions.",
        ),
        (
            "abcdefghijklmnop",
            "“abcdefghijklmnop” has 16 letters and 18 tokens, and makes 17 \
             predictions. The book's model reads 16 tokens at most, and makes \
             only the first 16 of them.",
        ),
    ] {
        page.type_into(TEXT, text)?;
        idle(page)?;
        let said = page.text(SUMMARY)?;
        ensure!(said == summary, "{text}: {said}");
        let count: usize = page.eval(
            "document.querySelectorAll('gpt-tokenize tbody tr').length",
        )?;
        ensure!(count == text.len() + 1, "{text}: {count} rows");
    }
    Ok(())
}

fn bad_input(page: &Page) -> Result<()> {
    awake(page, "")?;
    let last = seen(page)?;
    let long = "a".repeat(10_000);
    for (typed, sentence, marked) in [
        ("", "There is no document: every line is blank.", ""),
        ("   ", "There is no document: every line is blank.", ""),
        ("Emma", "The character 'E' is not in the alphabet.", "E"),
        ("zoë-ann", "The character 'ë' is not in the alphabet.", "ë-"),
        ("jean luc", "The character ' ' is not in the alphabet.", "␣"),
        ("🦀", "The character '🦀' is not in the alphabet.", "🦀"),
        (&long, "10000 letters are too many to show: 200 is the most.", ""),
    ] {
        page.put_into(TEXT, typed)?;
        idle(page)?;
        let told = page.text(WRONG)?;
        ensure!(told == sentence, "{typed:.20}: {told}");
        let marks: String = page.eval(
            "[...document.querySelectorAll('gpt-tokenize mark')]\
             .map(({ textContent }) => textContent).join('')",
        )?;
        ensure!(marks == marked, "{typed:.20}: {marks:?} is marked");
        ensure!(seen(page)? == last, "{typed:.20} changed what was seen");
        page.type_into(TEXT, "emma")?;
        idle(page)?;
        let gone = "document.querySelectorAll(\
                    'gpt-tokenize .wrong:not(:empty), gpt-tokenize mark')";
        let left: usize = page.eval(&format!("{gone}.length"))?;
        ensure!(left == 0, "{typed:.20}: it is still told");
    }
    Ok(())
}

fn wrong_link(page: &Page) -> Result<()> {
    awake(page, "?tokenize.text=Zoë")?;
    let told = page.text("gpt-tokenize .general")?;
    ensure!(told == "The character 'Z' is not in the alphabet.", "{told}");
    let (tokens, _) = seen(page)?;
    ensure!(tokens == expected("emma")?, "{tokens:?}");
    Ok(())
}

fn long_paste(page: &Page) -> Result<()> {
    page.assert_no_long_task(|| {
        awake(page, "")?;
        let since = page.eval("performance.now()")?;
        for (typed, sentence) in
            [("ab", "20000 letters are too many"), ("é", "10000 letters")]
        {
            page.paste_into(TEXT, &typed.repeat(10_000))?;
            idle(page)?;
            let told = page.text(WRONG)?;
            ensure!(told.starts_with(sentence), "{told}");
        }
        page.paste_into(TEXT, &"ab".repeat(100))?;
        idle(page)?;
        let (tokens, _) = seen(page)?;
        ensure!(tokens.len() == 202, "{} tokens", tokens.len());
        Ok(since)
    })
}

fn link(page: &Page) -> Result<()> {
    awake(page, "")?;
    page.type_into(TEXT, "xqzzv")?;
    page.wait_until("location.search.includes('xqzzv')", 10)?;
    let before = seen(page)?;
    ensure!(before.0 == expected("xqzzv")?, "{:?}", before.0);
    let query: String = page.eval("location.search")?;
    page.open("welcome.html")?;
    awake(page, &query)?;
    ensure!(seen(page)? == before, "{query} shows something else");
    let typed: String =
        page.eval(&format!("document.querySelector({}).value", quoted(TEXT)))?;
    ensure!(typed == "xqzzv", "{typed}");
    page.click("gpt-tokenize .foot button")?;
    page.wait_until("location.search === ''", 10).context("a reset")
}
