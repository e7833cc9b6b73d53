//! What the widget Welcome does.

use anyhow::{Context, Result, ensure};
use sandbox::train::Run;
use serde::Deserialize;

use crate::Test;
use crate::page::{Page, quoted};

const MORE: &str = "gpt-welcome .row button:nth-of-type(1)";
const AGAIN: &str = "gpt-welcome .row button:nth-of-type(2)";
const RESET: &str = "gpt-welcome .foot button";
/// The first names of the book.
const NAMES: &str = "kamon, ann, karai, jaire, vialan";
const LABEL: &str =
    "document.querySelector('gpt-welcome .chart').getAttribute('aria-label')";

/// The tests of this module.
pub fn tests() -> Vec<Test> {
    vec![
        Test::of_widget("the first page trains once at a time", once),
        Test::of_widget("to train again begins anew", again),
        Test::of_widget("a wrong number of names is told", wrong_link),
        Test::of_widget("a link restores the names", link),
        Test::of_widget("without motion no curve grows", still),
        Test::of_widget("the curve tells only what is drawn", label),
        Test::of_widget("no task is long while a curve grows", no_long_task),
    ]
}

/// What the page asked its worker, and what it said meanwhile.
#[derive(Deserialize)]
struct Heard {
    /// How many trainings were begun.
    begun: usize,
    /// The milliseconds that the worker has trained since the last beginning.
    spent: f64,
    /// The sentences above the names, one after another.
    said: Vec<String>,
    /// How often the curve was drawn.
    drawn: usize,
}

impl Heard {
    /// The steps that were told, each once.
    fn steps(&self) -> Vec<usize> {
        let step = |said: &String| {
            let (step, _) = said.strip_prefix("Step ")?.split_once(' ')?;
            step.parse().ok()
        };
        let mut steps: Vec<usize> = self.said.iter().filter_map(step).collect();
        steps.dedup();
        steps
    }

    /// How often it was told that training ended, and the milliseconds.
    fn ends(&self) -> Vec<f64> {
        let end = |said: &String| {
            let (_, rest) = said.split_once("took this browser ")?;
            rest.split_once(' ')?.0.parse().ok()
        };
        self.said.iter().filter_map(end).collect()
    }
}

/// Opens the page and waits for its names.
fn trained(page: &Page, query: &str) -> Result<()> {
    page.open(&format!("welcome.html{query}"))?;
    page.wake_widgets()?;
    has_names(page)
}

/// Waits until a training is over, and its names are shown.
fn has_names(page: &Page) -> Result<()> {
    page.wait_until(
        "document.querySelector('gpt-welcome .names').textContent \
         && document.querySelector('gpt-welcome .summary').textContent\
         .startsWith('All')",
        60,
    )?;
    page.settle()
}

/// Notes from now on what [`heard`] tells, and begins to train: what a script
/// `meanwhile` does comes after the first steps.
fn train_again(page: &Page, meanwhile: &str) -> Result<()> {
    page.run(&format!(
        "const noted = {{ begun: 0, spent: 0, said: [], drawn: 0 }};
         globalThis.noted = noted;
         let waits = true;
         const post = Worker.prototype.postMessage;
         const begins = ({{ question, args }}) =>
           question === 'train.toward' && args[1] === 0;
         let asked = new Set();
         Worker.prototype.postMessage = function (message, ...others) {{
           this.onmessage ??= ({{ data: {{ id, answer }} }}) => {{
             noted.spent += asked.has(id) && answer?.spent || 0;
           }};
           if (begins(message)) {{
             noted.begun += 1;
             noted.spent = 0;
             asked = new Set();
           }} else {{
             asked.add(message.id);
           }}
           post.call(this, message, ...others);
           if (waits && noted.said.length > 2) {{
             waits = false;
             {meanwhile}
           }}
         }};
         const watch = (selector, note) =>
           new MutationObserver(note).observe(
             document.querySelector(`gpt-welcome ${{selector}}`),
             {{ childList: true, characterData: true, subtree: true }});
         const summary = document.querySelector('gpt-welcome .summary');
         watch('.summary', () => noted.said.push(summary.textContent));
         watch('.chart g:last-child', () => noted.drawn += 1);
         document.querySelector('{AGAIN}').click();"
    ))?;
    page.wait_until("noted.said.length > 0", 10)?;
    has_names(page)
}

/// What was noted since [`train_again`].
fn heard(page: &Page) -> Result<Heard> {
    page.eval("noted")
}

/// The names that are shown, how many they are, and whether they are the
/// book's.
fn names(page: &Page) -> Result<usize> {
    let names = page.text("gpt-welcome .names")?;
    ensure!(names.starts_with(NAMES), "{names}");
    Ok(names.split(", ").count())
}

fn once(page: &Page) -> Result<()> {
    for (control, count) in [(MORE, 10), (RESET, 5)] {
        trained(page, "")?;
        let click = format!("document.querySelector('{control}').click();");
        train_again(page, &click)?;
        let heard = heard(page)?;
        let (begun, steps) = (heard.begun, heard.steps());
        ensure!(begun == 1, "{control} began {begun} trainings");
        ensure!(steps.is_sorted(), "{control}: {steps:?}");
        told_once(&heard)?;
        let names = names(page)?;
        ensure!(names == count, "{control}: {names} names");
    }
    Ok(())
}

/// Fails unless the end was told once, with the true milliseconds.
fn told_once(heard: &Heard) -> Result<()> {
    let ends = heard.ends();
    let spent = heard.spent.round();
    ensure!(ends == [spent], "{ends:?} ms are told, {spent} were spent");
    Ok(())
}

fn again(page: &Page) -> Result<()> {
    trained(page, "")?;
    train_again(page, &format!("document.querySelector('{AGAIN}').click();"))?;
    let heard = heard(page)?;
    let steps = heard.steps();
    ensure!(heard.begun == 2, "{} trainings were begun", heard.begun);
    // It goes back once, to the beginning.
    let back: Vec<_> =
        steps.windows(2).filter(|pair| pair[0] > pair[1]).collect();
    ensure!(back.len() == 1 && back[0][1] == 0, "{steps:?}");
    told_once(&heard)?;
    names(page)?;
    Ok(())
}

fn wrong_link(page: &Page) -> Result<()> {
    for count in ["1000000000", "-1", "many", "2.5", "0", "101", ""] {
        trained(page, &format!("?welcome.names={count}"))?;
        let told = page.text("gpt-welcome .general")?;
        let right = format!("The model draws 1 to 100 names, not “{count}”.");
        ensure!(told == right, "{count:?}: {told}");
        let names = names(page)?;
        ensure!(names == 5, "{count:?}: {names} names");
    }
    Ok(())
}

fn link(page: &Page) -> Result<()> {
    trained(page, "")?;
    page.click(MORE)?;
    page.wait_until("location.search === '?welcome.names=10'", 10)?;
    trained(page, "?welcome.names=97")?;
    ensure!(names(page)? == 97, "other names");
    for _ in 0..2 {
        page.click(MORE)?;
        page.settle()?;
    }
    ensure!(names(page)? == 100, "there is no end of names");
    page.click(RESET)?;
    page.wait_until("location.search === ''", 10)?;
    ensure!(names(page)? == 5, "not the names of the beginning");
    Ok(())
}

fn still(page: &Page) -> Result<()> {
    trained(page, "")?;
    train_again(page, "")?;
    let moved = heard(page)?;
    ensure!(moved.drawn > 3, "the curve was drawn {} times", moved.drawn);
    page.still()?;
    trained(page, "")?;
    train_again(page, "")?;
    let heard = heard(page)?;
    ensure!(heard.drawn == 1, "the curve was drawn {} times", heard.drawn);
    let steps = heard.steps();
    ensure!(steps.len() <= 2, "it counts: {steps:?}");
    told_once(&heard)?;
    names(page)?;
    Ok(())
}

fn label(page: &Page) -> Result<()> {
    trained(page, "")?;
    let mut run = Run::new("adam", 0.01)?;
    run.seek(1000)?;
    let losses = run.losses();
    let last = losses.last_chunk::<50>().context("too few losses")?;
    let mean = last.iter().sum::<f64>() / 50.0;
    let told: String = page.eval(LABEL)?;
    let right = format!("now {mean:.2}, the mean of the last 50");
    ensure!(told.contains(&right), "{told:?} has not {}", quoted(&right));
    // A widget that has drawn nothing.
    let early: String = page.execute(
        "document.querySelector('gpt-welcome').remove();
         document.querySelector('main').append(\
           document.createElement('gpt-welcome'));
         return document.querySelector('gpt-welcome').chart.svg\
           .getAttribute('aria-label');",
    )?;
    let tells = early.contains(char::is_numeric) || early.contains("fall");
    ensure!(!tells, "before it trains it is called {early:?}");
    has_names(page)
}

fn no_long_task(page: &Page) -> Result<()> {
    page.assert_no_long_task(|| {
        trained(page, "")?;
        let since = page.eval("performance.now()")?;
        train_again(page, "")?;
        Ok(since)
    })
}
