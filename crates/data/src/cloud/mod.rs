//! A person's own points of the plane, from a file and to one.
//!
//! A table, one part a line: `x,y`, `x,y,class`, `x,y,class,std` or `x,y,class,std,weight`, with or without a first line
//! that says so, and as `crate::table` has it. JSON, either `{"points": [[x, y] or [x, y, class], …], "std": s}` or, as for the oracle,
//! `{"weights": […], "means": [[x, y], …], "stds": […], "classes": […]}`; classes may be left out, and so may the std.

mod listed;

use self::listed::{Listed, Points};
use crate::{
    points::NAMES,
    shapes::{MAX_PARTS, MAX_WEIGHT, Part, REACH, STDS},
    table::{self, Table},
    text,
};
use serde::{Deserialize, Serialize};

/// Longest text of a file, in bytes.
pub const MAX_TEXT: usize = 4 << 20;
/// Standard deviation of a part about which the file says nothing.
pub const STD: f64 = 0.1;
/// Smallest weight above 0.
pub const MIN_WEIGHT: f64 = 1e-6;
/// What stands for an empty sheet, as data there must be. A point that somebody painted or loaded has another weight.
pub const BLANK: Part = Part { weight: MIN_WEIGHT, centre: [0.0; 2], std: STD, class: 0 };
/// Standard deviation of all coordinates where points had to be fitted into the plane.
pub const SPREAD: f64 = 1.2;

/// What a file held.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    /// From 1 to [`MAX_PARTS`] parts that pass [`check`].
    pub parts: Vec<Part>,
    /// A sentence, if not all of the file was taken as it is.
    pub note: Option<String>,
}

/// What a file of these bytes holds: as [`read`], from any encoding that [`text`] knows.
pub fn open(bytes: &[u8]) -> Result<Cloud, String> {
    if bytes.len() > MAX_TEXT {
        return Err(format!("the file has {} bytes, and at most {MAX_TEXT} are read", bytes.len()));
    }
    read(&text::decode(bytes)?)
}

/// The parts in `text`, JSON if it begins with a brace or bracket and a table otherwise; or one sentence on what is wrong
/// with it, and then nothing is taken.
///
/// Points of a table that says nothing of widths are centred and scaled where some lie beyond [`REACH`], and the note says
/// so. All else stays as it was given.
pub fn read(text: &str) -> Result<Cloud, String> {
    let found = found(text)?;
    (0..found.len()).try_for_each(|i| sound(i + 1, &found.part(i)?))?;
    let (mut parts, mut note) = found.thinned()?;
    if found.is_bare() && parts.iter().any(is_far) {
        fit(&mut parts);
        let moved = "the points were centred and scaled to fit the plane";
        note = Some(note.map_or(moved.into(), |note| format!("{note}, and {moved}")));
    }
    check(&parts)?;
    if is_blank(&parts) {
        // The only point of a file is a point, whatever its weight.
        parts[0].weight = 1.0;
    }
    Ok(Cloud { parts, note })
}

/// The parts as `text` has them, however many there are and wherever they lie; or one sentence.
pub fn parts(text: &str) -> Result<Vec<Part>, String> {
    let found = found(text)?;
    (0..found.len()).map(|i| found.part(i)).collect()
}

/// What a text holds, as it was written: as parts it would take several times as much memory, and most files are thinned.
enum Found {
    Table(Table),
    Listed(Listed),
    Mixture(Vec<Part>),
}

impl Found {
    fn len(&self) -> usize {
        match self {
            Self::Table(table) => table.rows().len(),
            Self::Listed(listed) => listed.points.0.len(),
            Self::Mixture(parts) => parts.len(),
        }
    }

    /// Part `i`; a sentence if it is none.
    fn part(&self, i: usize) -> Result<Part, String> {
        match self {
            Self::Table(table) => from_row(i + 1, &table.numbers[i * table.width..(i + 1) * table.width]),
            Self::Listed(Listed { points, std }) => Ok(Part { std: *std, ..from_row(i + 1, points.0[i].numbers())? }),
            Self::Mixture(parts) => Ok(parts[i]),
        }
    }

    /// Whether they are points and nothing else.
    fn is_bare(&self) -> bool {
        matches!(self, Self::Table(table) if table.width < 4)
    }

    /// At most [`MAX_PARTS`], evenly chosen, and a sentence if these are not all.
    fn thinned(&self) -> Result<(Vec<Part>, Option<String>), String> {
        let n = self.len();
        let kept = n.min(MAX_PARTS);
        let note = || format!("of {n} points {MAX_PARTS} were taken, evenly over the file");
        let parts = (0..kept).map(|i| self.part(i * n / kept)).collect::<Result<_, _>>()?;
        Ok((parts, (n > MAX_PARTS).then(note)))
    }
}

fn found(text: &str) -> Result<Found, String> {
    if text.len() > MAX_TEXT {
        return Err(format!("the file has {} bytes, and at most {MAX_TEXT} are read", text.len()));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_start().chars().next() {
        Some('{') => from_json(text),
        // A bare list is that of the points.
        Some('[') => Ok(Found::Listed(Listed { points: from_text(text)?, std: STD })),
        _ => from_table(text),
    }
}

/// The parts as CSV, which [`read`] gives back bit for bit.
pub fn csv(parts: &[Part]) -> String {
    let line = |part: &Part| {
        let ([x, y], class) = (part.centre, part.class);
        format!("{x},{y},{class},{},{}\n", part.std, part.weight)
    };
    NAMES.join(",") + "\n" + &parts.iter().map(line).collect::<String>()
}

/// The parts as JSON of a mixture, every number rounded to twelve decimals, as which [`read`] gives them back.
pub fn json(parts: &[Part]) -> String {
    // Readers of JSON, this one too, often miss the last bit of numbers with more than fifteen digits.
    let rounded = |x: f64| (x * 1e12).round() / 1e12;
    let raw = Written {
        weights: parts.iter().map(|part| rounded(part.weight)).collect(),
        means: parts.iter().map(|part| part.centre.map(rounded)).collect(),
        stds: parts.iter().map(|part| rounded(part.std)).collect(),
        classes: parts.iter().map(|part| part.class).collect(),
    };
    // Lists of numbers have no way to fail.
    serde_json::to_string(&raw).unwrap_or_default()
}

/// True of an empty sheet, also as a link carries it, in which weights are rounded.
pub fn is_blank(parts: &[Part]) -> bool {
    matches!(parts, [one] if one.weight < 2.0 * MIN_WEIGHT && Part { weight: MIN_WEIGHT, ..*one } == BLANK)
}

/// A sentence if these are no data of the plane: none or too many, or a number of one out of bounds.
pub fn check(parts: &[Part]) -> Result<(), String> {
    if parts.is_empty() || parts.len() > MAX_PARTS {
        return Err(format!("there are {} points, and there should be from 1 to {MAX_PARTS}", parts.len()));
    }
    for (number, part) in (1..).zip(parts) {
        let [x, y] = part.centre;
        if is_far(part) {
            return Err(format!(
                "point {number} lies at ({x:.3}, {y:.3}), and coordinates go from -{REACH} to {REACH}"
            ));
        }
        sound(number, part)?;
    }
    if parts.iter().all(|part| part.weight == 0.0) {
        return Err("all weights are 0, and one at least should be more".into());
    }
    Ok(())
}

/// True of a part that lies nowhere on the plane.
fn is_far(part: &Part) -> bool {
    let [x, y] = part.centre;
    !(x.abs() <= REACH && y.abs() <= REACH)
}

/// A sentence if a number of the part is out of bounds, but for its place.
fn sound(number: usize, part: &Part) -> Result<(), String> {
    let Part { std, weight, class, .. } = *part;
    let [least, most] = STDS;
    if !(least..=most).contains(&std) {
        Err(format!("the std of point {number} is {std}, and stds go from {least} to {most}"))
    } else if weight != 0.0 && !(MIN_WEIGHT..=MAX_WEIGHT).contains(&weight) {
        Err(format!("the weight of point {number} is {weight}, and weights are 0 or from {MIN_WEIGHT} to {MAX_WEIGHT}"))
    } else if class > 1 {
        Err(format!("the class of point {number} is {class}, and classes are 0 and 1"))
    } else {
        Ok(())
    }
}

fn from_table(text: &str) -> Result<Found, String> {
    let table = table::read(text)?;
    let names: Vec<_> = table.names.iter().map(String::as_str).collect();
    if names.len() == 1 || !NAMES.starts_with(&names) {
        let (first, all) = (table.first, NAMES.join(","));
        return Err(format!("line {first} names other columns than {all}, or in another order"));
    }
    let columns = table.width;
    if !table.numbers.is_empty() && !(2..=NAMES.len()).contains(&columns) {
        let separator = table.separator.name();
        return Err(format!(
            "a line has {columns} numbers with {separator} as separators, and there should be 2 to 5: {}",
            NAMES.join(",")
        ));
    }
    Ok(Found::Table(table))
}

/// From x, y, class, std, weight, or the first of these.
fn from_row(number: usize, row: &[f64]) -> Result<Part, String> {
    let [x, y] = row.first_chunk().copied().unwrap_or_default();
    let class = class_of(number, row.get(2).copied().unwrap_or_default())?;
    let [std, weight] = [(3, STD), (4, 1.0)].map(|(i, default)| row.get(i).copied().unwrap_or(default));
    Ok(Part { weight, centre: [x, y], std, class })
}

fn class_of(number: usize, class: f64) -> Result<u8, String> {
    match class {
        0.0 => Ok(0),
        1.0 => Ok(1),
        other => Err(format!("the class of point {number} is {other:.6}, and classes are 0 and 1")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CloudFields {
    points: Option<Points>,
    std: Option<f64>,
    weights: Option<Vec<f64>>,
    means: Option<Vec<[f64; 2]>>,
    stds: Option<Vec<f64>>,
    classes: Option<Vec<f64>>,
}

#[derive(Serialize)]
struct Written {
    weights: Vec<f64>,
    means: Vec<[f64; 2]>,
    stds: Vec<f64>,
    classes: Vec<u8>,
}

fn from_json(text: &str) -> Result<Found, String> {
    match from_text(text)? {
        CloudFields { points: Some(points), std, weights: None, means: None, stds: None, classes: None } => {
            Ok(Found::Listed(Listed { points, std: std.unwrap_or(STD) }))
        }
        CloudFields {
            points: None,
            std: None,
            weights: Some(weights),
            means: Some(means),
            stds: Some(stds),
            classes,
        } => {
            let classes = classes.unwrap_or_else(|| vec![0.0; means.len()]);
            of_mixture(&weights, &means, &stds, &classes).map(Found::Mixture)
        }
        _ => Err("the JSON should hold “points” and perhaps “std”, or “weights”, “means”, “stds” and perhaps \
                  “classes”"
            .into()),
    }
}

fn from_text<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        let what: String = error.to_string().chars().take(160).flat_map(char::escape_debug).collect();
        format!("this JSON is no set of points: {what}")
    })
}

fn of_mixture(weights: &[f64], means: &[[f64; 2]], stds: &[f64], classes: &[f64]) -> Result<Vec<Part>, String> {
    if [weights.len(), stds.len(), classes.len()] != [means.len(); 3] {
        return Err(format!(
            "there are {} weights, {} means, {} stds and {} classes where each part has one of each",
            weights.len(),
            means.len(),
            stds.len(),
            classes.len()
        ));
    }
    let part =
        |i: usize| Ok(Part { weight: weights[i], centre: means[i], std: stds[i], class: class_of(i + 1, classes[i])? });
    (0..means.len()).map(part).collect()
}

/// Moves and scales the centres: their mean at 0 and their standard deviation [`SPREAD`], less if some would still lie
/// beyond [`REACH`].
fn fit(parts: &mut [Part]) {
    let n = parts.len() as f64;
    let mean = [0, 1].map(|i| parts.iter().map(|part| part.centre[i] / n).sum::<f64>());
    for part in parts.iter_mut() {
        part.centre = [part.centre[0] - mean[0], part.centre[1] - mean[1]];
    }
    let coordinates = || parts.iter().flat_map(|part| part.centre).map(f64::abs);
    let most = coordinates().fold(0.0, f64::max);
    if most == 0.0 {
        return;
    }
    // In units of the largest, whose square may be no number.
    let std = most * (coordinates().map(|x| (x / most).powi(2)).sum::<f64>() / (2.0 * n)).sqrt();
    let scale = (SPREAD / std).min(REACH / most);
    for part in parts {
        part.centre = part.centre.map(|x| (x * scale).clamp(-REACH, REACH));
    }
}

#[cfg(test)]
mod tests;
