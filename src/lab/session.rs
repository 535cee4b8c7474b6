//! The worker's state machine, without web types: commands in, events out, one unit of work at a time.

use super::{
    measure::Measuring,
    protocol::{Command, Event, ModelReport, Request, SampleSpec},
    sample::Trajectory,
    training::Training,
    world::World,
};
use crate::model::{
    catalogue::ModelId,
    network::{Config, Network},
    parameters::upload,
    weights,
};
use burn::tensor::Device;
use std::collections::VecDeque;

/// Weights that can be sampled.
struct Loaded {
    model: ModelId,
    config: Config,
    network: Network,
}

/// A trajectory, and how far it is wanted.
struct Sampling {
    generation: u32,
    trajectory: Trajectory,
    to: usize,
}

/// Everything the worker knows.
pub struct Session<W> {
    world: W,
    device: Device,
    loaded: Vec<Loaded>,
    sampling: Option<Sampling>,
    training: Option<Training>,
    /// Measurements, which give way to everything else.
    measuring: VecDeque<Measuring>,
}

impl<W: World> Session<W> {
    /// On `device`, with nothing loaded.
    pub fn new(world: W, device: Device) -> Self {
        Self { world, device, loaded: vec![], sampling: None, training: None, measuring: VecDeque::new() }
    }

    /// Whether [`work`](Self::work) has something to do.
    pub fn busy(&self) -> bool {
        self.wants_frame() || self.trains() || !self.measuring.is_empty()
    }

    fn trains(&self) -> bool {
        self.training.as_ref().is_some_and(|training| training.running)
    }

    fn wants_frame(&self) -> bool {
        self.sampling.as_ref().is_some_and(|sampling| sampling.trajectory.next_index() <= sampling.to)
    }

    /// Answers a command; what cannot be done is refused with a sentence, and nothing else changes.
    pub async fn handle(&mut self, command: Command) -> Vec<Event> {
        let request = match &command {
            Command::Sample { generation, .. } => Request::Sample { generation: *generation },
            Command::Train { .. } | Command::Pause { .. } | Command::Resume { .. } | Command::Restore { .. } => {
                Request::Train
            }
            Command::Download | Command::Load { .. } => Request::File,
            Command::Advance { .. } | Command::Reset | Command::Measure(_) => Request::Other,
        };
        self.answer(command).await.unwrap_or_else(|message| vec![Event::Refused { request, message }])
    }

    async fn answer(&mut self, command: Command) -> Result<Vec<Event>, String> {
        match command {
            Command::Sample { generation, spec } => return self.begin(generation, spec).await,
            Command::Advance { to } => {
                if let Some(sampling) = &mut self.sampling {
                    sampling.to = to;
                }
            }
            Command::Train { run, spec, until } => {
                // The training itself will tell how fast it is.
                self.measuring.clear();
                let mut training = Training::new(run, spec, until, &self.device);
                let report = training.report(&self.world).await?;
                self.training = Some(training);
                return Ok(report);
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
            Command::Load { name, bytes } => {
                let loaded = self.load(ModelId::File, &bytes);
                return Ok(vec![loaded.map_err(|error| format!("{name} was not loaded: {error}"))?]);
            }
            Command::Measure(spec) => self.measuring.push_back(Measuring::new(spec, &self.device)?),
            Command::Restore { run, bytes, running, until } => {
                let mut training = Training::restore(run, &bytes, running, until, &self.device)?;
                let report = training.report(&self.world).await?;
                self.training = Some(training);
                return Ok(report);
            }
        }
        Ok(vec![])
    }

    /// Reads a weights file and keeps it as `model`.
    fn load(&mut self, model: ModelId, bytes: &[u8]) -> Result<Event, String> {
        // A file's own words are not trusted to be short.
        let brief = |text: String| text.chars().take(200).collect::<String>();
        let (header, theta) = weights::read(bytes).map_err(|error| brief(error.to_string()))?;
        let parameters = theta.len();
        let network = Network::inference(&header.config, upload(theta, [parameters], &self.device));
        self.loaded.retain(|loaded| loaded.model != model);
        self.loaded.push(Loaded { model, config: header.config, network });
        let hash = header.hash[..header.hash.len().min(12)].to_string();
        let (data, architecture, steps) = (header.data, brief(header.architecture), header.steps);
        Ok(Event::Model(ModelReport { model, data, architecture, parameters, steps, hash }))
    }

    /// Starts a trajectory, loading shipped weights where they are not there yet.
    async fn begin(&mut self, generation: u32, spec: SampleSpec) -> Result<Vec<Event>, String> {
        self.sampling = None;
        let mut events = vec![];
        let find = |loaded: &[Loaded], model| {
            let found = loaded.iter().find(|loaded| loaded.model == model);
            found.map(|loaded| (loaded.config, loaded.network.clone()))
        };
        let found = match spec.model {
            ModelId::Trained => {
                let training = self.training.as_ref().ok_or("no model has been trained here yet")?;
                events.push(Event::Model(training.about()));
                (training.trainer.config, training.trainer.average())
            }
            model => match (find(&self.loaded, model), model.path()) {
                (Some(found), _) => found,
                (None, None) => return Err("no weights file has been opened yet".into()),
                (None, Some(path)) => {
                    let bytes = self.world.fetch(&path).await?;
                    events.push(self.load(model, &bytes).map_err(|error| format!("{path}: {error}"))?);
                    find(&self.loaded, model).ok_or("the weights were lost")?
                }
            },
        };
        let trajectory = Trajectory::new(spec, found.0, found.1, &self.device);
        self.sampling = Some(Sampling { generation, trajectory, to: 0 });
        Ok(events)
    }

    /// One unit of work: a frame if one is wanted, else a training step, else a round of a measurement.
    pub async fn work(&mut self) -> Vec<Event> {
        let (request, done) = if self.wants_frame() {
            let generation = self.sampling.as_ref().map_or(0, |sampling| sampling.generation);
            (Request::Sample { generation }, self.frame().await)
        } else if self.trains() {
            (Request::Train, self.step().await)
        } else {
            (Request::Other, self.measure().await)
        };
        done.unwrap_or_else(|message| vec![Event::Refused { request, message }])
    }

    async fn frame(&mut self) -> Result<Vec<Event>, String> {
        let Some(Sampling { generation, trajectory, to }) = &mut self.sampling else { return Ok(vec![]) };
        let begin = self.world.now();
        match trajectory.advance().await {
            Ok(Some(mut frame)) => {
                frame.ms = self.world.now() - begin;
                if !frame.x_t.iter().all(|x| x.is_finite()) {
                    *to = 0;
                    return Err(format!("frame {} is not finite: the device or the weights are at fault", frame.index));
                }
                Ok(vec![Event::Frame { generation: *generation, frame }])
            }
            // Past the last frame nothing is wanted any more.
            Ok(None) => {
                *to = trajectory.next_index() - 1;
                Ok(vec![])
            }
            Err(error) => Ok(vec![Event::Lost { message: format!("the device failed while sampling: {error}") }]),
        }
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
