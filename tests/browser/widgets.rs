//! What holds for every widget, and what Train and Welcome do.

use std::fs;

use anyhow::{Result, ensure};
use checks::root;
use sandbox::train::Run;
use serde_json::json;
use thirtyfour::Key;

use crate::Test;
use crate::page::Page;

/// The buttons of Train, in the order of the page.
const STEP: &str = "gpt-train .row button:nth-of-type(1)";
const PLAY: &str = "gpt-train .row button:nth-of-type(2)";
const TO_THE_END: &str = "gpt-train .row button:nth-of-type(3)";
/// The box beside the slider of steps.
const STEP_BOX: &str = "gpt-train .slider input[type='text']";
/// The document of the reader, and the button beside it.
const DOCUMENT: &str = "gpt-train section input[autocapitalize]";
const LEARN: &str = "gpt-train section .row button";
/// The learning rate.
const RATE: &str = "gpt-train input[size='8']";

pub fn tests() -> Vec<Test> {
    vec![
        Test::of_widget("the run in the browser is the book's", same_run),
        Test::of_widget("a link restores what was seen", link),
        Test::of_widget("the first page trains by itself", welcome),
        Test::new("without scripts there is a figure", without_scripts),
        Test::of_widget("without WebAssembly there is a figure", without_wasm),
        Test::new("on the page of all chapters are figures", all_chapters),
        Test::of_widget("to scrub is to play", scrub_is_play),
        Test::of_widget("a pause shows what it stands at", paused),
        Test::of_widget("an answer that comes late changes nothing", late),
        Test::of_widget("a run goes on with another optimizer", optimizers),
        Test::of_widget("each weight has a life to be seen", weight),
        Test::of_widget("each letter of a document has a loss", letters),
        Test::of_widget("less motion is fewer pictures", less_motion),
        Test::of_widget("a worker that fails is told", no_worker),
        Test::of_widget("whoever saves data is asked first", saved_data),
        Test::of_widget("a link that is wrong is told", wrong_link),
        Test::of_widget(
            "an older answer takes back no refusal",
            newest_refusal,
        ),
        Test::of_widget("Train tells what is wrong, and keeps", bad_input),
        Test::of_widget("a document of the reader is learned", own_document),
        Test::of_widget("a rate too large is told", diverged),
        Test::of_widget("keys in a widget do not turn the page", keys),
        Test::of_widget("a widget survives a change of theme", theme),
        Test::of_widget("a widget survives a hidden tab", hidden),
        Test::of_widget("two widgets live beside each other", two),
        Test::of_widget("widgets of two kinds live side by side", kinds),
        Test::of_widget("a table that is open goes along", open_table),
        Test::of_widget("no task is long while training runs", no_long_task),
    ]
}

/// Opens a page, and wakes its widgets.
fn awake(page: &Page, address: &str) -> Result<()> {
    page.open(address)?;
    page.wake_widgets()
}

/// Waits until Train stands at a step.
fn reach(page: &Page, step: usize) -> Result<()> {
    let there =
        format!("document.querySelector('gpt-train').state.step === {step}");
    page.wait_until(&there, 30)
}

/// What Train shows: step, losses so far, the sheet, the life of the weight.
fn seen(page: &Page) -> Result<serde_json::Value> {
    page.wait_until("!document.querySelector('gpt-train').isBusy", 30)?;
    // JSON's numbers may lose their last bit on the way.
    page.eval(
        "(bits => (({ state, seen }) => [state.step, \
         bits(seen.losses.subarray(0, state.step)), bits(seen.weights), \
         bits(seen.gradients), bits(seen.life), seen.names])\
         (document.querySelector('gpt-train')))\
         (list => [...new BigUint64Array(list.slice().buffer)].map(String))",
    )
}

/// The bits of some numbers, as [`seen`] tells them.
fn bits(numbers: &[f64]) -> serde_json::Value {
    numbers.iter().map(|number| number.to_bits().to_string()).collect()
}

fn same_run(page: &Page) -> Result<()> {
    awake(page, "adam.html")?;
    page.click(TO_THE_END)?;
    reach(page, 1000)?;
    page.wait_until(
        "document.querySelector('gpt-train .proof').dataset.same === 'true'",
        20,
    )?;
    let mut book = Run::new("adam", 0.01)?;
    book.seek(1000)?;
    let seen = seen(page)?;
    ensure!(seen[1] == bits(&book.losses()), "other losses");
    ensure!(seen[2] == bits(&book.matrix("wte")?.weights), "other weights");
    let names = fs::read_to_string(root().join("tests/reference/samples.txt"))?;
    let names: Vec<&str> = names.lines().collect();
    ensure!(seen[5] == json!(names), "other names: {}", seen[5]);
    page.screenshot("train-at-the-end")
}

fn scrub_is_play(page: &Page) -> Result<()> {
    awake(page, "adam.html")?;
    for step in 1..=12 {
        page.click(STEP)?;
        reach(page, step)?;
    }
    let stepped = seen(page)?;
    page.click(PLAY)?;
    page.wait_until("document.querySelector('gpt-train').state.step > 60", 30)?;
    page.click(PLAY)?;
    let played = seen(page)?;
    let step = played[0].to_string();
    for (step, expected) in [("12", &stepped), (step.as_str(), &played)] {
        page.type_into(STEP_BOX, "230")?;
        reach(page, 230)?;
        page.type_into(STEP_BOX, step)?;
        reach(page, step.parse()?)?;
        let scrubbed = seen(page)?;
        for part in 0..=4 {
            ensure!(scrubbed[part] == expected[part], "step {step}, {part}");
        }
    }
    Ok(())
}

fn link(page: &Page) -> Result<()> {
    awake(page, "training.html")?;
    page.type_into(STEP_BOX, "73")?;
    page.type_into(DOCUMENT, "xqzzv")?;
    reach(page, 73)?;
    page.click("gpt-train fieldset .option:nth-of-type(2) label")?;
    page.wait_until("location.search.includes('xqzzv')", 10)?;
    let before = seen(page)?;
    let address = page.address()?;
    ensure!(address.contains("train.step=73"), "{address}");
    page.open("welcome.html")?;
    awake(page, &address)?;
    reach(page, 73)?;
    ensure!(seen(page)? == before, "{address} shows something else");
    let typed: String =
        page.eval(&format!("document.querySelector(\"{DOCUMENT}\").value"))?;
    ensure!(typed == "xqzzv", "{typed}");
    page.click("gpt-train .foot button")?;
    reach(page, 0)?;
    page.wait_until("location.search === ''", 10)
}

fn wrong_link(page: &Page) -> Result<()> {
    for (query, sentence) in [
        ("train.step=5000", "A run has 1000 steps, so there is no step 5000."),
        ("train.optimizer=magic", "There is no optimizer called \"magic\"."),
        ("train.step=1.5", "A step is a whole number, not “1.5”."),
        ("train.step=far", "A step is a whole number, not “far”."),
        ("train.step=", "A step is a whole number, not “”."),
        ("train.matrix=no", "There is no matrix called \"no\"."),
        ("train.row=-1", "A row or a column is a whole number, not “-1”."),
        ("train.rate=1e999", "number greater than 0, not “1e999”."),
        ("train.plot=x", "Drawn cannot be “x”."),
    ] {
        awake(page, &format!("adam.html?{query}"))?;
        let told = page.text("gpt-train .general")?;
        ensure!(told.contains(sentence), "{query}: {told}");
        reach(page, 0)?;
    }
    Ok(())
}

fn bad_input(page: &Page) -> Result<()> {
    awake(page, "adam.html?train.step=20")?;
    reach(page, 20)?;
    let last = seen(page)?;
    let wrong = "gpt-train .wrong:not(:empty)";
    let long = "a".repeat(10_000);
    for (field, typed, sentence) in [
        (DOCUMENT, "", "There is no document: every line is blank."),
        (DOCUMENT, "zoë", "The character 'ë' is not in the alphabet."),
        (DOCUMENT, &"a".repeat(16), "16 letters are too many"),
        (DOCUMENT, &long, "10000 letters are too many"),
        (STEP_BOX, "x", "Step is a whole number from 0 to 1000, not “x”."),
        (STEP_BOX, "1001", "from 0 to 1000, not “1001”."),
        (
            RATE,
            "fast",
            "A learning rate is a finite number greater than 0, not “fast”.",
        ),
        (
            RATE,
            "",
            "A learning rate is a finite number greater than 0, not “”.",
        ),
        (RATE, "-1", "finite number greater than 0, not -1."),
    ] {
        page.put_into(field, typed)?;
        let told = page.text(wrong)?;
        ensure!(told.contains(sentence), "{typed:.20}: {told}");
        ensure!(seen(page)? == last, "{typed:.20} changed what was seen");
        let good = if field == STEP_BOX { "20" } else { "0.01" };
        let good = if field == DOCUMENT { "emma" } else { good };
        page.type_into(field, good)?;
        page.wait_until(&format!("!document.querySelector('{wrong}')"), 10)?;
    }
    Ok(())
}

fn newest_refusal(page: &Page) -> Result<()> {
    awake(page, "adam.html?train.step=20")?;
    reach(page, 20)?;
    // The way there takes longer than to type something else.
    page.put_into(STEP_BOX, "700")?;
    page.put_into(STEP_BOX, "1001")?;
    reach(page, 700)?;
    seen(page)?;
    let told = page.text("gpt-train .wrong:not(:empty)")?;
    ensure!(told.contains("not “1001”"), "{told}");
    Ok(())
}

fn own_document(page: &Page) -> Result<()> {
    awake(page, "adam.html?train.step=40")?;
    reach(page, 40)?;
    page.type_into(DOCUMENT, "zuzu")?;
    page.click(LEARN)?;
    reach(page, 41)?;
    let mut run = Run::new("adam", 0.01)?;
    run.teach(41, "zuzu")?;
    run.seek(41)?;
    let seen = seen(page)?;
    ensure!(seen[1] == bits(&run.losses()), "other losses");
    let summary = page.text("gpt-train .summary")?;
    ensure!(summary.contains("“zuzu”"), "{summary}");
    // What is refused is not taught, nor what stood there before.
    page.type_into(DOCUMENT, "zoë")?;
    page.text("gpt-train .wrong:not(:empty)")?;
    page.click(LEARN)?;
    page.settle()?;
    let told = page.text("gpt-train .wrong:not(:empty)")?;
    ensure!(told.contains("'ë' is not in the alphabet"), "{told}");
    reach(page, 41)
}

/// What Train tells in words, once it has told all.
fn words(page: &Page) -> Result<Vec<String>> {
    page.wait_until("!document.querySelector('gpt-train').isBusy", 30)?;
    page.eval(
        "['.summary', '.names', '.letters', '.facts'].map((part) => \
         document.querySelector(`gpt-train ${part}`).textContent)",
    )
}

fn paused(page: &Page) -> Result<()> {
    awake(page, "adam.html")?;
    page.click(PLAY)?;
    page.wait_until("document.querySelector('gpt-train').state.step > 40", 30)?;
    page.click(PLAY)?;
    let paused = words(page)?;
    let step = seen(page)?[0].to_string();
    page.type_into(STEP_BOX, "3")?;
    reach(page, 3)?;
    page.type_into(STEP_BOX, &step)?;
    reach(page, step.parse()?)?;
    let scrubbed = words(page)?;
    ensure!(paused == scrubbed, "at step {step}: {paused:?}, {scrubbed:?}");
    Ok(())
}

fn late(page: &Page) -> Result<()> {
    awake(page, "adam.html")?;
    for wait in (0..120).step_by(15) {
        page.run(&format!(
            "const train = document.querySelector('gpt-train');
             train.all.click();
             await new Promise((resolve) => setTimeout(resolve, {wait}));
             train.querySelector('.foot button').click();"
        ))?;
        page.settle()?;
        let step = seen(page)?[0].to_string();
        ensure!(step == "0", "after {wait} ms the reset led to step {step}");
    }
    Ok(())
}

fn optimizers(page: &Page) -> Result<()> {
    awake(page, "training.html?train.step=20")?;
    reach(page, 20)?;
    page.click("gpt-train fieldset .option:nth-of-type(1) label")?;
    page.wait_until("location.search.includes('train.optimizer=adam')", 10)?;
    for (optimizer, rate) in [("adam", 0.01), ("sgd", 0.5)] {
        let mut run = Run::new(optimizer, rate)?;
        run.seek(20)?;
        let seen = seen(page)?;
        ensure!(seen[2] == bits(&run.matrix("wte")?.weights), "{optimizer}");
        page.click("gpt-train fieldset .option:nth-of-type(2) label")?;
        page.wait_until("!location.search.includes('optimizer')", 10)?;
    }
    let facts = page.text("gpt-train .facts")?;
    ensure!(facts.matches("none").count() == 4, "{facts}");
    Ok(())
}

fn weight(page: &Page) -> Result<()> {
    awake(page, "adam.html?train.step=30")?;
    reach(page, 30)?;
    page.run(
        "const matrices = document.querySelector('gpt-train select');
         matrices.value = 'layer0.mlp_fc1';
         matrices.dispatchEvent(new Event('change'));",
    )?;
    page.wait_until("location.search.includes('mlp_fc1')", 10)?;
    page.click(
        "gpt-train [role='row']:nth-of-type(4) [role='gridcell']:nth-of-type(6)",
    )?;
    page.wait_until("location.search.includes('train.column=5')", 10)?;
    let mut run = Run::new("adam", 0.01)?;
    run.watch(run.matrix("layer0.mlp_fc1")?.first + 3 * 16 + 5)?;
    run.seek(30)?;
    let seen = seen(page)?;
    ensure!(seen[4] == bits(&run.life()), "another life");
    let facts: Vec<(String, String)> = page.eval(
        "[...document.querySelectorAll('gpt-train .facts div')].map((fact) => \
         [...fact.children].map(({ textContent }) => textContent))",
    )?;
    let names: Vec<&str> = facts.iter().map(|it| it.0.as_str()).collect();
    let expected = ["lr", "g", "m", "v", "m̂", "v̂", "Δ", "weight after"];
    ensure!(names == expected, "{names:?}");
    let life = run.life();
    for ((name, value), number) in facts.iter().zip(&life[life.len() - 8..]) {
        let shown: f64 = value.replace('−', "-").parse()?;
        let is_near = (shown - number).abs() <= number.abs() / 1000.0;
        ensure!(is_near, "{name} is {number}, not {value}");
    }
    Ok(())
}

fn letters(page: &Page) -> Result<()> {
    awake(page, "adam.html?train.step=30&train.document=zuzu")?;
    reach(page, 30)?;
    let mut run = Run::new("adam", 0.01)?;
    run.seek(30)?;
    let losses = run.surprise("zuzu")?;
    let letters = ["z", "u", "z", "u", "end"].iter().zip(&losses);
    let expected: Vec<String> =
        letters.map(|(letter, loss)| format!("{letter}{loss:.2}")).collect();
    let told: Vec<String> = page.eval(
        "[...document.querySelectorAll('gpt-train .letters li')]\
         .map(({ textContent }) => textContent)",
    )?;
    ensure!(told == expected, "{told:?}");
    let mean = losses.iter().sum::<f64>() / 5.0;
    let told = page.text("gpt-train .letters p")?;
    ensure!(told.contains(&format!("their mean is {mean:.4}.")), "{told}");
    Ok(())
}

fn less_motion(page: &Page) -> Result<()> {
    page.still()?;
    awake(page, "adam.html")?;
    page.click(PLAY)?;
    reach(page, 25)?;
    page.click(PLAY)?;
    let step = seen(page)?[0].as_u64().unwrap_or(0);
    ensure!(step.is_multiple_of(25), "it stands at step {step}");
    Ok(())
}

fn no_worker(page: &Page) -> Result<()> {
    let script = "globalThis.Worker = class {
        addEventListener(type, listener) { this[type] = listener; }
        postMessage() { setTimeout(() => this.error(new Event('error'))); }
    };";
    page.open_after(script, "adam.html")?;
    page.run("document.querySelector('gpt-train').scrollIntoView()")?;
    let told = page.text("gpt-train .wrong")?;
    ensure!(told == "this browser cannot run the sandbox.", "{told}");
    is_figure(page, "gpt-train")
}

/// Fails unless a widget is a figure and a sentence, and takes no more room.
fn is_figure(page: &Page, widget: &str) -> Result<()> {
    let rooms: (f64, f64) = page.eval(&format!(
        "(widget => [widget.querySelector('svg').getBoundingClientRect()\
         .height, widget.getBoundingClientRect().height])\
         (document.querySelector('{widget}'))"
    ))?;
    let (figure, all) = rooms;
    ensure!(figure > 50.0, "the figure is {figure} pixels high");
    ensure!(all < figure + 500.0, "{all} pixels for {figure}");
    Ok(())
}

fn without_wasm(page: &Page) -> Result<()> {
    page.open_after("delete globalThis.WebAssembly;", "adam.html")?;
    page.run("document.querySelector('gpt-train').scrollIntoView()")?;
    page.settle()?;
    let told = page.text(".needs")?;
    ensure!(told.contains("JavaScript and WebAssembly"), "{told}");
    is_figure(page, "gpt-train")
}

fn diverged(page: &Page) -> Result<()> {
    awake(page, "training.html")?;
    page.type_into(RATE, "1e6")?;
    page.click(TO_THE_END)?;
    page.wait_until(
        "document.querySelector('gpt-train .general')\
         .textContent.includes('try a learning rate smaller')",
        20,
    )
}

fn keys(page: &Page) -> Result<()> {
    awake(page, "adam.html")?;
    let address: String = page.eval("location.pathname")?;
    for (selector, key) in [
        ("gpt-train .slider input[type='range']", Key::Right),
        ("gpt-train button", Key::Left),
        ("gpt-train [role='gridcell'][tabindex='0']", Key::Right),
        ("gpt-train [role='gridcell'][tabindex='0']", Key::Down),
    ] {
        page.key_that_stays(selector, key)?;
    }
    let chosen: (usize, usize) = page.eval(
        "(({ row, column }) => [row, column])\
         (document.querySelector('gpt-train').state)",
    )?;
    ensure!(chosen == (1, 1), "the keys chose {chosen:?}");
    page.key("body", Key::Right)?;
    page.wait_until(&format!("location.pathname !== '{address}'"), 10)
}

fn theme(page: &Page) -> Result<()> {
    awake(page, "adam.html?train.step=30")?;
    reach(page, 30)?;
    let before = seen(page)?;
    page.darken()?;
    ensure!(seen(page)? == before, "another state");
    page.click(STEP)?;
    reach(page, 31)
}

fn hidden(page: &Page) -> Result<()> {
    awake(page, "adam.html")?;
    page.click(PLAY)?;
    page.wait_until("document.querySelector('gpt-train').state.step > 3", 10)?;
    let blank = json!({ "url": "about:blank" });
    let target = page.devtools("Target.createTarget", &blank)?;
    page.wait_until("document.visibilityState === 'hidden'", 10)?;
    page.devtools("Target.closeTarget", &target)?;
    page.wait_until("document.visibilityState === 'visible'", 10)?;
    let step: usize =
        page.eval("document.querySelector('gpt-train').state.step")?;
    page.wait_until(
        &format!("document.querySelector('gpt-train').state.step > {step}"),
        10,
    )?;
    page.click(PLAY)
}

fn two(page: &Page) -> Result<()> {
    page.open("adam.html")?;
    page.double("gpt-train")?;
    page.wake_widgets()?;
    page.wait_until("document.querySelectorAll('gpt-train.live')[1]", 20)?;
    page.click(TO_THE_END)?;
    page.run(
        "document.querySelectorAll('gpt-train')[1].set({ step: 7, row: 2 })",
    )?;
    reach(page, 1000)?;
    let mut run = Run::new("adam", 0.01)?;
    run.watch(2 * 16)?;
    run.seek(7)?;
    let lives = "[...document.querySelectorAll('gpt-train')].map((train) => \
         [...new BigUint64Array(train.seen.life.slice().buffer)].map(String))";
    let lives: serde_json::Value = page.eval(lives)?;
    ensure!(lives[1] == bits(&run.life()), "the second tells another life");
    let second: usize =
        page.eval("document.querySelectorAll('gpt-train')[1].state.step")?;
    ensure!(second == 7, "the second stands at {second}");
    page.wait_until("location.search.includes('train2.step=7')", 10)?;
    let doubled: usize = page.eval(
        "(ids => ids.length - new Set(ids).size)\
         ([...document.querySelectorAll('[id]')].map(({ id }) => id))",
    )?;
    ensure!(doubled == 0, "{doubled} ids stand twice");
    Ok(())
}

/// Each of them brings a module of its own to the one worker.
fn kinds(page: &Page) -> Result<()> {
    page.open("adam.html")?;
    page.run(
        "const other = document.createElement('gpt-generate');
         other.className = 'widget';
         document.querySelector('gpt-train').after(other);
         await import('/sandbox/built/generate.js');",
    )?;
    page.wake_widgets()?;
    page.click(TO_THE_END)?;
    reach(page, 1000)?;
    page.wait_until("document.querySelector('gpt-generate.live')", 20)
}

/// With the largest matrix and both tables, all of which change as it trains.
fn no_long_task(page: &Page) -> Result<()> {
    page.assert_no_long_task(|| {
        awake(page, "adam.html?train.matrix=layer0.mlp_fc1")?;
        page.run(
            "document.querySelectorAll('gpt-train details')
               .forEach((table) => { table.open = true; })",
        )?;
        let since = page.eval("performance.now()")?;
        page.click(PLAY)?;
        page.wait_until(
            "document.querySelector('gpt-train').state.step > 40",
            30,
        )?;
        page.click(TO_THE_END)?;
        reach(page, 1000)?;
        Ok(since)
    })
}

fn open_table(page: &Page) -> Result<()> {
    awake(page, "adam.html")?;
    let table = "gpt-train details:nth-of-type(1)";
    page.click(&format!("{table} summary"))?;
    page.click(TO_THE_END)?;
    reach(page, 1000)?;
    page.wait_until("!document.querySelector('gpt-train').isBusy", 30)?;
    let last = page.text(&format!("{table} tbody tr:last-child"))?;
    ensure!(last.contains("1000"), "the last row is {last:?}");
    Ok(())
}

fn welcome(page: &Page) -> Result<()> {
    awake(page, "welcome.html")?;
    page.wait_until(
        "document.querySelector('gpt-welcome .names').textContent",
        30,
    )?;
    let names = page.text("gpt-welcome .names")?;
    ensure!(names == "kamon, ann, karai, jaire, vialan", "{names}");
    page.click("gpt-welcome .row button")?;
    page.wait_until(
        "document.querySelector('gpt-welcome .names').textContent\
         .split(', ').length === 10",
        10,
    )
}

fn saved_data(page: &Page) -> Result<()> {
    page.save_data(true)?;
    page.open("welcome.html")?;
    page.run("document.querySelector('gpt-welcome').scrollIntoView()")?;
    let told = page.text("gpt-welcome button.wake")?;
    page.settle()?;
    let modules = |page: &Page| {
        let asked = page.asked().into_iter();
        asked.filter(|(path, _)| path.contains("_bg.wasm")).count()
    };
    let early = modules(page);
    ensure!(early == 0, "{early} modules came before anybody was asked");
    page.click("gpt-welcome button.wake")?;
    page.wait_until(
        "document.querySelector('gpt-welcome .names')?.textContent",
        30,
    )?;
    ensure!(modules(page) == 1, "{told}: nothing came");
    Ok(())
}

fn without_scripts(page: &Page) -> Result<()> {
    page.without_scripts()?;
    for address in ["adam.html", "welcome.html"] {
        page.open(address)?;
        let told = page.text(".needs")?;
        ensure!(told.contains("JavaScript and WebAssembly"), "{told}");
    }
    Ok(())
}

fn all_chapters(page: &Page) -> Result<()> {
    page.open("print.html")?;
    let live: usize =
        page.eval("document.querySelectorAll('.widget.live').length")?;
    let figures: usize =
        page.eval("document.querySelectorAll('.needs').length")?;
    ensure!(live == 0 && figures == 9, "{live} are awake of {figures}");
    let scripts: usize = page.eval(
        "document.querySelectorAll('script[src*=\"sandbox/\"]').length",
    )?;
    ensure!(scripts == 0, "the page loads the sandboxes");
    Ok(())
}
