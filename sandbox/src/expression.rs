//! An expression that a reader types, on a tape: its graph, and the way back.

mod fault;
mod parser;
mod tree;
mod words;

use std::iter::zip;

use lab::autograd::{Step, slope, walk};
use microgpt::autograd::{Tape, Value};
use microgpt::scalar::Scalar;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::number::written;
use fault::Fault;
use tree::{Kind, Operation, Part, Tree};

pub use fault::Mistake;

/// An expression with up to eight variables.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Expression {
    tree: Tree,
}

#[wasm_bindgen]
impl Expression {
    /// Reads assignments such as `b = a + a`, with `;` between them; the
    /// value of the last is the result, and it needs no name.
    ///
    /// # Errors
    /// It is no such text, or too long.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<Expression, Mistake> {
        Ok(Self { tree: parser::parse(text)? })
    }

    /// The names that are never assigned, in the order of their first use.
    #[wasm_bindgen(getter)]
    pub fn variables(&self) -> Vec<String> {
        self.tree.variables.clone()
    }

    /// Computes the expression on a new tape, and walks back so many times.
    ///
    /// # Errors
    /// A number is not finite, or there is not one for each variable.
    pub fn graph(&self, at: &[f64], rounds: usize) -> Result<Graph, Mistake> {
        self.allow(at)?;
        let tape = Tape::default();
        let on_tape = |&number: &f64| tape.variable(number);
        let variables: Vec<Value<'_>> = at.iter().map(on_tape).collect();
        let values = self.tree.values(&variables);
        self.tree.check(&values)?;
        let mut graph = self.drawn(&tape, &values);
        self.add_edges(&mut graph, &tape, &values)?;
        let result = values[self.tree.result];
        let mut kept = Vec::new();
        for _ in 0..rounds {
            let walk = walk(&tape, result, &mut kept);
            self.add_steps(&mut graph, &walk)?;
        }
        graph.tried = self.tried(at);
        Ok(graph)
    }
}

/// An expression on a tape: its nodes, its edges, and the way back.
///
/// Constants, which the tape does not tell apart, are a node each.
#[wasm_bindgen(getter_with_clone)]
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// What stands for each node: a name, a sign, or the text of a constant.
    #[wasm_bindgen(readonly)]
    pub labels: Vec<String>,
    /// The name that each node is assigned to, or nothing.
    #[wasm_bindgen(readonly)]
    pub names: Vec<String>,
    /// For each node: where its text begins, where it ends, its index on the
    /// tape (0 for constants), its value, and its gradient from backward.
    #[wasm_bindgen(readonly)]
    pub nodes: Vec<f64>,
    /// For each edge, in the order of the way back: the node that it leaves,
    /// the input, and the slope.
    #[wasm_bindgen(readonly)]
    pub edges: Vec<f64>,
    /// For each round, and each edge that is walked: the gradient of the node,
    /// what it gives along the edge, and all that the input has then.
    #[wasm_bindgen(readonly)]
    pub steps: Vec<f64>,
    /// The slope of the result along each variable, by trying.
    #[wasm_bindgen(readonly)]
    pub tried: Vec<f64>,
    /// The node whose value is the result.
    #[wasm_bindgen(readonly)]
    pub result: usize,
    /// So many edges come first that belong to nodes made after the result.
    #[wasm_bindgen(readonly)]
    pub apart: usize,
}

impl Expression {
    /// Refuses what are not the numbers of the variables.
    fn allow(&self, at: &[f64]) -> Result<(), Mistake> {
        let variables = &self.tree.variables;
        if variables.len() != at.len() {
            let fault = Fault::Variables(variables.len(), at.len());
            return Err(Mistake::new(fault, 0));
        }
        let odd = zip(variables, at).zip(&self.tree.parts);
        let mut odd = odd.filter(|((_, number), _)| !number.is_finite());
        let Some(((name, &number), part)) = odd.next() else { return Ok(()) };
        let fault = Fault::NotFinite { what: name.clone(), number };
        Err(Mistake::new(fault, part.at))
    }

    /// Whether a part is drawn: it has a node, or an edge leads to it.
    fn is_drawn(&self, index: usize) -> bool {
        let is_input = |part: &Part| match part.kind {
            Kind::Operation(Operation::Power, [x, _]) => x == index,
            Kind::Operation(_, inputs) => inputs.contains(&index),
            _ => false,
        };
        let mut made = self.tree.parts.iter().filter(|part| !part.constant);
        !self.tree.parts[index].constant
            || index == self.tree.result
            || made.any(is_input)
    }

    /// The parts that are drawn.
    fn shown(&self) -> Vec<usize> {
        let parts = 0..self.tree.parts.len();
        parts.filter(|&index| self.is_drawn(index)).collect()
    }

    fn label(&self, part: &Part, values: &[Value<'_>]) -> String {
        match part.kind {
            _ if part.constant => self.tree.source(part).to_owned(),
            Kind::Operation(Operation::Power, [_, exponent]) => {
                format!("** {}", written(values[exponent].value()))
            }
            Kind::Operation(operation, _) => operation.sign().to_owned(),
            _ => self.tree.source(part).to_owned(),
        }
    }

    /// The nodes of the graph, without the edges.
    fn drawn(&self, tape: &Tape, values: &[Value<'_>]) -> Graph {
        let result = values[self.tree.result];
        let gradients = result.backward();
        let mut graph = Graph::default();
        for (node, index) in self.shown().into_iter().enumerate() {
            let (part, value) = (&self.tree.parts[index], values[index]);
            graph.labels.push(self.label(part, values));
            graph.names.push(part.name.clone().unwrap_or_default());
            let places = [part.span.start, part.span.end, value.node()];
            graph.nodes.extend(places.map(|place| place as f64));
            graph.nodes.extend([value.value(), gradients.wrt(value)]);
            if index == self.tree.result {
                graph.result = node;
            }
        }
        let later = result.node() + 1..tape.size().0;
        graph.apart = later.map(|node| tape.inputs(node).len()).sum();
        graph
    }
}

impl Expression {
    /// Reads the edges from the tape, from its end to its beginning.
    fn add_edges(
        &self,
        graph: &mut Graph,
        tape: &Tape,
        values: &[Value<'_>],
    ) -> Result<(), Mistake> {
        let shown = self.shown();
        for (node, &index) in shown.iter().enumerate().rev() {
            let part = &self.tree.parts[index];
            let Kind::Operation(_, inputs) = part.kind else { continue };
            let edges = tape.inputs(values[index].node());
            for ((_, slope), input) in zip(edges, inputs) {
                self.finite("slope of", part, slope)?;
                let to = shown.iter().position(|&index| index == input);
                let to = to.unwrap_or_default();
                graph.edges.extend([node as f64, to as f64, slope]);
            }
        }
        Ok(())
    }

    fn add_steps(
        &self,
        graph: &mut Graph,
        walk: &[Step],
    ) -> Result<(), Mistake> {
        let made = self.tree.parts.iter().filter(|part| !part.constant);
        let made: Vec<&Part> = made.collect();
        for step in walk {
            // The tape's first node is that of the constants.
            let (what, part) = match step.to.checked_sub(1) {
                Some(input) => ("gradient of", made[input]),
                None => ("gradient of a constant in", made[step.from - 1]),
            };
            self.finite(what, part, step.sum)?;
            graph.steps.extend([step.gradient, step.given, step.sum]);
        }
        Ok(())
    }

    fn finite(
        &self,
        what: &str,
        part: &Part,
        number: f64,
    ) -> Result<(), Mistake> {
        if number.is_finite() {
            return Ok(());
        }
        let what = format!("the {what} {}", self.tree.source(part));
        Err(Mistake::new(Fault::NotFinite { what, number }, part.at))
    }

    /// The slope along each variable by trying; not a number where the
    /// expression has no value a little beside.
    fn tried(&self, at: &[f64]) -> Vec<f64> {
        let along = |index: usize| {
            let result = |number: f64| {
                let mut at = at.to_vec();
                at[index] = number;
                self.tree.values(&at)[self.tree.result]
            };
            slope(result, at[index])
        };
        (0..at.len()).map(along).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn graph(text: &str, at: &[f64], rounds: usize) -> Graph {
        Expression::new(text).unwrap().graph(at, rounds).unwrap()
    }

    /// An index that stands among numbers.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was made of an index"
    )]
    fn index(number: f64) -> usize {
        number as usize
    }

    impl Graph {
        /// A column of the nodes.
        fn column(&self, index: usize) -> Vec<f64> {
            self.nodes.chunks(5).map(|node| node[index]).collect()
        }

        fn places(&self) -> Vec<usize> {
            self.column(2).into_iter().map(index).collect()
        }

        fn value(&self) -> f64 {
            self.column(3)[self.result]
        }

        fn edges(&self) -> Vec<([usize; 2], f64)> {
            let edges = self.edges.chunks(3);
            edges.map(|e| ([index(e[0]), index(e[1])], e[2])).collect()
        }
    }

    fn value(text: &str, at: &[f64]) -> f64 {
        graph(text, at, 0).value()
    }

    /// The mistake of a text, with each variable at `at`.
    fn mistake(text: &str, at: f64) -> Mistake {
        match Expression::new(text) {
            Err(mistake) => mistake,
            Ok(expression) => {
                let at = vec![at; expression.variables().len()];
                expression.graph(&at, 1).unwrap_err()
            }
        }
    }

    /// The steps of a walk, as pairs of places on the tape and numbers.
    fn steps(graph: &Graph) -> Vec<([usize; 2], [f64; 4])> {
        let walked = graph.edges().into_iter().skip(graph.apart);
        let walked: Vec<_> = walked.collect();
        let steps = walked.iter().cycle().zip(graph.steps.chunks(3));
        let places = graph.places();
        steps
            .map(|((nodes, slope), step)| {
                let numbers = [*slope, step[0], step[1], step[2]];
                (nodes.map(|node| places[node]), numbers)
            })
            .collect()
    }

    #[test]
    fn operators_bind_as_in_python() {
        for (text, right) in [
            ("1 + 2 * 3", 7.0),
            ("(1 + 2) * 3", 9.0),
            ("10 - 4 - 3", 3.0),
            ("24 / 4 / 3", 2.0),
            ("24 / 4 * 3", 18.0),
            ("-2**2", -4.0),
            ("(-2)**2", 4.0),
            ("2**-1", 0.5),
            ("2**3**2", 512.0),
            ("(2**3)**2", 64.0),
            ("2**-3**2 * 512", 1.0),
            ("-2 * 3 - -4", -2.0),
            ("2 * -3 + 1", -5.0),
            ("--3", 3.0),
            ("1e-3 * 1E+3 + .5 + 2.", 3.5),
            ("relu(-3) + relu(3) * exp(0) + log(1)", 3.0),
            ("b = 2; c = b ** b; c + b", 6.0),
            ("b = 2; b = b * 3;", 6.0),
        ] {
            assert_eq!(value(text, &[]), right, "{text}");
        }
    }

    #[test]
    fn names_that_are_never_assigned_are_the_variables() {
        let text = "c = w_1*x1 + b; d = c + w_1; relu(d) + z";
        let expression = Expression::new(text).unwrap();
        assert_eq!(expression.variables(), ["w_1", "x1", "b", "z"]);
        assert_eq!(value(text, &[2.0, 3.0, -1.0, 10.0]), 17.0);
    }

    #[test]
    fn a_mistake_is_told_in_a_sentence_with_its_place() {
        for (text, at, sentence) in [
            ("", 0, "there is no expression: type one, such as a*b + a"),
            (" \n ", 0, "there is no expression: type one, such as a*b + a"),
            ("a * é", 4, "the character 'é' is no part of an expression"),
            ("a, b", 1, "the character ',' is no part of an expression"),
            ("a^2", 1, "a power is written **, not ^"),
            ("a + .", 4, ". is no number"),
            ("1e999", 0, "1e999 is inf, not a finite number"),
            (
                "a + ",
                4,
                "a number, a name or a parenthesis is missing at the end",
            ),
            (
                "a + * b",
                4,
                "a number, a name or a parenthesis is missing before *",
            ),
            (
                "b = a;; b",
                6,
                "a number, a name or a parenthesis is missing before ;",
            ),
            (
                "exp()",
                4,
                "a number, a name or a parenthesis is missing before )",
            ),
            ("2a", 1, "an operator is missing before a"),
            ("(a b)", 3, "an operator is missing before b"),
            ("a = b = c", 6, "an operator is missing before ="),
            ("1.2.3", 3, "an operator is missing before .3"),
            ("(a + (b)", 0, "this parenthesis is never closed"),
            ("a*(b; c", 2, "this parenthesis is never closed"),
            ("a + b)", 5, "this parenthesis was never opened"),
            ("tanh(a)", 0, "there is no function tanh, only relu, exp and log"),
            ("2 + exp", 4, "exp is a function, so it is written exp(...)"),
            ("log = 2", 0, "log is a function, so it is written log(...)"),
            (
                "b; 2 * a = 1",
                0,
                "only the last statement may go without a name and =",
            ),
            (
                "2 * a = 1",
                0,
                "only a name can be assigned to, and 2 * a is none",
            ),
            ("(a) = 1", 0, "only a name can be assigned to, and (a) is none"),
            ("= 1", 0, "only a name can be assigned to, and nothing is none"),
            ("c = b; b = 1", 4, "b is used before it is assigned"),
            ("b = b + 1", 4, "b is used before it is assigned"),
            (
                "a+b+c+d+e+f+g+h+i",
                16,
                "i is one variable too many: at most 8 can be turned",
            ),
            ("2**a", 3, "an exponent must be a constant, and a is none"),
            (
                "a**(b + 1)",
                3,
                "an exponent must be a constant, and (b + 1) is none",
            ),
            ("2 + 1/0", 5, "1 cannot be divided by 0"),
            ("a / (a - a)", 2, "1.5 cannot be divided by 0"),
            ("1 + log(a - 1.5)", 4, "log takes numbers greater than 0, not 0"),
            ("log(-a)", 0, "log takes numbers greater than 0, not -1.5"),
            ("exp(a * 1000)", 0, "exp(a * 1000) is inf, not a finite number"),
            ("(-a)**0.5", 4, "(-a)**0.5 is NaN, not a finite number"),
            (
                "2 + (a - 1.5)**0.5",
                13,
                "the slope of (a - 1.5)**0.5 is inf, not a finite number",
            ),
        ] {
            let found = mistake(text, 1.5);
            let (place, told) = (found.at(), found.sentence());
            assert_eq!((place, told.as_str()), (at, sentence), "{text:?}");
        }
    }

    #[test]
    fn a_gradient_that_overflows_is_told() {
        let text = "b = 1e-200 * a; c = b * 1e200; d = c * 1e200";
        let found = mistake(text, 1.0);
        let sentence = "the gradient of 1e-200 * a is inf, not a finite number";
        assert_eq!((found.at(), found.sentence().as_str()), (11, sentence));
        assert_eq!(value(text, &[1.0]), 1e200);
    }

    #[test]
    fn a_gradient_of_a_constant_that_overflows_is_told() {
        let found = mistake("0 * a * 1e10", 1e300);
        let sentence = "the gradient of a constant in 0 * a is inf, not a \
                        finite number";
        assert_eq!((found.at(), found.sentence().as_str()), (2, sentence));
    }

    #[test]
    fn long_texts_deep_nesting_and_large_graphs_are_refused() {
        let long = mistake(&"a+".repeat(5000), 1.0);
        assert_eq!(long.fault, Fault::TooLong(10_000, 200));
        assert_eq!(long.at(), 200);
        let long = mistake(&"é".repeat(201), 1.0);
        assert_eq!(long.fault, Fault::TooLong(201, 200));
        let deep = format!("{}a{}", "(".repeat(99), ")".repeat(99));
        assert_eq!(value(&deep, &[3.0]), 3.0);
        let deep = mistake(&"(".repeat(200), 1.0);
        assert_eq!(deep.at(), 200);
        let many = mistake(&format!("{}a", "-".repeat(199)), 1.0);
        assert_eq!(many.fault, Fault::TooManyNodes(64));
        let many = mistake(&format!("{}a", "a+".repeat(64)), 1.0);
        assert_eq!((many.at(), many.fault), (127, Fault::TooManyNodes(64)));
    }

    #[test]
    fn the_numbers_must_be_those_of_the_variables() {
        let expression = Expression::new("b + a").unwrap();
        let found = expression.graph(&[1.0], 0).unwrap_err();
        assert_eq!(found.sentence(), "there are 2 variables, not 1");
        let found = expression.graph(&[1.0, f64::INFINITY], 0).unwrap_err();
        assert_eq!(found.sentence(), "a is inf, not a finite number");
        assert_eq!(found.at(), 4);
    }

    #[test]
    fn the_graph_is_the_table_of_the_chapter() {
        let graph = graph("c = a*b + a", &[2.0, -3.0], 1);
        assert_eq!(graph.labels, ["a", "b", "*", "+"]);
        assert_eq!(graph.names, ["", "", "", "c"]);
        let nodes = [
            [4.0, 5.0, 1.0, 2.0, -2.0],
            [6.0, 7.0, 2.0, -3.0, 2.0],
            [4.0, 7.0, 3.0, -6.0, 1.0],
            [4.0, 11.0, 4.0, -4.0, 1.0],
        ];
        assert_eq!(graph.nodes, nodes.concat());
        assert_eq!((graph.result, graph.apart), (3, 0));
        let right = [
            ([4, 3], [1.0, 1.0, 1.0, 1.0]),
            ([4, 1], [1.0, 1.0, 1.0, 1.0]),
            ([3, 1], [-3.0, 1.0, -3.0, -2.0]),
            ([3, 2], [2.0, 1.0, 2.0, 2.0]),
        ];
        assert_eq!(steps(&graph), right);
        let [by_a, by_b] = graph.tried[..] else { panic!() };
        assert!((by_a + 2.0).abs() < 1e-8 && (by_b - 2.0).abs() < 1e-8);
    }

    #[test]
    fn a_number_used_twice_has_two_edges_and_kept_gradients_pile_up() {
        let once = graph("b = a+a; c = b+b", &[3.0], 1);
        let edges = once.edges().into_iter().map(|(nodes, _)| nodes);
        assert!(edges.eq([[2, 1], [2, 1], [1, 0], [1, 0]]));
        let twice = graph("b = a+a; c = b+b", &[3.0], 2);
        assert_eq!(twice.steps[..12], once.steps);
        let sums = steps(&twice).into_iter().map(|(_, numbers)| numbers[3]);
        let sums: Vec<f64> = sums.collect();
        assert_eq!(sums, [1.0, 2.0, 2.0, 4.0, 3.0, 4.0, 8.0, 12.0]);
        // As told in the chapter.
        let twice = graph("a*b + a", &[2.0, -3.0], 2);
        assert_eq!(steps(&twice)[6].1[3], -7.0);
    }

    #[test]
    fn each_constant_is_a_node_that_the_tape_does_not_know() {
        let graph = graph("n = 2; n*a + (1 + 2)*a**n", &[5.0], 1);
        assert_eq!(graph.labels, ["a", "2", "*", "1 + 2", "** 2", "*", "+"]);
        assert_eq!(graph.places(), [1, 0, 2, 0, 3, 4, 5]);
        let gradients = [32.0, 0.0, 1.0, 0.0, 3.0, 1.0, 1.0];
        assert_eq!(graph.column(4), gradients);
        let to = graph.edges().into_iter().map(|(nodes, _)| nodes[1]);
        assert!(to.eq([2, 5, 3, 4, 0, 1, 0]));
    }

    #[test]
    fn what_takes_no_part_is_not_walked() {
        let graph = graph("b = a*d; c = b*b; b + a", &[3.0, 2.0], 1);
        assert_eq!((graph.result, graph.apart), (4, 0));
        let zeros = steps(&graph).into_iter().filter(|step| step.1[2] == 0.0);
        assert_eq!(zeros.count(), 2);
        let graph = super::tests::graph("b = a*a; c = b*b; d = b", &[3.0], 1);
        assert_eq!((graph.result, graph.apart), (1, 2));
        assert_eq!(steps(&graph).len(), 2);
        let graph = super::tests::graph("b = a*a; 1 + 2", &[3.0], 1);
        assert_eq!((graph.labels[2].as_str(), graph.result), ("1 + 2", 2));
        assert_eq!((graph.apart, steps(&graph).len()), (2, 0));
        assert_eq!(graph.tried, [0.0]);
    }

    #[test]
    fn where_trying_has_no_answer_there_is_no_number() {
        assert!(graph("log(a)", &[1e-7], 1).tried[0].is_nan());
    }

    #[test]
    fn at_a_kink_trying_finds_the_middle() {
        let graph = graph("relu(a)", &[0.0], 1);
        assert_eq!((graph.column(4)[0], graph.tried[0]), (0.0, 0.5));
    }

    #[test]
    fn each_example_of_the_page_has_a_graph_and_a_way_back() {
        let page = include_str!("../../src/sandbox/expression.js");
        let lines = page.lines().skip_while(|line| !line.contains("PRESETS"));
        let lines = lines.skip(1).take_while(|line| *line != "];");
        let mut texts = Vec::new();
        for line in lines {
            let words: Vec<&str> = line.split('"').collect();
            let [_, _, _, text, _, at, _] = words[..] else { panic!("{line}") };
            let at = at.split(' ').map(|pair| pair.split_once('=').unwrap());
            let (names, numbers): (Vec<_>, Vec<_>) = at.unzip();
            let number = |number: &str| number.parse().unwrap();
            let numbers: Vec<f64> = numbers.into_iter().map(number).collect();
            let expression = Expression::new(text).unwrap();
            assert_eq!(expression.variables(), names, "{text}");
            let graph = expression.graph(&numbers, 3).unwrap();
            assert!(!graph.steps.is_empty(), "{text}");
            texts.push(text);
        }
        assert_eq!(texts.len(), 10);
        assert!(texts.contains(&"b = a+a; c = b+b"));
    }

    /// Random expressions of the variables a, b and c.
    fn expressions() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("a".to_owned()),
            Just("b".to_owned()),
            Just("c".to_owned()),
            (0_u8..20).prop_map(|n| format!("{}", f64::from(n) / 4.0)),
        ];
        leaf.prop_recursive(5, 16, 2, |inner| {
            let pair = (inner.clone(), "[-+*/]", inner.clone());
            let functions =
                prop_oneof![Just("-"), Just("relu"), Just("exp"), Just("log")];
            prop_oneof![
                pair.prop_map(|(x, sign, y)| format!("({x}{sign}{y})")),
                (functions, inner.clone())
                    .prop_map(|(name, x)| format!("{name}({x})")),
                (inner, -2_i8..4).prop_map(|(x, n)| format!("({x})**{n}")),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_last_sum_of_each_node_is_its_gradient(
            text in expressions(),
            at in proptest::array::uniform3(-3.0..3.0),
        ) {
            let text = format!("a + b + c + {text}");
            let Ok(expression) = Expression::new(&text) else {
                return Ok(());
            };
            let Ok(graph) = expression.graph(&at, 1) else { return Ok(()) };
            let places = graph.places();
            let mut sums = vec![0.0_f64; places.len() + 1];
            sums[places[graph.result]] = 1.0;
            for ([from, to], [slope, gradient, given, sum]) in steps(&graph) {
                prop_assert_eq!(gradient.to_bits(), sums[from].to_bits());
                prop_assert_eq!(given.to_bits(), (slope * gradient).to_bits());
                sums[to] = sum;
            }
            for (place, gradient) in zip(places, graph.column(4)) {
                let sum: f64 = if place == 0 { 0.0 } else { sums[place] };
                prop_assert_eq!(sum.to_bits(), gradient.to_bits());
            }
            let numbers = expression.tree.values(&at);
            let number: f64 = numbers[expression.tree.result];
            prop_assert_eq!(number, graph.value());
        }

        #[test]
        fn each_edge_leads_to_the_place_that_the_tape_says(
            text in expressions(),
            at in proptest::array::uniform3(0.1..3.0),
        ) {
            let Ok(expression) = Expression::new(&text) else {
                return Ok(());
            };
            let at = &at[..expression.variables().len()];
            let Ok(graph) = expression.graph(at, 0) else { return Ok(()) };
            let tape = Tape::default();
            let at: Vec<_> = at.iter().map(|&x| tape.variable(x)).collect();
            expression.tree.values(&at);
            let places = 1..tape.size().0;
            let right = places.rev().flat_map(|from| {
                let edges = tape.inputs(from).into_iter();
                edges.map(move |(to, slope)| ([from, to], slope))
            });
            let places = graph.places();
            let found = graph.edges().into_iter().map(|(nodes, slope)| {
                (nodes.map(|node| places[node]), slope)
            });
            prop_assert!(found.eq(right));
        }

        #[test]
        fn no_text_makes_it_panic(
            text in "([-+*/()=;.^ ]|\\*\\*|a|b|c|1|2e|exp\\(|log|\\PC){0,80}",
            at in -2.0..2.0,
        ) {
            if let Ok(expression) = Expression::new(&text) {
                let at = vec![at; expression.variables().len()];
                let _ = expression.graph(&at, 3);
            }
        }
    }
}
