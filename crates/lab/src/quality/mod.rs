//! How good pictures are, subject by subject: some pictures of each are drawn, seen, and held against the test pictures of its data.

pub mod eye;
pub mod measures;

use super::{
    lost::lost,
    pictures::PictureTraining,
    sample::Step,
    stock::{Coming, Loaded, Stock},
    walk::Walk,
    world::World,
};
use burn::tensor::ExecutionError;
use data::{
    images::Images,
    sets::{DataSet, PIXELS},
};
use eye::{Eye, Sights};
use flow::{coupling::Coupling, guidance::evaluations};
use measures::Reference;
use model::{classifier::ClassifierHeader, condition::NULL, design::Design, weights::read_as};
use protocol::{
    catalogue::ModelId,
    message::{Event, SampleSpec},
    quality::{Judged, MIN_JUDGED, Quality, REFERENCE, classifier},
};
use std::task::{Poll, ready};

/// Pictures that are drawn or seen in one piece.
const TOGETHER: usize = 20;
/// Test pictures that are held beside training pictures, to know how near is near.
const REMEMBERED: usize = 500;
/// Whether the pictures of a piece are among the about `count` of `all` that are held beside training pictures: pieces from all of them.
pub fn is_remembered(piece: usize, all: usize, count: usize) -> bool {
    piece.is_multiple_of((all / count).max(1))
}

/// Whether what is drawn was asked for by its class: where the model hears it, or is given a picture of it.
pub fn is_asked(design: &Design, coupling: Coupling, spec: &SampleSpec) -> bool {
    let family = design.family();
    let silent = family.has_path() && spec.guidance == 0.0 && spec.guided == [0.0, 1.0];
    family.translates() || !coupling.is_gaussian() || design.labels() && !silent
}

/// What it costs to look at a picture, in evaluations of a network.
const LOOK: u64 = 2;

/// What judges the pictures of a set.
struct Jury {
    data: DataSet,
    eye: Eye,
    tests: Images,
    /// Training pictures that are not remembered.
    real: Images,
    /// Test pictures, as far as they are seen.
    seen: Sights,
    reference: Option<Reference>,
}

/// The files of a jury, as far as they have come.
#[derive(Default)]
struct Summons {
    data: DataSet,
    weights: Option<Vec<u8>>,
    trained: Option<Vec<u8>>,
}

/// Pictures of a subject, as far as they are there.
#[derive(Default)]
struct Trial {
    sights: Sights,
    /// What is being drawn, and of which classes.
    walk: Option<(Walk, Vec<u8>)>,
    ms: f64,
    /// Evaluations of all of them.
    nfe: usize,
}

/// See the module.
pub struct Judging {
    run: u32,
    pictures: usize,
    subjects: Vec<Judged>,
    /// Subjects that are done.
    place: usize,
    summons: Summons,
    jury: Option<Jury>,
    /// The weights that draw, all subjects alike, as they were when the first of them began.
    loaded: Vec<(ModelId, Loaded)>,
    trial: Trial,
    done: u64,
    total: u64,
}

/// The most that is done before all is.
const ALMOST: f64 = 0.999;

/// Evaluations that a picture takes.
fn cost(subject: &Judged) -> u64 {
    match subject {
        Judged::Model(spec) if spec.model.shipped().is_some_and(|it| !it.family.has_path()) => LOOK + 1,
        Judged::Model(spec) => {
            let each = spec.sampler.cost().unwrap_or(6) * evaluations(spec.guidance);
            LOOK + (spec.steps * each) as u64
        }
        Judged::Real(_) => LOOK,
    }
}

impl Judging {
    /// Of so many `pictures` of each subject.
    pub fn new(run: u32, pictures: usize, subjects: Vec<Judged>) -> Self {
        let each: u64 = subjects.iter().map(cost).sum();
        // Every set has test pictures of its own, and in a table real pictures as well.
        let sets = subjects.iter().filter(|subject| matches!(subject, Judged::Real(_))).count().max(1);
        let total = pictures as u64 * each + LOOK * (sets * REFERENCE) as u64;
        Self {
            run,
            pictures,
            subjects,
            place: 0,
            summons: Summons::default(),
            jury: None,
            loaded: vec![],
            trial: Trial::default(),
            done: 0,
            total,
        }
    }

    /// The number by which the page knows it.
    pub fn run(&self) -> u32 {
        self.run
    }

    /// True once every subject is done.
    pub fn is_over(&self) -> bool {
        self.place >= self.subjects.len()
    }

    /// A piece: some pictures seen, or a step of their drawing; what is due before it is fetched first. The news of weights that had
    /// to be fetched.
    pub async fn work<W: World>(
        &mut self,
        stock: &mut Stock<W>,
        training: Option<&PictureTraining>,
    ) -> Coming<Vec<Event>> {
        let Some(subject) = self.subjects.get(self.place).cloned() else { return Poll::Ready(Ok(vec![])) };
        let mut events = vec![];
        let data = match subject {
            Judged::Real(data) => data,
            Judged::Model(spec) => match ready!(self.draw_with(&spec, stock, training)) {
                Ok((data, news)) => {
                    events = news;
                    data
                }
                Err(sentence) => return Poll::Ready(Err(sentence)),
            },
        };
        if self.jury.as_ref().is_none_or(|jury| jury.data != data) {
            match self.convene(data, stock) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(sentence)) => return Poll::Ready(Err(sentence)),
                Poll::Pending => {
                    stock.keep_untold(events);
                    return Poll::Pending;
                }
            }
        }
        let mut found = None;
        if !self.remember() {
            match self.begin(stock) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(sentence)) => return Poll::Ready(Err(sentence)),
                Poll::Pending => {
                    stock.keep_untold(events);
                    return Poll::Pending;
                }
            }
            found = match self.advance(&stock.world).await {
                Ok(found) => found,
                Err(_) => {
                    self.place = self.subjects.len();
                    return Poll::Ready(Ok(vec![lost("measuring pictures")]));
                }
            };
        }
        let share = (self.done as f64 / self.total.max(1) as f64).min(ALMOST);
        events.push(Event::Judged { run: self.run, share: if self.is_over() { 1.0 } else { share }, found });
        Poll::Ready(Ok(stock.untold(events)))
    }

    /// Calls the jury of a set: its classifier, some test pictures, and the first training pictures, of which some stand for
    /// what is real and new, and the rest are remembered.
    fn convene<W: World>(&mut self, data: DataSet, stock: &mut Stock<W>) -> Coming<()> {
        if self.summons.data != data {
            self.summons = Summons { data, ..Summons::default() };
        }
        let Summons { weights, trained, .. } = &mut self.summons;
        let (path, shard) = (classifier(data), data.train_shards().swap_remove(0));
        for (kept, path) in [(&mut *weights, &path), (&mut *trained, &shard)] {
            if kept.is_none() {
                match ready!(stock.world.fetch(path)) {
                    Ok(bytes) => *kept = Some(bytes),
                    Err(sentence) => return Poll::Ready(Err(sentence)),
                }
            }
        }
        let tests = match ready!(stock.tests(data)) {
            Ok(tests) => tests.spread(REFERENCE),
            Err(sentence) => return Poll::Ready(Err(sentence)),
        };
        let [weights, trained] = [weights, trained].map(|it| it.take().unwrap_or_default());
        let (header, theta) = match read_as::<ClassifierHeader>(&weights) {
            Ok(found) => found,
            Err(error) => return Poll::Ready(Err(format!("{path}: {error}"))),
        };
        let mut real = Images::default();
        if let Err(error) = real.append(&trained) {
            return Poll::Ready(Err(format!("{shard}: {error}")));
        }
        let [real, rest] = real.in_turn(self.pictures);
        if tests.len() < MIN_JUDGED || real.len() < self.pictures || rest.is_empty() {
            let name = data.name();
            return Poll::Ready(Err(format!(
                "there are too few pictures of {name} on the server to judge {} by",
                self.pictures
            )));
        }
        let memory: Vec<f32> = (0..rest.len()).flat_map(|i| rest.x_1(i)).collect();
        let eye = Eye::new(&header.config, &theta, &memory);
        self.jury = Some(Jury { data, eye, tests, real, seen: Sights::default(), reference: None });
        Poll::Ready(Ok(()))
    }

    /// Looks at the next test pictures; false once all are seen.
    fn remember(&mut self) -> bool {
        let Some(jury) = &mut self.jury else { return false };
        if jury.reference.is_some() {
            return false;
        }
        let (first, all) = (jury.seen.len(), jury.tests.len());
        let chosen = first..all.min(first + TOGETHER);
        jury.seen.extend(jury.eye.look_at(
            &jury.tests,
            chosen.clone(),
            is_remembered(first / TOGETHER, all, REMEMBERED),
        ));
        self.done += LOOK * chosen.len() as u64;
        if jury.seen.len() >= jury.tests.len() {
            jury.reference = Some(Reference::of(std::mem::take(&mut jury.seen)));
        }
        true
    }

    /// Takes the weights that draw, unless they are there; their data, and their news.
    fn draw_with<W: World>(
        &mut self,
        spec: &SampleSpec,
        stock: &mut Stock<W>,
        training: Option<&PictureTraining>,
    ) -> Coming<(DataSet, Vec<Event>)> {
        if let Some(loaded) = self.drawing(spec.model) {
            return Poll::Ready(Ok((loaded.data, vec![])));
        }
        stock.weights(spec.model, training).map(|found| {
            let (loaded, news) = found?;
            let data = loaded.data;
            self.loaded.push((spec.model, loaded));
            Ok((data, news))
        })
    }

    fn drawing(&self, model: ModelId) -> Option<&Loaded> {
        self.loaded.iter().find(|(id, _)| *id == model).map(|(_, loaded)| loaded)
    }

    /// Begins to draw the next pictures, if some are to be drawn.
    fn begin<W: World>(&mut self, stock: &mut Stock<W>) -> Coming<()> {
        let there = self.trial.sights.len();
        let Some(Judged::Model(spec)) = self.subjects.get(self.place) else { return Poll::Ready(Ok(())) };
        let Some(loaded) = self.drawing(spec.model) else { return Poll::Ready(Ok(())) };
        if self.trial.walk.is_some() || there >= self.pictures {
            return Poll::Ready(Ok(()));
        }
        let pictures = TOGETHER.min(self.pictures - there);
        let seed = spec.seed.wrapping_add((there / TOGETHER) as u64);
        let spec = SampleSpec { pictures, seed, digit: None, real: false, ..spec.clone() };
        let asked = is_asked(&loaded.design, loaded.coupling, &spec);
        let labels = (0..pictures).map(|k| if asked { spec.label(k) } else { NULL }).collect();
        stock.walk_of(loaded, spec).map(|walk| walk.map(|walk| self.trial.walk = Some((walk, labels))))
    }

    /// A step of what is being drawn, or a look at what is there; the measures, once there are enough.
    async fn advance(&mut self, world: &impl World) -> Result<Option<(usize, Quality)>, ExecutionError> {
        let (Some(jury), Some(subject)) = (&self.jury, self.subjects.get(self.place)) else { return Ok(None) };
        let Trial { sights, walk, ms, nfe, .. } = &mut self.trial;
        if sights.len() < self.pictures {
            let more = match (walk.as_mut(), subject) {
                (Some((going, labels)), _) => {
                    let began = world.now();
                    let step = going.step().await?;
                    let pictures = if matches!(step, Step::Ended) { going.finish().await? } else { vec![] };
                    *ms += world.now() - began;
                    if pictures.is_empty() {
                        return Ok(None);
                    }
                    *nfe += going.evaluations() * labels.len();
                    jury.eye.look(&pictures, labels, true)
                }
                (None, Judged::Real(_)) => {
                    let first = sights.len();
                    let chosen = first..self.pictures.min(first + TOGETHER);
                    jury.eye.look_at(&jury.real, chosen, true)
                }
                (None, Judged::Model(_)) => return Ok(None),
            };
            *walk = None;
            self.done += cost(subject) * more.len() as u64;
            sights.extend(more);
            return Ok(None);
        }
        let Some(reference) = &jury.reference else { return Ok(None) };
        let found =
            reference.measure(sights, (*nfe as f64 / sights.len() as f64).round() as usize, *ms / sights.len() as f64);
        let place = self.place;
        (self.trial, self.place) = (Trial::default(), place + 1);
        Ok(Some((place, found)))
    }
}

impl Eye {
    /// Looks at some of `images`.
    fn look_at(&self, images: &Images, chosen: std::ops::Range<usize>, remembering: bool) -> Sights {
        let chosen = chosen.start..chosen.end.min(images.len());
        let pictures: Vec<f32> = chosen.clone().flat_map(|i| images.x_1(i)).collect();
        let labels: Vec<u8> = chosen.map(|i| images.label(i)).collect();
        debug_assert_eq!(pictures.len(), labels.len() * PIXELS);
        self.look(&pictures, &labels, remembering)
    }
}
