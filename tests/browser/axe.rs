//! What axe-core finds on a page: whatever keeps a reader from using it who
//! does not see it, or has no mouse.

use anyhow::Result;

use crate::machine::Machine;
use crate::page::Page;

/// Each violation of a rule: the rule, the element, and what to do. None where
/// there is no axe-core.
///
/// # Errors
///
/// axe-core cannot be run.
pub fn violations(page: &Page, machine: &Machine) -> Result<Vec<String>> {
    let Some(axe) = &machine.axe else { return Ok(Vec::new()) };
    page.execute(&format!(
        "{axe};
         const {{ violations }} =
           await axe.run(document, {{ resultTypes: ['violations'] }});
         return violations.flatMap((rule) => rule.nodes.map((node) =>
           `${{rule.id}}: ${{node.target.join(' ')}} ${{node.html}}\\n    `
           + node.failureSummary.replaceAll('\\n', '\\n    ')));"
    ))
}
