//! From text to values, strictly as RFC 8259 says and I-JSON (RFC 7493) narrows it: no name twice
//! in an object, no lone surrogate, no number beyond a double, no more than [`DEEPEST`] levels.

use super::number;
use super::value::Value;
use crate::sort;
use std::borrow::Cow;

/// Levels of lists and objects within each other.
pub const DEEPEST: usize = 100;

/// A text that is no I-JSON, with the byte at which that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson(pub usize);

/// Reads one value that makes up all of `text`.
///
/// # Errors
/// Where it stops being JSON.
pub fn parse(text: &str) -> Result<Value<'_>, NotJson> {
    let mut parser = Parser::new(text);
    let value = parser.value()?;
    parser.end()?;
    Ok(value)
}

/// Reads a list whose items stand for themselves: where one has the form of JSON but breaks a rule
/// of I-JSON, such as a lone surrogate, the others are read all the same.
///
/// # Errors
/// Where it stops being a list of JSON.
pub fn parse_each(text: &str) -> Result<Vec<Result<Value<'_>, NotJson>>, NotJson> {
    let mut parser = Parser::new(text);
    parser.space();
    if parser.peek() != b'[' {
        return parser.fail();
    }
    let mut items = Vec::new();
    parser.items(b']', |parser| {
        let (start, levels) = (parser.at, parser.levels);
        let item = parser.value();
        if item.is_err() {
            (parser.at, parser.levels, parser.halves) = (start, levels, true);
            parser.skip()?;
            parser.halves = false;
        }
        items.push(item);
        Ok(())
    })?;
    parser.end()?;
    Ok(items)
}

/// Reads the value that `text` begins with, and where it ends.
///
/// # Errors
/// Where it stops being JSON.
pub fn parse_front(text: &str) -> Result<(Value<'_>, usize), NotJson> {
    let mut parser = Parser::new(text);
    let value = parser.value()?;
    Ok((value, parser.at))
}

/// Where the value that `text` begins with, without a space before it, ends. Only its form is
/// checked, and nothing of it is kept.
///
/// # Errors
/// Where it stops being JSON.
pub fn end_of(text: &str) -> Result<usize, NotJson> {
    let mut parser = Parser { halves: true, ..Parser::new(text) };
    if parser.peek().is_ascii_whitespace() {
        return parser.fail();
    }
    parser.skip()?;
    Ok(parser.at)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    levels: usize,
    /// Whether half a surrogate pair passes.
    halves: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, levels: DEEPEST, halves: false }
    }

    fn end(&mut self) -> Result<(), NotJson> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { self.fail() }
    }

    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn fail<T>(&self) -> Result<T, NotJson> {
        Err(NotJson(self.at))
    }

    /// Takes `byte` if it is next, after any space.
    fn takes(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.takes(byte) { Ok(()) } else { self.fail() }
    }

    fn word(&mut self, word: &str) -> Result<(), NotJson> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.fail();
        }
        self.at += word.len();
        Ok(())
    }

    fn value(&mut self) -> Result<Value<'a>, NotJson> {
        self.space();
        Ok(match self.peek() {
            b'n' => self.word("null").map(|()| Value::Null)?,
            b't' => self.word("true").map(|()| Value::Bool(true))?,
            b'f' => self.word("false").map(|()| Value::Bool(false))?,
            b'"' => Value::Text(self.string()?),
            b'[' => {
                let mut items = Vec::new();
                self.items(b']', |parser| parser.value().map(|item| items.push(item)))?;
                Value::List(items)
            }
            b'{' => {
                let (start, mut members) = (self.at, Vec::new());
                self.items(b'}', |parser| {
                    let name = parser.name()?;
                    members.push((name, parser.value()?));
                    Ok(())
                })?;
                if has_twins(&members) {
                    return Err(NotJson(start));
                }
                Value::Object(members)
            }
            _ => {
                let number = self.number()?;
                match number::read(number) {
                    Some(number) => Value::Number(number),
                    None => return self.fail(),
                }
            }
        })
    }

    /// The same without keeping anything.
    fn skip(&mut self) -> Result<(), NotJson> {
        self.space();
        match self.peek() {
            b'n' => self.word("null"),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'"' => self.string().map(drop),
            b'[' => self.items(b']', Self::skip),
            b'{' => self.items(b'}', |parser| {
                parser.name()?;
                parser.skip()
            }),
            _ => self.number().map(drop),
        }
    }

    fn items(
        &mut self,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        self.levels = self.levels.checked_sub(1).ok_or(NotJson(self.at))?;
        self.at += 1;
        if !self.takes(close) {
            item(self)?;
            while !self.takes(close) {
                self.expect(b',')?;
                item(self)?;
            }
        }
        self.levels += 1;
        Ok(())
    }

    fn name(&mut self) -> Result<Cow<'a, str>, NotJson> {
        self.space();
        if self.peek() != b'"' {
            return self.fail();
        }
        let name = self.string()?;
        self.expect(b':')?;
        Ok(name)
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start { self.fail() } else { Ok(()) }
    }

    fn number(&mut self) -> Result<&'a [u8], NotJson> {
        let start = self.at;
        self.at += usize::from(self.peek() == b'-');
        if self.peek() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), b'+' | b'-'));
            self.digits()?;
        }
        Ok(&self.text.as_bytes()[start..self.at])
    }

    fn string(&mut self) -> Result<Cow<'a, str>, NotJson> {
        self.at += 1;
        let start = self.at;
        self.plain();
        if self.peek() == b'"' {
            self.at += 1;
            return Ok(Cow::Borrowed(&self.text[start..self.at - 1]));
        }
        let mut text = self.text[start..self.at].to_owned();
        loop {
            match self.peek() {
                b'"' => break,
                b'\\' => text.push(self.escape()?),
                _ => return self.fail(),
            }
            let from = self.at;
            self.plain();
            text.push_str(&self.text[from..self.at]);
        }
        self.at += 1;
        Ok(Cow::Owned(text))
    }

    /// Goes to the next byte that ends a run of plain characters: a quote, a backslash, a control.
    fn plain(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if *byte < 0x20 || *byte == b'"' || *byte == b'\\' {
                return;
            }
            self.at += 1;
        }
    }

    fn escape(&mut self) -> Result<char, NotJson> {
        self.at += 1;
        let kind = self.peek();
        self.at += 1;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = self.unit()?;
                if (0xd800..0xdc00).contains(&code) && self.word("\\u").is_ok() {
                    let low = self.unit()?;
                    if (0xdc00..0xe000).contains(&low) {
                        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                    }
                }
                let half = self.halves.then_some(char::REPLACEMENT_CHARACTER);
                char::from_u32(code).or(half).ok_or(NotJson(self.at))?
            }
            _ => return self.fail(),
        })
    }

    /// Four hex digits.
    fn unit(&mut self) -> Result<u32, NotJson> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek()).to_digit(16).ok_or(NotJson(self.at))?;
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }
}

/// Whether a name stands twice.
fn has_twins(members: &[(Cow<'_, str>, Value<'_>)]) -> bool {
    if members.len() <= 16 {
        let twin =
            |place: usize| members[..place].iter().any(|(name, _)| *name == members[place].0);
        return (1..members.len()).any(twin);
    }
    let order = sort::places(members.len(), &|a, b| members[a].0.cmp(&members[b].0));
    order.windows(2).any(|pair| members[pair[0]].0 == members[pair[1]].0)
}
