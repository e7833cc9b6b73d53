//! Any state of a widget survives the page's address.

use anyhow::{Result, anyhow, ensure};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::Test;
use crate::page::Page;

/// Enough for odd cases, and few enough for the browser, which lets a page
/// change its address so often only.
const STATES: usize = 60;

pub fn tests() -> Vec<Test> {
    vec![Test::new("any state survives the address", round_trip)]
}

/// A widget that shows nothing, so many times: what each has as its state
/// after it was set to `states`, or as it was found.
fn probes(page: &Page, states: &[Value], set: bool) -> Result<Vec<Value>> {
    page.execute(&format!(
        "const {{ Widget }} = await import('./sandbox/widget.js');
         class Probe extends Widget {{
           static defaults = {{ text: 'emma', number: 5 }};
           build() {{}}
           async show() {{}}
         }}
         customElements.define('gpt-probe', Probe);
         const all = [];
         for (const state of {states}) {{
           const probe = document.createElement('gpt-probe');
           document.body.append(probe);
           if ({set}) probe.set(state);
           all.push(probe);
         }}
         await new Promise((resolve) => setTimeout(resolve, 600));
         return all.map((probe) => probe.state);",
        states = json!(states),
    ))
}

fn round_trip(page: &Page) -> Result<()> {
    let text = prop_oneof!["\\PC{0,6}", "[&=?#%+;. 04\\r\\n\\t\\x00]{0,8}"];
    let whole = any::<i32>().prop_map(f64::from);
    let number = prop_oneof![whole, proptest::num::f64::NORMAL, Just(5e-324)];
    let mut runner = TestRunner::deterministic();
    let states = (0..STATES).map(|_| {
        let tree = (text.clone(), number.clone()).new_tree(&mut runner);
        let (text, number) = tree.map_err(|it| anyhow!("{it}"))?.current();
        Ok(json!({ "text": text, "number": number }))
    });
    let states = states.collect::<Result<Vec<_>>>()?;
    page.open("notation.html")?;
    let set = probes(page, &states, true)?;
    let address = page.address()?;
    page.open("notation.html")?;
    page.open(&address)?;
    let found = probes(page, &states, false)?;
    ensure!(found.len() == STATES, "{} states", found.len());
    for ((state, set), found) in states.iter().zip(&set).zip(&found) {
        ensure!(set["text"] == state["text"], "{state} was not set");
        ensure!(set == found, "{set} became {found}");
    }
    Ok(())
}
