//! Writes OUT_DIR/formulas.rs: MathML of every formula of the mathematics.

use flow::{
    formula::{self, Notation, QUANTITIES},
    glossary,
};
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use std::{env, fmt::Write, fs, path::Path};

/// `FORMULAS` (key, symbols, numbers, places of its terms in the glossary) and `SYMBOLS` (name, symbol), all in MathML. Of numbers, `{at}` marks the place
/// of alpha_t, and `{(at)}` one where it needs brackets if negative. Where there is no number, there is no such reading. The
/// plane's tour has a list of its own, `TOUR`, which the page need not carry.
fn write() -> Result<(), String> {
    let converter = LatexToMathML::new(MathCoreConfig::default()).map_err(|error| format!("{error:?}"))?;
    let (mut text, mut tour) = (String::new(), String::new());
    for (key, latex) in formula::all() {
        let in_reading = |reading| {
            lines(&converter, latex, reading).map_err(|sentence| format!("the formula “{key}”, {latex}: {sentence}"))
        };
        let (symbols, numbers) = (in_reading(Notation::Symbols)?, in_reading(Notation::Numbers)?);
        let numbers = if numbers.contains('{') { numbers } else { String::new() };
        let (terms, list) = (glossary::of(latex), if key.starts_with("tour/") { &mut tour } else { &mut text });
        let _ = writeln!(list, "    ({key:?}, {symbols:?}, {numbers:?}, &{terms:?}),");
    }
    let list = |name: &str, rows: &str| format!("static {name}: &[(&str, &str, &str, &[u8])] = &[\n{rows}];\n\n");
    let mut text = list("FORMULAS", &text) + &list("TOUR", &tour);
    text.push_str("static SYMBOLS: &[(&str, &str)] = &[\n");
    for quantity in QUANTITIES {
        let symbol = formula::expand(&format!("\\{}", quantity.name), Notation::Symbols)?.concat().concat();
        let symbol = mathml(&converter, &symbol)?;
        let _ = writeln!(text, "    ({:?}, {:?}),", quantity.name, symbol);
    }
    text.push_str("];\n");
    let folder = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    fs::write(Path::new(&folder).join("formulas.rs"), text).map_err(|error| error.to_string())
}

/// One `<div>` a line, and in it one `<math>` a piece, since browsers break no formula by themselves.
fn lines(converter: &LatexToMathML, latex: &str, reading: Notation) -> Result<String, String> {
    let mut text = String::new();
    for line in formula::expand(latex, reading)? {
        text.push_str("<div class=\"math\">");
        for piece in line {
            text.push_str(&mathml(converter, &piece)?);
        }
        text.push_str("</div>");
    }
    Ok(text)
}

fn mathml(converter: &LatexToMathML, latex: &str) -> Result<String, String> {
    let converted = converter.convert_with_local_state(latex, MathDisplay::Block);
    let mathml = converted.map_err(|error| format!("{latex} does not convert: {error:?}"))?.mathml;
    if mathml.contains(['{', '}']) {
        return Err(format!("{latex} holds a brace, which marks the places of numbers"));
    }
    let places = latex.matches(r"\text{@").count();
    let mathml = mathml.replace("display=\"block\"", "displaystyle=\"true\"");
    let mathml = mathml.replace("<mtext>@", "{").replace("@</mtext>", "}");
    if mathml.matches('{').count() != places || mathml.contains('@') {
        return Err(format!("{latex} lost the place of a number: {mathml}"));
    }
    Ok(mathml)
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(sentence) = write() {
        println!("cargo::error={}", sentence.replace('\n', " "));
    }
}
