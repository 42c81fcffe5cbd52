//! Text broken into lines that fit, without a font to measure with: widths are those of a wide one.

pub(super) struct Lines {
    pub(super) lines: Vec<String>,
    /// Of the widest line.
    pub(super) width: i32,
}

/// Breaks `text` between words, or inside one that is too long for a line, and cuts what does not fit
/// into `most` lines of `width` pixels at `size` pixels.
pub(super) fn wrap(text: &str, size: i32, width: i32, most: usize) -> Lines {
    let room = width * 100 / size;
    let mut lines: Vec<String> = vec![String::new()];
    let mut used = vec![0];
    let mut cut = false;
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let wide = measure(word);
        if used[last] > 0 && used[last] + SPACE + wide <= room {
            lines[last].push(' ');
            lines[last].push_str(word);
            used[last] += SPACE + wide;
            continue;
        }
        if used[last] > 0 {
            lines.push(String::new());
            used.push(0);
        }
        for piece in word.split_inclusive(['_', '-', '/', '.']) {
            let last = lines.len() - 1;
            if used[last] > 0 && used[last] + measure(piece) > room {
                lines.push(String::new());
                used.push(0);
            }
            for c in piece.chars() {
                let last = lines.len() - 1;
                if used[last] > 0 && used[last] + em(c) > room {
                    lines.push(c.to_string());
                    used.push(em(c));
                } else {
                    lines[last].push(c);
                    used[last] += em(c);
                }
            }
        }
        if lines.len() > most {
            cut = true;
            break;
        }
    }
    if cut {
        lines.truncate(most);
        used.truncate(most);
        shorten(&mut lines[most - 1], &mut used[most - 1], room);
    }
    let widest = used.into_iter().max().unwrap_or_default();
    Lines { lines, width: (widest * size + 99) / 100 }
}

/// Ends `line` with an ellipsis.
fn shorten(line: &mut String, used: &mut i32, room: i32) {
    while *used + em('…') > room {
        match line.pop() {
            Some(c) => *used -= em(c),
            None => break,
        }
    }
    while line.ends_with([' ', '\u{200d}']) {
        line.pop();
    }
    line.push('…');
    *used += em('…');
}

fn measure(text: &str) -> i32 {
    text.chars().map(em).sum()
}

const SPACE: i32 = 33;

/// Width of `c` in hundredths of the font's size, rather too much than too little.
fn em(c: char) -> i32 {
    match c {
        ' ' => SPACE,
        'i' | 'j' | 'l' | '\'' | '.' | ',' => 33,
        'f' | 'r' | 't' | 'I' | ':' | ';' | '!' | '|' | '(' | ')' | '-' | '/' => 42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' => 100,
        '_' => 50,
        'a'..='z' | '0'..='9' => 64,
        'A'..='Z' => 79,
        '\0'..='\x7f' => 84,
        // Combining marks, joiners and selectors add nothing, and stay with what they follow.
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => 0,
        '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{80}'..='\u{24f}' => 80,
        '\u{1f000}'.. => 140,
        _ => 110,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: i32) -> Vec<String> {
        wrap(text, 10, width, 3).lines
    }

    #[test]
    fn words_stay_whole_where_they_fit() {
        assert_eq!(lines("Not qualified customer", 60), ["Not", "qualified", "customer"]);
        assert_eq!(lines("Lead", 70), ["Lead"]);
        assert_eq!(lines("abcdefghijklmnop", 40), ["abcdef", "ghijklm", "nop"]);
        assert_eq!(lines("A_SUBMITTED-early", 75), ["A_", "SUBMITTED-", "early"]);
    }

    #[test]
    fn what_does_not_fit_ends_with_an_ellipsis() {
        assert_eq!(lines("one two three four fives", 46), ["one two", "three", "four…"]);
        assert_eq!(lines(&"a".repeat(99), 40).concat(), "aaaaaaaaaaaaaaaa…");
        let wide = wrap(&"W ".repeat(99), 10, 45, 2);
        assert!(wide.width <= 45 && wide.lines.len() == 2);
    }

    #[test]
    fn a_mark_is_not_parted_from_its_letter() {
        let text = "e\u{301}".repeat(9);
        assert!(lines(&text, 20).iter().all(|line| line.starts_with('e')));
    }
}
