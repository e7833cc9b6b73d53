//! What the widget Break does.

use std::fs;

use anyhow::{Context, Result, ensure};
use checks::root;
use sandbox::break_it::Bench;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::Test;
use crate::page::Page;

const TRAIN: &str = "gpt-break-it .row button";
const RESET: &str = "gpt-break-it .foot button";
const SUMMARY: &str = "gpt-break-it .summary";
/// The row of the broken model in the report.
const ROW: &str = "gpt-break-it .report tbody tr:nth-child(2)";
/// The part that is cheapest to train without.
const CHEAPEST: &str = "no MLP";

/// The tests of this module.
pub fn tests() -> Vec<Test> {
    vec![
        Test::of_widget("a broken run ends as the book's", same_run),
        Test::of_widget("a part that fails is told with its step", fails),
        Test::of_widget("another part starts from its beginning", other_part),
        Test::of_widget("a reset ends a broken run", reset),
        Test::of_widget("a link restores a broken run", link),
        Test::of_widget("a wrong link to a broken run is told", wrong_link),
        Test::of_widget("keys among the parts do not turn the page", keys),
        Test::of_widget("a broken run survives a change of theme", theme),
        Test::of_widget("without motion a broken run is not played", still),
        Test::of_widget("no task is long in a broken run", no_long_task),
    ]
}

/// Opens the page, and notes each part and step that is shown from then on.
fn awake(page: &Page, query: &str) -> Result<()> {
    page.open(&format!("break.html{query}"))?;
    page.wake_widgets()?;
    page.run(
        "const widget = document.querySelector('gpt-break-it');
         const show = widget.show.bind(widget);
         globalThis.shown = [];
         widget.show = async () => {
           await show();
           shown.push([widget.state.part, widget.state.step]);
         };",
    )
}

/// Each part and step that was shown since [`awake`].
fn shown(page: &Page) -> Result<Vec<(String, usize)>> {
    page.eval("shown")
}

/// The radio button of a part.
fn radio(part: &str) -> String {
    format!("gpt-break-it input[value='{part}']")
}

/// Waits until a step, or a later one, is shown.
fn reach(page: &Page, step: usize) -> Result<()> {
    let there =
        format!("document.querySelector('gpt-break-it').state.step >= {step}");
    page.wait_until(&there, 30)
}

/// Waits until nothing trains, and nothing waits to be shown.
fn rest(page: &Page) -> Result<()> {
    page.wait_until(
        "(({ play, isBusy }) => play.textContent === 'Train' && !isBusy)\
         (document.querySelector('gpt-break-it'))",
        60,
    )?;
    page.settle()
}

/// The part that is chosen, what is drawn of it, and what is told.
fn seen(page: &Page) -> Result<Value> {
    // JSON's numbers may lose their last bit on the way.
    page.eval(
        "(({ state, seen, element }) => [\
           document.querySelector('gpt-break-it :checked').value, state.step, \
           [...new BigUint64Array(seen.losses.slice().buffer)].map(String), \
           ...['.summary', '.report', '.line.accent'].map((selector) => \
             document.querySelector(`gpt-break-it ${selector}`).outerHTML)])\
         (document.querySelector('gpt-break-it'))",
    )
}

/// The bits of the losses of a run with a part broken, as [`seen`] tells them.
fn losses(part: &str) -> Result<Value> {
    let mut trial = Bench::new()?.trial(part)?;
    trial.advance(usize::MAX)?;
    let losses = trial.losses();
    Ok(losses.iter().map(|loss| loss.to_bits().to_string()).collect())
}

/// The words of the book's report about a part, without its name.
fn report(part: &str) -> Result<Vec<String>> {
    let path = root().join("tests/snapshots/example_break_it.snap");
    let report = fs::read_to_string(path)?;
    let line = report.lines().find_map(|line| line.strip_prefix(part));
    let words = line.context("there is no such part")?.split_whitespace();
    Ok(words.map(str::to_owned).collect())
}

fn same_run(page: &Page) -> Result<()> {
    awake(page, "")?;
    page.click(&radio(CHEAPEST))?;
    page.click(TRAIN)?;
    reach(page, 1000)?;
    rest(page)?;
    let seen = seen(page)?;
    ensure!(seen[0] == json!(CHEAPEST), "{} is chosen", seen[0]);
    ensure!(seen[2] == losses(CHEAPEST)?, "other losses");
    let book = report(CHEAPEST)?;
    let row = page.text(ROW)?;
    let row = row.strip_prefix(CHEAPEST).unwrap_or_default();
    ensure!(row.split_whitespace().eq(&book), "{row}, not {book:?}");
    let whole = report("nothing broken")?;
    let means = format!("mean of {}. With nothing broken it is", book[1]);
    page.says(SUMMARY, &format!("{means} {}.", whole[1]))?;
    page.says("gpt-break-it .told", "the last hundred losses")?;
    page.screenshot("break-at-the-end")
}

fn fails(page: &Page) -> Result<()> {
    let part = "no zeroing";
    awake(page, "?break.part=no+zeroing")?;
    page.click(TRAIN)?;
    reach(page, 100)?;
    let early = page.text("gpt-break-it")?;
    ensure!(!early.contains("fails"), "it is told before it is trained");
    rest(page)?;
    let failed = report(part)?.pop().context("no step")?;
    page.says(
        SUMMARY,
        &format!("With {part}, training fails at step {failed}"),
    )?;
    page.says(ROW, &format!("fails at {failed}"))?;
    page.says("gpt-break-it .chart", &format!("fails at {failed}"))?;
    let seen = seen(page)?;
    ensure!(seen[2] == losses(part)?, "other losses");
    // A link leads there, and so does one to a step beyond it.
    let step = format!("break.step={failed}");
    page.wait_until(&format!("location.search.includes('{step}')"), 10)?;
    for step in [&step, "break.step=1000"] {
        awake(page, &format!("?break.part=no+zeroing&{step}"))?;
        ensure!(self::seen(page)? == seen, "{step} shows something else");
    }
    Ok(())
}

/// Lets somebody click, one thing after another, while the answer to a
/// question that comes after the hundredth step is on its way.
fn click_during(page: &Page, question: &str, clicks: &[&str]) -> Result<()> {
    page.run(&format!(
        "const post = Worker.prototype.postMessage;
         let waits = true;
         Worker.prototype.postMessage = function (message, ...others) {{
           post.call(this, message, ...others);
           const {{ step }} = document.querySelector('gpt-break-it').state;
           if (waits && step >= 100 && message.question === '{question}') {{
             waits = false;
             globalThis.clickedAt = shown.length;
             {}.forEach((it) => document.querySelector(it).click());
           }}
         }};",
        json!(clicks)
    ))?;
    page.click(TRAIN)?;
    page.wait_until("globalThis.clickedAt", 30)
}

/// How far the worker has led a part.
fn trained(page: &Page, part: &str) -> Result<usize> {
    page.execute(&format!(
        "const {{ ask }} = await import('/sandbox/built/engine.js');
         return ask('break_it.steps', '{part}');"
    ))
}

/// What is shown after somebody clicked as [`click_during`] tells.
fn shown_after(page: &Page) -> Result<Vec<(String, usize)>> {
    let clicked: usize = page.eval("clickedAt")?;
    Ok(shown(page)?.split_off(clicked))
}

fn other_part(page: &Page) -> Result<()> {
    awake(page, "?break.part=no+norm")?;
    click_during(page, "break_it.steps", &[&radio(CHEAPEST)])?;
    rest(page)?;
    let after = shown_after(page)?;
    ensure!(after == [(CHEAPEST.to_owned(), 0)], "{after:?}");
    let ahead = trained(page, CHEAPEST)?;
    ensure!(ahead == 0, "{ahead} steps were trained unasked");
    page.says(SUMMARY, "Guess how the line of “no MLP” will run.")?;
    page.click(TRAIN)?;
    begins(page, CHEAPEST)?;
    // Whoever chooses a part may train it at once.
    awake(page, "?break.part=no+norm")?;
    let part = "no attention";
    click_during(page, "break_it.look", &[&radio(part), TRAIN])?;
    begins(page, part)
}

/// Fails unless a part is trained from its beginning, and no other; and ends
/// that.
fn begins(page: &Page, part: &str) -> Result<()> {
    page.wait_until(
        &format!(
            "shown.some(([part, step]) => part === '{part}' && step > 60)"
        ),
        30,
    )?;
    page.click(TRAIN)?;
    rest(page)?;
    let mut after = shown_after(page)?;
    // What was on its way is still of the part before.
    after.retain(|(other, _)| other != "no norm");
    let own = after.iter().all(|(other, _)| other == part);
    let steps: Vec<_> = after.iter().map(|(_, step)| *step).collect();
    let small = steps.windows(2).all(|pair| pair[1] <= pair[0] + 20);
    ensure!(own && steps.is_sorted() && small && steps[0] == 0, "{after:?}");
    Ok(())
}

fn reset(page: &Page) -> Result<()> {
    awake(page, "?break.part=no+norm")?;
    click_during(page, "break_it.steps", &[RESET])?;
    rest(page)?;
    let after = shown_after(page)?;
    ensure!(after == [("no residual".to_owned(), 0)], "{after:?}");
    page.wait_until("location.search === ''", 10)
}

fn link(page: &Page) -> Result<()> {
    awake(page, "")?;
    page.click(&radio("no norm"))?;
    page.click(TRAIN)?;
    reach(page, 120)?;
    page.click(TRAIN)?;
    rest(page)?;
    let before = seen(page)?;
    let wanted = format!("break.step={}", before[1]);
    page.wait_until(&format!("location.search.includes('{wanted}')"), 10)?;
    let query: String = page.eval("location.search")?;
    page.open("welcome.html")?;
    awake(page, &query)?;
    ensure!(seen(page)? == before, "{query} shows something else");
    page.click(RESET)?;
    page.says(SUMMARY, "Guess how the line of “no residual” will run.")?;
    page.wait_until("location.search === ''", 10)
}

fn wrong_link(page: &Page) -> Result<()> {
    let mut wrong = ["abc", "-1", "1.5", "1001", "1e999"]
        .map(|step| {
            let told = format!(
                "A step is a whole number from 0 to 1000, not “{step}”."
            );
            (format!("step={step}"), told)
        })
        .to_vec();
    wrong.extend(["nonsense", "nothing broken"].map(|part| {
        let query = format!("part={}&break.step=50", part.replace(' ', "+"));
        (query, format!("There is no part called \"{part}\"."))
    }));
    for (query, sentence) in wrong {
        awake(page, &format!("?break.{query}"))?;
        let told = page.text("gpt-break-it .general")?;
        ensure!(told == sentence, "{query}: {told}");
        let seen = seen(page)?;
        let at_first = seen[0] == json!("no residual") && seen[1] == json!(0);
        ensure!(at_first, "{query}: {seen}");
    }
    Ok(())
}

fn keys(page: &Page) -> Result<()> {
    awake(page, "")?;
    page.click(&radio("no norm"))?;
    for (from, key, to) in [
        ("no norm", Key::Right, "no 1/sqrt(d)"),
        ("no 1/sqrt(d)", Key::Left, "no norm"),
        ("no norm", Key::Down, "no 1/sqrt(d)"),
    ] {
        page.key_that_stays(&radio(from), key)?;
        page.says(SUMMARY, &format!("Guess how the line of “{to}”"))?;
    }
    page.key_that_stays(TRAIN, Key::Right)?;
    page.key_that_stays("gpt-break-it .report", Key::Left)
}

fn theme(page: &Page) -> Result<()> {
    awake(page, "?break.part=no+MLP&break.step=30")?;
    let before = seen(page)?;
    ensure!(before[1] == json!(30), "it begins at {}", before[1]);
    page.darken()?;
    rest(page)?;
    ensure!(seen(page)? == before, "something else is shown");
    page.click(TRAIN)?;
    reach(page, 50)?;
    page.run("document.getElementById('mdbook-theme-light').click()")?;
    let step = shown(page)?.last().map_or(0, |(_, step)| *step);
    reach(page, step + 20)?;
    page.click(TRAIN)?;
    rest(page)
}

fn still(page: &Page) -> Result<()> {
    page.still()?;
    awake(page, "?break.part=no+MLP")?;
    page.click(TRAIN)?;
    page.wait_until(
        "document.querySelector('gpt-break-it .row').textContent === 'Pause'",
        10,
    )?;
    page.click(TRAIN)?;
    rest(page)?;
    let paused = shown(page)?;
    let at_first = paused.iter().all(|(_, step)| *step == 0);
    ensure!(at_first, "a pause led to {paused:?}");
    page.click(TRAIN)?;
    reach(page, 1000)?;
    rest(page)?;
    let mut steps: Vec<_> =
        shown(page)?.into_iter().map(|(_, step)| step).collect();
    steps.retain(|step| *step > 0);
    steps.dedup();
    ensure!(steps == [1000], "it was shown at {steps:?}");
    Ok(())
}

fn no_long_task(page: &Page) -> Result<()> {
    page.assert_no_long_task(|| {
        awake(page, "?break.part=no+MLP")?;
        let since = page.eval("performance.now()")?;
        page.click(TRAIN)?;
        rest(page)?;
        Ok(since)
    })
}
