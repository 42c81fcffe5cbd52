//! Draws workflow definitions: one JSON object a line in, `{ definition, format, locale?, current? }`,
//! one JSON text a line out. `tests/browser/diagram.test.mjs` draws by it.

use stagebook::definition::Definition;
use stagebook::definition::diagram::{Format, diagram};
use stagebook::ids::{DefinitionHash, StageId};
use stagebook::json::{self, Value};
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let drawn = draw(&line?).map_err(io::Error::other)?;
        writeln!(out, "{}", json::text(&drawn))?;
    }
    Ok(())
}

fn draw(line: &str) -> Result<String, String> {
    let asked = json::parse(line).map_err(|at| format!("no JSON at {}", at.0))?;
    let text = |name| asked.get(name).and_then(Value::as_str);
    let format = Format::ALL.iter().find(|format| Some(format.code()) == text("format"));
    let format = format.ok_or("no format")?;
    let value = asked.get("definition").ok_or("no definition")?.clone().into_owned();
    let definition = Definition::parse(value, DefinitionHash::new("sha256:0"))
        .map_err(|issues| format!("{issues:?}"))?;
    let locale = text("locale").unwrap_or("en");
    let label = |label: &stagebook::label::Localized| label.text(locale).to_owned();
    let current = text("current").map(StageId::from);
    Ok(diagram(&definition, *format, &label, current.as_ref()))
}
