//! The queue of work: jobs, of which the most urgent has the next unit of time.

use super::{
    codes::Codes,
    lost::lost,
    measure::Timing,
    pictures::PictureTraining,
    quality::Judging,
    sampling::Sampling,
    stock::{Coming, Stock},
    study::Study,
    training::Training,
    walk::Walk,
    weighing::Weighing,
    world::World,
};
use protocol::message::{Event, Request};
use std::task::Poll;

/// Work that is done a unit at a time. It may rest, and goes when it is over or another takes its place.
pub enum Job {
    /// The frames of a lane.
    Sampling(Sampling),
    /// Pictures of codes.
    Codes(Box<Codes>),
    /// The error of samplers.
    Study(Box<Study>),
    /// How likely pictures are.
    Weighing(Box<Weighing>),
    /// How good pictures are.
    Judging(Box<Judging>),
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
            // Pictures that follow a hand come before any others.
            Self::Codes(_) => Some((0, -1.0, 0)),
            Self::Study(_) => Some((1, 0.0, 0)),
            Self::Weighing(_) => Some((1, 1.0, 0)),
            Self::Judging(_) => Some((1, 2.0, 0)),
            Self::Training(training) => training.busy().then_some((2, 0.0, 0)),
            // In the order in which they came.
            Self::Timing(_) => Some((3, 0.0, 0)),
        }
    }

    /// Whether `other` goes where this one comes. The worker has one trajectory a lane, one of each measurement and one training.
    fn displaces(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sampling(one), Self::Sampling(other)) => one.lane == other.lane,
            (Self::Study(_), Self::Study(_))
            | (Self::Weighing(_), Self::Weighing(_))
            | (Self::Judging(_), Self::Judging(_))
            | (Self::Training(_), Self::Training(_)) => true,
            _ => false,
        }
    }

    /// What a refusal of its work refuses.
    fn request(&self) -> Request {
        match self {
            Self::Sampling(Sampling { generation, .. }) => Request::Sample { generation: *generation },
            Self::Codes(codes) => Request::Codes { id: codes.id },
            Self::Study(study) => Request::Study { run: study.run() },
            Self::Weighing(weighing) => Request::Weigh { run: weighing.run() },
            Self::Judging(judging) => Request::Judge { run: judging.run() },
            Self::Training(training) => Request::Train { run: training.run() },
            Self::Timing(_) => Request::Other,
        }
    }

    /// One unit; whether it is over, and its news. A sentence if it fails; pending where it waits for a file.
    async fn work<W: World>(
        &mut self,
        stock: &mut Stock<W>,
        training: Option<&PictureTraining>,
    ) -> (bool, Coming<Vec<Event>>) {
        match self {
            Self::Sampling(sampling) => one_frame(sampling, stock, training).await,
            Self::Codes(codes) => match stock.weights(codes.model, training) {
                Poll::Ready(Ok((loaded, news))) => (true, Poll::Ready(codes.work(&loaded, news, &stock.device).await)),
                Poll::Ready(Err(sentence)) => (true, Poll::Ready(Err(sentence))),
                Poll::Pending => (false, Poll::Pending),
            },
            Self::Study(study) => {
                let done = one_step(study, stock, training).await;
                (matches!(done, Poll::Ready(Err(_))) || study.is_over(), done)
            }
            Self::Weighing(weighing) => {
                let done = weighing.work(stock, training).await;
                (matches!(done, Poll::Ready(Err(_))) || weighing.is_over(), done)
            }
            Self::Judging(judging) => {
                let done = judging.work(stock, training).await;
                (matches!(done, Poll::Ready(Err(_))) || judging.is_over(), done)
            }
            Self::Training(training) => (false, training.work(&stock.world).await.map(Ok)),
            Self::Timing(measuring) => match measuring.work(&stock.world).await {
                Ok(measured) => (measured.is_some(), Poll::Ready(Ok(measured.into_iter().collect()))),
                Err(_) => (true, Poll::Ready(Ok(vec![lost("timing a step")]))),
            },
        }
    }
}

/// One unit of a sampling, which begins first what is due; it is over where it cannot begin.
async fn one_frame<W: World>(
    sampling: &mut Sampling,
    stock: &mut Stock<W>,
    training: Option<&PictureTraining>,
) -> (bool, Coming<Vec<Event>>) {
    let mut events = vec![];
    if let Some(spec) = sampling.due().cloned() {
        match stock.walk(spec, training) {
            Poll::Ready(Ok((walk, news))) => {
                sampling.begin(walk);
                events = news;
            }
            Poll::Ready(Err(sentence)) => return (true, Poll::Ready(Err(sentence))),
            Poll::Pending => return (false, Poll::Pending),
        }
    }
    let done = sampling.work(&stock.world).await.unwrap_or_else(|message| {
        vec![Event::Refused { request: Request::Sample { generation: sampling.generation }, message }]
    });
    events.extend(done);
    (false, Poll::Ready(Ok(events)))
}

/// One step of a study, which begins first what is due.
async fn one_step<W: World>(
    study: &mut Study,
    stock: &mut Stock<W>,
    training: Option<&PictureTraining>,
) -> Coming<Vec<Event>> {
    let mut events = vec![];
    if let Some(spec) = study.due().cloned() {
        match stock.walk(spec, training) {
            Poll::Ready(Ok((Walk::Path(trajectory), news))) => {
                study.begin(*trajectory);
                events = news;
            }
            Poll::Ready(Ok(_)) => {
                return Poll::Ready(Err("a model that draws in one pass has no error to measure".into()));
            }
            Poll::Ready(Err(sentence)) => return Poll::Ready(Err(sentence)),
            Poll::Pending => return Poll::Pending,
        }
    }
    events.extend(study.work().await);
    Poll::Ready(Ok(events))
}

/// A job, and the arrivals at which it found a file missing that it waits for.
struct Queued {
    job: Job,
    waits: Option<u64>,
}

/// Jobs that may wait at one time.
const MOST: usize = 64;

/// Jobs in the order in which they came. One that waits for a file keeps no other from its work.
#[derive(Default)]
pub struct Queue(Vec<Queued>);

impl Queue {
    /// A job behind the others, in place of what it displaces.
    pub fn put(&mut self, job: Job) {
        self.cancel(|other| job.displaces(other));
        self.0.push(Queued { job, waits: None });
    }

    /// A sentence where as many jobs wait as may.
    pub fn has_room(&self) -> Result<(), String> {
        if self.0.len() < MOST {
            Ok(())
        } else {
            Err(format!("{MOST} things are to be done already, one after the other"))
        }
    }

    /// Ends those of which `is` holds.
    pub fn cancel(&mut self, is: impl Fn(&Job) -> bool) {
        self.0.retain(|queued| !is(&queued.job));
    }

    fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.0.iter().map(|queued| &queued.job)
    }

    fn jobs_mut(&mut self) -> impl Iterator<Item = &mut Job> {
        self.0.iter_mut().map(|queued| &mut queued.job)
    }

    fn next(&self, arrivals: u64) -> Option<usize> {
        let awake = self.0.iter().enumerate().filter(|(_, queued)| queued.waits != Some(arrivals));
        let urgent = awake.filter_map(|(i, queued)| Some((i, queued.job.urgency()?)));
        let first = urgent.min_by(|(_, a), (_, b)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        first.map(|(i, _)| i)
    }

    /// Whether a job has something to do.
    pub fn is_busy(&self, world: &impl World) -> bool {
        self.next(world.arrivals()).is_some()
    }

    /// A unit of the most urgent job.
    pub async fn work<W: World>(&mut self, stock: &mut Stock<W>) -> Vec<Event> {
        // Counted before it looks: what comes while it looks is not missed.
        let arrivals = stock.world.arrivals();
        let Some(place) = self.next(arrivals) else { return vec![] };
        // Out of the queue while it works, since it may need what another job has made.
        let mut job = self.0.remove(place).job;
        let (is_over, done) = job.work(stock, self.pictures()).await;
        let request = job.request();
        if !is_over {
            self.0.insert(place, Queued { job, waits: done.is_pending().then_some(arrivals) });
        }
        match done {
            Poll::Ready(done) => done.unwrap_or_else(|message| vec![Event::Refused { request, message }]),
            Poll::Pending => vec![],
        }
    }

    /// The sampling of a lane.
    pub fn sampling(&mut self, lane: usize) -> Option<&mut Sampling> {
        self.jobs_mut().find_map(|job| match job {
            Job::Sampling(sampling) if sampling.lane == lane => Some(sampling),
            _ => None,
        })
    }

    /// The study that is under way.
    pub fn study(&self) -> Option<&Study> {
        self.jobs().find_map(|job| if let Job::Study(study) = job { Some(&**study) } else { None })
    }

    /// The training, which runs or rests. What it is told may give it other work than that for which it waits.
    pub fn training(&mut self) -> Option<&mut Training> {
        self.0.iter_mut().find_map(|Queued { job, waits }| {
            let Job::Training(training) = job else { return None };
            *waits = None;
            Some(training)
        })
    }

    /// The same, where it is one of pictures.
    pub fn pictures(&self) -> Option<&PictureTraining> {
        self.jobs().find_map(|job| if let Job::Training(training) = job { training.pictures() } else { None })
    }
}
