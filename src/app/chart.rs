//! The one kind of chart: lines over a shared x, labelled where they end.
//!
//! The lines are an SVG stretched to its place; all text is HTML beside it, so that it never stretches.

use super::text;
use leptos::prelude::*;

/// The lines are drawn in these units.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 400.0;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its classes in the style sheet: “raw”, “strong” or “lane a” to “lane d”.
    pub class: &'static str,
    /// Written at its end.
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
            Self { low: 0.0, high: if high > 0.0 { high } else { 1.0 }, log: false }
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
        (0..=(count * 2.0) as u32).map(|i| f64::from(i) * step).take_while(|tick| *tick <= self.high).collect()
    }
}

/// Lines over a shared x.
#[component]
pub fn Chart(
    lines: Signal<Vec<Line>>,
    #[prop(into)] log: Signal<bool>,
    /// The shared x runs over decades.
    #[prop(optional)]
    log_x: bool,
    /// What it shows, in words and numbers.
    name: Signal<String>,
    x_label: &'static str,
    y_label: &'static str,
) -> impl IntoView {
    let all = move |of: fn(&(f64, f64)) -> f64, log: bool| {
        lines.with(|lines| Axis::over(lines.iter().flat_map(|line| &line.points).map(of), log))
    };
    let x = Memo::new(move |_| all(|point| point.0, log_x));
    let y = Memo::new(move |_| all(|point| point.1, log.get()));
    let paths = move || {
        let (x, y) = (x.get(), y.get());
        let path = |line: &Line| view! { <path class=line.class d=path(&line.points, x, y) /> };
        lines.with(|lines| lines.iter().map(path).collect_view())
    };
    let labels = move || {
        let (x, y) = (x.get(), y.get());
        let label = |line: &Line| {
            let (label, (at, value)) = (line.label.clone()?, *line.points.last()?);
            Some((line.class, label, x.place(at), 1.0 - y.place(value)))
        };
        let mut labels: Vec<_> = lines.with(|lines| lines.iter().filter_map(label).collect());
        keep_apart(&mut labels);
        let label = |(class, label, left, top)| {
            view! {
                <span class=format!("end {class}") style:left=percent(left) style:top=percent(top)>{label}</span>
            }
        };
        labels.into_iter().map(label).collect_view()
    };
    let grid = move || {
        let y = y.get();
        let line = |tick| format!("M0 {:.1}h{WIDTH}", (1.0 - y.place(tick)) * HEIGHT);
        y.ticks(5.0).into_iter().map(line).collect::<String>()
    };
    let y_ticks = move || {
        let y = y.get();
        let tick = |tick| view! { <span style:top=percent(1.0 - y.place(tick))>{text::brief(tick, 3)}</span> };
        y.ticks(5.0).into_iter().map(tick).collect_view()
    };
    let x_ticks = move || {
        let x = x.get();
        let tick = |tick: f64| view! { <span style:left=percent(x.place(tick))>{text::count(tick as u64)}</span> };
        // Steps and evaluations are whole.
        let whole = x.ticks(5.0).into_iter().filter(|tick| tick.fract() == 0.0);
        whole.map(tick).collect_view()
    };
    view! {
        <div class="chart figure" role="img" aria-label=name>
            <span class="y-label">{y_label}</span>
            <div class="y-ticks">{y_ticks}</div>
            <div class="lines">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
                    <path class="grid" d=grid />
                    {paths}
                </svg>
                {labels}
            </div>
            <div class="x-ticks">{x_ticks}</div>
            <span class="x-label">{x_label}</span>
        </div>
    }
}

/// Labels closer than this, as shares of the width and of the height, would lie upon each other.
const LABEL: (f64, f64) = (0.3, 0.09);

/// Moves labels (class, text, left, top) until each can be read: down, and up again where they would leave the plot.
fn keep_apart(labels: &mut [(&str, String, f64, f64)]) {
    labels.sort_by(|a, b| a.3.total_cmp(&b.3));
    for i in 0..labels.len() {
        let near = labels[..i].iter().filter(|label| (label.2 - labels[i].2).abs() < LABEL.0);
        let first = near.map(|label| label.3 + LABEL.1).fold(LABEL.1 / 2.0, f64::max);
        labels[i].3 = labels[i].3.max(first);
    }
    for i in (0..labels.len()).rev() {
        let near = labels[i + 1..].iter().filter(|label| (label.2 - labels[i].2).abs() < LABEL.0);
        let last = near.map(|label| label.3 - LABEL.1).fold(1.0 - LABEL.1 / 2.0, f64::min);
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
