//! What Generate does.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use sandbox::generate::Generator;
use sandbox::train::Run;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::Test;
use crate::page::Page;

/// The buttons, in the order of the page.
const LETTER: &str = "gpt-generate .row button:nth-of-type(1)";
const AGAIN: &str = "gpt-generate .row button:nth-of-type(2)";
const NAME: &str = "gpt-generate .row button:nth-of-type(3)";
const TWENTY: &str = "gpt-generate .row button:nth-of-type(4)";
/// The temperature: its slider and its box.
const SLIDER: &str = "gpt-generate .slider input[type='range']";
const TEMPERATURE: &str = "gpt-generate [aria-label='Temperature, exactly']";
const SEED: &str = "gpt-generate input[size='20']";
const STEPS: &str = "gpt-generate [aria-label='Training step, exactly']";
const WITHOUT: &str = "gpt-generate .option:nth-of-type(2) label";
const WRONG: &str = "gpt-generate .wrong:not(:empty)";
const SUMMARY: &str = "gpt-generate .body > .summary";
const TALLY: &str = "gpt-generate section .summary:not(.three)";
const COST: &str = "gpt-generate section .summary.three";

pub fn tests() -> Vec<Test> {
    vec![
        Test::of_widget("names: a link restores what was seen", link),
        Test::of_widget("names: they are those that the crate draws", names),
        Test::of_widget("names: no temperature changes a rank", ranks),
        Test::of_widget("names: a bad temperature is told", bad_temperature),
        Test::of_widget("names: a bad seed or step is told", bad_numbers),
        Test::of_widget("names: a wrong link is told", wrong_link),
        Test::of_widget("names: another draw is at the same place", again),
        Test::of_widget("names: one ends at bos, or with the block", ends),
        Test::of_widget("names: it is told whether one was known", origins),
        Test::of_widget("names: the cache changes no logit", cache),
        Test::of_widget("names: one can be shown while others come", busy),
        Test::of_widget("names: keys do not turn the page", keys),
        Test::of_widget("names: a change of theme changes nothing", theme),
    ]
}

fn awake(page: &Page, query: &str) -> Result<()> {
    page.open(&format!("generation.html{query}"))?;
    page.wake_widgets()?;
    idle(page)
}

/// Waits until all that was asked for is drawn and shown.
fn idle(page: &Page) -> Result<()> {
    page.run(
        "const it = document.querySelector('gpt-generate');
         await it.acting;
         while (it.isBusy) {
           await new Promise((resolve) => setTimeout(resolve, 5));
         }",
    )
}

fn click(page: &Page, button: &str) -> Result<()> {
    page.click(button)?;
    idle(page)
}

fn enter(page: &Page, field: &str, text: &str) -> Result<()> {
    page.put_into(field, text)?;
    idle(page)
}

/// Where the dice have led: what was read and drawn, the names, all throws, and
/// the bits of the logits and of the probabilities.
fn seen(page: &Page) -> Result<Value> {
    page.eval(
        "(bits => (({ seen, state }) => [[...seen.read], seen.drawn ?? null, \
         seen.names, state.drawn, bits(seen.logits), bits(seen.probs), \
         [...seen.ranks]])(document.querySelector('gpt-generate')))\
         (list => [...new BigUint64Array(list.slice().buffer)].map(String))",
    )
}

/// The same of the crate.
fn expected(it: &Generator, temperature: &str) -> Result<Value> {
    let probs = it.probabilities(temperature)?;
    Ok(json!([
        it.read(),
        it.drawn(),
        it.names(),
        it.history(),
        bits(&it.logits()),
        bits(&probs),
        it.ranks(),
    ]))
}

fn bits(numbers: &[f64]) -> Value {
    numbers.iter().map(|number| number.to_bits().to_string()).collect()
}

/// Everything that the widget says and draws.
fn written(page: &Page) -> Result<String> {
    page.eval("document.querySelector('gpt-generate .body').innerHTML")
}

fn trained(steps: usize) -> Result<Run> {
    let mut run = Run::new("adam", 0.01)?;
    run.seek(steps)?;
    Ok(run)
}

/// The names that stand on the page, each with what is said of it.
fn listed(page: &Page) -> Result<Vec<String>> {
    page.eval(
        "[...document.querySelectorAll('gpt-generate .drawn-names li')]\
         .map(({ textContent }) => textContent)",
    )
}

fn link(page: &Page) -> Result<()> {
    awake(page, "?generate.steps=20")?;
    click(page, NAME)?;
    enter(page, TEMPERATURE, "1.3")?;
    click(page, LETTER)?;
    click(page, LETTER)?;
    click(page, AGAIN)?;
    page.click(WITHOUT)?;
    enter(page, SEED, "7")?;
    page.wait_until("location.search.includes('generate.seed=7')", 10)?;
    let told = |page: &Page| -> Result<_> {
        let name = page.text("gpt-generate .tokens")?;
        let rest = [SUMMARY, TALLY, COST].map(|part| page.text(part));
        let rest = rest.into_iter().collect::<Result<Vec<_>>>()?;
        Ok((seen(page)?, listed(page)?, name, rest))
    };
    let before = told(page)?;
    let mut right = Generator::new(&trained(20)?, "7")?;
    let history = before.0[3].as_str().unwrap_or_default();
    ensure!(history.ends_with("_2*1.3_r1*1.3"), "{history}");
    ensure!(right.replay(history, 2000)?.is_empty(), "{history}");
    ensure!(before.0 == expected(&right, "1.3")?, "not the crate's");
    let query: String = page.eval("location.search")?;
    page.open("welcome.html")?;
    awake(page, &query)?;
    let after = told(page)?;
    ensure!(after == before, "{query}: {after:?}, not {before:?}");
    click(page, "gpt-generate .foot button")?;
    ensure!(listed(page)?.is_empty(), "a reset leaves names");
    page.wait_until("location.search === ''", 10)
}

fn names(page: &Page) -> Result<()> {
    awake(page, "")?;
    click(page, TWENTY)?;
    let run = trained(1000)?;
    let names = run.names(20, 0.5)?;
    let first = ["kamon", "ann", "karai", "jaire", "vialan"];
    ensure!(names[..5] == first, "{names:?}");
    let drawn = seen(page)?;
    ensure!(drawn[2] == json!(names), "{}", drawn[2]);
    let listed = listed(page)?;
    let same = listed.iter().zip(&names).all(|(line, name)| {
        line.strip_prefix(name.as_str()).is_some_and(|it| it.starts_with(' '))
    });
    ensure!(listed.len() == 20 && same, "{listed:?}");
    page.screenshot("generate")?;
    for seed in ["1", "18446744073709551615"] {
        click(page, "gpt-generate .foot button")?;
        enter(page, SEED, seed)?;
        enter(page, TEMPERATURE, "1.5")?;
        let mut right = Generator::new(&run, seed)?;
        for _ in 0..3 {
            click(page, NAME)?;
            right.name("1.5")?;
            let found = seen(page)?;
            let right = expected(&right, "1.5")?;
            ensure!(found == right, "seed {seed}: {found}, not {right}");
        }
    }
    Ok(())
}

fn ranks(page: &Page) -> Result<()> {
    awake(page, "")?;
    click(page, LETTER)?;
    let mut right = Generator::new(&trained(1000)?, "")?;
    right.letter("0.5")?;
    let shown = |page: &Page| -> Result<Vec<(String, String)>> {
        page.eval(
            "[...document.querySelectorAll('gpt-generate .column')].map((it) \
             => [it.querySelector('.rank').textContent, \
             it.style.getPropertyValue('--share')])",
        )
    };
    let ranks: Vec<String> =
        right.ranks().iter().map(ToString::to_string).collect();
    let mut shares = BTreeSet::new();
    let mut look = |temperature: &str| -> Result<()> {
        ensure!(
            seen(page)? == expected(&right, temperature)?,
            "other numbers at {temperature}"
        );
        let bars = shown(page)?;
        let same = bars.iter().map(|(rank, _)| rank).eq(&ranks);
        ensure!(same, "other ranks at {temperature}: {bars:?}");
        let heights = bars.iter().map(|(_, share)| share.clone());
        let heights: Vec<String> = heights.collect();
        let probs = right.probabilities(temperature)?;
        let of_crate = probs.iter().map(|share| format!("{share:.4}"));
        ensure!(of_crate.eq(heights.iter().cloned()), "{heights:?}");
        shares.insert(heights);
        Ok(())
    };
    for temperature in ["0.1", "1", "1.37", "2"] {
        enter(page, TEMPERATURE, temperature)?;
        look(temperature)?;
    }
    for (key, temperature) in
        [(Key::Home, "0.1"), (Key::Right, "0.11"), (Key::End, "2")]
    {
        page.key(SLIDER, key)?;
        idle(page)?;
        look(temperature)?;
    }
    ensure!(shares.len() == 5, "{} shapes of the bars", shares.len());
    Ok(())
}

/// Enters what is wrong, and sees that it is told beside the input and that
/// nothing else changes.
fn refuses(
    page: &Page,
    field: &str,
    typed: &str,
    sentence: &str,
) -> Result<()> {
    let (last, body) = (seen(page)?, page.text("gpt-generate .bars")?);
    enter(page, field, typed)?;
    let told = page.text(WRONG)?;
    ensure!(told == sentence, "{typed:.20}: {told}");
    let beside: bool = page.eval(&format!(
        "((input) => input.getAttribute('aria-describedby') === \
         document.querySelector('{WRONG}').id && \
         input.ariaInvalid === 'true')(document.querySelector(\"{field}\"))"
    ))?;
    ensure!(beside, "{typed:.20}: it is told elsewhere");
    ensure!(seen(page)? == last, "{typed:.20} changed what was seen");
    let same = page.text("gpt-generate .bars")? == body;
    ensure!(same, "{typed:.20} changed the bars");
    Ok(())
}

/// Enters what is right again.
fn takes(page: &Page, field: &str, typed: &str) -> Result<()> {
    enter(page, field, typed)?;
    page.wait_until(&format!("!document.querySelector('{WRONG}')"), 5)
}

fn bad_temperature(page: &Page) -> Result<()> {
    awake(page, "")?;
    click(page, NAME)?;
    let long = "9".repeat(10_000);
    let cut = format!("{}…", "9".repeat(40));
    for (typed, named) in [
        ("hot", "hot"),
        ("", ""),
        (" ", " "),
        ("0", "0"),
        ("-1", "-1"),
        ("0.05", "0.05"),
        ("2.1", "2.1"),
        ("1e999", "1e999"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("1,5", "1,5"),
        (&long, &cut),
    ] {
        let sentence = "Temperature is a number from 0.1 to 2, not";
        let sentence = format!("{sentence} “{named}”.");
        refuses(page, TEMPERATURE, typed, &sentence)?;
    }
    // The last good one is drawn with.
    click(page, LETTER)?;
    let mut right = Generator::new(&trained(1000)?, "")?;
    right.name("0.5")?;
    right.letter("0.5")?;
    ensure!(seen(page)? == expected(&right, "0.5")?, "another draw");
    takes(page, TEMPERATURE, "0.7")?;
    ensure!(seen(page)? == expected(&right, "0.7")?, "0.7 is not taken");
    Ok(())
}

fn bad_numbers(page: &Page) -> Result<()> {
    awake(page, "")?;
    click(page, NAME)?;
    let sentence = "A seed is a whole number from 0 to 18446744073709551615, \
                    not";
    for typed in ["one", "-1", "1.5", "18446744073709551616"] {
        refuses(page, SEED, typed, &format!("{sentence} {typed}."))?;
        takes(page, SEED, "")?;
    }
    let sentence = "Training step is a whole number from 0 to 1000, not";
    for typed in ["x", "", "1001", "1.5", "-1"] {
        refuses(page, STEPS, typed, &format!("{sentence} “{typed}”."))?;
        takes(page, STEPS, "1000")?;
    }
    Ok(())
}

fn wrong_link(page: &Page) -> Result<()> {
    for (query, sentence) in [
        ("temperature=3", "Temperature is a number from 0.1 to 2, not “3”."),
        ("temperature=", "from 0.1 to 2, not “”."),
        ("temperature=hot", "from 0.1 to 2, not “hot”."),
        ("seed=x", "A seed is a whole number from 0 to"),
        ("steps=1001", "from 0 to 1000, not “1001”."),
        ("drawn=kamon", "There is no throw called \"kamon\"."),
        ("drawn=9999*0.5", "The dice were thrown 2000 times"),
    ] {
        awake(page, &format!("?generate.{query}"))?;
        let told = page.text("gpt-generate .general")?;
        ensure!(told.contains(sentence), "{query}: {told}");
        let found = seen(page)?;
        ensure!(found[3] == "" && found[0] == json!([26]), "{query}: {found}");
    }
    Ok(())
}

fn again(page: &Page) -> Result<()> {
    awake(page, "?generate.temperature=2")?;
    let off = format!("document.querySelector('{AGAIN}').disabled");
    ensure!(page.eval::<bool>(&off)?, "a draw again, before the first");
    let mut right = Generator::new(&trained(1000)?, "")?;
    for _ in 0..3 {
        click(page, LETTER)?;
        right.letter("2")?;
    }
    let place = seen(page)?;
    let mut drawn = BTreeSet::new();
    for _ in 0..8 {
        click(page, AGAIN)?;
        right.again("2")?;
        let found = seen(page)?;
        ensure!(found == expected(&right, "2")?, "{found}");
        let same = found[0] == place[0] && found[4] == place[4];
        ensure!(same, "another place: {}", found[0]);
        let token = &right.tokens()[right.drawn().context("no draw")?];
        let said = page.text(SUMMARY)?;
        ensure!(said.contains(&format!(" gave {token},")), "{token}: {said}");
        drawn.insert(token.clone());
    }
    ensure!(drawn.len() > 2, "{drawn:?}");
    Ok(())
}

fn ends(page: &Page) -> Result<()> {
    awake(page, "?generate.steps=0&generate.temperature=2&generate.seed=7")?;
    let mut right = Generator::new(&trained(0)?, "7")?;
    let (mut by_bos, mut by_block) = (0, 0);
    for round in 0..20 {
        click(page, NAME)?;
        right.name("2")?;
        ensure!(seen(page)? == expected(&right, "2")?, "name {round}");
        let said = page.text(SUMMARY)?;
        let end = if right.drawn() == Some(26) {
            by_bos += 1;
            "So the name is finished."
        } else {
            by_block += 1;
            ensure!(right.read().len() == 16, "a name without an end");
            "The block is full: so the name ends here, without bos."
        };
        ensure!(said.ends_with(end), "{said}");
        if by_bos > 0 && by_block > 0 {
            return Ok(());
        }
    }
    anyhow::bail!("{by_bos} end by bos, {by_block} by the block")
}

/// What is to be said of each name, from the documents alone.
fn known(run: &Run, steps: usize, names: &[String]) -> Vec<String> {
    let documents = &run.start().documents;
    let known = names.iter().map(|name| {
        let place = documents.iter().position(|it| it == name);
        let label = match place {
            Some(place) if place < steps => {
                let steps = if steps == 1000 { "1,000" } else { "300" };
                format!("trained on in these {steps} steps")
            }
            Some(_) => "in the file, but not trained on".to_owned(),
            None => "new".to_owned(),
        };
        format!("{name} {label}")
    });
    known.collect()
}

fn origins(page: &Page) -> Result<()> {
    // Of the names of these dice the run has learned two.
    awake(page, "?generate.seed=36")?;
    click(page, TWENTY)?;
    let run = trained(1000)?;
    let mut drawing = Generator::new(&run, "36")?;
    for _ in 0..20 {
        drawing.name("0.5")?;
    }
    let right = known(&run, 1000, &drawing.names());
    let count =
        |part: &str| right.iter().filter(|it| it.ends_with(part)).count();
    let counts = ["steps", "not trained on", " new"].map(count);
    ensure!(!counts.contains(&0), "{counts:?}: one kind is missing");
    let tally = format!(
        "20 names: {} trained on in these 1,000 steps, {} in the file but not \
         trained on, {} new.",
        counts[0], counts[1], counts[2]
    );
    let same = || -> Result<()> {
        let found = listed(page)?;
        ensure!(found == right, "{found:?}, not {right:?}");
        let said = page.text(TALLY)?;
        ensure!(said == tally, "{said}");
        Ok(())
    };
    same()?;
    // Back, the model is still there; the training behind it need not be.
    enter(page, STEPS, "0")?;
    enter(page, STEPS, "1000")?;
    same().context("back at the end")?;
    enter(page, STEPS, "300")?;
    let found = seen(page)?;
    let names: Vec<String> = serde_json::from_value(found[2].clone())?;
    let right = known(&run, 300, &names);
    let found = listed(page)?;
    ensure!(found == right, "{found:?}, not {right:?}");
    Ok(())
}

fn cache(page: &Page) -> Result<()> {
    awake(page, "")?;
    click(page, NAME)?;
    let mut right = Generator::new(&trained(1000)?, "")?;
    right.name("0.5")?;
    let costs = right.costs()?;
    let count = |costs: &[usize]| -> String {
        let sum: usize = costs.iter().sum();
        format!("{},{:03}", sum / 1000, sum % 1000)
    };
    let [with, without] = [&costs.with, &costs.without].map(|it| count(it));
    let last = "We did both, and the logits are the same to the last bit.";
    let said = page.text(COST)?;
    let sentence = format!(
        "To read the 6 tokens so far, the model needs 6 readings and {with} \
         multiplications with the cache; without it, 21 and {without}. {last}"
    );
    ensure!(said == sentence, "{said}");
    let before = seen(page)?;
    ensure!(before == expected(&right, "0.5")?, "other logits");
    page.click(WITHOUT)?;
    idle(page)?;
    let said = page.text(COST)?;
    let sentence = format!(
        "To read the 6 tokens so far, the model needs 21 readings and \
         {without} multiplications without the cache; with it, 6 and {with}. \
         {last}"
    );
    ensure!(said == sentence, "{said}");
    ensure!(seen(page)? == before, "other logits without the cache");
    page.click("gpt-generate section details summary")?;
    page.wait_until("document.querySelector('gpt-generate section td')", 10)?;
    let rows: Vec<Vec<String>> = page.eval(
        "[...document.querySelectorAll('gpt-generate section tbody tr')]\
         .map((row) => [...row.children].map((it) => it.textContent))",
    )?;
    ensure!(rows.len() == 7, "{rows:?}");
    for (row, index) in rows.iter().zip(0..6) {
        let token = &right.tokens()[right.read()[index]];
        let with = count(&costs.with[index..=index]);
        let without = count(&costs.without[index..=index]);
        ensure!(row[..] == [token.clone(), with, without], "{row:?}");
    }
    ensure!(rows[6] == ["all".to_owned(), with, without], "{:?}", rows[6]);
    Ok(())
}

/// A temperature that moves while names are drawn shows no other names.
fn busy(page: &Page) -> Result<()> {
    awake(page, "?generate.steps=20")?;
    let lost: Vec<String> = page.execute(&format!(
        "const it = document.querySelector('gpt-generate');
         const lost = [];
         let seen = it.seen;
         Object.defineProperty(it, 'seen', {{
           get: () => seen,
           set(next) {{
             if (next.names.length < seen.names.length) {{
               lost.push(`${{next.names}}, not ${{seen.names}}`);
             }}
             seen = next;
           }},
         }});
         document.querySelector('{TWENTY}').click();
         let drawing = true;
         it.acting.then(() => {{ drawing = false; }});
         for (let round = 0; drawing; round += 1) {{
           for (let turn = 0; turn < round % 9; turn += 1) {{
             await null;
           }}
           await it.set({{ cache: round % 2 ? 'on' : 'off' }}, it.cache);
         }}
         return lost;"
    ))?;
    ensure!(lost.is_empty(), "{lost:?}");
    let mut right = Generator::new(&trained(20)?, "")?;
    let found = seen(page)?;
    let history = found[3].as_str().unwrap_or_default();
    right.replay(history, 2000)?;
    ensure!(found[2] == json!(right.names()), "{found}");
    ensure!(right.names().len() == 20, "{found}");
    Ok(())
}

fn keys(page: &Page) -> Result<()> {
    awake(page, "")?;
    for (selector, key) in [
        (SLIDER, Key::Right),
        (SLIDER, Key::Right),
        (SLIDER, Key::Left),
        (LETTER, Key::Left),
        (TEMPERATURE, Key::Right),
    ] {
        page.key_that_stays(selector, key)?;
    }
    idle(page)?;
    let right = Generator::new(&trained(1000)?, "")?;
    ensure!(seen(page)? == expected(&right, "0.51")?, "not at 0.51");
    page.key("body", Key::Right)?;
    page.wait_until("location.pathname !== '/generation.html'", 10)
}

fn theme(page: &Page) -> Result<()> {
    awake(page, "?generate.steps=30")?;
    click(page, NAME)?;
    let before = (seen(page)?, written(page)?);
    page.darken()?;
    ensure!((seen(page)?, written(page)?) == before, "another state");
    click(page, LETTER)?;
    let mut right = Generator::new(&trained(30)?, "")?;
    right.name("0.5")?;
    right.letter("0.5")?;
    ensure!(seen(page)? == expected(&right, "0.5")?, "another letter");
    Ok(())
}
