//! What Look inside does, on its two pages.

use anyhow::{Result, ensure};
use sandbox::inside::Inside;
use sandbox::train::Run;
use thirtyfour::Key;

use crate::Test;
use crate::page::Page;

/// The word, the box of the step, and the buttons around the letters.
const WORD: &str = "gpt-inside input[autocapitalize]";
const STEP: &str = "gpt-inside .slider input[type='text']";
const BACK: &str = "gpt-inside .read > button:first-child";
const NEXT: &str = "gpt-inside .read > button:last-child";
/// The models to choose from: the book's, and that of Train.
const BOOKS: &str = "gpt-inside .option:nth-of-type(1) label";
const YOURS: &str = "gpt-inside .option:nth-of-type(2) label";
/// What made the chosen number.
const BEHIND: &str = "gpt-inside .behind";
/// A cell that the Tab key reaches: that of the scores.
const SCORES: &str =
    "gpt-inside [role='grid'][aria-label='scores'] [tabindex='0']";

/// The tests of this module.
pub fn tests() -> Vec<Test> {
    vec![
        Test::of_widget("inside, each number is the crate's", same_numbers),
        Test::of_widget("inside, a cell tells what made it", behind),
        Test::of_widget("inside, keys go from cell to cell", keys),
        Test::of_widget(
            "inside, heads and cache grow letter by letter",
            growing,
        ),
        Test::of_widget("inside, the model of Train can be seen", of_train),
        Test::of_widget("inside, a link restores what was seen", link),
        Test::of_widget("inside, a wrong link is told", wrong_link),
        Test::of_widget(
            "inside, bad input is told and the rest kept",
            bad_input,
        ),
        Test::of_widget("inside, two models can be seen at once", two),
        Test::of_widget("inside, a long word makes no long task", no_long_task),
    ]
}

/// For each position the stages: their names and their numbers.
type Numbers = Vec<Vec<(String, Vec<f64>)>>;

/// Opens a page, wakes its widget, and waits until it shows a model.
fn awake(page: &Page, address: &str) -> Result<()> {
    page.open(address)?;
    page.wake_widgets()?;
    idle(page)
}

/// Waits until the widget has shown what it was asked to.
fn idle(page: &Page) -> Result<()> {
    page.wait_until("!document.querySelector('gpt-inside').isBusy", 30)
}

/// The numbers that a widget holds: of all positions and stages.
fn numbers(page: &Page, index: usize) -> Result<Numbers> {
    page.eval(&format!(
        "document.querySelectorAll('gpt-inside')[{index}].seen.places.map(\
         (stages) => stages.map(({{ name, numbers }}) => [name, [...numbers]]))"
    ))
}

/// What the crate finds.
fn expected(run: &Run, word: &str) -> Result<Numbers> {
    let inside = Inside::new(run, word)?;
    let places = (0..inside.letters().len()).map(|position| {
        let stages = inside.stages(position)?;
        let stages = stages.into_iter();
        Ok(stages.map(|stage| (stage.name, stage.numbers)).collect())
    });
    places.collect()
}

fn trained(steps: usize) -> Result<Run> {
    let mut run = Run::new("adam", 0.01)?;
    run.seek(steps)?;
    Ok(run)
}

fn same_numbers(page: &Page) -> Result<()> {
    for (address, word) in
        [("attention.html", "kamon"), ("forward.html", "emma")]
    {
        awake(page, address)?;
        let found = numbers(page, 0)?;
        let right = expected(&trained(1000)?, word)?;
        ensure!(found == right, "{address}");
    }
    page.paste_into(WORD, "abcdefghijklmno")?;
    page.type_into(STEP, "137")?;
    idle(page)?;
    let word = expected(&trained(137)?, "abcdefghijklmno")?;
    ensure!(numbers(page, 0)? == word, "a long word at step 137");
    page.screenshot("inside-a-long-word")
}

fn behind(page: &Page) -> Result<()> {
    awake(page, "attention.html")?;
    let told = page.text(BEHIND)?;
    for part in [
        "scores of n, head 1, for bos (place 0)",
        "query of head 1 · key 0, of bos:",
        "Divided by √4:",
    ] {
        ensure!(told.contains(part), "{part}: {told}");
    }
    for (stage, part) in [
        ("query", "row 0 of layer0.attn_wq · norm before attention:"),
        ("weights", "e to the power of each of the 6 numbers"),
        ("answers", "weights of head 1 · number 0 of each value:"),
        ("norm before attention", "norm of the embedding × 1 / size:"),
        ("key of bos, number 0", "row 0 of layer0.attn_wk"),
    ] {
        let cell = match stage.split_once(',') {
            Some(_) => format!("[aria-label^='{stage}']"),
            None => format!("[aria-label='{stage}'] [role='gridcell']"),
        };
        page.run(&format!(
            "document.querySelector(\"gpt-inside {cell}\").dispatchEvent(\
             new PointerEvent('pointerover', {{ bubbles: true }}))"
        ))?;
        page.wait_until(
            &format!(
                "document.querySelector('{BEHIND}').textContent\
                 .includes('{part}')"
            ),
            10,
        )?;
    }
    page.run(
        "document.querySelector('gpt-inside .views').dispatchEvent(\
         new PointerEvent('pointerleave'))",
    )?;
    let again = page.text(BEHIND)?;
    ensure!(again == told, "{again}");
    Ok(())
}

fn keys(page: &Page) -> Result<()> {
    awake(page, "attention.html")?;
    let address: String = page.eval("location.pathname")?;
    for (key, cell) in
        [(Key::Right, 1), (Key::Right, 2), (Key::Down, 8), (Key::Left, 7)]
    {
        page.key(SCORES, key)?;
        idle(page)?;
        let state: (String, usize) = page.eval(
            "(({ stage, cell }) => [stage, cell])\
             (document.querySelector('gpt-inside').state)",
        )?;
        ensure!(state == ("scores".to_owned(), cell), "{state:?}");
    }
    let told = page.text(BEHIND)?;
    ensure!(told.contains("head 2, for k (place 1)"), "{told}");
    let now: String = page.eval("location.pathname")?;
    ensure!(now == address, "a key led to {now}");
    Ok(())
}

fn growing(page: &Page) -> Result<()> {
    awake(page, "attention.html?inside.position=0")?;
    let cells = "document.querySelectorAll(\
                 'gpt-inside .cache [role=gridcell]').length";
    page.click("gpt-inside .maps + details summary")?;
    page.wait_until(
        "document.querySelector('gpt-inside .maps + details td')",
        10,
    )?;
    for read in 1..=6 {
        let held: usize = page.eval(cells)?;
        ensure!(held == 8 * read, "{held} numbers of {read} cards");
        let rows: usize = page.eval(
            "document.querySelectorAll(\
             'gpt-inside .maps + details tbody tr').length",
        )?;
        ensure!(rows == 4 * read, "{rows} rows for {read} tokens");
        page.click(NEXT)?;
        idle(page)?;
    }
    let sums: Vec<f64> = page.eval(
        "[...document.querySelectorAll('gpt-inside .maps + details tbody tr')]\
         .map((row) => [...row.querySelectorAll('td')].reduce(\
         (sum, { textContent }) => sum + Number(textContent), 0))",
    )?;
    let even = sums.iter().all(|sum| (sum - 1.0).abs() < 0.005);
    ensure!(even, "weights that add up to {sums:?}");
    page.click(BACK)?;
    idle(page)?;
    let held: usize = page.eval(cells)?;
    ensure!(held == 40, "{held} numbers of 5 cards");
    page.screenshot("inside-the-cache")
}

fn of_train(page: &Page) -> Result<()> {
    awake(page, "forward.html")?;
    let off: bool = page
        .eval("document.querySelector('gpt-inside [value=train]').disabled")?;
    ensure!(off, "a model of Train, where none was trained");
    let why = page.text("gpt-inside .absent")?;
    ensure!(why.contains("has not been used yet"), "{why}");
    page.open(
        "training.html?train.optimizer=sgd&train.rate=0.5&train.step=30",
    )?;
    page.wake_widgets()?;
    page.wait_until(
        "document.querySelector('gpt-train').state.step === 30",
        30,
    )?;
    page.wait_until("!document.querySelector('gpt-train').isBusy", 30)?;
    awake(page, "forward.html")?;
    page.click(YOURS)?;
    idle(page)?;
    let mut run = Run::new("sgd", 0.5)?;
    run.seek(30)?;
    ensure!(numbers(page, 0)? == expected(&run, "emma")?, "another model");
    page.click(BOOKS)?;
    idle(page)?;
    ensure!(
        numbers(page, 0)? == expected(&trained(30)?, "emma")?,
        "the book's"
    );
    Ok(())
}

fn link(page: &Page) -> Result<()> {
    awake(page, "forward.html")?;
    page.type_into(WORD, "xqzzv")?;
    page.type_into(STEP, "20")?;
    page.click(BACK)?;
    page.click(
        "gpt-inside [aria-label='logits'] [role='gridcell']:nth-child(4)",
    )?;
    idle(page)?;
    page.wait_until("location.search.includes('logits')", 10)?;
    let before = (numbers(page, 0)?, page.text(BEHIND)?);
    ensure!(before.1.contains("logits of z, for d"), "{}", before.1);
    let address = page.address()?;
    page.open("welcome.html")?;
    awake(page, &address)?;
    let after = (numbers(page, 0)?, page.text(BEHIND)?);
    ensure!(after == before, "{address} shows something else");
    page.click("gpt-inside .foot button")?;
    page.wait_until("location.search === ''", 10)
}

fn wrong_link(page: &Page) -> Result<()> {
    for (query, sentence) in [
        ("word=zoë", "The character 'ë' is not in the alphabet."),
        ("step=3.5", "from 0 to 1000, not “3.5”."),
        ("stage=no", "There is no stage called “no”."),
        ("head=7", "There is no head “7”."),
        ("position=-1", "There is no position “-1”."),
        ("cell=many", "There is no number “many”."),
        ("optimizer=magic", "There is no optimizer called \"magic\"."),
    ] {
        awake(page, &format!("attention.html?inside.{query}"))?;
        let told = page.text("gpt-inside .general")?;
        ensure!(told.contains(sentence), "{query}: {told}");
        let word: String =
            page.eval("document.querySelector('gpt-inside').state.word")?;
        ensure!(word == "kamon", "{query} led to {word}");
    }
    Ok(())
}

fn bad_input(page: &Page) -> Result<()> {
    awake(page, "attention.html")?;
    let last = numbers(page, 0)?;
    let wrong = "gpt-inside .wrong:not(:empty)";
    let long = "a".repeat(10_000);
    for (field, typed, sentence) in [
        (WORD, "", "There is no document: every line is blank."),
        (WORD, "Emma", "The character 'E' is not in the alphabet."),
        (WORD, "abcdefghijklmnop", "16 letters are too many"),
        (WORD, &long, "10000 letters are too many"),
        (STEP, "x", "steps is a whole number from 0 to 1000, not “x”."),
        (STEP, "1001", "from 0 to 1000, not “1001”."),
    ] {
        page.put_into(field, typed)?;
        let told = page.text(wrong)?;
        ensure!(told.contains(sentence), "{typed:.20}: {told}");
        ensure!(numbers(page, 0)? == last, "{typed:.20} changed something");
        page.type_into(field, if field == STEP { "1000" } else { "kamon" })?;
        page.wait_until(&format!("!document.querySelector('{wrong}')"), 10)?;
        idle(page)?;
    }
    Ok(())
}

fn two(page: &Page) -> Result<()> {
    page.open("attention.html?inside2.step=0&inside2.word=ava")?;
    page.double("gpt-inside")?;
    page.wake_widgets()?;
    page.wait_until(
        "[...document.querySelectorAll('gpt-inside')].length === 2 && \
         [...document.querySelectorAll('gpt-inside')].every(\
         (one) => one.seen && !one.isBusy)",
        30,
    )?;
    let first = expected(&trained(1000)?, "kamon")?;
    ensure!(numbers(page, 0)? == first, "the first shows another model");
    let second = expected(&trained(0)?, "ava")?;
    ensure!(numbers(page, 1)? == second, "the second shows another model");
    Ok(())
}

fn no_long_task(page: &Page) -> Result<()> {
    page.assert_no_long_task(|| {
        awake(page, "forward.html?inside.word=abcdefghijklmno")?;
        let since = page.eval("performance.now()")?;
        for _ in 0..15 {
            page.click(BACK)?;
            idle(page)?;
        }
        page.paste_into(WORD, "onmlkjihgfedcba")?;
        page.type_into(STEP, "50")?;
        idle(page)?;
        Ok(since)
    })
}
