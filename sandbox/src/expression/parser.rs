//! From words to parts, after the way of Vaughan Pratt (1973).
//!
//! Each operator binds its two sides with a certain power. An operand goes to
//! the side that pulls it harder. The powers are in the order of Python's.

use std::ops::Range;

use super::fault::{Fault, Mistake};
use super::tree::{self, Operation, Part, Tree};
use super::words::{Kind, Word, words};

/// So many variables have room on a page.
const VARIABLES: usize = 8;
/// So many parts have room in a drawing.
const PARTS: usize = 64;
/// How hard a minus sign pulls what follows it: less than a power does.
const MINUS: u8 = 5;

/// An operator with its powers, to the left and to the right.
///
/// What pulls harder to the right groups from the left: a - b - c is
/// (a - b) - c. A power is the other way round.
fn operator(kind: Kind) -> Option<(Operation, u8, u8)> {
    match kind {
        Kind::Plus => Some((Operation::Add, 1, 2)),
        Kind::Minus => Some((Operation::Subtract, 1, 2)),
        Kind::Times => Some((Operation::Multiply, 3, 4)),
        Kind::Over => Some((Operation::Divide, 3, 4)),
        Kind::Power => Some((Operation::Power, 7, 6)),
        _ => None,
    }
}

/// A part, and the text that it takes up, parentheses and all.
#[derive(Clone, Debug)]
struct Operand {
    part: usize,
    span: Range<usize>,
}

/// Reads the words of an expression one by one.
struct Parser<'a> {
    text: &'a str,
    words: Vec<Word>,
    next: usize,
    parts: Vec<Part>,
    /// What each name stands for, so far.
    names: Vec<(&'a str, usize)>,
}

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Tree, Mistake> {
    let words = words(text)?;
    let (parts, names) = Default::default();
    let mut parser = Parser { text, words, next: 0, parts, names };
    let variables = parser.variables()?;
    let result = parser.statements()?;
    let (text, parts) = (text.to_owned(), parser.parts);
    Ok(Tree { text, variables, parts, result })
}

impl<'a> Parser<'a> {
    fn source(&self, word: Word) -> &'a str {
        &self.text[word.start..word.end]
    }

    /// The word that comes next; at the end it is the end, again and again.
    fn peek(&self) -> Word {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> Word {
        let last = self.words.len() - 1;
        self.words[last.min(self.next + count)]
    }

    fn advance(&mut self) -> Word {
        let word = self.peek();
        self.next += 1;
        word
    }

    /// A word in the way, or the end of the text.
    fn before(&self, word: Word) -> String {
        match word.kind {
            Kind::End => "at the end".to_owned(),
            _ => format!("before {}", self.source(word)),
        }
    }

    fn push(
        &mut self,
        kind: tree::Kind,
        constant: bool,
        span: Range<usize>,
        at: usize,
    ) -> Result<Operand, Mistake> {
        let part = self.parts.len();
        if part >= PARTS {
            return Err(Mistake::new(Fault::TooManyNodes(PARTS), at));
        }
        let (name, own) = (None, span.clone());
        self.parts.push(Part { kind, constant, name, span: own, at });
        Ok(Operand { part, span })
    }
}

impl<'a> Parser<'a> {
    /// The names that stand before an equals sign.
    fn assigned(&self) -> Vec<&'a str> {
        let statements = self.words.split(|word| word.kind == Kind::Semicolon);
        let names = statements.filter_map(|words| match words {
            [name, equals, ..] if equals.kind == Kind::Equals => {
                Some(self.source(*name))
            }
            _ => None,
        });
        names.collect()
    }

    /// Finds the names that are never assigned, and makes them the first
    /// parts, as variables are the first nodes of a tape.
    fn variables(&mut self) -> Result<Vec<String>, Mistake> {
        let assigned = self.assigned();
        for place in 0..self.words.len() {
            let (word, next) = (self.words[place], self.words.get(place + 1));
            let name = self.source(word);
            let is_free = word.kind == Kind::Name
                && next.is_none_or(|next| next.kind != Kind::Open)
                && Operation::called(name).is_none()
                && !assigned.contains(&name)
                && self.names.iter().all(|&(known, _)| known != name);
            if is_free {
                self.add_variable(name, word)?;
            }
        }
        let names = self.names.iter().map(|&(name, _)| name.to_owned());
        Ok(names.collect())
    }
}

impl<'a> Parser<'a> {
    fn add_variable(
        &mut self,
        name: &'a str,
        word: Word,
    ) -> Result<(), Mistake> {
        let index = self.names.len();
        if index >= VARIABLES {
            let fault = Fault::TooManyVariables(name.to_owned(), VARIABLES);
            return Err(Mistake::new(fault, word.start));
        }
        let kind = tree::Kind::Variable(index);
        let span = word.start..word.end;
        let operand = self.push(kind, false, span, word.start)?;
        self.names.push((name, operand.part));
        Ok(())
    }

    /// Reads statement after statement; the value of the last is the result.
    fn statements(&mut self) -> Result<usize, Mistake> {
        loop {
            let name = self.assignee()?;
            let start = self.peek().start;
            let value = self.expression(0)?;
            let end = self.advance();
            if !matches!(end.kind, Kind::Semicolon | Kind::End) {
                return Err(self.in_the_way(end, &value, name.is_none()));
            }
            let is_last = self.peek().kind == Kind::End;
            match name {
                Some(name) => self.assign(name, value.part),
                None if is_last => {}
                None => return Err(Mistake::new(Fault::Nameless, start)),
            }
            if is_last {
                return Ok(value.part);
            }
        }
    }

    /// The name before an equals sign, if the statement begins with these.
    fn assignee(&mut self) -> Result<Option<&'a str>, Mistake> {
        let (word, equals) = (self.peek(), self.ahead(1));
        let fault = match (word.kind, equals.kind) {
            (Kind::Name, Kind::Equals) => {
                let name = self.source(word);
                if Operation::called(name).is_none() {
                    self.next += 2;
                    return Ok(Some(name));
                }
                Fault::Function(name.to_owned())
            }
            (Kind::Equals, _) => Fault::NotAName("nothing".to_owned()),
            _ => return Ok(None),
        };
        Err(Mistake::new(fault, word.start))
    }

    /// What is wrong with a word that follows a whole expression.
    fn in_the_way(&self, word: Word, value: &Operand, bare: bool) -> Mistake {
        match word.kind {
            Kind::Close => Mistake::new(Fault::Unopened, word.start),
            Kind::Equals if bare => {
                let text = self.text[value.span.clone()].to_owned();
                Mistake::new(Fault::NotAName(text), value.span.start)
            }
            _ => {
                let fault = Fault::NoOperator(self.before(word));
                Mistake::new(fault, word.start)
            }
        }
    }

    fn assign(&mut self, name: &'a str, part: usize) {
        self.names.retain(|&(known, _)| known != name);
        self.names.push((name, part));
        let part = &mut self.parts[part];
        if !matches!(part.kind, tree::Kind::Variable(_)) {
            part.name.get_or_insert(name.to_owned());
        }
    }
}

impl Parser<'_> {
    /// Reads on as long as operators pull at least so hard.
    fn expression(&mut self, least: u8) -> Result<Operand, Mistake> {
        let mut left = self.operand()?;
        while let Some((operation, to_left, to_right)) =
            operator(self.peek().kind)
            && to_left >= least
        {
            let sign = self.advance();
            let right = self.expression(to_right)?;
            left = self.combine(operation, sign, &left, &right)?;
        }
        Ok(left)
    }

    fn combine(
        &mut self,
        operation: Operation,
        sign: Word,
        left: &Operand,
        right: &Operand,
    ) -> Result<Operand, Mistake> {
        let constant = |operand: &Operand| self.parts[operand.part].constant;
        let constants = [constant(left), constant(right)];
        if operation == Operation::Power && !constants[1] {
            let exponent = self.text[right.span.clone()].to_owned();
            let fault = Fault::Exponent(exponent);
            return Err(Mistake::new(fault, right.span.start));
        }
        let kind = tree::Kind::Operation(operation, [left.part, right.part]);
        let span = left.span.start..right.span.end;
        self.push(kind, constants == [true; 2], span, sign.start)
    }

    /// Reads a number, a name, or what a sign, a function or a parenthesis
    /// begins.
    fn operand(&mut self) -> Result<Operand, Mistake> {
        let word = self.advance();
        let span = word.start..word.end;
        match word.kind {
            Kind::Number(number) => {
                let kind = tree::Kind::Number(number);
                self.push(kind, true, span, word.start)
            }
            Kind::Name if self.peek().kind == Kind::Open => self.function(word),
            Kind::Name => self.name(word),
            Kind::Minus => {
                let input = self.expression(MINUS)?;
                self.apply(Operation::Negate, word.start, &input)
            }
            Kind::Open => self.parenthesis(word),
            _ => {
                let fault = Fault::NoOperand(self.before(word));
                Err(Mistake::new(fault, word.start))
            }
        }
    }

    fn apply(
        &mut self,
        operation: Operation,
        at: usize,
        input: &Operand,
    ) -> Result<Operand, Mistake> {
        let kind = tree::Kind::Operation(operation, [input.part; 2]);
        let constant = self.parts[input.part].constant;
        self.push(kind, constant, at..input.span.end, at)
    }

    fn function(&mut self, word: Word) -> Result<Operand, Mistake> {
        let name = self.source(word);
        let Some(function) = Operation::called(name) else {
            let fault = Fault::UnknownFunction(name.to_owned());
            return Err(Mistake::new(fault, word.start));
        };
        let open = self.advance();
        let input = self.parenthesis(open)?;
        self.apply(function, word.start, &input)
    }

    fn name(&self, word: Word) -> Result<Operand, Mistake> {
        let name = self.source(word);
        let known = self.names.iter().find(|&&(known, _)| known == name);
        if let Some(&(_, part)) = known {
            return Ok(Operand { part, span: word.start..word.end });
        }
        let fault = if Operation::called(name).is_some() {
            Fault::Function(name.to_owned())
        } else {
            Fault::UsedBefore(name.to_owned())
        };
        Err(Mistake::new(fault, word.start))
    }

    /// Reads what follows an opening parenthesis, to the closing one.
    fn parenthesis(&mut self, open: Word) -> Result<Operand, Mistake> {
        let inner = self.expression(0)?;
        let close = self.advance();
        match close.kind {
            Kind::Close => {
                let span = open.start..close.end;
                Ok(Operand { span, ..inner })
            }
            Kind::End | Kind::Semicolon | Kind::Equals => {
                Err(Mistake::new(Fault::Unclosed, open.start))
            }
            _ => Err(self.in_the_way(close, &inner, false)),
        }
    }
}
