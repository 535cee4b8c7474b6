//! How likely pictures are to models, picture by picture: test images of a model's set, and what it has drawn. Always on the
//! CPU, since it is one picture at a time, and its numbers are read after every evaluation.

use super::{
    likelihood::{Bits, Effort, Estimating, Picture, exact},
    pictures::PictureTraining,
    stock::{Coming, Loaded, Stock},
    world::World,
};
use burn::tensor::{Device, ExecutionError, Tensor};
use data::images::Images;
use model::{condition::NULL, design::Design, parameters::upload};
use protocol::{
    likelihood::{TOLERANCE, WeighSpec, Weight},
    message::Event,
};
use std::{collections::VecDeque, task::Poll};

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
    left: VecDeque<Asked>,
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
    scales: Option<Scales>,
    done: usize,
    total: usize,
}

impl Weighing {
    /// Of these models, one after the other.
    pub fn new(run: u32, models: Vec<WeighSpec>) -> Self {
        let total = models.iter().map(|spec| spec.tests + usize::from(spec.drawn.is_some())).sum();
        Self { run, models, weighed: 0, scales: None, done: 0, total }
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
            match begin(self.weighed, &spec, stock, training).await {
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
            if scales.left.is_empty() {
                (self.scales, self.weighed) = (None, self.weighed + 1);
            }
        }
        let share = (self.done as f64 + part) / self.total.max(1) as f64;
        events.push(Event::Weighed { run: self.run, share, weight });
        Poll::Ready(Ok(events))
    }
}

/// The scales for what is asked of a model.
async fn begin<W: World>(
    place: usize,
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
    let images = match stock.tests(loaded.data) {
        Poll::Ready(Ok(images)) => images,
        Poll::Ready(Err(sentence)) => return Poll::Ready(Err(sentence)),
        Poll::Pending => {
            stock.keep_untold(news);
            return Poll::Pending;
        }
    };
    let left = asked(spec, &loaded.design, images);
    let theta = match on_the_cpu(&loaded.theta).await {
        Ok(theta) => theta,
        Err(_) => return Poll::Ready(Err("the weights could not be read from the device".into())),
    };
    let news = stock.untold(news);
    Poll::Ready(Ok((Scales { place, design: loaded.design, theta, left, under_way: None }, news)))
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

/// The pictures that are asked for. Layers that learned with the class are told it, and so is nobody else.
fn asked(spec: &WeighSpec, design: &Design, images: &Images) -> VecDeque<Asked> {
    let told = matches!(design, Design::Normalising(_)) && design.labels();
    let label = |label: u8| if told { label } else { NULL };
    let test = |i: usize| Asked {
        index: Some(i),
        pixels: images.x_1(i).collect(),
        label: images.label(i),
        picture: Picture::of(images, i, label(images.label(i)), SEED),
    };
    let drawn = spec.drawn.iter().map(|drawn| Asked {
        index: None,
        pixels: drawn.pixels.clone(),
        label: drawn.label,
        picture: Picture::drawn(&drawn.pixels, label(drawn.label), SEED),
    });
    (0..spec.tests.min(images.len())).map(test).chain(drawn).collect()
}

async fn on_the_cpu(theta: &Tensor<1>) -> Result<Tensor<1>, ExecutionError> {
    let numbers: Vec<f32> = theta.clone().into_data_async().await?.try_to_vec().unwrap_or_default();
    let size = numbers.len();
    Ok(upload(numbers, [size], &Device::flex()))
}

impl Scales {
    /// How much of the picture under way is done.
    fn share(&self) -> f64 {
        match &self.under_way {
            Some(Work::Along(estimating)) => estimating.share(),
            Some(Work::Through) | None => 0.0,
        }
    }

    /// A piece of a picture; what it costs, once it is whole.
    fn work(&mut self) -> Option<Weight> {
        let asked = self.left.front()?;
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
        let Asked { index, pixels, label, .. } = self.left.pop_front()?;
        let Bits { value: bits, standard_error: error, converged, .. } = found.first().copied()?;
        Some(Weight { place: self.place, index, label, pixels, bits, error, converged })
    }
}
