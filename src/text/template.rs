//! Fills a message's template: `{name}` stands for a parameter, `[…]` is left out where one of the
//! parameters in it is absent. It knows neither keys nor languages.

/// The text of `template` with what `value` gives for its names; an empty value is absent, too. A
/// name outside brackets that has no value stays as it is, so that the gap is seen.
pub(super) fn render(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((plain, after)) = rest.split_once('[') {
        fill(plain, &value, &mut out);
        let (optional, after) = after.split_once(']').unwrap_or((after, ""));
        let start = out.len();
        if !fill(optional, &value, &mut out) {
            out.truncate(start);
        }
        rest = after;
    }
    fill(rest, &value, &mut out);
    out
}

/// Appends `text`; whether every name in it had a value.
fn fill(text: &str, value: &impl Fn(&str) -> Option<String>, out: &mut String) -> bool {
    let mut complete = true;
    let mut rest = text;
    while let Some((before, name, after)) = next_name(rest) {
        out.push_str(before);
        match value(name) {
            Some(shown) => {
                complete &= !shown.is_empty();
                out.push_str(&shown);
            }
            None => {
                complete = false;
                out.push_str(&rest[before.len()..rest.len() - after.len()]);
            }
        }
        rest = after;
    }
    out.push_str(rest);
    complete
}

/// The first `{name}` in `text`, with what is before and after it.
fn next_name(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// The names in `template`, in order.
pub(super) fn names(template: &str) -> impl Iterator<Item = &str> {
    let mut rest = template;
    std::iter::from_fn(move || {
        let (_, name, after) = next_name(rest)?;
        rest = after;
        Some(name)
    })
}

/// Whether what stands between the names of `template` may be a part of `text`, or `text` of it,
/// whatever the names stand for.
pub(super) fn touches(template: &str, text: &str) -> bool {
    let mut rest = template;
    loop {
        let (between, after) = match next_name(rest) {
            Some((between, _, after)) => (between, Some(after)),
            None => (rest, None),
        };
        let is_first = rest.len() == template.len();
        let bracket: &dyn Fn(char) -> bool = &|c| c == '[' || c == ']';
        let mut side_by_side = !is_first && after.is_some();
        for part in between.split(bracket).filter(|part| !part.is_empty()) {
            side_by_side = false;
            if meets(part.as_bytes(), text.as_bytes()) {
                return true;
            }
        }
        if side_by_side {
            return true;
        }
        let Some(after) = after else { return false };
        rest = after;
    }
}

/// Whether one contains the other, or ends as the other begins.
fn meets(part: &[u8], text: &[u8]) -> bool {
    let (shorter, longer) = if part.len() < text.len() { (part, text) } else { (text, part) };
    longer.windows(shorter.len()).any(|window| window == shorter)
        || (1..shorter.len()).any(|n| part.ends_with(&text[..n]) || text.ends_with(&part[..n]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> String {
        render(template, |name| match name {
            "by" => Some("Anna".to_owned()),
            "text" => Some("{by} [x]".to_owned()),
            "empty" => Some(String::new()),
            _ => None,
        })
    }

    #[test]
    fn names_are_replaced_once() {
        assert_eq!(filled("{by} said {text}"), "Anna said {by} [x]");
    }

    #[test]
    fn brackets_go_when_something_in_them_is_absent() {
        assert_eq!(filled("{by} moved[ to {to}][ as {by}]."), "Anna moved as Anna.");
        assert_eq!(filled("“{empty}”[: {empty}]."), "“”.");
    }

    #[test]
    fn what_can_not_be_filled_stays() {
        assert_eq!(filled("{by}{to}{"), "Anna{to}{");
        assert_eq!(filled("a[b {by}"), "ab Anna");
        assert_eq!(filled("a]b}"), "a]b}");
    }
}
