//! The worker's state machine, without web types: commands in, events out, one unit of work at a time.

use super::{
    measure::Measuring,
    plane::taught::Taught,
    sample::Step,
    study::Study,
    training::Training,
    walk::{self, Walk},
    world::World,
};
use burn::tensor::Device;
use data::{
    images::Images,
    sets::{CLASSES, DataSet},
};
use flow::coupling::Coupling;
use model::{
    design::{Design, Model},
    parameters::upload,
    weights::{self, Header},
};
use protocol::{
    catalogue::ModelId,
    message::{Command, Event, MAX_DECODED, MAX_LANES, ModelReport, Request, SampleSpec, TrainSpec},
    plane::PlaneCommand,
};
use std::collections::VecDeque;

/// Weights that can be sampled.
#[derive(Clone)]
struct Loaded {
    id: ModelId,
    design: Design,
    coupling: Coupling,
    data: DataSet,
    model: Model,
}

/// A trajectory, and how far it is wanted.
struct Sampling {
    generation: u32,
    walk: Walk,
    to: usize,
    /// Milliseconds spent on the frame under way.
    ms: f64,
}

impl Sampling {
    fn is_wanted(&self) -> bool {
        self.walk.next_index() <= self.to
    }
}

/// Everything the worker knows.
pub struct Session<W> {
    world: W,
    device: Device,
    loaded: Vec<Loaded>,
    /// One trajectory a lane.
    lanes: [Option<Sampling>; MAX_LANES],
    study: Option<Study>,
    /// Test images of a set, from which models of a paired coupling start.
    sources: Option<(DataSet, Images)>,
    training: Option<Training>,
    /// What is learned in the plane, always on the CPU: a step of so small a network is shorter than its dispatches.
    learning: Option<Taught>,
    /// Measurements, which give way to everything else.
    measuring: VecDeque<Measuring>,
}

impl<W: World> Session<W> {
    /// On `device`, with nothing loaded.
    pub fn new(world: W, device: Device) -> Self {
        let lanes = std::array::from_fn(|_| None);
        Self {
            world,
            device,
            loaded: vec![],
            lanes,
            study: None,
            sources: None,
            training: None,
            learning: None,
            measuring: VecDeque::new(),
        }
    }

    /// Whether [`work`](Self::work) has something to do.
    pub fn busy(&self) -> bool {
        self.next_lane().is_some()
            || self.study.is_some()
            || self.learns()
            || self.trains()
            || !self.measuring.is_empty()
    }

    fn learns(&self) -> bool {
        self.learning.as_ref().is_some_and(Taught::busy)
    }

    fn trains(&self) -> bool {
        self.training.as_ref().is_some_and(|training| training.running)
    }

    /// Of the lanes that want a frame, the one that is furthest behind.
    fn next_lane(&self) -> Option<usize> {
        let share = |lane: usize| self.lanes[lane].as_ref().filter(|it| it.is_wanted()).map(|it| it.walk.share());
        let wanting = (0..MAX_LANES).filter_map(|lane| share(lane).map(|share| (lane, share)));
        wanting.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(lane, _)| lane)
    }

    /// Answers a command; what cannot be done is refused with a sentence, and nothing else changes.
    pub async fn handle(&mut self, command: Command) -> Vec<Event> {
        let request = match &command {
            Command::Sample { generation, .. } => Request::Sample { generation: *generation },
            Command::Train { .. } | Command::Pause { .. } | Command::Resume { .. } | Command::Restore { .. } => {
                Request::Train
            }
            Command::Download | Command::Load { model: ModelId::File, .. } => Request::File,
            Command::Study { run, .. } => Request::Study { run: *run },
            Command::Decode { id, .. } => Request::Codes { id: *id },
            Command::Plane(_) => Request::Plane,
            Command::Advance { .. }
            | Command::Clear { .. }
            | Command::Reset
            | Command::Forget { .. }
            | Command::Keep { .. }
            | Command::Load { .. }
            | Command::Measure(_) => Request::Other,
        };
        self.answer(command).await.unwrap_or_else(|message| vec![Event::Refused { request, message }])
    }

    async fn answer(&mut self, command: Command) -> Result<Vec<Event>, String> {
        match command {
            Command::Sample { lane, generation, spec } => return self.begin(lane, generation, spec).await,
            Command::Advance { lane, to } => {
                if let Some(sampling) = self.lanes.get_mut(lane).and_then(Option::as_mut) {
                    sampling.to = to;
                }
            }
            Command::Clear { lane } => self.lanes.iter_mut().skip(lane).for_each(|lane| *lane = None),
            Command::Study { run, lanes } => {
                lanes.iter().try_for_each(SampleSpec::check)?;
                self.study = (!lanes.is_empty()).then(|| Study::new(run, lanes.into_iter().take(MAX_LANES).collect()));
            }
            Command::Train { run, spec, until } => {
                spec.check()?;
                // The training itself will tell how fast it is.
                self.measuring.clear();
                return self.enter(Training::new(run, spec, until, &self.device)).await;
            }
            Command::Pause { turn } => {
                if let Some(training) = &mut self.training {
                    training.turn = turn;
                    return training.pause(&self.world).await;
                }
            }
            Command::Resume { turn } => {
                if let Some(training) = &mut self.training {
                    training.turn = turn;
                    training.resume(&self.world);
                    return training.report(&self.world).await;
                }
            }
            Command::Reset => self.training = None,
            Command::Download => {
                let training = self.training.as_ref().ok_or("there is no training to download weights of")?;
                return Ok(vec![training.download().await?]);
            }
            Command::Keep { slot } => {
                let training = self.training.as_ref().ok_or("there is no training to keep the weights of")?;
                return Ok(vec![training.keep(slot).await?]);
            }
            Command::Forget { model } => self.loaded.retain(|loaded| loaded.id != model),
            Command::Load { model, name, bytes } => {
                if !matches!(model, ModelId::File | ModelId::Kept(_)) {
                    return Err(format!("{name} cannot be loaded in place of what ships or is trained"));
                }
                let loaded = self.load(model, &bytes);
                return Ok(vec![loaded.map_err(|error| format!("{name} was not loaded: {error}"))?]);
            }
            Command::Measure(spec) => self.measuring.push_back(Measuring::new(spec, &self.device)?),
            Command::Decode { model, id, z, classes } => return self.decode(model, id, z, classes).await,
            Command::Plane(command) => return self.learn(command),
            Command::Restore { run, bytes, running, until } => {
                return self.enter(Training::restore(run, &bytes, running, until, &self.device)?).await;
            }
        }
        Ok(vec![])
    }

    /// Answers a command about learned fields.
    fn learn(&mut self, command: PlaneCommand) -> Result<Vec<Event>, String> {
        let events = match command {
            PlaneCommand::Train { run, recipe, sight, until, rounds } => {
                let learning = self.learning.insert(Taught::new(run, recipe, sight, until, rounds)?);
                vec![learning.report(&self.world)]
            }
            PlaneCommand::Stop => {
                self.learning = None;
                vec![]
            }
            command => {
                let learning = self.learning.as_mut().ok_or("no field of the plane has been trained yet")?;
                learning.handle(command, &self.world)?
            }
        };
        Ok(events.into_iter().map(Event::Plane).collect())
    }

    /// Goes on with `training` in place of any other; a study of that one is void.
    async fn enter(&mut self, mut training: Training) -> Result<Vec<Event>, String> {
        let mut events = training.report(&self.world).await?;
        self.training = Some(training);
        if let Some(study) = self.study.take_if(|study| study.samples(ModelId::Trained)) {
            let message = "measuring the error ended, since another model is being trained".into();
            events.push(Event::Refused { request: Request::Study { run: study.run() }, message });
        }
        Ok(events)
    }

    /// Reads a weights file and keeps it as `model`.
    fn load(&mut self, id: ModelId, bytes: &[u8]) -> Result<Event, String> {
        // A file's own words are not trusted to be short.
        let brief = |text: String| text.chars().take(200).collect::<String>();
        let (header, theta) = weights::read(bytes).map_err(|error| brief(error.to_string()))?;
        let parameters = theta.len();
        let Header { family, design, coupling, data, steps, loss, .. } = header;
        let model = Model::inference(&design, upload(theta, [parameters], &self.device));
        self.loaded.retain(|loaded| loaded.id != id);
        self.loaded.push(Loaded { id, design, coupling, data, model });
        Ok(Event::Model(ModelReport {
            model: id,
            family,
            data,
            architecture: brief(header.architecture),
            parameters,
            steps,
            schedule: design.schedule(),
            loss,
            coupling,
            hash: header.hash[..header.hash.len().min(12)].to_string(),
            latent: design.latent(),
            labels: design.labels(),
        }))
    }

    /// The weights of `model`, fetched if they are shipped and not there yet, and what there is to say about them.
    async fn weights(&mut self, id: ModelId) -> Result<(Loaded, Vec<Event>), String> {
        let find = |loaded: &[Loaded]| loaded.iter().find(|loaded| loaded.id == id).cloned();
        if id == ModelId::Trained {
            let training = self.training.as_ref().ok_or("no model has been trained here yet")?;
            let TrainSpec { coupling, data, .. } = training.trainer.spec;
            let (design, model) = (training.trainer.design, training.trainer.average());
            let loaded = Loaded { id, design, coupling, data, model };
            return Ok((loaded, vec![Event::Model(training.about())]));
        }
        match (find(&self.loaded), id.path()) {
            (Some(found), _) => Ok((found, vec![])),
            (None, None) if id == ModelId::File => Err("no weights file has been opened yet".into()),
            (None, None) => Err("there is no such model on the shelf".into()),
            (None, Some(path)) => {
                let bytes = self.world.fetch(&path).await.map_err(missing)?;
                let event = self.load(id, &bytes).map_err(|error| format!("{path}: {error}"))?;
                Ok((find(&self.loaded).ok_or("the weights were lost")?, vec![event]))
            }
        }
    }

    /// Fetches the pictures from which models of a paired coupling start, unless they are there.
    async fn keep_sources(&mut self, data: DataSet) -> Result<(), String> {
        if self.sources.as_ref().is_none_or(|(of, _)| *of != data) {
            let (shard, mut images) = (data.test_shards().swap_remove(0), Images::default());
            images
                .append(&self.world.fetch(&shard).await.map_err(missing)?)
                .map_err(|error| format!("{shard}: {error}"))?;
            self.sources = Some((data, images));
        }
        Ok(())
    }

    /// A sampling of `spec` at its beginning.
    async fn walk(&mut self, spec: SampleSpec) -> Result<(Walk, Vec<Event>), String> {
        let (Loaded { design, coupling, data, model, .. }, events) = self.weights(spec.model).await?;
        if design.family().has_path() {
            let unsuited = |why| format!("{} does not suit this model: {why}", spec.sampler.name);
            spec.sampler.fits(design.schedule().0, coupling.is_gaussian()).map_err(unsuited)?;
        }
        if design.family().has_path() && !coupling.is_gaussian() {
            self.keep_sources(data).await?;
        }
        let none = Images::default();
        let images = self.sources.as_ref().map_or(&none, |(_, images)| images);
        let walk = Walk::new(&model, coupling, images, spec, &self.device);
        Ok((walk, events))
    }

    /// Pictures of codes.
    async fn decode(&mut self, id: ModelId, answer: u32, z: Vec<f32>, classes: Vec<f32>) -> Result<Vec<Event>, String> {
        let (Loaded { model, .. }, news) = self.weights(id).await?;
        // Which weights of a training are seen is told with its frames, not with what is asked beside them.
        let mut events = if id == ModelId::Trained { vec![] } else { news };
        let latent = model.latent();
        if latent == 0 {
            return Err("a model that samples along a path has no codes to draw".into());
        }
        let rows = z.len() / latent;
        if rows * latent != z.len() || !(1..=MAX_DECODED).contains(&rows) || !z.iter().all(|z| z.is_finite()) {
            return Err(format!("codes of this model are {latent} finite numbers each, 1 to {MAX_DECODED} codes"));
        }
        if classes.len() != rows * CLASSES || !classes.iter().all(|share| (0.0..=1.0).contains(share)) {
            return Err(format!("every code comes with {CLASSES} shares of classes, from 0 to 1"));
        }
        let classes = upload(classes, [rows, CLASSES], &self.device);
        let pictures = walk::decode(&model, upload(z, [rows, latent], &self.device), &classes);
        let pixels = walk::numbers(pictures).await.map_err(|error| error.to_string())?;
        if !pixels.iter().all(|x| x.is_finite()) {
            return Err("the picture of this code is not finite: the weights are at fault".into());
        }
        events.push(Event::Decoded { id: answer, pixels });
        Ok(events)
    }

    /// Starts a trajectory in a lane.
    async fn begin(&mut self, lane: usize, generation: u32, spec: SampleSpec) -> Result<Vec<Event>, String> {
        if lane >= MAX_LANES {
            return Err(format!("there are {MAX_LANES} lanes, from 0, and no lane {lane}"));
        }
        self.lanes[lane] = None;
        spec.check()?;
        let (walk, events) = self.walk(spec).await?;
        self.lanes[lane] = Some(Sampling { generation, walk, to: 0, ms: 0.0 });
        Ok(events)
    }

    /// One unit of work: a frame if one is wanted, else a step of a study, else some steps in the plane, else a training
    /// step, else a round of a measurement.
    pub async fn work(&mut self) -> Vec<Event> {
        let (request, done) = if let Some(lane) = self.next_lane() {
            let generation = self.lanes[lane].as_ref().map_or(0, |sampling| sampling.generation);
            (Request::Sample { generation }, self.frame(lane).await)
        } else if let Some(run) = self.study.as_ref().map(Study::run) {
            (Request::Study { run }, self.study().await)
        } else if let Some(learning) = self.learning.as_mut().filter(|learning| learning.busy()) {
            (Request::Plane, Ok(learn(learning, &self.world)))
        } else if self.trains() {
            (Request::Train, self.step().await)
        } else {
            (Request::Other, self.measure().await)
        };
        done.unwrap_or_else(|message| vec![Event::Refused { request, message }])
    }

    async fn frame(&mut self, lane: usize) -> Result<Vec<Event>, String> {
        let Some(Sampling { generation, walk, to, ms }) = &mut self.lanes[lane] else { return Ok(vec![]) };
        let begin = self.world.now();
        let advanced = walk.advance().await;
        *ms += self.world.now() - begin;
        match advanced {
            Ok(Step::Done(mut frame)) => {
                frame.ms = std::mem::take(ms);
                if !frame.x_t.iter().chain(&frame.velocity).chain(&frame.verdicts).all(|x| x.is_finite()) {
                    *to = 0;
                    let index = frame.index;
                    return Err(format!(
                        "frame {index} is not finite: more steps or less noise may help, or the weights are at fault"
                    ));
                }
                Ok(vec![Event::Frame { generation: *generation, frame }])
            }
            Ok(Step::UnderWay) => Ok(vec![]),
            // Past the last frame nothing is wanted any more.
            Ok(Step::Ended) => {
                *to = walk.next_index() - 1;
                Ok(vec![])
            }
            Err(error) => Ok(vec![Event::Lost { message: format!("the device failed while sampling: {error}") }]),
        }
    }

    /// One step of the study; what fails ends it.
    async fn study(&mut self) -> Result<Vec<Event>, String> {
        let Some(mut study) = self.study.take() else { return Ok(vec![]) };
        let mut events = vec![];
        if let Some(spec) = study.due().cloned() {
            let (walk, news) = self.walk(spec).await?;
            let Walk::Path(trajectory) = walk else {
                return Err("a model that draws in one pass has no error to measure".into());
            };
            study.begin(*trajectory);
            events = news;
        }
        match study.work().await {
            Ok(news) => events.extend(news),
            Err(error) => {
                let message = format!("the device failed while measuring the error: {error}");
                return Ok(vec![Event::Lost { message }]);
            }
        }
        self.study = Some(study).filter(|study| !study.is_over());
        Ok(events)
    }

    async fn measure(&mut self) -> Result<Vec<Event>, String> {
        let Some(measuring) = self.measuring.front_mut() else { return Ok(vec![]) };
        let measured = measuring.work(&self.world).await;
        if !matches!(measured, Ok(None)) {
            self.measuring.pop_front();
        }
        Ok(measured.map_err(|error| format!("timing failed: {error}"))?.into_iter().collect())
    }

    async fn step(&mut self) -> Result<Vec<Event>, String> {
        match &mut self.training {
            Some(training) => training.work(&self.world).await,
            None => Ok(vec![]),
        }
    }
}

/// What is said of a file that pictures need.
fn missing(sentence: String) -> String {
    format!("{sentence}. Play tries again.")
}

/// A unit of learning in the plane; after a failure also how it stands now.
fn learn(learning: &mut Taught, world: &impl World) -> Vec<Event> {
    match learning.work(world) {
        Ok(events) => events.into_iter().map(Event::Plane).collect(),
        Err(message) => {
            vec![Event::Plane(learning.report(world)), Event::Refused { request: Request::Plane, message }]
        }
    }
}
