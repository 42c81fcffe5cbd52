//! From text to values, strictly as RFC 8259 says and I-JSON (RFC 7493) narrows it: no name twice
//! in an object, no lone surrogate, no number beyond a double, no more than [`DEEPEST`] levels.

use super::number;
use super::plain::plain_len;
use super::value::Value;
use crate::sort;
use std::borrow::Cow;

/// Bytes that a text with escapes gets at first.
const ROOM: usize = 512;

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

    /// The same without keeping anything, but for the names.
    fn skip(&mut self) -> Result<(), NotJson> {
        self.space();
        match self.peek() {
            b'n' => self.word("null"),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'"' => self.skip_string(),
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
        let mut text = String::with_capacity((self.text.len() - start).min(ROOM));
        text.push_str(&self.text[start..self.at]);
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

    fn skip_string(&mut self) -> Result<(), NotJson> {
        self.at += 1;
        loop {
            self.plain();
            match self.peek() {
                b'"' => break,
                b'\\' => _ = self.escape()?,
                _ => return self.fail(),
            }
        }
        self.at += 1;
        Ok(())
    }

    /// Goes to the next byte that ends a run of plain characters: a quote, a backslash, a control.
    fn plain(&mut self) {
        self.at += plain_len(self.text.as_bytes().get(self.at..).unwrap_or_default());
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::arbitrary::{any_json, any_text, held};
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Value<'_> {
        Value::Text(text.into())
    }

    /// How each way in takes a text that must not pass.
    fn refused(texts: &[&str]) {
        for text in texts {
            assert!(parse(text).is_err(), "{text:?}");
            let inside = format!("[0,{text},1]");
            assert!(parse(&inside).is_err() && parse_front(&inside).is_err(), "{inside:?}");
            let member = format!("{{\"a\":{text},\"b\":1}}");
            assert!(parse(&member).is_err() && parse_front(&member).is_err(), "{member:?}");
        }
    }

    /// What has not even the form of JSON.
    fn formless(texts: &[&str]) {
        refused(texts);
        for text in texts {
            assert!(parse_each(&format!("[0,{text},1]")).is_err(), "{text:?}");
            assert_ne!(end_of(text), Ok(text.len()), "{text:?}");
        }
    }

    /// What has the form of JSON, but is no I-JSON: one such item of a list spoils no other.
    fn spoiled(texts: &[&str]) {
        refused(texts);
        for text in texts {
            assert_eq!(end_of(text), Ok(text.len()), "{text:?}");
            let list = format!("[0, {text} ,1,{text}]");
            let items = parse_each(&list).unwrap();
            let [Ok(Value::Number(0.0)), Err(_), Ok(Value::Number(1.0)), Err(_)] = items.as_slice()
            else {
                unreachable!("{text:?}: {items:?}")
            };
        }
    }

    #[test]
    fn every_kind_of_value_is_read_and_texts_are_borrowed_where_they_can_be() {
        let read = parse(" {\"a\" :\t[null,true,false,-0.5e1],\r\n\"\":{},\"è\":[]} ").unwrap();
        let list = [Value::Null, Value::Bool(true), Value::Bool(false), Value::Number(-5.0)];
        assert_eq!(read.get("a").unwrap().as_list(), Some(&list[..]));
        assert_eq!(read.get(""), Some(&Value::Object(vec![])));
        assert_eq!(read.get("è"), Some(&Value::List(vec![])));
        assert!(matches!(parse("\"plain \u{1f600}\""), Ok(Value::Text(Cow::Borrowed(_)))));
        let escapes = r#""\"\\\/\b\f\n\r\t\u00e8\uD83D\ude00\u0000.""#;
        assert_eq!(parse(escapes), Ok(text("\"\\/\u{8}\u{c}\n\r\tè\u{1f600}\0.")));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        formless(&[
            "",
            " ",
            "nul",
            "True",
            "undefined",
            "NaN",
            "-Infinity",
            "'a'",
            "a",
            "/**/1",
            "#",
            "\0",
            "[",
            "]",
            "[1",
            "[1 2]",
            "[,1]",
            "[1,]",
            "[1}",
            "{",
            "}",
            "{,}",
            "{1:1}",
            "{\"a\"}",
            "{\"a\" 1}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "{a:1}",
            "{\"a\":1]",
        ]);
        for text in ["1 2", "{}x", "[]]", "null,", "\"a\"\"b\"", "1\0", "1\u{c}", "1\u{a0}"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        for text in ["\u{feff}1", "\u{b}1", "\u{2028}1"] {
            assert!(parse(text).is_err() && parse_front(text).is_err(), "{text:?}");
        }
        for text in ["1", "null", "{}", "\"[]\"", "[1],", "[1] 2", ""] {
            assert!(parse_each(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_number_is_written_in_json_s_grammar_and_not_beyond_a_double() {
        formless(&[
            "-", "+1", ".5", "1.", "-.5", "1.e1", "01", "-01", "00", "1e", "1e+", "1E-", "1e1.5",
            "0x1", "1_000", "--1", "1e5e5",
        ]);
        spoiled(&["1e309", "-1e309", "1.7976931348623159e308"]);
        for (text, number) in
            [("0", 0.0), ("-0", -0.0), ("10E-1", 1.0), ("0.50", 0.5), ("1e+2", 100.0)]
        {
            let read = parse(text).unwrap().as_f64().unwrap();
            assert_eq!(read.to_bits(), f64::to_bits(number));
        }
    }

    #[test]
    fn a_text_has_no_control_character_no_unknown_escape_and_an_end() {
        formless(&[
            "\"",
            "\"a",
            "\"a\\\"",
            "\"\\",
            "\"\n\"",
            "\"\t\"",
            "\"\0\"",
            "\"\u{1f}\"",
            "\"a\\n\n\"",
            r#""\x""#,
            r#""\'""#,
            r#""\U0041""#,
            r#""\u""#,
            r#""\u12""#,
            r#""\u123g""#,
            r#""\u+123""#,
            r#""\ud83d\u12""#,
            "\"\\é\"",
            "\"\\u12é4\"",
        ]);
        assert_eq!(parse("\"\u{7f}\u{2028}\u{ffff}\""), Ok(text("\u{7f}\u{2028}\u{ffff}")));
    }

    #[test]
    fn half_a_surrogate_pair_is_refused_wherever_it_stands() {
        spoiled(&[
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83d \ude00""#,
            r#""\ud83d\ud83d\ude00""#,
            r#""\ud83d\n""#,
            r#""\ud83d\u0041""#,
            r#""\ude00\ud83d""#,
            r#"{"\ud83d":1}"#,
            r#"[{"a":["\ud83d"]}]"#,
        ]);
    }

    #[test]
    fn a_name_twice_is_refused_however_it_is_written_and_in_objects_of_any_size() {
        spoiled(&[
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"b":2,"\u0061":3}"#,
            r#"{"":1,"":2}"#,
            r#"[{"x":{"a":1,"a":2}}]"#,
            r#"{"\ud83d\ude00":1,"😀":2}"#,
        ]);
        for count in [2, 15, 16, 17, 18, 1_000] {
            let member = |n: usize| format!("\"{n}\":{n}");
            let members: Vec<String> = (0..count).map(member).collect();
            let object = format!("{{{}}}", members.join(","));
            assert_eq!(parse(&object).unwrap().as_object().unwrap().len(), count);
            for (twice, place) in [(0, count), (count - 1, 0), (count / 2, count / 2)] {
                let mut members = members.clone();
                members.insert(place, member(twice));
                let object = format!("{{{}}}", members.join(","));
                assert_eq!(parse(&object), Err(NotJson(0)), "{count}: {twice} at {place}");
            }
        }
    }

    #[test]
    fn levels_up_to_the_deepest_are_read_and_none_beyond_whatever_follows() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), (" [ {\"a\" :", "}]")] {
            let each = open.matches(['[', '{']).count();
            let deep = |times: usize| open.repeat(times) + "0" + &close.repeat(times);
            let deepest = deep(DEEPEST / each);
            assert!(parse(&deepest).is_ok());
            assert_eq!(end_of(deepest.trim_start()), Ok(deepest.trim_start().len()));
            let wide = format!("[{0},{0}]", deep(DEEPEST / each - 1));
            assert!(parse(&wide).is_ok(), "levels are not counted twice");
            for times in [DEEPEST / each + 1, 1_000, 1_000_000] {
                for text in [deep(times), open.repeat(times)] {
                    let text = text.trim_start();
                    assert!(parse(text).is_err() && parse_front(text).is_err());
                    assert!(end_of(text).is_err() && parse_each(text).is_err());
                }
            }
        }
        let spoiled = format!("[{0}\"\\ud83d\"{1},{0}1{1}]", "[".repeat(99), "]".repeat(99));
        let items = parse_each(&spoiled).unwrap();
        assert!(items[0].is_err() && items[1].is_ok());
    }

    /// Another spelling of a text: every character as an escape of its units.
    fn escaped(text: &str) -> String {
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04X}"));
        format!("\"{}\"", units.collect::<String>())
    }

    /// JSON, and near JSON: with a character more, fewer or changed.
    fn any_near_json() -> impl Strategy<Value = String> {
        let marks = "[\\[\\]{}\",:\\\\u0-9a-f.eE+\\- \t\n-]{0,2}";
        (any_json(), any::<prop::sample::Index>(), 0..3_usize, marks).prop_map(
            |(value, place, gone, new)| {
                let mut text: Vec<char> = value.to_string().chars().collect();
                let place = place.index(text.len());
                text.splice(place..(place + gone).min(text.len()), new.chars());
                text.into_iter().collect()
            },
        )
    }

    proptest! {
        #[test]
        fn what_another_writer_writes_is_read_as_it_was_meant(value in any_json()) {
            let held = held(&value);
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                prop_assert_eq!(parse(&text).unwrap(), held.clone());
            }
        }

        #[test]
        fn a_text_means_the_same_in_every_spelling(given in any_text()) {
            let escaped = escaped(&given);
            prop_assert_eq!(parse(&escaped), Ok(text(&given)));
        }

        #[test]
        fn what_is_read_is_what_another_reader_reads(near in any_near_json()) {
            let other = serde_json::from_str::<serde_json::Value>(&near);
            match parse(&near) {
                Ok(value) => {
                    prop_assert_eq!(sorted(value), held(&other.unwrap()));
                }
                // Names that stand twice are all that the other one lets pass.
                Err(_) if other.is_ok() => prop_assert_eq!(end_of(near.trim()), Ok(near.trim().len())),
                Err(at) => prop_assert!(at.0 <= near.len() + 1),
            }
        }

        #[test]
        fn the_end_of_a_value_is_where_its_reader_stops(near in any_near_json(), more in "[,}\\] \n].{0,8}") {
            for text in [near.trim_start(), &format!("{}{more}", near.trim())] {
                if let Ok((value, end)) = parse_front(text) {
                    prop_assert_eq!(end_of(text), Ok(end));
                    prop_assert_eq!(parse(&text[..end]), Ok(value));
                }
                let spaced = format!(" {text}");
                prop_assert!(end_of(&spaced).is_err());
            }
        }

        #[test]
        fn the_items_of_a_list_are_read_each_as_alone(mut items in prop::collection::vec(any_near_json(), 0..5)) {
            // One without JSON's form may end the list, or become several.
            items.retain(|item| end_of(item.trim()) == Ok(item.trim().len()));
            let alone: Vec<_> = items.iter().map(|item| parse(item)).collect();
            let list = format!("[{}]", items.join(" ,"));
            let read = parse_each(&list).unwrap();
            prop_assert_eq!(read.len(), alone.len());
            for (read, alone) in read.into_iter().zip(alone) {
                prop_assert_eq!(read.ok(), alone.ok());
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "(?s).{0,40}", near in "[\\[\\]{}\",:\\\\ud83e0-9.eE+\\- \u{e8}-]{0,40}") {
            for text in [text, near] {
                let _ = (parse(&text), parse_front(&text), end_of(&text), parse_each(&text));
            }
        }
    }

    /// The same value with its members by name, as the other implementation keeps them.
    fn sorted(value: Value<'_>) -> Value<'_> {
        match value {
            Value::List(items) => Value::List(items.into_iter().map(sorted).collect()),
            Value::Object(mut members) => {
                sort::sort(&mut members, |(a, _), (b, _)| a.cmp(b));
                let members = members.into_iter().map(|(name, value)| (name, sorted(value)));
                Value::Object(members.collect())
            }
            plain => plain,
        }
    }
}
