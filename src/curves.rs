//! Losses as lines of a chart: of every term of a family the batches and their running mean.

use super::{
    chart::Series,
    store::{Loss as Point, Losses},
    text,
};
use flow::family::FamilyId;

/// More points than this are not told apart.
const MOST_POINTS: usize = 600;

/// Thin and thick lines of the terms.
const CLASSES: [[&str; 2]; 2] = [["raw", "strong"], ["raw second", "strong second"]];

/// The lines of every term, none before there is a step; where there are several, named at their ends.
pub fn lines(losses: &[Losses], family: FamilyId) -> Vec<Series> {
    if losses.iter().all(|of_term| of_term.all().is_empty()) {
        return vec![];
    }
    let of = |(i, of_term): (usize, &Losses)| {
        let [raw, strong] = CLASSES[i % CLASSES.len()];
        let last = of_term.all().last().map(|loss| text::decimal(loss.smooth(), 3));
        let label = match family.terms {
            [_] => last,
            terms => last.zip(terms.get(i)).map(|(last, term)| format!("{} {last}", term.short)),
        };
        [
            Series { class: raw, label: None, points: extremes(of_term.all()) },
            Series { class: strong, label, points: every_few(of_term.all()) },
        ]
    };
    losses.iter().enumerate().flat_map(of).collect()
}

/// The smallest and largest of each stretch, so that no spike disappears.
fn extremes(losses: &[Point]) -> Vec<(f64, f64)> {
    let stretch = if losses.len() <= MOST_POINTS { 1 } else { losses.len().div_ceil(MOST_POINTS / 2) };
    let of = |part: &[Point]| {
        let by_loss = |a: &&Point, b: &&Point| a.batch.total_cmp(&b.batch);
        let (low, high) = (part.iter().min_by(by_loss), part.iter().max_by(by_loss));
        let (Some(low), Some(high)) = (low, high) else { return Vec::new() };
        let (first, second) = if low.step <= high.step { (low, high) } else { (high, low) };
        let both = [first, second].map(|loss| (loss.step as f64, loss.batch));
        both[usize::from(first.step == second.step)..].to_vec()
    };
    losses.chunks(stretch).flat_map(of).collect()
}

/// The smoothed loss at the end of each stretch.
fn every_few(losses: &[Point]) -> Vec<(f64, f64)> {
    let stretch = losses.len().div_ceil(MOST_POINTS).max(1);
    let last = |part: &[Point]| part.last().map(|loss| (loss.step as f64, loss.smooth()));
    losses.chunks(stretch).filter_map(last).collect()
}
