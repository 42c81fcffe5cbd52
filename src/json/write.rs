//! From types to text: one line, no spaces, escapes and numbers as canonical JSON has them.

use super::codec::ToJson;

/// Writes an object, member by member.
pub struct Members<'o> {
    out: &'o mut Vec<u8>,
    any: bool,
}

impl<'o> Members<'o> {
    /// Begins an object.
    pub fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, any: false }
    }

    /// Writes a member, or nothing where the value counts as absent.
    pub fn member(&mut self, name: &str, value: &dyn ToJson) {
        if !value.is_absent() {
            self.always(name, value);
        }
    }

    /// Writes a member, be it null.
    pub fn always(&mut self, name: &str, value: &dyn ToJson) {
        if self.any {
            self.out.push(b',');
        }
        self.any = true;
        write_text(name, self.out);
        self.out.push(b':');
        value.write(self.out);
    }

    /// Ends the object.
    pub fn close(self) {
        self.out.push(b'}');
    }
}

/// Appends `text` as a JSON string.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut from = 0;
    for (place, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[from..place]);
        from = place + 1;
        escape(byte, out);
    }
    out.extend_from_slice(&bytes[from..]);
    out.push(b'"');
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        0x08 => b'b',
        0x09 => b't',
        0x0a => b'n',
        0x0c => b'f',
        0x0d => b'r',
        b'"' | b'\\' => byte,
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends items as a list.
pub(super) fn write_list<'i>(items: &mut dyn Iterator<Item = &'i dyn ToJson>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (place, item) in items.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        item.write(out);
    }
    out.push(b']');
}
