//! What the page asks of the worker (`Command`) and what it hears back (`Event`).
//!
//! Both travel as `postcard` bytes: the same bytes natively and in a browser, so that the session
//! is tested without one.

pub use crate::recipe::{MAX_BATCH, MAX_LABEL_DROP, MAX_LEARNING_RATE, TrainSpec};
pub use crate::sampling::{MAX_GUIDANCE, MAX_PICTURES, MAX_STEPS, MAX_TOLERANCE, MIN_TOLERANCE, SampleSpec};
use crate::{
    catalogue::ModelId,
    contest::Contest,
    learned::{DensityMap, Distances, Inquiry, Snapshot, TracedPath},
    likelihood::{WeighSpec, Weight},
    plane::{PlaneRecipe, SnapshotSpec},
    quality::{Judged, Quality},
};
use data::sets::DataSet;
use flow::{coupling::Coupling, family::FamilyId, prediction::Reading, schedule::ScheduleId};
use serde::{Deserialize, Serialize};

/// Most pictures of one [`Command::Decode`].
pub const MAX_DECODED: usize = 512;
/// Trajectories that the worker keeps side by side.
pub const MAX_LANES: usize = 4;

/// What to time; see [`Command::Measure`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureSpec {
    /// Within its bounds; its batch is also the pictures of a forward pass.
    pub recipe: TrainSpec,
    /// A network of one's own as JSON, in place of the architecture's.
    pub config: Option<String>,
    /// Timed training steps.
    pub steps: usize,
    /// Timed frames.
    pub frames: usize,
}

/// What is to be learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    Pictures(TrainSpec),
    /// Points, seen as `shown` says; always on the CPU. After its last step it goes on by itself to `rounds` rounds of
    /// reflow (0–[`MAX_ROUNDS`](crate::plane::MAX_ROUNDS)), each of as many steps.
    Points {
        recipe: PlaneRecipe,
        shown: SnapshotSpec,
        rounds: usize,
    },
    /// Points, by several kinds at once, in turns; on the CPU as well.
    Contest(Contest),
}

/// A request of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Begin a new trajectory in a lane, below [`MAX_LANES`] (what was in it is forgotten), and compute its frame 0.
    /// Events that belong to it carry `generation`.
    Sample { lane: usize, generation: u32, spec: SampleSpec },
    /// Compute frames of a lane up to and including `to`, one [`Event::Frame`] each; frames that exist are
    /// not computed again. A smaller `to` than before stops the work there.
    Advance { lane: usize, to: usize },
    /// Forget the trajectories of this lane and of those above it.
    Clear { lane: usize },
    /// Measure the error of each spec at growing numbers of steps ([`Event::Study`]); any earlier study is
    /// forgotten, and an empty list only does that.
    Study { run: u32, lanes: Vec<SampleSpec> },
    /// Measure how likely pictures are to each model ([`Event::Weighed`]), at most [`MAX_LANES`] of them; any earlier measurement is
    /// forgotten, and an empty list only does that.
    Weigh { run: u32, models: Vec<WeighSpec> },
    /// Measure how good so many pictures of each subject are ([`Event::Judged`]); any earlier judging is forgotten, and an empty list
    /// only does that.
    Judge { run: u32, pictures: usize, subjects: Vec<Judged> },
    /// Start training from fresh weights; any earlier training is forgotten, of pictures or of points. It rests by itself
    /// after step `until`, so that a recipe ends on the same bytes. Events that belong to it carry `run`.
    Train { run: u32, task: Task, until: Option<u64> },
    /// Stop after the current step, keep everything, and show all of it. Reports repeat `turn`, so that the page can
    /// tell those that have heard it from those that were already on their way.
    Pause { turn: u32 },
    /// Go on after [`Command::Pause`], past the step at which it rested.
    Resume { turn: u32 },
    /// Forget the training.
    Reset,
    /// Send a checkpoint of the training now ([`Event::Checkpoint`]); nothing where there is none.
    Checkpoint,
    /// Ask for the EMA weights of the training as a file ([`Event::Weights`]).
    Download,
    /// Answer with the EMA weights of the training as a file ([`Event::Kept`]) for a place of the shelf.
    Keep { slot: u8 },
    /// Forget the weights that were loaded as this.
    Forget { model: ModelId },
    /// Load a weights file as [`ModelId::File`] or [`ModelId::Kept`]; `name` is only for messages.
    Load {
        model: ModelId,
        name: String,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Go on with a training from a checkpoint ([`Event::Checkpoint`]) that another worker left.
    Restore {
        run: u32,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
        running: bool,
        until: Option<u64>,
    },
    /// Pictures of codes z ([`Event::Decoded`]), of a model that draws in one pass.
    Decode {
        model: ModelId,
        /// The answer carries it.
        id: u32,
        /// [pictures × latent], 1–[`MAX_DECODED`] pictures.
        z: Vec<f32>,
        /// How much of each class, [pictures × 10], for a model that is told one: one-hot, or a mean of two.
        classes: Vec<f32>,
    },
    /// Time a network on this device ([`Event::Measured`]); changes nothing.
    Measure(MeasureSpec),
    /// A question about a training on points.
    Ask(Inquiry),
}

/// Where the worker computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// True on WebGPU, where pictures agree within a tolerance; false on the CPU, where they agree to the byte.
    pub gpu: bool,
    /// “CPU”, or “WebGPU, name of adapter”.
    pub name: String,
}

/// What is known about loaded or trained weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelReport {
    pub model: ModelId,
    pub family: FamilyId,
    pub data: DataSet,
    pub architecture: String,
    pub parameters: usize,
    /// Training steps behind these weights.
    pub steps: u64,
    pub schedule: ScheduleId,
    /// The reading that its loss compared.
    pub loss: Reading,
    /// Which x_0 met which x_1; noise and score can be read where x_0 is N(0, I).
    pub coupling: Coupling,
    /// First 12 hexadecimal digits of the SHA-256 of the weights.
    pub hash: String,
    /// Numbers of z; 0 where there is none.
    pub latent: usize,
    /// Words of the book from which codes are taken; 0 where these are any numbers.
    pub words: usize,
    /// Whether pictures of a class can be asked for.
    pub labels: bool,
}

/// The state at one t: frame `index` of `steps`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub index: usize,
    pub steps: usize,
    pub t: f64,
    /// Network evaluations spent to reach x_t (a guided velocity costs two). Reading off the
    /// velocity of the frame is the first stage of the next step and counts there.
    pub nfe: usize,
    /// Steps tried since the last frame, refused ones included; 1 where no tolerance decides.
    pub tried: usize,
    /// Milliseconds that this frame took.
    pub ms: f64,
    /// The class of each picture.
    pub labels: Vec<u8>,
    /// x_t, [pictures × 784], rows of pixels, data in [-1, 1].
    pub x_t: Vec<f32>,
    /// The velocity u(x_t, t) after guidance, same shape, at the t of the schedule's clip that is nearest; every
    /// other reading follows from it. Empty where no path of pictures leads to them.
    pub velocity: Vec<f32>,
    /// z_t of a path of codes, or the numbers of the words nearest to it, from 0: [pictures × latent]; empty elsewhere.
    pub codes: Vec<f32>,
    /// What a critic says of each picture, if there is one: the probability of being real, or a number of its own.
    pub verdicts: Vec<f32>,
    /// -log2 p_t of each picture, in bits a pixel of bytes, where a density is known exactly.
    pub costs: Vec<f32>,
}

/// How far the pictures of a lane are from those of many steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudyPoint {
    /// The place of its spec in [`Command::Study`].
    pub lane: usize,
    pub steps: usize,
    /// Network evaluations a picture.
    pub nfe: usize,
    /// Root mean square difference of the pixels at t = 1 from the reference: [`REFERENCE_STEPS`] steps of Heun
    /// for a deterministic sampler, of the same sampler on the same Brownian path for a stochastic one.
    pub error: f64,
}

/// Steps of the reference of a study.
pub const REFERENCE_STEPS: usize = 500;

/// How training stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainReport {
    /// The training that it belongs to.
    pub run: u32,
    /// The last [`Command::Pause`] or [`Command::Resume`] that it has heard, 0 before the first.
    pub turn: u32,
    /// 0 is the first training, k the k-th reflow of points.
    pub round: usize,
    /// Steps of this round.
    pub step: u64,
    /// Every step since the last report, with the terms that its family reports.
    pub losses: Vec<(u64, Vec<f32>)>,
    /// Seconds spent computing steps of this round, without pauses and previews.
    pub seconds: f64,
    /// Steps a second since the last report, without pauses and previews; 0 if there was none.
    pub steps_per_second: f64,
    /// Training images that have arrived, of [`DataSet::train_size`].
    pub images: usize,
    pub parameters: usize,
    pub running: bool,
    /// The step of this round after which it rests or goes on to the next round.
    pub until: Option<u64>,
    /// Share of the pairs for the next round that are made, while they are being made.
    pub pairs: Option<f64>,
    /// Of points, where they were measured since the last report.
    pub distances: Distances,
}

/// What a refusal refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// The trajectory of this generation, or a frame of it: no more of its frames come.
    Sample { generation: u32 },
    /// The study of this run, which has ended.
    Study { run: u32 },
    /// The measurement of likelihoods of this run, which has ended.
    Weigh { run: u32 },
    /// The judging of this run, which has ended.
    Judge { run: u32 },
    /// The training of this run, which rests or never began.
    Train { run: u32 },
    /// A file to write or to read.
    File,
    /// The pictures of codes asked for by this [`Command::Decode`], which will not come.
    Codes { id: u32 },
    /// What has been learned of points, which stays as it was.
    Points,
    /// Anything else.
    Other,
}

/// Something that happened in the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker is up.
    Ready(DeviceReport),
    /// Weights are loaded and can be sampled.
    Model(ModelReport),
    /// A frame of trajectory `generation`.
    Frame { generation: u32, frame: Frame },
    /// Training news, several times a second at most.
    Train(TrainReport),
    /// What the EMA makes from fixed seeds, one of each class, in the rows that its family shows.
    Preview {
        run: u32,
        step: u64,
        /// [rows × 10 × 784]
        pixels: Vec<f32>,
        /// What the critic says of each picture, [rows × 10]; empty where there is none.
        verdicts: Vec<f32>,
    },
    /// The file asked for by [`Command::Download`].
    Weights {
        name: String,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// The file asked for by [`Command::Keep`], of weights of this step.
    Kept {
        slot: u8,
        recipe: TrainSpec,
        steps: u64,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// A complete state of training, kept by the page in case the worker dies.
    Checkpoint {
        run: u32,
        step: u64,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// A study went on: `done` of `total` units of work.
    Study { run: u32, done: usize, total: usize, point: Option<StudyPoint> },
    /// A measurement of likelihoods went on, to this share of it; `weight` is of the picture that is done now.
    Weighed { run: u32, share: f64, weight: Option<Weight> },
    /// A judging went on, to this share of it; `found` is of the subject at this place, which is done now.
    Judged { run: u32, share: f64, found: Option<(usize, Quality)> },
    /// The pictures asked for by [`Command::Decode`], [pictures × 784].
    Decoded { id: u32, pixels: Vec<f32> },
    /// Median milliseconds of a training step and of a forward pass.
    Measured { recipe: TrainSpec, parameters: usize, step_ms: f64, forward_ms: f64 },
    /// How the model of points draws, of every round and at every time.
    Snapshot(Snapshot),
    /// As far as the map asked for is known.
    Map(DensityMap),
    /// The trajectory asked for.
    Trace(TracedPath),
    /// A request failed; the sentence says what was wrong and what is accepted. Nothing else is lost.
    Refused { request: Request, message: String },
    /// The device is gone or computes nonsense: the page replaces this worker by a CPU one.
    Lost { message: String },
}

/// Bytes of a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).expect("messages hold nothing that postcard cannot write")
}

/// A message from bytes; a sentence if they are none.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    let garbled = "The page and its worker did not understand each other: a message between them was damaged.";
    postcard::from_bytes(bytes).map_err(|_| garbled.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_are_checked_number_by_number() {
        assert_eq!(TrainSpec::default().check(), Ok(()));
        let train = TrainSpec::default();
        for (bad, word) in [
            (TrainSpec { batch: 0, ..train.clone() }, "batch"),
            (TrainSpec { batch: MAX_BATCH + 1, ..train.clone() }, "batch"),
            (TrainSpec { learning_rate: 0.0, ..train.clone() }, "rate"),
            (TrainSpec { learning_rate: f64::INFINITY, ..train.clone() }, "rate"),
            (TrainSpec { label_drop: f64::NAN, ..train.clone() }, "drop"),
            (TrainSpec { label_drop: 0.6, ..train.clone() }, "drop"),
            (TrainSpec { latent: 0, ..train.clone() }, "latent"),
            (TrainSpec { beta: -1.0, ..train.clone() }, "beta"),
            (TrainSpec { critic_steps: 6, ..train.clone() }, "critic-steps"),
        ] {
            let said = bad.check().expect_err(word);
            assert!(said.starts_with(word), "{said}");
        }
    }
}
