//! The numbers of JSON, read to the nearest double and written as ECMAScript writes them (RFC 8785).
//! The standard library's and Ryu's ways bring some 30 kB of tables and code into the WebAssembly;
//! this takes 6, with one small type of big whole numbers for both.
//!
//! Most numbers are short and need no big ones. The others are quotients of two big ones, which
//! reading divides bit by bit, and writing digit by digit (Steele and White's algorithm, Dragon4)
//! until the digits mean no other double.

// Every cast is exact, or takes the lowest 32 bits.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]

use std::cmp::Ordering;
use std::iter;

/// Up to here every whole number is a double.
const EXACT: u64 = 1 << 53;

/// What is half-way between two doubles has at most 767 digits; of further ones it only matters
/// whether one is not zero.
const KEPT: i64 = 768;

/// The nearest double of a text that is a number in JSON's grammar, the even one of two that are
/// as near. `None` if it is too large for any.
pub(super) fn read(text: &[u8]) -> Option<f64> {
    let mut parts = text.split(|byte| matches!(byte, b'e' | b'E'));
    let mantissa = parts.next().unwrap_or_default();
    let exponent = exponent(parts.next().unwrap_or_default());
    let places = mantissa.iter().rev().position(|byte| *byte == b'.').unwrap_or(0);
    let scale = exponent - places as i64;
    let digits = mantissa.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0');
    let mut digits = digits.skip_while(|digit| *digit == 0);

    // Where there are more than 17 digits, this is more than `EXACT`.
    let (mut short, mut count) = (0, 0);
    for digit in digits.by_ref().take(17) {
        short = short * 10 + u64::from(digit);
        count += 1;
    }
    let size = if short <= EXACT && scale.unsigned_abs() <= 22 {
        // Both are exact, so that the one operation rounds as the number itself does.
        let power = (0..scale.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
        if scale < 0 { short as f64 / power } else { short as f64 * power }
    } else {
        let (mut whole, mut more) = (Big::of(short), false);
        for digit in digits {
            if count < KEPT {
                whole.times(10, digit.into());
            } else {
                more |= digit > 0;
            }
            count += 1;
        }
        if count > KEPT {
            whole.times(10, more.into());
        }
        match scale + count {
            _ if short == 0 => 0.0,
            ..-323 => 0.0,
            310.. => f64::INFINITY,
            _ => nearest(whole, (scale + (count - KEPT - 1).max(0)) as i32),
        }
    };
    let sign = if text.first() == Some(&b'-') { -1.0 } else { 1.0 };
    size.is_finite().then_some(sign * size)
}

/// The exponent that a text states, or one that no number of digits brings back to a double.
fn exponent(text: &[u8]) -> i64 {
    let digits =
        text.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| i64::from(byte - b'0'));
    let size = digits.fold(0, |size, digit| (size * 10 + digit).min(1 << 50));
    if text.first() == Some(&b'-') { -size } else { size }
}

/// The double nearest to `whole` times ten to the power of `scale`, or infinity. `whole` is not 0.
fn nearest(mut whole: Big, scale: i32) -> f64 {
    let mut unit = Big::of(1);
    if scale < 0 { &mut unit } else { &mut whole }.times_ten(scale.unsigned_abs());

    // The number is `whole / unit` times two to `power`, and the quotient is from 1 up to 2.
    let mut power = whole.bits() - unit.bits();
    if power < 0 { &mut whole } else { &mut unit }.shift(power.unsigned_abs());
    if whole.compare(&unit).is_lt() {
        whole.times(2, 0);
        power -= 1;
    }
    if !(-1075..1024).contains(&power) {
        return if power < 0 { 0.0 } else { f64::INFINITY };
    }
    let mut mantissa = 0;
    for _ in 0..(power + 1075).min(53) {
        mantissa = mantissa * 2 + u64::from(whole.take(&unit));
        whole.times(2, 0);
    }
    mantissa += u64::from(unit.within(&whole, mantissa % 2 == 1));
    // The mantissa's highest bit adds one to the exponent, and so does one that was rounded up.
    f64::from_bits(((power + 1022).max(0) as u64) * (1 << 52) + mantissa)
}

/// Appends a number in its shortest form, and what is none as `null`.
pub(super) fn write(number: f64, out: &mut Vec<u8>) {
    if !number.is_finite() {
        return out.extend(b"null");
    }
    let size = number.abs();
    if number < 0.0 {
        out.push(b'-');
    }
    if size < EXACT as f64 && size as u64 as f64 == size {
        return write_whole(size as u64, out);
    }
    let (digits, point) = shortest(size);
    let positional = (-5..=21).contains(&point);
    let before = if positional { point } else { 1 };
    if before <= 0 {
        out.extend(b"0.");
        out.resize(out.len() + before.unsigned_abs() as usize, b'0');
    }
    for (place, digit) in (0..).zip(&digits) {
        if place > 0 && place == before {
            out.push(b'.');
        }
        out.push(*digit);
    }
    out.resize(out.len() + (before - digits.len() as i32).max(0) as usize, b'0');
    if !positional {
        out.extend(if point > 0 { b"e+" } else { b"e-" });
        write_whole((point - 1).unsigned_abs().into(), out);
    }
}

fn write_whole(number: u64, out: &mut Vec<u8>) {
    if number >= 10 {
        write_whole(number / 10, out);
    }
    out.push(b'0' + (number % 10) as u8);
}

/// The fewest digits that are read as `number`, the nearest to it of as many, and how many of them
/// are before the decimal point. `number` is above zero.
fn shortest(number: f64) -> (Vec<u8>, i32) {
    let exponent = (number.to_bits() >> 52) as i32;
    let fraction = number.to_bits() % (1 << 52);
    let mantissa = if exponent == 0 { fraction } else { fraction + (1 << 52) };
    let power = exponent.max(1) - 1075;
    // Half-way to a neighbour is read as the even one of the two.
    let even = mantissa % 2 == 0;

    // In `unit`s: the number, and how far down and up it is half-way to its neighbours. The
    // neighbour below a power of two is half as far.
    let mut unit = Big::of(4);
    let mut rest = Big::of(mantissa * 4);
    let mut down = Big::of(if fraction == 0 && exponent > 1 { 1 } else { 2 });
    let mut up = Big::of(2);
    // From the power of two at or below the number, by the logarithm of two; at most one too few.
    let mut point = (((power + 63 - mantissa.leading_zeros() as i32) * 78913) >> 18) + 1;
    for big in [&mut rest, &mut down, &mut up] {
        big.shift(power.max(0).unsigned_abs());
        big.times_ten(point.min(0).unsigned_abs());
    }
    unit.shift(power.min(0).unsigned_abs());
    unit.times_ten(point.max(0).unsigned_abs());
    let mut missing = unit.clone();
    if !missing.take(&rest) || missing.within(&up, even) {
        unit.times(10, 0);
        point += 1;
    }

    let mut digits = Vec::with_capacity(17);
    loop {
        for big in [&mut rest, &mut down, &mut up] {
            big.times(10, 0);
        }
        let mut digit = b'0';
        while rest.take(&unit) {
            digit += 1;
        }
        missing.0.clone_from(&unit.0);
        missing.take(&rest);
        let (low, high) = (rest.within(&down, even), missing.within(&up, even));
        if high && (!low || missing.within(&rest, digit % 2 == 1)) {
            digit += 1;
        }
        digits.push(digit);
        if low || high {
            return (digits, point);
        }
    }
}

/// A whole number of any size, its lowest 32 bits first and its highest not zero. Inlined, what it
/// does would be many times in the WebAssembly.
#[derive(Clone)]
struct Big(Vec<u32>);

impl Big {
    #[inline(never)]
    fn of(number: u64) -> Self {
        let mut big = Big(vec![number as u32, (number >> 32) as u32]);
        big.trim();
        big
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn bits(&self) -> i32 {
        self.0.len() as i32 * 32 - self.0.last().map_or(0, |top| top.leading_zeros() as i32)
    }

    #[inline(never)]
    fn compare(&self, other: &Self) -> Ordering {
        let size = self.0.len().cmp(&other.0.len());
        size.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Whether it is less than `limit`, or the limit itself where that is `included`.
    fn within(&self, limit: &Self, included: bool) -> bool {
        self.compare(limit) < if included { Ordering::Greater } else { Ordering::Equal }
    }

    /// Multiplies by `factor`, then adds `carry`.
    #[inline(never)]
    fn times(&mut self, factor: u32, mut carry: u32) {
        for limb in &mut self.0 {
            let product = u64::from(*limb) * u64::from(factor) + u64::from(carry);
            *limb = product as u32;
            carry = (product >> 32) as u32;
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }

    #[inline(never)]
    fn times_ten(&mut self, power: u32) {
        for _ in 0..power / 9 {
            self.times(1_000_000_000, 0);
        }
        self.times(10_u32.pow(power % 9), 0);
    }

    #[inline(never)]
    fn shift(&mut self, bits: u32) {
        self.times(1 << (bits % 32), 0);
        let mut shifted = vec![0; bits as usize / 32];
        shifted.append(&mut self.0);
        self.0 = shifted;
    }

    /// Subtracts `other`, unless it is larger.
    #[inline(never)]
    fn take(&mut self, other: &Self) -> bool {
        if self.compare(other).is_lt() {
            return false;
        }
        let mut borrow = false;
        for (limb, less) in self.0.iter_mut().zip(other.0.iter().chain(iter::repeat(&0))) {
            let (rest, below) = limb.overflowing_sub(*less);
            let (rest, again) = rest.overflowing_sub(borrow.into());
            *limb = rest;
            borrow = below || again;
        }
        self.trim();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(number: f64) -> String {
        let mut out = Vec::new();
        write(number, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// Reads as the standard library does; the bits, so that the zeros differ.
    fn agrees(text: &str) -> Result<(), TestCaseError> {
        let expected = Some(text.parse::<f64>().unwrap()).filter(|number| number.is_finite());
        let found = read(text.as_bytes());
        prop_assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits), "{}", text);
        Ok(())
    }

    /// All digits of what is half-way from `number` to the double above.
    fn halfway(number: f64) -> String {
        let digits = |number: f64| format!("{number:0>1400.1080}").into_bytes();
        let mut sum = digits(number);
        let mut carry = 0;
        for (digit, other) in sum.iter_mut().zip(digits(number.next_up())).rev() {
            if *digit != b'.' {
                carry += *digit - b'0' + other - b'0';
                *digit = b'0' + carry % 10;
                carry /= 10;
            }
        }
        let mut over = 0;
        for digit in sum.iter_mut().filter(|digit| **digit != b'.') {
            over = over * 10 + *digit - b'0';
            *digit = b'0' + over / 2;
            over %= 2;
        }
        assert_eq!((carry, over), (0, 0));
        let text = String::from_utf8(sum).unwrap();
        let text = text.trim_start_matches('0').trim_end_matches('0').trim_end_matches('.');
        if text.starts_with('.') { format!("0{text}") } else { text.to_owned() }
    }

    /// Any finite double, and often those at the ends of the subnormals, of the exponents and of
    /// all doubles.
    fn double() -> impl Strategy<Value = f64> {
        let near = |bits: u64| (bits.saturating_sub(3)..bits + 3).prop_map(f64::from_bits);
        let powers = (0..2046_u64).prop_flat_map(move |exponent| near(exponent << 52));
        let decimal = (0..1_u64 << 60, 0..60, -25..25)
            .prop_map(|(bits, less, power)| (bits >> less) as f64 * 10_f64.powi(power));
        let subnormal = (0..1_u64 << 52, 0..52).prop_map(|(bits, less)| bits >> less);
        prop_oneof![
            4 => any::<u64>().prop_map(f64::from_bits),
            1 => subnormal.prop_map(f64::from_bits),
            1 => powers,
            1 => near(f64::MAX.to_bits() - 3),
            1 => decimal,
        ]
        .prop_filter("finite", |number| number.is_finite())
    }

    proptest! {
        #[test]
        fn a_number_is_read_as_every_json_reader_reads_it(
            text in "-?(0|[1-9][0-9]{0,39})([.][0-9]{1,40})?([eE][+-]?(0{0,3}[0-9]{1,2}|[1-3][0-9]{2}))?",
        ) {
            agrees(&text)?;
        }

        #[test]
        fn small_and_large_numbers_are_read_to_the_nearest(
            digits in "0|[1-9][0-9]{0,30}",
            large in prop_oneof![-345..-300, 270..312],
        ) {
            agrees(&format!("{digits}e{large}"))?;
            agrees(&format!("-0.{digits}e{large}"))?;
        }

        #[test]
        fn half_way_between_two_doubles_the_even_one_is_read(number in double(), cut in 1..1100_usize) {
            let number = number.abs();
            prop_assume!(number < f64::MAX);
            let text = halfway(number);
            let (number, above) = (number, number.next_up());
            let even = if number.to_bits() % 2 == 0 { number } else { above };
            prop_assert_eq!(read(text.as_bytes()), Some(even));
            let point = if text.contains('.') { "" } else { "." };
            prop_assert_eq!(read(format!("{text}{point}0001").as_bytes()), Some(above));
            agrees(&format!("{text}{point}0000"))?;
            agrees(text[..cut.min(text.len())].trim_end_matches('.'))?;
        }

        #[test]
        fn a_number_is_written_as_javascript_writes_it(number in double()) {
            let text = written(number);
            prop_assert_eq!(text.as_str(), ryu_js::Buffer::new().format(number).to_owned());
            prop_assert_eq!(read(text.as_bytes()), Some(number));
        }

        #[test]
        fn other_writers_numbers_are_read_as_they_were_meant(number in double()) {
            for text in [format!("{number}"), format!("{number:e}"), format!("{number:.16e}")] {
                prop_assert_eq!(read(text.as_bytes()).map(f64::to_bits), Some(number.to_bits()));
            }
            agrees(&format!("{number:.15e}"))?;
        }

        #[test]
        fn no_text_makes_the_reader_fail(text in any::<Vec<u8>>(), near in "[-+.eE0-9]{0,60}") {
            read(&text);
            read(near.as_bytes());
        }
    }

    #[test]
    fn the_known_hard_numbers_are_written_as_rfc_8785_lists_them() {
        for (bits, text) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x7fff_ffff_ffff_ffff, "null"),
            (0x7ff0_0000_0000_0000, "null"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(written(f64::from_bits(bits)), text);
        }
        for text in ["1e-7", "9.5e-7", "0.1", "-12.5", "0.3333333333333333", "1e+300", "123456.789"]
        {
            assert_eq!(written(text.parse().unwrap()), text);
        }
    }

    #[test]
    fn every_power_of_two_is_written_as_javascript_writes_it() {
        for power in (0..52).map(|bit| 1 << bit).chain((1..2047).map(|exponent| exponent << 52)) {
            for number in [power - 1, power, power + 1].map(f64::from_bits) {
                assert_eq!(written(number), ryu_js::Buffer::new().format(number));
            }
        }
    }

    #[test]
    fn no_length_and_no_exponent_is_too_much() {
        let many = "0".repeat(5000);
        for (text, number) in [
            ("-0", Some(-0.0)),
            ("0e999999999", Some(0.0)),
            ("-0.00e-99999999999999999999999", Some(-0.0)),
            ("1e-999999999", Some(0.0)),
            ("-1e-99999999999999999999999", Some(-0.0)),
            ("1e99999999999999999999999", None),
            ("1.7976931348623158e308", Some(f64::MAX)),
            ("1.7976931348623159e308", None),
            ("-1e309", None),
            ("3.6e308", None),
            ("9e308", None),
            ("2.4703282292062327e-324", Some(0.0)),
            ("2.4703282292062328e-324", Some(5e-324)),
            (&format!("0.{many}1e5001"), Some(1.0)),
            (&format!("1{many}e-5000"), Some(1.0)),
            (&format!("1.{many}"), Some(1.0)),
            (&format!("9007199254740993.{many}"), Some(9_007_199_254_740_992.0)),
            (&format!("9007199254740993.{many}1"), Some(9_007_199_254_740_994.0)),
            (&format!("9007199254740993{many}1e-5001"), Some(9_007_199_254_740_994.0)),
        ] {
            assert_eq!(read(text.as_bytes()).map(f64::to_bits), number.map(f64::to_bits), "{text}");
        }
    }
}
