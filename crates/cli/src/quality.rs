//! `flowstep quality`: how good the pictures of weights files are, as the table of docs/quality.md says it.

use super::{files, numbers::within, say::say, settings::Settings};
use burn::tensor::Device;
use clap::Args;
use data::{images::Images, sets::DataSet};
use flow::{guidance::evaluations, likelihood::standard_error};
use lab::{
    quality::{
        eye::{Eye, Sights},
        is_asked, is_remembered,
        measures::Reference,
    },
    walk::Walk,
};
use model::{
    classifier::ClassifierHeader,
    condition::NULL,
    design::Model,
    parameters::upload,
    weights::{self, Header},
};
use protocol::{
    message::SampleSpec,
    quality::{Quality, classifier},
};
use std::{fmt::Write, path::PathBuf, time::Instant};

/// Pictures that are drawn together, of one seed: as the page does.
const TOGETHER: usize = 20;
/// What lies between two seeds: more than pieces of pictures have.
const APART: u64 = 1_000;
/// Pictures of each that are held beside all training pictures, which takes long.
const REMEMBERED: usize = 1_000;

#[derive(Args)]
pub struct Measure {
    /// Weights files
    #[arg(required = true)]
    weights: Vec<PathBuf>,
    /// Pictures of each
    #[arg(long, default_value_t = 2_000, value_parser = within(20, DataSet::default().test_size()))]
    count: usize,
    /// Seeds, 1,000 apart from --seed on; their mean and what it may be off by are told
    #[arg(long, default_value_t = 1, value_parser = within(1, 100_u64))]
    seeds: u64,
    /// Network evaluations, in place of --steps: so many steps as they pay for
    #[arg(long, value_delimiter = ',', value_parser = within(1, 10_000_usize))]
    nfe: Vec<usize>,
    /// Guidance scales, in place of --guidance
    #[arg(long, value_delimiter = ',', value_parser = within(0.0, 10.0))]
    scales: Vec<f64>,
    #[command(flatten)]
    sampling: Settings<SampleSpec>,
    /// Folder with data/ and weights/
    #[arg(long, default_value = "public")]
    public: PathBuf,
    /// Table to write, as Markdown
    #[arg(long)]
    out: Option<PathBuf>,
    /// The same numbers to write, as CSV
    #[arg(long)]
    csv: Option<PathBuf>,
}

/// What judges the pictures of a set.
struct Bench {
    data: DataSet,
    eye: Eye,
    tests: Images,
    reference: Reference,
    /// Training pictures that are not remembered.
    real: Images,
}

impl Bench {
    fn of(measure: &Measure, data: DataSet) -> Result<Self, String> {
        let path = measure.public.join(classifier(data));
        let (header, theta) = weights::read_as::<ClassifierHeader>(&files::read(&path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let [train, tests] = files::sets(&measure.public, data)?;
        let [real, rest] = train.in_turn(measure.count);
        let memory: Vec<f32> = (0..rest.len()).flat_map(|i| rest.x_1(i)).collect();
        if real.len() < measure.count || tests.len() < TOGETHER {
            return Err(format!("there are too few pictures of {} to judge {} by", data.name(), measure.count));
        }
        let eye = Eye::new(&header.config, &theta, &memory);
        let reference = Reference::of(seen(&eye, &tests, tests.len()));
        Ok(Self { data, eye, tests, reference, real })
    }
}

/// The first `count` of `images`, as an eye sees them.
fn seen(eye: &Eye, images: &Images, count: usize) -> Sights {
    let mut all = Sights::default();
    for first in (0..count.min(images.len())).step_by(TOGETHER) {
        let chosen = first..count.min(images.len()).min(first + TOGETHER);
        let pixels: Vec<f32> = chosen.clone().flat_map(|i| images.x_1(i)).collect();
        let labels: Vec<u8> = chosen.map(|i| images.label(i)).collect();
        all.extend(eye.look(&pixels, &labels, is_remembered(first / TOGETHER, count, REMEMBERED)));
    }
    all
}

/// A row of the table.
struct Row {
    name: String,
    how: String,
    seeds: Vec<u64>,
    all: Vec<Quality>,
}

/// The measures, by name, and with how many decimals they are told.
type Column = (&'static str, usize, fn(&Quality) -> Option<f64>);

const COLUMNS: &[Column] = &[
    ("right %", 1, |it| it.accuracy.map(|share| 100.0 * share)),
    ("Fréchet", 2, |it| Some(it.frechet)),
    ("energy × 1000", 2, |it| Some(1e3 * it.energy)),
    ("sliced", 4, |it| Some(it.sliced)),
    ("untaught", 4, |it| Some(it.random)),
    ("precision %", 1, |it| Some(100.0 * it.precision)),
    ("recall %", 1, |it| Some(100.0 * it.recall)),
    ("diversity", 3, |it| Some(it.diversity)),
    ("memorised %", 1, |it| Some(100.0 * it.memorised)),
    ("NFE", 0, |it| (it.nfe > 0).then_some(it.nfe as f64)),
    ("ms", 2, |it| (it.nfe > 0).then_some(it.ms)),
];

impl Measure {
    pub fn run(&self) -> Result<(), String> {
        self.out.iter().chain(&self.csv).try_for_each(|out| files::claim(out))?;
        let (mut bench, mut rows): (Option<Bench>, Vec<Row>) = (None, vec![]);
        say!("{}", head())?;
        for path in &self.weights {
            let (header, theta) =
                weights::read(&files::read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
            if bench.as_ref().is_none_or(|bench| bench.data != header.data) {
                let next = Bench::of(self, header.data)?;
                let real = next.reference.measure(&seen(&next.eye, &next.real, self.count), 0, 0.0);
                rows.push(Row {
                    name: format!("real {}", header.data.name()),
                    how: String::new(),
                    seeds: vec![0],
                    all: vec![real],
                });
                say!("{}", line(&rows[rows.len() - 1]))?;
                bench = Some(next);
            }
            let Some(bench) = &bench else { continue };
            let size = theta.len();
            let model = Model::inference(&header.design, upload(theta, [size], &Device::flex()));
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            for spec in self.specs(&header)? {
                let how = how(&header, &spec);
                let seed = |k| SampleSpec { seed: spec.seed.wrapping_add(k * APART), ..spec.clone() };
                let specs: Vec<SampleSpec> = (0..self.seeds).map(seed).collect();
                let all =
                    specs.iter().map(|spec| self.judge(bench, &header, &model, spec)).collect::<Result<_, _>>()?;
                let seeds = specs.iter().map(|spec| spec.seed).collect();
                rows.push(Row { name: name.clone(), how, seeds, all });
                say!("{}", line(&rows[rows.len() - 1]))?;
            }
        }
        if let Some(out) = &self.out {
            let lines: Vec<String> = rows.iter().map(line).collect();
            files::write(out, format!("{}\n{}\n", head(), lines.join("\n")).into_bytes())?;
        }
        match &self.csv {
            Some(out) => files::write(out, csv(&rows).into_bytes()),
            None => Ok(()),
        }
    }

    /// What is drawn with a file: every scale with every number of evaluations that pays for a step.
    fn specs(&self, header: &Header) -> Result<Vec<SampleSpec>, String> {
        let spec = SampleSpec { digit: None, real: false, ..self.sampling.0.clone() };
        if !header.family.has_path() {
            return Ok(vec![SampleSpec { steps: 1, ..spec }]);
        }
        let suits = spec.sampler.fits(header.design.schedule().0, header.coupling.is_gaussian());
        suits.map_err(|why| format!("{} does not suit {}: {why}", spec.sampler.name, header.family.noun()))?;
        let scales = if self.scales.is_empty() { vec![spec.guidance] } else { self.scales.clone() };
        let mut all = vec![];
        for guidance in scales {
            let step = spec.sampler.cost().unwrap_or(6) * evaluations(guidance);
            let steps = self.nfe.iter().filter(|nfe| **nfe >= step).map(|nfe| nfe / step);
            let steps: Vec<usize> = if self.nfe.is_empty() { vec![spec.steps] } else { steps.collect() };
            if steps.is_empty() {
                return Err(format!(
                    "a step of {} with w = {guidance} costs {step} evaluations, and --nfe gives fewer",
                    spec.sampler.name
                ));
            }
            all.extend(steps.into_iter().map(|steps| SampleSpec { steps, guidance, ..spec.clone() }));
        }
        Ok(all)
    }

    fn judge(&self, bench: &Bench, header: &Header, model: &Model, spec: &SampleSpec) -> Result<Quality, String> {
        let (mut all, mut ms, mut nfe) = (Sights::default(), 0.0, 0);
        let asked = is_asked(&header.design, header.coupling, spec);
        while all.len() < self.count {
            let there = all.len();
            let pictures = TOGETHER.min(self.count - there);
            let spec = SampleSpec { pictures, seed: spec.seed.wrapping_add((there / TOGETHER) as u64), ..spec.clone() };
            let labels: Vec<u8> = (0..pictures).map(|k| if asked { spec.label(k) } else { NULL }).collect();
            let began = Instant::now();
            let mut walk = Walk::new(model, header.coupling, &bench.tests, spec, &Device::flex());
            let pixels = pollster::block_on(walk.finish()).map_err(|error| error.to_string())?;
            ms += began.elapsed().as_secs_f64() * 1e3;
            nfe = walk.evaluations();
            all.extend(bench.eye.look(&pixels, &labels, there < REMEMBERED));
        }
        Ok(bench.reference.measure(&all, nfe, ms / self.count as f64))
    }
}

/// How a row is drawn, where there are ways.
fn how(header: &Header, spec: &SampleSpec) -> String {
    match header.family.has_path() {
        true => format!("{}, w = {}", spec.sampler.name, spec.guidance),
        false => String::new(),
    }
}

fn head() -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
    format!("| pictures | drawn by | {} |\n|---|---|{}", names.join(" | "), "---|".repeat(names.len()))
}

/// The mean over seeds, and what it may be off by.
fn line(row: &Row) -> String {
    let cell = |(_, decimals, value): &Column| {
        let values: Vec<f64> = row.all.iter().filter_map(value).collect();
        if values.is_empty() {
            return "–".to_string();
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let off = standard_error(&values).filter(|_| values.len() > 1 && *decimals > 0);
        let off = off.map(|off| format!(" ± {off:.decimals$}", decimals = *decimals)).unwrap_or_default();
        format!("{mean:.decimals$}{off}", decimals = *decimals)
    };
    let cells: Vec<String> = COLUMNS.iter().map(cell).collect();
    format!("| {} | {} | {} |", row.name, row.how, cells.join(" | "))
}

/// A line for every seed.
fn csv(rows: &[Row]) -> String {
    let names: Vec<String> = COLUMNS.iter().map(|(name, ..)| name.replace(" %", "_percent").to_lowercase()).collect();
    let mut text = format!("pictures,drawn_by,seed,{}\n", names.join(","));
    for row in rows {
        for (seed, quality) in row.seeds.iter().zip(&row.all) {
            let cells = COLUMNS.iter().map(|(.., value)| value(quality).map(|it| it.to_string()).unwrap_or_default());
            let cells: Vec<String> = cells.collect();
            let quoted = |words: &str| format!("\"{}\"", words.replace('"', "\"\""));
            let _ = writeln!(text, "{},{},{seed},{}", quoted(&row.name), quoted(&row.how), cells.join(","));
        }
    }
    text
}
