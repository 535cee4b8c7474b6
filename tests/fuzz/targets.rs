//! Everything that reads bytes which others may have made: one list.

use super::{dense, kept, repair, seeds};
use allocation_counter::opt_out;
use burn::tensor::Device;
use data::{cloud, idx, images::Images, inline, number, points, table, text};
use flow::{family::FamilyId, keyed::Keyed};
use model::{design::Design, weights};
use plane::spec::Spec;
use protocol::{
    link::Link,
    message::{Command, Event, Task, TrainSpec, decode, encode},
    saved::{
        self,
        keepsake::{Keeping, Keepsake},
        points::PointsSubject,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use std::panic::{self, AssertUnwindSafe};

/// How much memory an input may take: `times` its length, and `plus` bytes whatever its length.
#[derive(Clone, Copy)]
pub struct Bound {
    pub times: usize,
    pub plus: usize,
}

impl Bound {
    /// What of so many bytes is beyond the constant.
    pub fn beyond(self, taken: u64) -> u64 {
        taken.saturating_sub(self.plus as u64)
    }

    pub fn allows(self, taken: u64, length: usize) -> bool {
        self.beyond(taken) <= (self.times * length) as u64
    }
}

/// A reader.
pub struct Target {
    pub name: &'static str,
    /// Reads an input; panics if it does, or if what was read is not what it should be.
    pub parse: fn(&[u8]),
    /// Good inputs, to be changed.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Long inputs that ask for most.
    pub dense: fn() -> Vec<Vec<u8>>,
    /// Sets checksums and the like right, so that changed inputs get past them.
    pub repair: fn(&mut Vec<u8>),
    pub bound: Bound,
}

const fn target(
    name: &'static str,
    parse: fn(&[u8]),
    [seeds, dense]: [fn() -> Vec<Vec<u8>>; 2],
    repair: fn(&mut Vec<u8>),
    [times, plus]: [usize; 2],
) -> Target {
    Target { name, parse, seeds, dense, repair, bound: Bound { times, plus } }
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// All of them. Memory beyond twice the input is for:
/// - weights: a number of one byte becomes one of four, and `safetensors` takes 24 times a header, of at most 128 KiB;
/// - the same and networks: the layout of 64 blocks;
/// - saved trainings and events: a loss of no terms takes two bytes, and a place of 32, for a moment two of them;
/// - checkpoints of points: the networks that are made before their numbers are looked at, and the points of a recipe;
/// - shards: what is packed, at most 8 MiB;
/// - tables: a number of two letters becomes one of eight bytes; lists of points: six letters, as many as 32, for a moment
///   twice; the command line's points are lists of their own each;
/// - links of the plane: the state of a compressor.
pub const TARGETS: &[Target] = &[
    target("weights", of_weights, [seeds::weights, dense::weights], repair::weights, [4, 4 * MIB]),
    target("network", of_network, [seeds::networks, dense::none], repair::text, [2, MIB]),
    target("checkpoint", of_checkpoint, [kept::checkpoints, dense::checkpoints], repair::checkpoint, [2, 512 * KIB]),
    target("saved", of_saved, [kept::saved, dense::saved], repair::saved, [24, 64 * KIB]),
    target("saved points", of_saved_points, [kept::saved_points, dense::saved_points], repair::saved, [24, 64 * KIB]),
    target("kept", of_kept, [kept::keepsakes, dense::none], repair::saved, [2, 64 * KIB]),
    target(
        "checkpoint of points",
        of_checkpoint_of_points,
        [kept::checkpoints_of_points, dense::none],
        repair::checkpoint,
        [12, 2 * MIB],
    ),
    target("command", of_command, [seeds::commands, dense::commands], repair::nothing, [2, 64 * KIB]),
    target("event", message::<Event>, [seeds::events, dense::events], repair::nothing, [24, 64 * KIB]),
    target("link", of_link, [seeds::links, dense::links], repair::text, [2, 64 * KIB]),
    target("plane link", of_plane_link, [seeds::plane_links, dense::links], repair::text, [2, 512 * KIB]),
    target("idx", of_idx, [seeds::idx, dense::idx], repair::nothing, [2, 64 * KIB]),
    target("shard", of_shard, [seeds::shards, dense::shards], repair::nothing, [2, 25 * MIB]),
    target("table", of_table, [seeds::tables, dense::texts], repair::text, [4, 512 * KIB]),
    target("points", of_points, [seeds::tables, dense::points], repair::text, [20, 512 * KIB]),
    target("cloud", of_cloud, [seeds::clouds, dense::texts], repair::text, [12, 512 * KIB]),
    target("inline", of_inline, [seeds::inline, dense::texts], repair::text, [2, 64 * KIB]),
    target("inline, unpacked", of_packed, [seeds::unpacked, dense::none], repair::nothing, [2, 64 * KIB]),
    target("number", of_number, [seeds::numbers, dense::numbers], repair::text, [2, 64 * KIB]),
];

/// A check whose own memory does not count.
fn apart(check: impl FnOnce()) {
    let mut done = Ok(());
    opt_out(|| done = panic::catch_unwind(AssertUnwindSafe(check)));
    done.unwrap_or_else(|panic| panic::resume_unwind(panic));
}

/// The text that the bytes begin with.
fn written(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_else(|error| std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or(""))
}

fn of_weights(bytes: &[u8]) {
    if let Ok((header, theta)) = weights::read(bytes) {
        assert!(theta.len() == header.design.parameters() && theta.iter().all(|x| x.is_finite()));
    }
}

/// The first byte chooses a family, and the rest is a configuration as JSON.
fn of_network(bytes: &[u8]) {
    let Some((family, json)) = bytes.split_first() else { return };
    let Some(family) = FamilyId::all().nth(usize::from(*family) % FamilyId::all().count()) else { return };
    let design = serde_json::from_slice(json).and_then(|config| Design::read(family, config));
    if let Ok(design) = design
        && design.check().is_ok()
    {
        assert!(design.parameters() > 0);
    }
}

fn of_checkpoint(bytes: &[u8]) {
    if let Ok(trainer) = lab::checkpoint::read(bytes, &Device::flex()) {
        let spec = TrainSpec { learning_rate: TrainSpec::default().learning_rate, ..trainer.spec.clone() };
        assert_eq!(spec.check(), Ok(()));
        assert!(trainer.needs() > 0 && trainer.spec.learning_rate.is_finite());
    }
}

fn of_saved(bytes: &[u8]) {
    if let Some((head, _)) = saved::read::<saved::Head>(bytes) {
        assert_eq!(head.recipe.check(), Ok(()));
    }
}

fn of_saved_points(bytes: &[u8]) {
    if let Some((head, _)) = saved::read::<saved::Head<PointsSubject>>(bytes) {
        assert_eq!(cloud::check(&head.recipe.recipe.data), Ok(()));
    }
}

fn of_kept(bytes: &[u8]) {
    if let Some((Keepsake { keeping, .. }, _)) = saved::read::<Keepsake>(bytes) {
        assert!(keeping.kept().is_some() == matches!(keeping, Keeping::Model(_)));
    }
}

fn of_checkpoint_of_points(bytes: &[u8]) {
    if let Ok((course, _, rounds)) = lab::plane::checkpoint::read(bytes) {
        assert_eq!((course.recipe.check(), course.shown.check()), (Ok(()), Ok(())));
        assert!(!rounds.is_empty() && rounds.len() <= course.last + 1);
    }
}

/// A message, and that what it says can be said again.
fn message<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    if let Ok(message) = decode::<T>(bytes) {
        apart(|| assert!(decode::<T>(&encode(&message)).is_ok()));
    }
}

/// The same of what the worker is told, with its checks.
fn of_command(bytes: &[u8]) {
    let Ok(command) = decode::<Command>(bytes) else { return };
    let said = match &command {
        Command::Sample { spec, .. } => spec.check(),
        Command::Study { lanes, .. } => lanes.iter().try_for_each(|spec| spec.check()),
        Command::Weigh { models, .. } => models.iter().try_for_each(|spec| spec.check()),
        Command::Train { task: Task::Pictures(spec), .. } => spec.check(),
        Command::Train { task: Task::Points { recipe, shown, .. }, .. } => recipe.check().and(shown.check()),
        Command::Train { task: Task::Contest(contest), .. } => contest.check(),
        Command::Measure(spec) => spec.recipe.check(),
        _ => Ok(()),
    };
    assert!(said.err().is_none_or(|sentence| sentence.lines().count() == 1));
}

fn of_link(bytes: &[u8]) {
    let (link, _) = Link::parse(written(bytes));
    apart(|| {
        let query = link.to_query();
        assert!(Link::parse(&query).0 == link, "{query} is read otherwise");
    });
}

fn of_plane_link(bytes: &[u8]) {
    let (mut spec, _) = Spec::parse(written(bytes));
    apart(|| {
        let query = spec.to_query();
        assert!(Spec::parse(&query).0 == spec, "{query} is read otherwise");
    });
    spec.fit();
}

fn of_idx(bytes: &[u8]) {
    let _ = (idx::read::<1>(bytes), idx::read::<2>(bytes), idx::whole::<3>(bytes));
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        of_shard(bytes);
    }
}

fn of_shard(bytes: &[u8]) {
    let mut images = Images::default();
    match images.append(bytes) {
        Ok(()) => assert!((0..images.len()).all(|i| images.label(i) < 10)),
        Err(_) => assert!(images.is_empty()),
    }
}

fn of_table(bytes: &[u8]) {
    let Ok(text) = text::decode(bytes) else { return };
    if let Ok(table) = table::read(&text) {
        assert!(table.numbers.iter().all(|x| x.abs() <= table::LARGEST));
    }
}

/// The first byte chooses how many coordinates there are to be.
fn of_points(bytes: &[u8]) {
    let Some((dimension, text)) = bytes.split_first() else { return };
    let dimension = 1 + usize::from(*dimension) % 3;
    if let Ok(points) = points::read_points(written(text), dimension) {
        assert!(points.iter().all(|point| point.len() == dimension));
    }
}

fn of_cloud(bytes: &[u8]) {
    let sound = |parts: &[data::shapes::Part]| assert_eq!(cloud::check(parts), Ok(()));
    if let Ok(cloud) = cloud::open(bytes) {
        sound(&cloud.parts);
        apart(|| assert_eq!(cloud::read(&cloud::csv(&cloud.parts)).map(|again| again.parts), Ok(cloud.parts)));
    }
}

fn of_inline(bytes: &[u8]) {
    if let Ok(parts) = inline::parts(written(bytes)) {
        assert_eq!(cloud::check(&parts), Ok(()));
    }
}

/// The numbers of a link's points, which come packed: here in one piece that is not compressed.
fn of_packed(bytes: &[u8]) {
    of_inline(seeds::packed(bytes).as_bytes());
}

fn of_number(bytes: &[u8]) {
    let once = number::plain(written(bytes));
    assert!(number::plain(&once) == once);
    assert!([false, true].into_iter().filter_map(|commas| number::read(&once, commas)).all(f64::is_finite));
}
