//! The queue of work: jobs, of which the most urgent has the next unit of time.

use super::{
    measure::Timing, pictures::PictureTraining, sampling::Sampling, stock::Stock, study::Study, training::Training,
    walk::Walk, world::World,
};
use protocol::message::{Event, Request};

/// Work that is done a unit at a time. It may rest, and goes when it is over or another takes its place.
pub enum Job {
    /// The frames of a lane.
    Sampling(Sampling),
    /// The error of samplers.
    Study(Box<Study>),
    Training(Training),
    /// How fast a network is.
    Timing(Box<Timing>),
}

/// How long a job may wait: less urgent ones get what time others leave; of two that are alike, the one that is less far.
type Urgency = (u8, f64, usize);

impl Job {
    /// Least first; none while it rests.
    fn urgency(&self) -> Option<Urgency> {
        match self {
            Self::Sampling(sampling) => sampling.is_wanted().then(|| (0, sampling.share(), sampling.lane)),
            Self::Study(_) => Some((1, 0.0, 0)),
            Self::Training(training) => training.busy().then_some((2, 0.0, 0)),
            // In the order in which they came.
            Self::Timing(_) => Some((3, 0.0, 0)),
        }
    }

    /// Whether `other` goes where this one comes. The worker has one trajectory a lane, one study and one training.
    fn displaces(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sampling(one), Self::Sampling(other)) => one.lane == other.lane,
            (Self::Study(_), Self::Study(_)) | (Self::Training(_), Self::Training(_)) => true,
            _ => false,
        }
    }

    /// What a refusal of its work refuses.
    fn request(&self) -> Request {
        match self {
            Self::Sampling(Sampling { generation, .. }) => Request::Sample { generation: *generation },
            Self::Study(study) => Request::Study { run: study.run() },
            Self::Training(training) => Request::Train { run: training.run() },
            Self::Timing(_) => Request::Other,
        }
    }

    /// One unit; whether it is over, and its news. A sentence if it fails.
    async fn work<W: World>(
        &mut self,
        stock: &mut Stock<W>,
        training: Option<&PictureTraining>,
    ) -> (bool, Result<Vec<Event>, String>) {
        match self {
            Self::Sampling(sampling) => (false, sampling.work(&stock.world).await),
            Self::Study(study) => {
                let done = one_step(study, stock, training).await;
                (done.is_err() || study.is_over(), done)
            }
            Self::Training(training) => (false, Ok(training.work(&stock.world).await)),
            Self::Timing(measuring) => match measuring.work(&stock.world).await {
                Ok(measured) => (measured.is_some(), Ok(measured.into_iter().collect())),
                Err(error) => (true, Err(format!("timing failed: {error}"))),
            },
        }
    }
}

/// One step of a study, which begins what is due first.
async fn one_step<W: World>(
    study: &mut Study,
    stock: &mut Stock<W>,
    training: Option<&PictureTraining>,
) -> Result<Vec<Event>, String> {
    let mut events = vec![];
    if let Some(spec) = study.due().cloned() {
        let (walk, news) = stock.walk(spec, training).await?;
        let Walk::Path(trajectory) = walk else {
            return Err("a model that draws in one pass has no error to measure".into());
        };
        study.begin(*trajectory);
        events = news;
    }
    events.extend(study.work().await);
    Ok(events)
}

/// Jobs in the order in which they came.
#[derive(Default)]
pub struct Queue(Vec<Job>);

impl Queue {
    /// A job behind the others, in place of what it displaces.
    pub fn put(&mut self, job: Job) {
        self.cancel(|other| job.displaces(other));
        self.0.push(job);
    }

    /// Ends those of which `is` holds.
    pub fn cancel(&mut self, is: impl Fn(&Job) -> bool) {
        self.0.retain(|job| !is(job));
    }

    fn next(&self) -> Option<usize> {
        let urgent = self.0.iter().enumerate().filter_map(|(i, job)| Some((i, job.urgency()?)));
        let first = urgent.min_by(|(_, a), (_, b)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        first.map(|(i, _)| i)
    }

    /// Whether a job has something to do.
    pub fn is_busy(&self) -> bool {
        self.next().is_some()
    }

    /// A unit of the most urgent job.
    pub async fn work<W: World>(&mut self, stock: &mut Stock<W>) -> Vec<Event> {
        let Some(place) = self.next() else { return vec![] };
        // Out of the queue while it works, since it may need what another job has made.
        let mut job = self.0.remove(place);
        let (is_over, done) = job.work(stock, self.pictures()).await;
        let request = job.request();
        if !is_over {
            self.0.insert(place, job);
        }
        done.unwrap_or_else(|message| vec![Event::Refused { request, message }])
    }

    /// The sampling of a lane.
    pub fn sampling(&mut self, lane: usize) -> Option<&mut Sampling> {
        self.0.iter_mut().find_map(|job| match job {
            Job::Sampling(sampling) if sampling.lane == lane => Some(sampling),
            _ => None,
        })
    }

    /// The study that is under way.
    pub fn study(&self) -> Option<&Study> {
        self.0.iter().find_map(|job| if let Job::Study(study) = job { Some(&**study) } else { None })
    }

    /// The training, which runs or rests.
    pub fn training(&mut self) -> Option<&mut Training> {
        self.0.iter_mut().find_map(|job| if let Job::Training(training) = job { Some(training) } else { None })
    }

    /// The same, where it is one of pictures.
    pub fn pictures(&self) -> Option<&PictureTraining> {
        self.0.iter().find_map(|job| if let Job::Training(training) = job { training.pictures() } else { None })
    }
}
