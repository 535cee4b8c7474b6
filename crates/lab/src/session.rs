//! The worker's state machine, without web types: commands in, events out, one unit of work at a time.

use super::{
    codes::Codes,
    measure::Timing,
    quality::Judging,
    queue::{Job, Queue},
    sampling::Sampling,
    stock::Stock,
    study::Study,
    training::Training,
    weighing::Weighing,
    world::World,
};
use burn::tensor::Device;
use protocol::{
    catalogue::ModelId,
    likelihood::WeighSpec,
    message::{Command, Event, MAX_LANES, Request, SampleSpec},
    quality::{Judged, MAX_JUDGED, MAX_SUBJECTS, MIN_JUDGED},
};

/// Everything the worker knows, and all that it has to do.
pub struct Session<W> {
    stock: Stock<W>,
    queue: Queue,
}

/// What a refusal of `command` refuses.
fn request(command: &Command) -> Request {
    match command {
        Command::Sample { generation, .. } => Request::Sample { generation: *generation },
        Command::Train { run, .. } | Command::Restore { run, .. } => Request::Train { run: *run },
        Command::Download | Command::Load { model: ModelId::File, .. } => Request::File,
        Command::Study { run, .. } => Request::Study { run: *run },
        Command::Weigh { run, .. } => Request::Weigh { run: *run },
        Command::Judge { run, .. } => Request::Judge { run: *run },
        Command::Decode { id, .. } => Request::Codes { id: *id },
        Command::Ask(_) => Request::Points,
        Command::Advance { .. }
        | Command::Clear { .. }
        | Command::Pause { .. }
        | Command::Resume { .. }
        | Command::Reset
        | Command::Checkpoint
        | Command::Forget { .. }
        | Command::Keep { .. }
        | Command::Load { .. }
        | Command::Measure(_) => Request::Other,
    }
}

impl<W: World> Session<W> {
    /// On `device`, with nothing loaded and nothing to do.
    pub fn new(world: W, device: Device) -> Self {
        Self { stock: Stock::new(world, device), queue: Queue::default() }
    }

    /// Whether [`work`](Self::work) has something to do.
    pub fn busy(&self) -> bool {
        self.queue.is_busy(&self.stock.world)
    }

    /// One unit of the most urgent work.
    pub async fn work(&mut self) -> Vec<Event> {
        self.queue.work(&mut self.stock).await
    }

    /// Answers a command; what cannot be done is refused with a sentence, and nothing else changes.
    pub async fn handle(&mut self, command: Command) -> Vec<Event> {
        let request = request(&command);
        self.answer(command).await.unwrap_or_else(|message| vec![Event::Refused { request, message }])
    }

    async fn answer(&mut self, command: Command) -> Result<Vec<Event>, String> {
        match command {
            Command::Sample { lane, generation, spec } => self.begin(lane, generation, spec)?,
            Command::Advance { lane, to } => {
                if let Some(sampling) = self.queue.sampling(lane) {
                    sampling.advance(to);
                }
            }
            Command::Clear { lane } => {
                self.queue.cancel(|job| matches!(job, Job::Sampling(sampling) if sampling.lane >= lane));
            }
            Command::Study { run, lanes } => self.begin_study(run, lanes)?,
            Command::Weigh { run, models } => {
                models.iter().try_for_each(WeighSpec::check)?;
                self.queue.cancel(|job| matches!(job, Job::Weighing(_)));
                if !models.is_empty() {
                    let models = models.into_iter().take(MAX_LANES).collect();
                    self.queue.put(Job::Weighing(Weighing::new(run, models).into()));
                }
            }
            Command::Judge { run, pictures, subjects } => {
                self.begin_judging(run, pictures, subjects)?;
            }
            Command::Train { run, task, until } => {
                let training = Training::new(run, task, until, &self.stock.device)?;
                // The training itself will tell how fast it is.
                self.queue.cancel(|job| matches!(job, Job::Timing(_)));
                return Ok(self.enter(training).await);
            }
            Command::Pause { turn } => {
                if let Some(training) = self.queue.training() {
                    return Ok(training.pause(turn, &self.stock.world).await);
                }
            }
            Command::Resume { turn } => {
                if let Some(training) = self.queue.training() {
                    return Ok(training.resume(turn, &self.stock.world).await);
                }
            }
            Command::Reset => self.queue.cancel(|job| matches!(job, Job::Training(_))),
            Command::Checkpoint => {
                if let Some(training) = self.queue.training() {
                    return Ok(training.checkpoint().await?.into_iter().collect());
                }
            }
            Command::Download => {
                let training = self.queue.pictures().ok_or("there is no training to download weights of")?;
                return Ok(vec![training.download().await?]);
            }
            Command::Keep { slot } => {
                let training = self.queue.pictures().ok_or("there is no training to keep the weights of")?;
                return Ok(vec![training.keep(slot).await?]);
            }
            Command::Forget { model } => self.stock.forget(model),
            Command::Load { model, name, bytes } => {
                if !matches!(model, ModelId::File | ModelId::Kept(_)) {
                    return Err(format!("{name} cannot be loaded in place of what ships or is trained"));
                }
                let loaded = self.stock.load(model, &bytes);
                return Ok(vec![loaded.map_err(|error| format!("{name} was not loaded: {error}"))?]);
            }
            Command::Measure(spec) => {
                self.queue.has_room()?;
                self.queue.put(Job::Timing(Timing::new(spec, &self.stock.device)?.into()));
            }
            Command::Decode { model, id, z, classes } => {
                self.queue.has_room()?;
                self.queue.put(Job::Codes(Codes { model, id, z, classes }.into()));
            }
            Command::Ask(inquiry) => {
                return self.queue.training().ok_or(NONE)?.answer(inquiry, &self.stock.world);
            }
            Command::Restore { run, bytes, running, until } => {
                let training = Training::restore(run, &bytes, running, until, &self.stock.device)?;
                return Ok(self.enter(training).await);
            }
        }
        Ok(vec![])
    }

    fn begin_study(&mut self, run: u32, lanes: Vec<SampleSpec>) -> Result<(), String> {
        lanes.iter().try_for_each(SampleSpec::check)?;
        self.queue.cancel(|job| matches!(job, Job::Study(_)));
        if !lanes.is_empty() {
            self.queue.put(Job::Study(Study::new(run, lanes.into_iter().take(MAX_LANES).collect()).into()));
        }
        Ok(())
    }

    fn begin_judging(&mut self, run: u32, pictures: usize, subjects: Vec<Judged>) -> Result<(), String> {
        if subjects.is_empty() {
            self.queue.cancel(|job| matches!(job, Job::Judging(_)));
            return Ok(());
        }
        subjects.iter().try_for_each(Judged::check)?;
        if subjects.len() > MAX_SUBJECTS {
            return Err(format!("at most {MAX_SUBJECTS} subjects are judged at a time, not {}", subjects.len()));
        }
        if !(MIN_JUDGED..=MAX_JUDGED).contains(&pictures) {
            return Err(format!("{MIN_JUDGED} to {MAX_JUDGED} pictures of each are judged, not {pictures}"));
        }
        self.queue.put(Job::Judging(Judging::new(run, pictures, subjects).into()));
        Ok(())
    }

    /// Goes on with `training` in place of any other; a study of that one is void.
    async fn enter(&mut self, mut training: Training) -> Vec<Event> {
        let mut events = training.report(&self.stock.world).await;
        self.queue.put(Job::Training(training));
        if let Some(study) = self.queue.study().filter(|study| study.samples(ModelId::Trained)) {
            let message = "measuring the error ended, since another model is being trained".into();
            events.push(Event::Refused { request: Request::Study { run: study.run() }, message });
            self.queue.cancel(|job| matches!(job, Job::Study(_)));
        }
        events
    }

    /// Starts a trajectory in a lane, in place of what was there.
    fn begin(&mut self, lane: usize, generation: u32, spec: SampleSpec) -> Result<(), String> {
        if lane >= MAX_LANES {
            return Err(format!("there are {MAX_LANES} lanes, from 0, and no lane {lane}"));
        }
        self.queue.cancel(|job| matches!(job, Job::Sampling(sampling) if sampling.lane == lane));
        spec.check()?;
        self.queue.put(Job::Sampling(Sampling::new(lane, generation, spec)));
        Ok(())
    }
}

/// What is said where there is no training to ask or to tell something.
const NONE: &str = "nothing has been trained yet";
