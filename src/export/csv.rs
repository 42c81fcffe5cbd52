//! Comma-separated values (RFC 4180) that a spreadsheet opens without running anything: a cell that
//! would be a formula gets an apostrophe in front, as OWASP advises.

/// The byte order mark by which a spreadsheet knows UTF-8.
pub const BOM: &[u8] = "\u{feff}".as_bytes();

/// A row that is being written.
pub struct Row<'o> {
    out: &'o mut Vec<u8>,
    any: bool,
}

impl<'o> Row<'o> {
    /// Begins a row.
    pub fn open(out: &'o mut Vec<u8>) -> Self {
        Self { out, any: false }
    }

    /// Writes the next cell.
    pub fn cell(&mut self, text: &str) {
        if self.any {
            self.out.push(b',');
        }
        self.any = true;
        cell(text, self.out);
    }

    /// Ends the row.
    pub fn close(self) {
        self.out.extend_from_slice(b"\r\n");
    }
}

fn cell(text: &str, out: &mut Vec<u8>) {
    let formula = matches!(text.as_bytes(), [b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r', ..]);
    // A semicolon parts cells where a comma is part of numbers.
    let parts = |byte| matches!(byte, b',' | b';' | b'"' | b'\r' | b'\n' | b'\t');
    let quoted = text.bytes().any(parts);
    if quoted {
        out.push(b'"');
    }
    if formula {
        out.push(b'\'');
    }
    let mut from = 0;
    for (place, byte) in text.bytes().enumerate() {
        if byte == b'"' {
            out.extend_from_slice(&text.as_bytes()[from..=place]);
            from = place;
        }
    }
    out.extend_from_slice(&text.as_bytes()[from..]);
    if quoted {
        out.push(b'"');
    }
}
