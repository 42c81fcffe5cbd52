//! Colours of stages: those whose brightness can be told, so that text on them can be read, and
//! others that only CSS knows.

use super::Stage;

pub(super) enum Color<'a> {
    Known(Rgb),
    /// A word or a function of CSS, harmless in an attribute.
    Css(&'a str),
    None,
}

#[derive(Clone, Copy)]
pub(super) struct Rgb(u32);

impl<'a> Color<'a> {
    pub(super) fn of(stage: &'a Stage) -> Self {
        let Some(text) = stage.color.as_deref() else {
            return Self::None;
        };
        if let Some(digits) = text.strip_prefix('#') {
            return hexadecimal(digits).map_or(Self::None, |rgb| Self::Known(Rgb(rgb)));
        }
        for &(name, rgb) in NAMES {
            if name.eq_ignore_ascii_case(text) {
                return Self::Known(Rgb(rgb));
            }
        }
        if is_css(text) { Self::Css(text) } else { Self::None }
    }
}

impl Rgb {
    /// `#` and six digits.
    pub(super) fn push(self, out: &mut String) {
        out.push('#');
        for place in (0..6).rev() {
            let digit = self.0 >> (4 * place) & 15;
            out.push(char::from_digit(digit, 16).unwrap_or('0'));
        }
    }

    /// Black or white, whichever has more contrast to it: the bound is where both have 4.58 to 1.
    pub(super) fn ink(self) -> &'static str {
        // Linear light: sRGB's curve as a polynomial, within a thousandth.
        let light = |shift: u32| {
            let value = (self.0 >> shift & 255) as f32 / 255.0;
            value * (0.0125 + value * (0.6822 + value * 0.3053))
        };
        let luminance = 0.2126 * light(16) + 0.7152 * light(8) + 0.0722 * light(0);
        if luminance > 0.179 { "#000000" } else { "#ffffff" }
    }
}

/// What 3 or 6 digits say, or 4 or 8 with an opaque end.
fn hexadecimal(digits: &str) -> Option<u32> {
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let read = |digits: &str| u32::from_str_radix(digits, 16).ok();
    let (width, opaque) = match digits.len() {
        3 | 6 => (digits.len(), true),
        4 => (3, digits.ends_with(['f', 'F'])),
        8 => (6, digits.ends_with("ff") || digits.ends_with("FF")),
        _ => return None,
    };
    let value = read(&digits[..width]).filter(|_| opaque)?;
    if width == 6 {
        return Some(value);
    }
    let digit = |place: u32| (value >> (4 * place) & 15) * 17;
    Some(digit(2) << 16 | digit(1) << 8 | digit(0))
}

fn is_css(text: &str) -> bool {
    let (word, inside) = match text.split_once('(') {
        None => return !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic()),
        Some((word, rest)) => (word, rest.strip_suffix(')').unwrap_or("(")),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" .,%/+-".contains(&byte);
    FUNCTIONS.contains(&word) && inside.bytes().all(plain)
}

const FUNCTIONS: &[&str] = &["rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch"];

/// The names that people write; the other hundred or so stay with CSS.
const NAMES: &[(&str, u32)] = &[
    ("black", 0x00_0000),
    ("white", 0xff_ffff),
    ("gray", 0x80_8080),
    ("grey", 0x80_8080),
    ("silver", 0xc0_c0c0),
    ("lightgray", 0xd3_d3d3),
    ("lightgrey", 0xd3_d3d3),
    ("red", 0xff_0000),
    ("maroon", 0x80_0000),
    ("tomato", 0xff_6347),
    ("pink", 0xff_c0cb),
    ("orange", 0xff_a500),
    ("gold", 0xff_d700),
    ("yellow", 0xff_ff00),
    ("brown", 0xa5_2a2a),
    ("lime", 0x00_ff00),
    ("green", 0x00_8000),
    ("lightgreen", 0x90_ee90),
    ("olive", 0x80_8000),
    ("teal", 0x00_8080),
    ("aqua", 0x00_ffff),
    ("cyan", 0x00_ffff),
    ("blue", 0x00_00ff),
    ("navy", 0x00_0080),
    ("lightblue", 0xad_d8e6),
    ("skyblue", 0x87_ceeb),
    ("purple", 0x80_0080),
    ("violet", 0xee_82ee),
    ("fuchsia", 0xff_00ff),
    ("magenta", 0xff_00ff),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG's relative luminance.
    fn luminance(rgb: u32) -> f64 {
        let light = |shift: u32| {
            let value = f64::from(rgb >> shift & 255) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * light(16) + 0.7152 * light(8) + 0.0722 * light(0)
    }

    #[test]
    fn text_can_be_read_on_every_colour() {
        let steps = || (0..=255).step_by(5);
        for red in steps() {
            for (green, blue) in steps().flat_map(|green| steps().map(move |blue| (green, blue))) {
                let rgb = red << 16 | green << 8 | blue;
                let light = luminance(rgb) + 0.05;
                let contrast =
                    if Rgb(rgb).ink() == "#000000" { light / 0.05 } else { 1.05 / light };
                assert!(contrast >= 4.5, "{rgb:06x}: {contrast}");
            }
        }
    }
}
