//! What the widget Expression does.

use anyhow::{Context, Result, anyhow, ensure};
use sandbox::expression::{Expression, Mistake};
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::Test;
use crate::page::{Page, quoted};

const STEP: &str = "gpt-expression .row:not(.top) button:nth-of-type(1)";
const BACK: &str = "gpt-expression .row:not(.top) button:nth-of-type(2)";
const ALL: &str = "gpt-expression .row:not(.top) button:nth-of-type(3)";
const AGAIN: &str = "gpt-expression .row:not(.top) button:nth-of-type(5)";
const SOURCE: &str = "gpt-expression .source";
/// The box of the first variable.
const FIRST: &str = "gpt-expression .inputs .field:first-child [type='text']";
/// The box of the last variable.
const LAST: &str = "gpt-expression .inputs .field:last-child [type='text']";
const NOW: &str = "gpt-expression .now";

/// The tests of this module.
pub fn tests() -> Vec<Test> {
    vec![
        Test::of_widget("each edge of the way back is a step", steps),
        Test::of_widget("gradients that are kept pile up", kept),
        Test::of_widget("each example ends as backward does", examples),
        Test::of_widget("the browser computes as this machine", same_bits),
        Test::of_widget("a mistake is shown at its character", mistakes),
        Test::of_widget(
            "a number of an expression takes back no newer refusal",
            newest_refusal,
        ),
        Test::of_widget("a text waits for the numbers it needs", waiting),
        Test::of_widget("a link restores an expression", link),
        Test::of_widget("a wrong link to an expression is told", wrong_link),
        Test::of_widget("keys in a graph do not turn the page", keys),
    ]
}

fn awake(page: &Page, query: &str) -> Result<()> {
    page.open(&format!("autograd.html{query}"))?;
    page.wake_widgets()
}

/// All that is drawn.
fn seen(page: &Page) -> Result<Value> {
    page.eval(
        "(({ nodes, edges, steps, state }) => [nodes, edges, steps, state])\
         (document.querySelector('gpt-expression'))",
    )
}

fn steps(page: &Page) -> Result<()> {
    awake(page, "")?;
    page.says(".found", "gradient: not computed yet")?;
    let boxes: String =
        page.eval("document.querySelector('.graph').textContent")?;
    ensure!(!boxes.contains("gradient"), "{boxes}");
    for words in [
        "Step 1 of 5: c changes exactly as fast as itself, so its gradient is 1.",
        "Step 2 of 5: gradient of c 1 × slope 1 → b: 0 + 1 = 1.",
        "Step 3 of 5: gradient of c 1 × slope 1 → b: 1 + 1 = 2.",
        "Step 4 of 5: gradient of b 2 × slope 1 → a: 0 + 2 = 2.",
        "Step 5 of 5: gradient of b 2 × slope 1 → a: 2 + 2 = 4. Done: the \
         same as backward(), to the last bit.",
    ] {
        page.click(STEP)?;
        page.says(NOW, words)?;
    }
    page.says(".found", "gradient 4; by trying 4.00000")?;
    page.click(BACK)?;
    page.says(".found", "gradient 2 so far")?;
    page.screenshot("expression")
}

fn kept(page: &Page) -> Result<()> {
    awake(page, "?expression.text=a*b+%2B+a&expression.at=a%3D2+b%3D-3")?;
    for (control, gradient) in
        [(ALL, "gradient −2; by trying"), (AGAIN, "gradient −2 kept")]
    {
        page.click(control)?;
        page.says(".found", gradient)?;
    }
    page.click(ALL)?;
    // As told in the chapter.
    page.says(".found", "gradient −7; by trying −2.00000")?;
    page.says(NOW, "with gradients that were kept")?;
    page.wait_until("location.search.includes('expression.round=2')", 10)
}

fn examples(page: &Page) -> Result<()> {
    awake(page, "")?;
    let select = "document.querySelector('gpt-expression select')";
    let count: usize = page.eval(&format!("{select}.options.length"))?;
    ensure!(count > 8, "{count} examples");
    for index in 1..count {
        page.run(&format!(
            "{select}.selectedIndex = {index}; \
             {select}.dispatchEvent(new Event('change'))"
        ))?;
        page.says(NOW, "no gradient is computed yet")?;
        let chosen: usize = page.eval(&format!("{select}.selectedIndex"))?;
        ensure!(chosen == index, "example {index} shows as {chosen}");
        page.click(ALL)?;
        page.says(NOW, "Done: the same as backward(), to the last bit.")?;
    }
    Ok(())
}

fn same_bits(page: &Page) -> Result<()> {
    awake(page, "")?;
    for text in [
        "exp(a*1.1)/.3 - log(a + 1e-5)**2. * 12345678901234567e-17",
        "a*1e307/1e300 + 4.35e-324 + 0.1 + 2.2250738585072014e-308",
        "relu(a**0.5*3.14159265358979323846264338) * 5E-1 + 1e+2",
    ] {
        page.type_into(SOURCE, text)?;
        let typed = format!(
            "document.querySelector('gpt-expression').state.text === {}",
            quoted(text)
        );
        page.wait_until(&typed, 10)?;
        page.click(ALL)?;
        page.says(NOW, "to the last bit")?;
        let told = |mistake: Mistake| anyhow!(mistake.sentence());
        let expression = Expression::new(text).map_err(told)?;
        let graph = expression.graph(&[3.0], 1).map_err(told)?;
        let seen = seen(page)?;
        let numbers = |part: &Value, names: &[&str]| -> Vec<Value> {
            let rows = part.as_array().into_iter().flatten();
            rows.flat_map(|row| names.iter().map(|&name| row[name].clone()))
                .collect()
        };
        let nodes = graph.nodes.chunks(5).flat_map(|node| [node[3], node[4]]);
        let nodes: Vec<Value> = nodes.map(|number| json!(number)).collect();
        let shown = numbers(&seen[0], &["value", "gradient"]);
        same(&shown, &nodes).with_context(|| text.to_owned())?;
        let steps: Vec<Value> =
            graph.steps.iter().map(|number| json!(number)).collect();
        let shown = numbers(&seen[2], &["gradient", "given", "sum"]);
        same(&shown, &steps).with_context(|| text.to_owned())?;
    }
    Ok(())
}

/// Fails unless two lists have the same numbers, whole or not.
fn same(shown: &[Value], right: &[Value]) -> Result<()> {
    let number = |value: &Value| value.as_f64();
    ensure!(
        shown.iter().map(number).eq(right.iter().map(number)),
        "{shown:?}, not {right:?}"
    );
    Ok(())
}

fn mistakes(page: &Page) -> Result<()> {
    awake(page, "?expression.step=3")?;
    let last = seen(page)?;
    let long = "x".repeat(10_000);
    let wrong = "gpt-expression .wrong:not(:empty)";
    for (typed, sentence, mark) in [
        ("", "There is no expression", ""),
        ("a + * b", "At character 5: a number, a name or a par", "*"),
        ("a + (b", "At character 5: this parenthesis is never closed.", "("),
        ("a + b)", "At character 6: this parenthesis was never opened.", ")"),
        ("1 + 1/0", "At character 6: 1 cannot be divided by 0.", "/"),
        ("log(a - 3)", "At character 1: log takes numbers greater", "l"),
        ("a é b", "At character 3: the character 'é' is no part", "é"),
        ("exp(9**9)", "At character 1: exp(9**9) is inf, not a fin", "e"),
        ("sin(a)", "At character 1: there is no function sin", "s"),
        ("a+b+c+d+e+f+g+h+i", "At character 17: i is one variable", "i"),
        (&long, "10000 characters are too many", "x"),
    ] {
        page.put_into(SOURCE, typed)?;
        page.says(wrong, sentence)?;
        let marked: String = page.eval(
            "document.querySelector('.pointed mark')?.textContent ?? ''",
        )?;
        ensure!(marked == mark, "{typed:.20}: {marked:?} is marked");
        ensure!(seen(page)? == last, "{typed:.20} changed what was seen");
    }
    page.type_into(FIRST, "three")?;
    page.says(".inputs .wrong", "is a number from -10 to 10, not “three”.")?;
    ensure!(seen(page)? == last, "a word changed what was seen");
    awake(page, "?expression.text=1%2F0&expression.step=3")?;
    page.says("gpt-expression .general", "1 cannot be divided by 0.")?;
    page.says(NOW, "5 steps lead back")
}

fn newest_refusal(page: &Page) -> Result<()> {
    awake(page, "")?;
    // Both are typed before there is an answer to the first.
    page.run(&format!(
        "const box = document.querySelector({});
         for (const typed of ['2', 'two']) {{
           box.focus();
           box.value = typed;
           box.dispatchEvent(new Event('input', {{ bubbles: true }}));
         }}",
        quoted(FIRST)
    ))?;
    page.says("gpt-expression .graph", "value 2")?;
    page.wait_until("!document.querySelector('gpt-expression').isBusy", 10)?;
    let told = page.text(".inputs .wrong:not(:empty)")?;
    ensure!(told.contains("not “two”"), "{told}");
    Ok(())
}

fn waiting(page: &Page) -> Result<()> {
    awake(page, "")?;
    page.type_into(SOURCE, "log(q - 4) + a")?;
    page.says("gpt-expression .wrong:not(:empty)", "log takes numbers")?;
    page.type_into("gpt-expression [aria-label='q, exactly']", "5")?;
    page.says("gpt-expression .graph", "log(q - 4) + a")?;
    page.wait_until(
        "!document.querySelector('gpt-expression .wrong:not(:empty)')",
        10,
    )?;
    let sliders: usize =
        page.eval("document.querySelectorAll('.inputs .field').length")?;
    ensure!(sliders == 2, "{sliders} variables");
    Ok(())
}

fn link(page: &Page) -> Result<()> {
    awake(page, "")?;
    page.type_into(SOURCE, "u = a*b; exp(u) - u**2 / 3")?;
    page.type_into(LAST, "0.25")?;
    for _ in 0..4 {
        page.click(STEP)?;
    }
    page.wait_until("location.search.includes('expression.step=4')", 10)?;
    let before = seen(page)?;
    let query: String = page.eval("location.search")?;
    page.open("welcome.html")?;
    awake(page, &query)?;
    ensure!(seen(page)? == before, "{query} shows something else");
    page.click("gpt-expression .foot button")?;
    page.says(NOW, "5 steps lead back")?;
    page.wait_until("location.search === ''", 10)
}

fn wrong_link(page: &Page) -> Result<()> {
    for (query, sentence) in [
        ("step=far", "There is no step “far”: the last is 5."),
        ("step=6", "There is no step “6”: the last is 5."),
        ("step=1&expression.round=", "from 1 to 3, not “”."),
        ("step=1&expression.round=1.5", "from 1 to 3, not “1.5”."),
        ("at=a=b", "A variable is a number from -10 to 10, not “a=b”."),
    ] {
        awake(page, &format!("?expression.{query}"))?;
        page.says("gpt-expression .general", sentence).context(query)?;
        page.says(NOW, "5 steps lead back")?;
    }
    Ok(())
}

fn keys(page: &Page) -> Result<()> {
    awake(page, "")?;
    for selector in
        [STEP, "gpt-expression .graph", "gpt-expression .slider input"]
    {
        page.key_that_stays(selector, Key::Right)?;
        page.key_that_stays(selector, Key::Left)?;
    }
    page.key(STEP, Key::Enter)?;
    page.says(NOW, "Step 1 of 5")
}
