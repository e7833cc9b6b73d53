//! What holds for any text that is typed as an expression.

use sandbox::expression::{Expression, Graph, Mistake};

/// Numbers for the variables, odd ones among them.
const AT: [[f64; 8]; 2] = [
    [0.5, -1.25, 2.0, 3.0, 0.25, 1.5, -7.0, 1.0],
    [0.0, -0.0, 1e-300, 1e300, -1.0, 710.0, f64::MAX, 5e-324],
];

/// Fails unless a text is refused with a place in it, or is drawn in order and
/// says the same in parts.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let expression = match Expression::new(&text) {
        Ok(expression) => expression,
        Err(mistake) => return is_told(&mistake, &text),
    };
    let variables = expression.variables();
    assert!(variables.len() <= 8, "{variables:?}");
    for at in AT {
        match expression.graph(&at[..variables.len()], 2) {
            Ok(graph) => {
                is_in_order(&graph, &text, variables.len());
                if !text.contains(['=', ';']) {
                    agrees_in_parts(&graph, &text, &variables, &at);
                }
            }
            Err(mistake) => is_told(&mistake, &text),
        }
    }
    let mistake = expression.graph(&[1.0; 9], 1).expect_err("nine numbers");
    is_told(&mistake, &text);
}

fn is_told(mistake: &Mistake, text: &str) {
    assert!(mistake.at() <= text.chars().count(), "{mistake:?}");
    assert!(!mistake.sentence().is_empty(), "{mistake:?}");
}

/// An index that stands among numbers.
fn index(number: f64) -> usize {
    let index = (0..1000_u16).find(|&index| f64::from(index) == number);
    index.expect("an index").into()
}

fn is_in_order(graph: &Graph, text: &str, variables: usize) {
    let count = graph.labels.len();
    assert_eq!(graph.names.len(), count);
    assert_eq!(graph.nodes.len(), 5 * count);
    assert_eq!(graph.tried.len(), variables);
    assert!(graph.result < count);
    for node in graph.nodes.chunks(5) {
        let source = text.get(index(node[0])..index(node[1]));
        assert!(source.is_some_and(|it| !it.is_empty()), "{node:?}");
        assert!(node.iter().all(|it| it.is_finite()), "{node:?}");
    }
    let edges = graph.edges.chunks(3);
    assert!(graph.apart <= edges.len());
    for edge in edges {
        let (from, to) = (index(edge[0]), index(edge[1]));
        assert!(to < from && from < count && edge[2].is_finite(), "{edge:?}");
    }
    assert!(graph.steps.iter().all(|it| it.is_finite()));
}

/// The text that a node was read from has, by itself, the value of the node;
/// and so has all of it in parentheses.
fn agrees_in_parts(graph: &Graph, text: &str, names: &[String], at: &[f64]) {
    let value = |source: &str| {
        let part = Expression::new(source).expect(source);
        let known = |name| names.iter().position(|it| *it == name);
        let at = part
            .variables()
            .into_iter()
            .map(|name| at[known(name).expect(source)]);
        let graph = part.graph(&at.collect::<Vec<_>>(), 0).expect(source);
        graph.nodes[5 * graph.result + 3].to_bits()
    };
    for node in graph.nodes.chunks(5) {
        let source = &text[index(node[0])..index(node[1])];
        assert_eq!(value(source), node[3].to_bits(), "{source}");
    }
    if text.len() < 199 {
        let result = graph.nodes[5 * graph.result + 3].to_bits();
        assert_eq!(value(&format!("({text})")), result);
    }
}
