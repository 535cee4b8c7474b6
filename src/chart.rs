//! The one kind of chart: lines over a shared x, labelled where they end.
//!
//! The lines are an SVG stretched to its place; all text is HTML beside it, so that it never stretches.

use super::{
    dom::{El, el, svg},
    text,
};
use leptos::prelude::*;

/// The lines are drawn in these units.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 400.0;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its classes in the style sheet: “raw”, “strong”, “lane a” to “lane d”, or “none” of what only gives the axes their
    /// length.
    pub class: &'static str,
    /// Written at its end; in a narrow chart only its letter, as in “A Euler”, and the whole of it above.
    pub label: Option<String>,
    pub points: Vec<(f64, f64)>,
}

/// A stretch of numbers on one axis, linear or logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    low: f64,
    high: f64,
    log: bool,
}

impl Axis {
    /// An axis from zero that holds every value, or one over decades that holds the positive ones.
    fn over(values: impl Iterator<Item = f64> + Clone, log: bool) -> Self {
        let values = values.filter(|value| value.is_finite() && (!log || *value > 0.0));
        let high = values.clone().fold(0.0, f64::max);
        let low = values.fold(f64::INFINITY, f64::min);
        if log && high > 0.0 {
            Self { low: low / 1.1, high: high * 1.1, log }
        } else {
            // From zero, but for losses that fall below it.
            let low = if low.is_finite() { low.min(0.0) } else { 0.0 };
            Self { low, high: if high > low { high } else { low + 1.0 }, log: false }
        }
    }

    /// 0 at the low end, 1 at the high one.
    fn place(self, value: f64) -> f64 {
        let share = if self.log {
            (value.max(f64::MIN_POSITIVE) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        share.clamp(0.0, 1.0)
    }

    /// About `count` round numbers.
    fn ticks(self, count: f64) -> Vec<f64> {
        if self.log {
            let first = self.low.log10().floor() as i32;
            let all = |heads: &[f64]| -> Vec<f64> {
                let decades =
                    (first..first + 12).flat_map(|decade| heads.iter().map(move |it| it * 10f64.powi(decade)));
                decades.filter(|tick| (self.low..=self.high).contains(tick)).collect()
            };
            let fine = all(&[1.0, 2.0, 3.0, 5.0, 7.0]);
            let few = |ticks: &Vec<f64>| ticks.len() as f64 <= count * 1.6;
            let coarser = [fine, all(&[1.0, 2.0, 5.0])].into_iter().find(few);
            return coarser.unwrap_or_else(|| all(&[1.0]));
        }
        let rough = (self.high - self.low) / count;
        let decade = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|head| head * decade).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let first = (self.low / step).ceil();
        (0..=(count * 2.0) as u32)
            .map(|i| (first + f64::from(i)) * step)
            .take_while(|tick| *tick <= self.high)
            .collect()
    }
}

/// Lines over a shared x, and how its axes run.
#[derive(Clone, Copy)]
pub struct Chart {
    pub lines: Memo<Vec<Series>>,
    pub log: Signal<bool>,
    /// The shared x runs over decades.
    pub log_x: bool,
    pub x_label: &'static str,
    pub y_label: &'static str,
}

impl Chart {
    /// The chart; `name` is what it shows, in words and numbers.
    pub fn draw(self, name: impl Fn() -> String + 'static) -> El {
        let Self { lines, log, log_x, .. } = self;
        let all = move |of: fn(&(f64, f64)) -> f64, log: bool| {
            lines.with(|lines| Axis::over(lines.iter().flat_map(|line| &line.points).map(of), log))
        };
        let x = Memo::new(move |_| all(|point| point.0, log_x));
        let y = Memo::new(move |_| all(|point| point.1, log.get()));
        let grid = move || {
            let y = y.get();
            let line = |tick| format!("M0 {:.1}h{WIDTH}", (1.0 - y.place(tick)) * HEIGHT);
            y.ticks(5.0).into_iter().map(line).collect::<String>()
        };
        let plot = svg("svg")
            .attr("viewBox", &format!("0 0 {WIDTH} {HEIGHT}"))
            .attr("preserveAspectRatio", "none")
            .child(svg("path").attr("class", "grid").live_attr("d", grid))
            .times(move || lines.with(Vec::len), move |i| drawn(lines, i, x, y));
        el("div", "chart figure")
            .attr("role", "img")
            .live_attr("aria-label", name)
            .child(el("span", "y-label").text(self.y_label))
            .child(
                el("span", "key").live(move || lines.with(|lines| lines.iter().filter_map(in_key).collect::<Vec<_>>())),
            )
            .child(el("div", "y-ticks").live(move || y_ticks(y.get())))
            .child(el("div", "lines").child(plot).live(move || lines.with(|lines| labels(lines, x.get(), y.get()))))
            .child(el("div", "x-ticks").live(move || x_ticks(x.get())))
            .child(el("span", "x-label").text(self.x_label))
    }
}

/// The line at this place, as it is now.
fn drawn(lines: Memo<Vec<Series>>, i: usize, x: Memo<Axis>, y: Memo<Axis>) -> El {
    let of = move |read: &dyn Fn(&Series) -> String| lines.with(|lines| lines.get(i).map(read));
    let d = move || of(&|line| path(&line.points, x.get(), y.get()));
    svg("path").live_attr("class", move || of(&|line| line.class.into())).live_attr("d", d)
}

fn y_ticks(y: Axis) -> Vec<El> {
    let tick = |tick| tick_at("top", 1.0 - y.place(tick), &text::brief(tick, 3));
    y.ticks(5.0).into_iter().map(tick).collect()
}

fn x_ticks(x: Axis) -> Vec<El> {
    // Steps and evaluations are whole.
    let whole = x.ticks(5.0).into_iter().filter(|tick| tick.fract() == 0.0);
    whole.map(|tick| tick_at("left", x.place(tick), &text::count(tick as u64))).collect()
}

fn tick_at(side: &str, share: f64, text: &str) -> El {
    el("span", "").style(side, &percent(share)).text(text)
}

/// What a narrow chart says of a line above the plot.
fn in_key(line: &Series) -> Option<El> {
    let label = line.label.as_ref().filter(|_| !line.points.is_empty())?;
    Some(el("span", line.class).child(el("span", "mark")).text(label))
}

/// What is written at the ends of the lines.
fn labels(lines: &[Series], x: Axis, y: Axis) -> Vec<El> {
    let label = |line: &Series| {
        let (label, (at, value)) = (line.label.clone()?, *line.points.last()?);
        Some((line.class, label, x.place(at), 1.0 - y.place(value)))
    };
    let mut labels = Vec::<ChartLabel>::new();
    for label in lines.iter().filter_map(label) {
        labels.insert(labels.partition_point(|other| other.3 <= label.3), label);
    }
    keep_apart(&mut labels);
    let label = |(class, label, left, top): ChartLabel| {
        let end = el("span", &format!("end {class}")).style("left", &percent(left)).style("top", &percent(top));
        match label.split_once(' ').filter(|(letter, _)| letter.chars().count() == 1) {
            Some((letter, name)) => end.child(el("b", "").text(letter)).child(el("span", "").text(&format!(" {name}"))),
            None => end.text(&label),
        }
    };
    labels.into_iter().map(label).collect()
}

/// Labels closer than this, as shares of the width and of the height, would lie upon each other.
const LABEL: (f64, f64) = (0.3, 0.09);

/// Class, text, left and top.
type ChartLabel = (&'static str, String, f64, f64);

/// Letters of a line of a label where the plot leaves least room beside it.
const LETTERS: usize = 10;

/// How high a label may become, as a share of the plot; those of lanes are small.
fn height((class, text, ..): &ChartLabel) -> f64 {
    let lines = if class.starts_with("lane") || text.chars().count() <= LETTERS { 1.0 } else { 2.0 };
    lines * LABEL.1
}

/// Moves labels, which stand from the top down, until each can be read: down, and up again where they would leave the plot.
fn keep_apart(labels: &mut [ChartLabel]) {
    let apart = |a: &ChartLabel, b: &ChartLabel| (height(a) + height(b)) / 2.0;
    for i in 0..labels.len() {
        let near = labels[..i].iter().filter(|label| (label.2 - labels[i].2).abs() < LABEL.0);
        let first = near.map(|label| label.3 + apart(label, &labels[i])).fold(height(&labels[i]) / 2.0, f64::max);
        labels[i].3 = labels[i].3.max(first);
    }
    for i in (0..labels.len()).rev() {
        let near = labels[i + 1..].iter().filter(|label| (label.2 - labels[i].2).abs() < LABEL.0);
        let last = near.map(|label| label.3 - apart(label, &labels[i])).fold(1.0 - height(&labels[i]) / 2.0, f64::min);
        labels[i].3 = labels[i].3.min(last);
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

/// Points as a path; numbers that are none break the line.
fn path(points: &[(f64, f64)], x: Axis, y: Axis) -> String {
    let mut path = String::new();
    let mut down = false;
    for &(at, value) in points {
        if value.is_finite() {
            path += &format!(
                "{}{:.1} {:.1}",
                if down { 'L' } else { 'M' },
                x.place(at) * WIDTH,
                (1.0 - y.place(value)) * HEIGHT
            );
        }
        down = value.is_finite();
    }
    path
}
