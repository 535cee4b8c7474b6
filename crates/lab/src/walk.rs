//! The frames of a sampling, whatever the family: a path through time, or what one pass makes of z on the way.

use super::{
    sample::{Step, Trajectory},
    source::codes,
};
use burn::tensor::{Device, ExecutionError, Tensor};
use data::images::Images;
use flow::{coupling::Coupling, schedule::ScheduleId};
use model::{blueprint::OnePass, classes::one_hot, condition::NULL, design::Model, parameters::upload};
use protocol::message::{Frame, SampleSpec};
use std::rc::Rc;

/// A sampling, as far as it has been computed.
pub enum Walk {
    Path(Box<Trajectory>),
    Latent(Box<LatentWalk>),
}

impl Walk {
    /// The beginning of `spec` with `model`, trained on pairs of `coupling`, of which paired ones start from `images`.
    pub fn new(model: &Model, coupling: Coupling, images: &Images, spec: SampleSpec, device: &Device) -> Self {
        match model {
            Model::OnePass(model) => {
                Self::Latent(LatentWalk::new(model.clone(), coupling, images, spec, device).into())
            }
            Model::Flow(config, network) => {
                Self::Path(Trajectory::of(coupling, images, spec, *config, network.clone(), device).into())
            }
            Model::Latent(model) => Self::Path(Trajectory::of_codes(model.clone(), spec, device).into()),
        }
    }

    /// The index of the frame that [`advance`](Self::advance) would compute.
    pub fn next_index(&self) -> usize {
        match self {
            Self::Path(trajectory) => trajectory.next_index(),
            Self::Latent(walk) => walk.next,
        }
    }

    /// How much of the way is done, from 0 to 1.
    pub fn share(&self) -> f64 {
        match self {
            Self::Path(trajectory) => trajectory.share(),
            Self::Latent(walk) => walk.next as f64 / walk.points.len() as f64,
        }
    }

    /// On to the next frame.
    pub async fn advance(&mut self) -> Result<Step<Frame>, ExecutionError> {
        match self {
            Self::Path(trajectory) => trajectory.advance().await,
            Self::Latent(walk) => walk.advance().await,
        }
    }

    /// On to the next frame, of which nothing is read; what one pass makes is at its end from the beginning.
    pub async fn step(&mut self) -> Result<Step<()>, ExecutionError> {
        match self {
            Self::Path(trajectory) => trajectory.step().await,
            Self::Latent(_) => Ok(Step::Ended),
        }
    }

    /// The pictures at the end, [pictures × 784].
    pub async fn finish(&mut self) -> Result<Vec<f32>, ExecutionError> {
        match self {
            Self::Path(trajectory) => trajectory.finish().await,
            Self::Latent(walk) => numbers(walk.model.pictures(walk.z.clone(), &walk.classes)).await,
        }
    }

    /// Network evaluations of a picture so far, or of all of it where one pass makes it.
    pub fn evaluations(&self) -> usize {
        match self {
            Self::Path(trajectory) => trajectory.cost().0,
            Self::Latent(_) => 1,
        }
    }
}

/// The pictures on the way of codes z, t from 0 to 1: those of t z, or behind the first layers, or between a picture and what is made of it.
pub struct LatentWalk {
    model: Rc<dyn OnePass>,
    spec: SampleSpec,
    labels: Vec<u8>,
    z: Tensor<2>,
    classes: Tensor<2>,
    points: Vec<f64>,
    next: usize,
}

impl LatentWalk {
    fn new(model: Rc<dyn OnePass>, coupling: Coupling, images: &Images, spec: SampleSpec, device: &Device) -> Self {
        let (latent, told) = (model.blueprint().latent(), model.blueprint().labels());
        let labels: Vec<u8> = (0..spec.pictures).map(|k| if told { spec.label(k) } else { NULL }).collect();
        let z = codes(&*model, coupling, images, &spec);
        Self {
            z: upload(z, [spec.pictures, latent], device),
            classes: upload(one_hot(&labels), [spec.pictures, one_hot(&[NULL]).len()], device),
            points: spec.grid.points(spec.steps, ScheduleId::default().0),
            next: 0,
            model,
            labels,
            spec,
        }
    }

    async fn advance(&mut self) -> Result<Step<Frame>, ExecutionError> {
        let index = self.next;
        let Some(&t) = self.points.get(index) else { return Ok(Step::Ended) };
        let (pictures, costs) = self.model.frame(self.z.clone(), &self.classes, t);
        let verdicts = verdicts(&*self.model, pictures.clone(), &self.z, &self.classes).await?;
        let x_t = numbers(pictures).await?;
        let costs = match costs {
            Some(costs) => numbers(costs).await?,
            None => vec![],
        };
        self.next += 1;
        let (steps, labels) = (self.spec.steps, self.labels.clone());
        Ok(Step::Done(Frame {
            index,
            steps,
            t,
            nfe: 1,
            tried: 1,
            ms: 0.0,
            labels,
            x_t,
            velocity: vec![],
            codes: vec![],
            verdicts,
            costs,
        }))
    }
}

/// What a critic says of `pictures` of codes `z`: [rows], or of every place, [rows × 49]; nothing where there is none.
pub async fn verdicts(
    model: &dyn OnePass,
    pictures: Tensor<2>,
    z: &Tensor<2>,
    classes: &Tensor<2>,
) -> Result<Vec<f32>, ExecutionError> {
    let Some((objective, logits)) = model.logits(pictures, z, classes) else { return Ok(vec![]) };
    Ok(numbers(logits).await?.into_iter().map(|l| objective.verdict(f64::from(l)) as f32).collect())
}

/// The numbers of a tensor, read back.
pub async fn numbers(tensor: Tensor<2>) -> Result<Vec<f32>, ExecutionError> {
    Ok(tensor.into_data_async().await?.try_to_vec().unwrap_or_default())
}
