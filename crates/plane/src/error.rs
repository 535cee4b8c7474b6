//! The error of both samplers against what they cost: root mean square distance at t = 1 from a fine solution on the same
//! noise, RK4 for a deterministic one, the same sampler in many steps of the same Brownian path for a stochastic one.
//!
//! It is measured in pieces of some milliseconds, between which whoever asked can do other things, or forget it.

use super::{
    course::{Source, WORK, noise},
    spec::{Against, Spec},
    truth::Truth,
};
use flow::{
    brownian::Brownian,
    field::Counted,
    norm::Norm,
    sampler::{Process, SamplerId, solve::Passage},
};
use protocol::cloud::CloudSpec;

/// Particles of every measurement, and of one where a velocity is a sum over more than [`MANY`] pairs.
const PARTICLES: [usize; 2] = [40, 16];
const MANY: usize = 2_000;
/// What a velocity takes besides the exponentials of its particles, in exponentials: once, and for every pair.
const SETUP: usize = 500;
const EACH: usize = 16;
/// Steps that are measured.
const STEPS: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
/// Steps of the solution that counts as exact, of RK4 and of a sampler of order 1: the error of RK4 is then 256 times smaller
/// than in the most steps that are measured.
const FINE: [usize; 2] = [512, 1024];

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    spec: Spec,
    lanes: Vec<SamplerId>,
}

impl Question {
    /// The samplers that can be measured.
    pub fn samplers(&self) -> &[SamplerId] {
        &self.lanes
    }

    /// The error of what `spec` shows; what has no part in it is left out, so that equal questions are equal.
    pub fn of(spec: &Spec) -> Self {
        let second = match spec.against {
            Against::Sampler(sampler) => Some(sampler),
            Against::Langevin => None,
        };
        let plain = Spec::default();
        let spec = Spec {
            frame: None,
            layers: plain.layers,
            camera: plain.camera,
            probe: None,
            tour: None,
            cloud: CloudSpec { particles: PARTICLES[0], steps: plain.cloud.steps, ..spec.cloud },
            method: plain.method,
            learning: plain.learning,
            guidance: plain.guidance,
            level: plain.level,
            ..spec.clone()
        };
        // Annealed Langevin has no limit of small steps to be held against.
        let has_limit = |it: &SamplerId| !it.is_stochastic() || it.strong_order.is_some();
        let lanes = [Some(spec.cloud.sampler), second].into_iter().flatten().filter(has_limit).collect();
        Self { spec, lanes }
    }

    /// The sampler and the steps of the solution that lane `k` is held against.
    fn fine(&self, k: usize) -> (SamplerId, usize) {
        let sampler = self.lanes[k];
        let takes_noise = sampler.is_stochastic() && self.spec.cloud.stochasticity > 0.0;
        if takes_noise { (sampler, FINE[1]) } else { (SamplerId::RK4, FINE[0]) }
    }
}

/// A solution under way.
struct Solving {
    sampler: SamplerId,
    times: Vec<f64>,
    /// Intervals crossed.
    crossed: usize,
    passage: Passage,
    nfe: usize,
}

/// A measurement under way.
pub struct Errors {
    question: Question,
    truth: Truth,
    x_0: Vec<f64>,
    fine: Vec<Vec<f64>>,
    points: Vec<Vec<(f64, f64)>>,
    solving: Option<Solving>,
    /// Velocities that are done of those that there will be, about.
    done: [usize; 2],
    /// What has been worked so far, in exponentials.
    worked: usize,
}

impl Errors {
    /// Nothing measured yet; a sentence where the data are no mixture.
    pub fn new(question: Question) -> Result<Self, String> {
        let truth = Truth::new(&question.spec)?;
        let particles = PARTICLES[usize::from(truth.pairs() > MANY)];
        let x_0 = Source::of(&question.spec).starts(question.spec.cloud.seed, 0, particles);
        let points = vec![vec![]; question.lanes.len()];
        let mut errors = Self { question, truth, x_0, fine: vec![], points, solving: None, done: [0, 0], worked: 0 };
        errors.done[1] = errors.whole();
        Ok(errors)
    }

    /// (NFE, error) of each sampler, as far as they are known.
    pub fn points(&self) -> &[Vec<(f64, f64)>] {
        &self.points
    }

    /// How many particles are followed.
    pub fn particles(&self) -> usize {
        self.x_0.len() / 2
    }

    /// The share of the work that is done.
    pub fn share(&self) -> f64 {
        if self.is_complete() { 1.0 } else { (self.done[0] as f64 / self.done[1].max(1) as f64).min(0.99) }
    }

    /// Whether all is known.
    pub fn is_complete(&self) -> bool {
        self.points.iter().all(|points| points.len() == STEPS.len())
    }

    /// A piece of work more, of [`WORK`] exponentials and an interval; false when all is known.
    pub fn work(&mut self) -> bool {
        let Some(mut solving) = self.solving.take().or_else(|| self.next()) else { return false };
        let end = self.worked + WORK;
        while solving.crossed + 1 < solving.times.len() && self.worked < end {
            self.advance(&mut solving);
        }
        if solving.crossed + 1 < solving.times.len() {
            self.solving = Some(solving);
        } else {
            self.take(&solving);
        }
        true
    }

    /// What is to be solved next: what counts as exact, then the shorter list of points; nothing when all is known.
    fn next(&mut self) -> Option<Solving> {
        while self.fine.len() < self.points.len() {
            let wanted = self.question.fine(self.fine.len());
            let Some(same) = (0..self.fine.len()).find(|k| self.question.fine(*k) == wanted) else {
                return Some(self.solving(wanted));
            };
            // Two deterministic samplers have one solution.
            self.fine.push(self.fine[same].clone());
        }
        let shortest = self.shortest()?;
        let steps = *STEPS.get(self.points[shortest].len())?;
        Some(self.solving((self.question.lanes[shortest], steps)))
    }

    /// The lane of which least is known.
    fn shortest(&self) -> Option<usize> {
        (0..self.points.len()).min_by_key(|k| self.points[*k].len())
    }

    fn solving(&self, (sampler, steps): (SamplerId, usize)) -> Solving {
        let CloudSpec { grid, tolerance, .. } = self.question.spec.cloud;
        let passage = Passage::new(self.x_0.clone(), tolerance);
        let times = grid.points(steps, self.question.spec.schedule.0);
        Solving { sampler, times, crossed: 0, passage, nfe: 0 }
    }

    /// One interval further, or one evaluation where a tolerance decides.
    fn advance(&mut self, solving: &mut Solving) {
        let (CloudSpec { seed, stochasticity, .. }, schedule) = (self.question.spec.cloud, self.question.spec.schedule);
        let field = Counted::new(self.truth.all.field(schedule.0));
        let process = Process { field: &field, schedule: schedule.0, stochasticity };
        let brownian = Brownian::new(seed, 0, self.x_0.len());
        let dw = |from, to| brownian.increment(from, to);
        let interval = [solving.times[solving.crossed], solving.times[solving.crossed + 1]];
        solving.crossed += usize::from(solving.passage.advance(&solving.sampler, &process, interval, &dw));
        solving.nfe += field.spent();
        self.done[0] += field.spent();
        // Where the field is cheap, the noise is what takes time.
        self.worked += field.spent() * self.velocity() + noise(solving.sampler, self.x_0.len());
    }

    /// What a velocity of all particles takes, in exponentials.
    fn velocity(&self) -> usize {
        SETUP + self.truth.pairs() * (EACH + self.particles())
    }

    /// Where a solution has ended.
    fn take(&mut self, solving: &Solving) {
        if self.fine.len() < self.points.len() {
            return self.fine.push(solving.passage.x().to_vec());
        }
        let Some(k) = self.shortest() else { return };
        let square = solving.passage.x().to_vec().square_distance(&self.fine[k]);
        let error = (square / self.particles() as f64).sqrt();
        self.points[k].push((solving.nfe as f64, error));
    }

    /// Velocities of everything, about: an adaptive sampler decides for itself.
    fn whole(&self) -> usize {
        let cost = |sampler: SamplerId, steps: usize| steps * sampler.cost().unwrap_or(6);
        let all = 0..self.points.len();
        let first = |k: &usize| (0..*k).all(|other| self.question.fine(other) != self.question.fine(*k));
        let fine = all.clone().filter(first).map(|k| self.question.fine(k)).map(|(it, steps)| cost(it, steps));
        let measured = all.flat_map(|k| STEPS.map(|steps| cost(self.question.lanes[k], steps)));
        fine.chain(measured).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::keyed::Keyed;

    fn question(query: &str) -> Question {
        let (spec, complaints) = Spec::parse(query);
        assert!(complaints.is_empty(), "{complaints:?}");
        Question::of(&spec)
    }

    fn measured(query: &str) -> (Errors, usize) {
        let (mut errors, mut pieces) = (Errors::new(question(query)).unwrap(), 0);
        while errors.work() {
            pieces += 1;
            assert!((0.0..=1.0).contains(&errors.share()));
        }
        assert!(errors.is_complete() && errors.share() == 1.0);
        (errors, pieces)
    }

    #[test]
    fn errors_fall_with_the_order_of_the_sampler() {
        let (errors, _) = measured("data=mixture&sampler=euler&against=heun");
        let slope = |k: usize| {
            let points = &errors.points()[k];
            let ((nfe, error), (more, less)) = (points[5], points[7]);
            (error / less).log2() / (more / nfe).log2()
        };
        println!("orders {:.2} and {:.2}: {:?}", slope(0), slope(1), errors.points());
        assert!((slope(0) - 1.0).abs() < 0.15 && (slope(1) - 2.0).abs() < 0.3);
        let nfe = |k: usize| errors.points()[k].iter().map(|(nfe, _)| *nfe as usize).collect::<Vec<_>>();
        assert_eq!((nfe(0), nfe(1)), (STEPS.into(), STEPS.map(|steps| 2 * steps).into()));
    }

    #[test]
    fn pieces_give_what_a_whole_solution_gives() {
        for query in ["data=moons&sampler=heun&against=dopri5", "data=mixture&sampler=em-sigma&against=ddim"] {
            let (errors, _) = measured(query);
            let Spec { cloud, schedule, .. } = errors.question.spec;
            let CloudSpec { seed, stochasticity, tolerance, grid, .. } = cloud;
            let field = Counted::new(errors.truth.all.field(schedule.0));
            let process = Process { field: &field, schedule: schedule.0, stochasticity };
            let brownian = Brownian::new(seed, 0, errors.x_0.len());
            for (k, sampler) in errors.question.lanes.iter().enumerate() {
                let before = field.spent();
                let times = grid.points(STEPS[4], schedule.0);
                let x = sampler.solve(&process, &times, errors.x_0.clone(), tolerance, &brownian, |_, _| {});
                let error = (x.square_distance(&errors.fine[k]) / 40.0).sqrt();
                assert_eq!(errors.points()[k][4], ((field.spent() - before) as f64, error), "{query}");
            }
        }
    }

    /// The most that a piece takes, in exponentials, of so many of them.
    fn longest(errors: &mut Errors, pieces: usize) -> usize {
        let mut piece = || {
            let before = errors.worked;
            errors.work().then(|| errors.worked - before)
        };
        (0..pieces).map_while(|_| piece()).max().unwrap_or(0)
    }

    #[test]
    fn two_sets_of_many_parts_are_measured_in_short_pieces() {
        let mut errors =
            Errors::new(question("show=samplers&data=checkerboard&source=moons&sampler=heun&against=rk4")).unwrap();
        assert_eq!((errors.truth.pairs(), errors.particles()), (6_144, 16));
        let most = longest(&mut errors, 6);
        assert!(most > WORK && most < 3 * WORK, "{most} exponentials at a time");
        assert!(errors.share() > 0.0 && errors.share() < 0.05, "{}", errors.share());
    }

    #[test]
    fn no_piece_is_long_whatever_is_measured() {
        for data in ["mixture", "moons", "eight&source=mixture", "checkerboard&source=moons", "spirals&source=eight"] {
            for sampler in SamplerId::all() {
                // What does not suit the data is not measured in the page.
                let query = format!("show=samplers&data={data}&sampler={sampler}&against=em-sigma&schedule=vp");
                let mut errors = Errors::new(Question::of(&Spec::parse(&query).0)).unwrap();
                let most = longest(&mut errors, 12);
                assert!(most > 0 && most < 4 * WORK, "{query}: {most} exponentials at a time");
            }
        }
    }
}
