//! How likely pictures are to models, picture by picture: test images of a model's set, and what it has drawn. Always on the
//! CPU, since it is one picture at a time, and its numbers are read after every evaluation.

use super::{
    likelihood::{Bits, Effort, Estimating, Picture, exact},
    pictures::PictureTraining,
    stock::{Coming, Loaded, Stock},
    world::World,
};
use burn::tensor::{Device, ExecutionError, Tensor};
use data::{images::Images, sets::DataSet};
use model::{condition::NULL, design::Design, parameters::upload};
use protocol::{
    likelihood::{DrawnPicture, TOLERANCE, WeighSpec, Weight},
    message::Event,
};
use std::{
    ops::Range,
    task::{Poll, ready},
};

/// Steps there and, doubled, back again: enough for the tolerance of most pictures.
const STEPS: usize = 16;
/// Probes, of which a picture's error is told.
const PROBES: usize = 4;
const SEED: u64 = 1;
/// Multiplications of a piece with all probes, at most: a tenth of a second in a browser.
const LONG: u64 = 1 << 30;

/// What is done with a picture.
enum Work {
    /// Back along the path, interval after interval.
    Along(Box<Estimating>),
    /// Through the layers, at once.
    Through,
}

/// A model with the pictures of it that are left.
struct Scales {
    place: usize,
    design: Design,
    /// Of the moving average, on the CPU.
    theta: Tensor<1>,
    /// Pictures of the set, and how many of them are left to ask for.
    tests: Images,
    left: Range<usize>,
    /// What it has drawn, after all of them.
    drawn: Option<DrawnPicture>,
    asked: Option<Asked>,
    under_way: Option<Work>,
}

/// A picture as it was asked for.
struct Asked {
    index: Option<usize>,
    /// [784], as a person sees it.
    pixels: Vec<f32>,
    label: u8,
    picture: Picture,
}

/// See the module.
pub struct Weighing {
    run: u32,
    models: Vec<WeighSpec>,
    /// Models that are done with.
    weighed: usize,
    /// Test pictures of a set beyond those of its first file, as far as they have come, and of how many files they are.
    more: (DataSet, Images, usize),
    scales: Option<Scales>,
    done: usize,
    total: usize,
}

impl Weighing {
    /// Of these models, one after the other.
    pub fn new(run: u32, models: Vec<WeighSpec>) -> Self {
        let total = models.iter().map(|spec| spec.tests + usize::from(spec.drawn.is_some())).sum();
        Self { run, models, weighed: 0, more: Default::default(), scales: None, done: 0, total }
    }

    /// The number by which the page knows it.
    pub fn run(&self) -> u32 {
        self.run
    }

    /// True once every picture is done.
    pub fn is_over(&self) -> bool {
        self.weighed >= self.models.len()
    }

    /// An interval of a picture, or a whole one; what is due before it is begun first. The news of weights that had to be fetched.
    pub async fn work<W: World>(
        &mut self,
        stock: &mut Stock<W>,
        training: Option<&PictureTraining>,
    ) -> Coming<Vec<Event>> {
        let mut events = vec![];
        if self.scales.is_none() {
            let Some(spec) = self.models.get(self.weighed).cloned() else { return Poll::Ready(Ok(vec![])) };
            match self.begin(&spec, stock, training).await {
                Poll::Ready(Ok((scales, news))) => (self.scales, events) = (Some(scales), news),
                Poll::Ready(Err(sentence)) => return Poll::Ready(Err(sentence)),
                Poll::Pending => return Poll::Pending,
            }
        }
        let (mut weight, mut part) = (None, 0.0);
        if let Some(scales) = &mut self.scales {
            weight = scales.work();
            part = scales.share();
            self.done += usize::from(weight.is_some());
            if scales.is_over() {
                (self.scales, self.weighed) = (None, self.weighed + 1);
            }
        }
        // A file may hold fewer than were asked for.
        let share = if self.is_over() { 1.0 } else { (self.done as f64 + part) / self.total.max(1) as f64 };
        events.push(Event::Weighed { run: self.run, share, weight });
        Poll::Ready(Ok(events))
    }
}

impl Weighing {
    /// The scales for what is asked of a model.
    async fn begin<W: World>(
        &mut self,
        spec: &WeighSpec,
        stock: &mut Stock<W>,
        training: Option<&PictureTraining>,
    ) -> Coming<(Scales, Vec<Event>)> {
        let (loaded, news) = match stock.weights(spec.model, training) {
            Poll::Ready(Ok(found)) => found,
            Poll::Ready(Err(sentence)) => return Poll::Ready(Err(sentence)),
            Poll::Pending => return Poll::Pending,
        };
        if let Err(sentence) = tells(&loaded) {
            return Poll::Ready(Err(sentence));
        }
        let tests = match self.tests(loaded.data, spec.tests, stock) {
            Poll::Ready(Ok(tests)) => tests,
            Poll::Ready(Err(sentence)) => return Poll::Ready(Err(sentence)),
            Poll::Pending => {
                stock.keep_untold(news);
                return Poll::Pending;
            }
        };
        let theta = match on_the_cpu(&loaded.theta).await {
            Ok(theta) => theta,
            Err(_) => return Poll::Ready(Err("the weights could not be read from the device".into())),
        };
        let (news, left, drawn) = (stock.untold(news), 0..tests.len(), spec.drawn.clone());
        let (place, design) = (self.weighed, loaded.design);
        let scales = Scales { place, design, theta, tests, left, drawn, asked: None, under_way: None };
        Poll::Ready(Ok((scales, news)))
    }

    /// The first `count` test pictures of a set, of as many of its files as hold them.
    fn tests<W: World>(&mut self, data: DataSet, count: usize, stock: &mut Stock<W>) -> Coming<Images> {
        let mut tests = match ready!(stock.tests(data)) {
            Ok(tests) => tests.clone(),
            Err(sentence) => return Poll::Ready(Err(sentence)),
        };
        if self.more.0 != data {
            self.more = (data, Images::default(), 0);
        }
        let (_, more, files) = &mut self.more;
        for shard in data.test_shards().into_iter().skip(1 + *files) {
            if tests.len() + more.len() >= count {
                break;
            }
            let come = ready!(stock.world.fetch(&shard));
            let added = come.and_then(|bytes| more.append(&bytes).map_err(|error| format!("{shard}: {error}")));
            if let Err(sentence) = added {
                return Poll::Ready(Err(sentence));
            }
            *files += 1;
        }
        tests.extend(more);
        tests.truncate(count);
        Poll::Ready(Ok(tests))
    }
}

/// A sentence where a model tells no density.
fn tells(loaded: &Loaded) -> Result<(), String> {
    match loaded.design {
        Design::Flow(_) if !loaded.coupling.is_gaussian() => {
            Err("a path that starts from pictures has no density that is known; a flow that starts from noise has"
                .into())
        }
        Design::Flow(_) | Design::Normalising(_) => Ok(()),
        Design::Latent(_) | Design::Vq(_) => {
            let family = loaded.design.family().noun();
            Err(format!(
                "a {family} tells the density of codes, and not of pictures; a flow or a normalising flow does"
            ))
        }
        Design::Vae(_) | Design::Gan(_) | Design::Pairs(_) | Design::Cycle(_) | Design::Style(_) => {
            Err(format!("a {} tells no density; a flow or a normalising flow does", loaded.design.family().noun()))
        }
    }
}

async fn on_the_cpu(theta: &Tensor<1>) -> Result<Tensor<1>, ExecutionError> {
    let numbers: Vec<f32> = theta.clone().into_data_async().await?.try_to_vec().unwrap_or_default();
    let size = numbers.len();
    Ok(upload(numbers, [size], &Device::flex()))
}

impl Scales {
    /// True once every picture is weighed.
    fn is_over(&self) -> bool {
        self.left.is_empty() && self.drawn.is_none() && self.asked.is_none()
    }

    /// The next picture, if there is one. Layers that learned with the class are told it, and so is nobody else.
    fn next(&mut self) -> Option<Asked> {
        let told = matches!(self.design, Design::Normalising(_)) && self.design.labels();
        let label = |label: u8| if told { label } else { NULL };
        let tests = &self.tests;
        if let Some(i) = self.left.next() {
            let picture = Picture::of(tests, i, label(tests.label(i)), SEED);
            return Some(Asked { index: Some(i), pixels: tests.x_1(i).collect(), label: tests.label(i), picture });
        }
        let drawn = self.drawn.take()?;
        let picture = Picture::drawn(&drawn.pixels, label(drawn.label), SEED);
        Some(Asked { index: None, pixels: drawn.pixels, label: drawn.label, picture })
    }

    /// How much of the picture under way is done.
    fn share(&self) -> f64 {
        match &self.under_way {
            Some(Work::Along(estimating)) => estimating.share(),
            Some(Work::Through) | None => 0.0,
        }
    }

    /// A piece of a picture; what it costs, once it is whole.
    fn work(&mut self) -> Option<Weight> {
        if self.asked.is_none() {
            self.asked = self.next();
        }
        let asked = self.asked.as_ref()?;
        let pictures = std::slice::from_ref(&asked.picture);
        let work = self.under_way.get_or_insert_with(|| match &self.design {
            Design::Flow(config) => {
                // A piece is four evaluations of every probe, forward and back.
                let is_long = 12 * PROBES as u64 * self.design.cost() > LONG;
                let probes = if is_long { 1 } else { PROBES };
                let effort = Effort { steps: STEPS, every_level: false, probes, tolerance: TOLERANCE, seed: SEED };
                Work::Along(Estimating::new(config, &self.theta, pictures, effort).into())
            }
            _ => Work::Through,
        });
        let found = match (work, &self.design) {
            (Work::Along(estimating), _) => estimating.advance()?,
            (Work::Through, Design::Normalising(config)) => exact(config, &self.theta, pictures),
            (Work::Through, _) => vec![],
        };
        self.under_way = None;
        let Asked { index, pixels, label, .. } = self.asked.take()?;
        let Bits { value: bits, standard_error: error, converged, .. } = found.first().copied()?;
        Some(Weight { place: self.place, index, label, pixels, bits, error, converged })
    }
}
