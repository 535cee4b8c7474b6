//! `flowstep verify`: whether links still give what they gave, to the byte.
//!
//! The hashes are of what a browser computes on its CPU, and this machine rounds as a browser does ([`Worker`]), but for what
//! is [`beyond`] it, which is said and not held: a hash knows no tolerance.

use super::{
    address, files,
    golden::{self, Golden, Part, hash, hash_of},
    pictures, plane_link,
    say::say,
    worker::Worker,
};
use clap::Args;
use flow::family::FamilyId;
use plane::spec::Spec;
use protocol::link::{Link, View};
use std::path::PathBuf;

#[derive(Args)]
pub struct Verify {
    /// Files of links, and below each what it gave, hashed, as tests/golden has them
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only links that contain this
    #[arg(long, default_value = "")]
    only: String,
    /// Folder with data/ and weights/
    #[arg(long, default_value = "public")]
    public: PathBuf,
}

/// What a link gives now.
fn gives(link: &Link, gave: &[Part], worker: &mut Worker) -> Result<Vec<Part>, String> {
    if link.view == View::Plane {
        let spec = plane_link::read(&link.plane)?;
        return if is_learned(gave) { learned(&spec, worker) } else { exact(&spec) };
    }
    let opened = pictures::open(link, worker)?;
    let losses = (!opened.losses.is_empty()).then(|| ("losses".into(), hash(opened.losses)));
    let many = opened.lanes.len() > 1;
    let frames = (1..).zip(&opened.lanes).flat_map(|(number, lane)| {
        lane.frames.iter().map(move |frame| {
            let of = if many { format!(" of lane {number}") } else { String::new() };
            (format!("frame {}{of}", frame.index), hash_of(frame))
        })
    });
    Ok(losses.into_iter().chain(frames).collect())
}

/// Every state of every course, frame by frame, and the density over (t, x) of the figure in one dimension.
fn exact(spec: &Spec) -> Result<Vec<Part>, String> {
    let figure = plane_link::figure(spec)?;
    let frame = |k: usize| {
        let numbers = figure.states(k).into_iter().flatten().map(|x| x as f32);
        (format!("frame {k}"), hash(numbers))
    };
    let density = ("density".into(), hash(figure.density().map(|p| p as f32)));
    Ok((0..spec.times().len()).map(frame).chain([density]).collect())
}

/// The losses of every round, and where its last snapshot has the particles at each time.
fn learned(spec: &Spec, worker: &mut Worker) -> Result<Vec<Part>, String> {
    let learned = plane_link::learn(spec, worker)?;
    let losses = learned.losses.into_iter().map(|(round, terms)| (format!("round {round} losses"), hash(terms)));
    let frames = learned.snapshots.into_values().flat_map(|snapshot| {
        let (round, width) = (snapshot.round, 2 * snapshot.particles);
        let at = move |k: usize| {
            (format!("round {round} frame {k}"), hash(snapshot.x[k * width..][..width].iter().copied()))
        };
        (0..snapshot.times.len()).map(at).collect::<Vec<_>>()
    });
    Ok(losses.chain(frames).collect())
}

/// Why bytes that a browser gave cannot be had here, if they cannot.
fn beyond(link: &Link, gave: &[Part]) -> Result<Option<String>, String> {
    let trained = match link.view {
        View::Plane if is_learned(gave) => {
            let spec = plane_link::read(&link.plane)?;
            let rivals: Vec<_> = spec.rivals().into_iter().map(|rival| rival.family).collect();
            if rivals.is_empty() { vec![spec.recipe().family] } else { rivals }
        }
        View::Plane => vec![],
        _ => pictures::recipes(link).into_iter().map(|(recipe, _)| recipe.family).collect(),
    };
    let other = trained.into_iter().find(|family| *family != FamilyId::FLOW);
    Ok(other.map(|family| format!("a {} is trained with exp, log and tanh of this system's library", family.noun())))
}

/// Whether parts are of what was learned in the plane, and not of its exact field.
fn is_learned(gave: &[Part]) -> bool {
    gave.iter().any(|(what, _)| what.starts_with("round "))
}

/// Of the parts that were kept, those that are others now, and those that are new: names.
fn differences(kept: &[Part], now: &[Part]) -> Vec<String> {
    let gone = kept.iter().filter(|part| !now.contains(part)).map(|(what, _)| what);
    let new = now.iter().map(|(what, _)| what).filter(|what| kept.iter().all(|(other, _)| other != *what));
    gone.chain(new).cloned().collect()
}

/// How it went with the links of a file.
#[derive(Default)]
struct Count {
    links: usize,
    hashes: usize,
    differ: usize,
    beyond: usize,
}

impl Verify {
    pub fn run(&self) -> Result<(), String> {
        let (mut worker, mut all) = (Worker::new(&self.public), Count::default());
        for path in &self.files {
            let name = path.display();
            let text = String::from_utf8(files::read(path)?).map_err(|_| format!("{name} is no text"))?;
            let golden = golden::read(&text).map_err(|error| format!("{name}: {error}"))?;
            let mut count = Count::default();
            for Golden { link, gave } in golden.iter().filter(|golden| golden.link.contains(&self.only)) {
                hold(link, gave, &mut worker, &mut count).map_err(|error| format!("{name}, {link}: {error}"))?;
            }
            let Count { links, hashes, differ, beyond } = count;
            let held = if differ == 0 { "all the same".into() } else { format!("{differ} differ") };
            let rest = if beyond == 0 { String::new() } else { format!("; {beyond} links cannot be held here") };
            say!("{name}: {links} links, {hashes} hashes, {held}{rest}")?;
            all.links += links + beyond;
            all.hashes += hashes;
            all.differ += differ;
        }
        match all {
            Count { links: 0, .. } => Err(format!("no link contains “{}”", self.only)),
            Count { differ: 0, .. } => Ok(()),
            Count { differ, hashes, .. } => Err(format!("of {hashes} hashes {differ} are not what was kept")),
        }
    }
}

/// Opens one link and says what differs.
fn hold(text: &str, gave: &[Part], worker: &mut Worker, count: &mut Count) -> Result<(), String> {
    let link = address::read(text)?;
    if let Some(why) = beyond(&link, gave)? {
        count.beyond += 1;
        return say!("{text}: not held, since {why}");
    }
    let now = gives(&link, gave, worker)?;
    let differ = differences(gave, &now);
    count.links += 1;
    count.hashes += gave.len();
    count.differ += differ.len();
    differ.iter().try_for_each(|what| say!("{text}: {what} differs"))
}
