//! A training on pictures as the page sees it: shards that arrive, steps, reports, previews, checkpoints.

use super::{
    checkpoint,
    fallback::Fallback,
    pace::Recurring,
    preview::{self, PreviewPictures},
    progress::Progress,
    sample::{Step, Trajectory},
    train::Trainer,
    world::World,
};
use burn::tensor::{Device, Tensor};
use data::images::Images;
use model::{
    design::Design,
    weights::{self, Header, Precision},
};
use protocol::{
    catalogue::ModelId,
    message::{Event, ModelReport, Request, TrainReport, TrainSpec},
};
use std::task::Poll;

/// Milliseconds before the first checkpoint. Checkpoints may take one part in so many of the time, and rest at least so many
/// milliseconds: what a page loses that ends without a word.
const FIRST_CHECKPOINT: f64 = 5_000.0;
const CHECKPOINTS: [f64; 2] = [25.0, 15_000.0];
/// A preview may take one part in so many of the time, and rests at least so many milliseconds.
const PREVIEWS: [f64; 2] = [13.0, 480.0];

/// A training that runs or rests in a session.
pub struct PictureTraining {
    pub progress: Progress,
    pub trainer: Trainer,
    images: Images,
    parameters: usize,
    unread: Vec<(u64, Tensor<1>)>,
    fallback: Fallback,
    previews: Recurring,
    /// A preview under way, and of which step it is.
    drawing: Option<(u64, Box<Trajectory>)>,
    checkpoints: Recurring,
}

impl PictureTraining {
    /// Fresh, running.
    pub fn new(run: u32, spec: TrainSpec, until: Option<u64>, device: &Device) -> Self {
        let design = Design::of(&spec);
        Self::with(run, Trainer::new(spec, design, device), until, true)
    }

    /// The training that a checkpoint holds.
    pub fn restore(run: u32, bytes: &[u8], running: bool, until: Option<u64>, device: &Device) -> Result<Self, String> {
        Ok(Self::with(run, checkpoint::read(bytes, device)?, until, running))
    }

    fn with(run: u32, trainer: Trainer, until: Option<u64>, running: bool) -> Self {
        let parameters = trainer.design.parameters();
        let [parts, rest] = PREVIEWS;
        Self {
            fallback: Fallback::new(&trainer),
            progress: Progress::new(run, running, until, trainer.step()),
            images: Images::with_room(trainer.spec.data.train_size()),
            trainer,
            parameters,
            unread: vec![],
            previews: Recurring::new(0.0, parts, rest),
            drawing: None,
            checkpoints: Recurring::new(FIRST_CHECKPOINT, CHECKPOINTS[0], CHECKPOINTS[1]),
        }
    }

    /// Goes on, past the step where it was to rest if it has come there.
    pub fn resume(&mut self, world: &impl World) {
        self.progress.resume(world.now(), self.trainer.step());
    }

    /// Rests, with a last report, preview and checkpoint.
    pub async fn pause(&mut self, world: &impl World) -> Result<Vec<Event>, String> {
        self.progress.running = false;
        self.trainer.give_up();
        let mut events = self.report(world).await?;
        events.extend(self.begin_preview().await?);
        events.extend(self.checkpoint().await?);
        Ok(events)
    }

    /// Whether there are steps, or pieces of a preview, to be done.
    pub fn busy(&self) -> bool {
        self.progress.running || self.drawing.is_some()
    }

    /// One shard, or one piece of a step or of a preview, and whatever is due after it. Pending while a shard is on its way.
    pub async fn work(&mut self, world: &impl World) -> Result<Poll<Vec<Event>>, String> {
        if self.drawing.is_some() {
            return self.draw(world).await.map(Poll::Ready);
        }
        if self.progress.is_there(self.trainer.step()) {
            return self.pause(world).await.map(Poll::Ready);
        }
        if self.images.len() < self.trainer.needs() {
            return self.fetch(world).await;
        }
        let begin = world.now();
        let Some(loss) = self.trainer.advance(&self.images) else {
            self.progress.pace.steps += world.now() - begin;
            return Ok(Poll::Ready(vec![]));
        };
        self.unread.push((self.trainer.step(), loss));
        let mut events = vec![];
        let due = self.progress.pace.report_is_due(begin);
        if due {
            // Reading the losses waits for the device, so it belongs to the time of the steps.
            self.read().await?;
        }
        let end = world.now();
        self.progress.pace.steps += end - begin;
        if due {
            events.extend(self.report(world).await?);
        }
        if self.previews.is_due(end) {
            events.extend(self.begin_preview().await?);
            if self.drawing.is_none() {
                self.previews.work(world.now() - end);
                self.previews.end(world.now());
            }
        }
        if self.checkpoints.is_due(end) {
            let begin = world.now();
            events.extend(self.checkpoint().await?);
            self.checkpoints.work(world.now() - begin);
            self.checkpoints.end(world.now());
        }
        Ok(Poll::Ready(events))
    }

    /// The next shard of images.
    async fn fetch(&mut self, world: &impl World) -> Result<Poll<Vec<Event>>, String> {
        let data = self.trainer.spec.data;
        let shards = data.train_shards();
        let before = self.images.len();
        let shard = &shards[before / data.shard_size()];
        let added = match world.fetch(shard) {
            Poll::Pending => return Ok(Poll::Pending),
            Poll::Ready(Ok(bytes)) => self.images.append(&bytes).map_err(|error| format!("{shard}: {error}")),
            Poll::Ready(Err(error)) => Err(error),
        };
        let complete = added.and_then(|()| {
            let count = self.images.len() - before;
            if count == data.shard_size() { Ok(()) } else { Err(format!("{shard} holds {count} images")) }
        });
        if let Err(sentence) = complete {
            self.progress.running = false;
            self.images.truncate(before);
            let message = format!("Training rests, since images are missing: {sentence}. Resume tries again.");
            let mut events = self.report(world).await?;
            events.push(Event::Refused { request: Request::Train { run: self.progress.run }, message });
            return Ok(Poll::Ready(events));
        }
        self.report(world).await.map(Poll::Ready)
    }

    /// Reads the losses that are still on the device.
    async fn read(&mut self) -> Result<(), String> {
        let (steps, tensors): (Vec<u64>, Vec<_>) = self.unread.drain(..).unzip();
        if !tensors.is_empty() {
            let data = Tensor::cat(tensors, 0).into_data_async().await.map_err(|error| error.to_string())?;
            let values: Vec<f32> = data.try_to_vec().map_err(|error| format!("{error:?}"))?;
            let terms = values.len() / steps.len();
            self.progress.losses.extend(steps.into_iter().zip(values.chunks(terms.max(1)).map(<[f32]>::to_vec)));
        }
        Ok(())
    }

    /// How training stands, with the losses of the steps since the last report. If one of them is not finite, it rests at
    /// the last weights whose loss was.
    pub async fn report(&mut self, world: &impl World) -> Result<Vec<Event>, String> {
        self.read().await?;
        let (now, reached) = (world.now(), self.trainer.step());
        let sound = self.fallback.take(&self.trainer, &self.progress.losses, now);
        let lost = sound.is_some();
        if let Some(learners) = sound {
            self.progress.running = false;
            let Trainer { spec, design, decay, .. } = self.trainer.clone();
            self.trainer = Trainer::with(spec, design, decay, learners);
        }
        let step = self.trainer.step();
        let (images, parameters) = (self.images.len(), self.parameters);
        let report = TrainReport { images, parameters, ..self.progress.report(now, reached, step) };
        let mut events = vec![Event::Train(report)];
        if lost {
            let message = format!(
                "training stopped at step {reached}: the loss is no longer a finite number; it rests at the weights of \
                 step {step}, and a smaller learning rate helps"
            );
            events.push(Event::Refused { request: Request::Train { run: self.progress.run }, message });
        }
        Ok(events)
    }

    /// What the moving average makes, always from the same noise: begun, where it is drawn in pieces, or else all of it.
    async fn begin_preview(&mut self) -> Result<Option<Event>, String> {
        let (run, step, coupling) = (self.progress.run, self.trainer.step(), self.trainer.spec.coupling);
        let (model, device) = (self.trainer.average(), self.trainer.device());
        self.drawing = preview::path(&model, coupling, &self.images, &device).map(|path| (step, path.into()));
        if self.drawing.is_some() {
            return Ok(None);
        }
        let drawn =
            preview::in_one(&model, coupling, &self.images, &device).await.map_err(|error| error.to_string())?;
        let PreviewPictures { pixels, verdicts } = drawn;
        Ok(Some(Event::Preview { run, step, pixels, verdicts }))
    }

    /// A step of the preview under way, which would be long in one piece; the preview once it is whole.
    async fn draw(&mut self, world: &impl World) -> Result<Vec<Event>, String> {
        let begin = world.now();
        let Some((step, mut path)) = self.drawing.take() else { return Ok(vec![]) };
        let ended = matches!(path.step().await.map_err(|error| error.to_string())?, Step::Ended);
        let mut events = vec![];
        if ended {
            let mut pixels = path.finish().await.map_err(|error| error.to_string())?;
            let (model, device) = (self.trainer.average(), self.trainer.device());
            let again = preview::again(&model, &self.images, &device).await;
            pixels.extend(again.map_err(|error| error.to_string())?);
            events.push(Event::Preview { run: self.progress.run, step, pixels, verdicts: vec![] });
        } else {
            self.drawing = Some((step, path));
        }
        let now = world.now();
        self.previews.work(now - begin);
        if ended {
            self.previews.end(now);
        }
        Ok(events)
    }

    /// Nothing where its numbers are not finite; the next report will tell.
    pub async fn checkpoint(&self) -> Result<Option<Event>, String> {
        let bytes = checkpoint::write_sound(&self.trainer).await?;
        Ok(bytes.map(|bytes| Event::Checkpoint { run: self.progress.run, step: self.trainer.step(), bytes }))
    }

    /// What is known about the weights so far.
    pub fn about(&self) -> ModelReport {
        ModelReport {
            model: ModelId::Trained,
            family: self.trainer.spec.family,
            data: self.trainer.spec.data,
            architecture: self.trainer.spec.architecture.to_string(),
            parameters: self.parameters,
            steps: self.trainer.step(),
            schedule: self.trainer.design.schedule(),
            loss: self.trainer.spec.loss,
            coupling: self.trainer.spec.coupling,
            hash: String::new(),
            latent: self.trainer.design.latent(),
            words: self.trainer.design.words(),
            labels: self.trainer.design.labels(),
        }
    }

    /// The averaged weights as a file, in full precision.
    pub async fn download(&self) -> Result<Event, String> {
        let (header, bytes) = self.file().await?;
        let family = if header.family.has_readings() { String::new() } else { format!("{}-", header.family) };
        let name = format!("flowstep-{family}{}-{}-{}.safetensors", header.data, header.architecture, header.steps);
        Ok(Event::Weights { name, bytes })
    }

    /// The same for a place of the shelf.
    pub async fn keep(&self, slot: u8) -> Result<Event, String> {
        let (Header { steps, .. }, bytes) = self.file().await?;
        Ok(Event::Kept { slot, recipe: self.trainer.spec.clone(), steps, bytes })
    }

    async fn file(&self) -> Result<(Header, Vec<u8>), String> {
        let (header, theta) = checkpoint::average(&self.trainer).await?;
        if !theta.iter().all(|x| x.is_finite()) {
            return Err("the weights are no longer finite numbers, so there is nothing to keep of them".into());
        }
        let bytes = weights::write(header.clone(), &theta, Precision::F32).map_err(|error| error.to_string())?;
        Ok((header, bytes))
    }
}
