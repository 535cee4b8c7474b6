//! From noise to data: every way to cross one interval of the time grid, in one list.
//!
//! A sampler is an entry of [`SAMPLERS`]; that puts it in the page, the links, the command line, the tests, the
//! benchmarks and `docs/samplers.md`. The interval that ends at t = 1 takes no noise; where the path itself ends
//! in some noise (its clip, or sigma_1 > 0) the trajectory leaves it by x̂_1, one evaluation more.

mod adaptive;
mod noise;
mod process;
pub mod solve;
mod tableau;

pub use adaptive::{Adaptive, Attempt, Run, Trial, ratio};
pub use noise::Diffusion;
pub use process::{LANGEVIN_STEPS, Process, StepStart, langevin};
pub use tableau::{DORMAND_PRINCE, EULER, HEUN, MIDPOINT, RK4, Tableau};

use super::{field::VelocityField, keyed::Keyed, schedule::Schedule, state::State};
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// How an interval is crossed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SamplerKind {
    /// Runge–Kutta on the ODE.
    RungeKutta(&'static Tableau),
    /// As many steps as a tolerance asks for.
    Adaptive,
    /// The ODE in x̂_1 and x̂_0.
    Ddim,
    /// The same with noise η.
    DdimEta,
    /// The posterior of the forward chain.
    Ancestral,
    /// One evaluation and one draw a step.
    EulerMaruyama(Diffusion),
    /// Two evaluations and one draw a step.
    StochasticHeun(Diffusion),
    /// A step of the ODE, then one of Langevin.
    PredictorCorrector,
    /// Langevin on a ladder of noise levels.
    AnnealedLangevin,
}

/// A way to sample.
#[derive(Debug, PartialEq)]
pub struct Sampler {
    /// The name by which links know it.
    pub key: &'static str,
    /// The name by which people know it.
    pub name: &'static str,
    /// One sentence on what it does.
    pub about: &'static str,
    /// Where it comes from.
    pub citation: &'static str,
    /// One step as LaTeX, in the macros of the page's formulas.
    pub latex: &'static str,
    pub kind: SamplerKind,
    /// The error of the ODE, or of mean and variance, falls as h^order.
    pub order: f64,
    /// The error of a single path, for samplers that take noise.
    pub strong_order: Option<f64>,
}

/// The range of the stochasticity: κ of g, or η, of which no more than 1 is used.
pub const MAX_STOCHASTICITY: f64 = 2.0;

/// A reverse SDE that starts with a larger g² / sigma_t² than this, twice the rate of its drift, cannot be followed in
/// a few hundred steps.
const STIFFEST: f64 = 100.0;

/// Every sampler, the deterministic ones first.
pub const SAMPLERS: &[&Sampler] = &[
    &Sampler {
        key: "euler",
        name: "Euler",
        about: "One step along the velocity.",
        citation: "Euler, 1768",
        latex: r"\xs = \xt + \h \, \u",
        kind: SamplerKind::RungeKutta(&EULER),
        order: 1.0,
        strong_order: None,
    },
    &Sampler {
        key: "midpoint",
        name: "Midpoint",
        about: "Half a step to look, then a whole one along what was seen there.",
        citation: "Runge, 1895",
        latex: r"k_1 = \u \\ \xs = \xt + \h \, u_\theta(\xt + \tfrac{1}{2} \h k_1, \t + \tfrac{1}{2} \h)",
        kind: SamplerKind::RungeKutta(&MIDPOINT),
        order: 2.0,
        strong_order: None,
    },
    &Sampler {
        key: "heun",
        name: "Heun",
        about: "The mean of the velocities at both ends of an Euler step.",
        citation: "Heun, 1900; for diffusion Karras et al., 2022",
        latex: r"k_1 = \u \\ k_2 = u_\theta(\xt + \h k_1, \s) \\ \xs = \xt + \tfrac{1}{2} \h (k_1 + k_2)",
        kind: SamplerKind::RungeKutta(&HEUN),
        order: 2.0,
        strong_order: None,
    },
    &Sampler {
        key: "rk4",
        name: "RK4",
        about: "The classical rule: four velocities a step.",
        citation: "Kutta, 1901",
        latex: r"k_1 = \u \\ k_2 = u_\theta(\xt + \tfrac{1}{2} \h k_1, \t + \tfrac{1}{2} \h) \\ k_3 = u_\theta(\xt + \tfrac{1}{2} \h k_2, \t + \tfrac{1}{2} \h) \\ k_4 = u_\theta(\xt + \h k_3, \s) \\ \xs = \xt + \tfrac{1}{6} \h (k_1 + 2 k_2 + 2 k_3 + k_4)",
        kind: SamplerKind::RungeKutta(&RK4),
        order: 4.0,
        strong_order: None,
    },
    &Sampler {
        key: "dopri5",
        name: "Dormand–Prince 5(4)",
        about: "As many steps between two frames as the tolerance asks for.",
        citation: "Dormand & Prince, 1980",
        latex: r"\xs = \xt + \h \sum_{i=1}^{6} b_i k_i \\ \rho = \mathrm{rms} \frac{\h \sum_{i=1}^{7} (b_i - b_i^*) k_i}{\mathrm{tol} \, (1 + \max(|\xt|, |\xs|))} \le 1",
        kind: SamplerKind::Adaptive,
        order: 5.0,
        strong_order: None,
    },
    &Sampler {
        key: "ddim",
        name: "DDIM",
        about: "Mixes predicted data and predicted noise in the proportions of the next time.",
        citation: "Song, Meng & Ermon, 2021",
        latex: r"\xs = \as \, \hatone + \ss \, \hatzero",
        kind: SamplerKind::Ddim,
        order: 1.0,
        strong_order: None,
    },
    &Sampler {
        key: "ddim-eta",
        name: "DDIM with η",
        about: "DDIM that replaces part of the predicted noise by fresh noise; η = 1 is the ancestral step.",
        citation: "Song, Meng & Ermon, 2021",
        latex: r"\tilde\beta = \left( 1 - \left( \frac{\at \ss}{\as \st} \right)^2 \right) \ss^2 \\ \xs = \as \, \hatone + \sqrt{\ss^2 - \eta^2 \tilde\beta} \; \hatzero + \eta \sqrt{\tilde\beta} \; \xi",
        kind: SamplerKind::DdimEta,
        order: 1.0,
        strong_order: Some(1.0),
    },
    &Sampler {
        key: "ancestral",
        name: "DDPM ancestral",
        about: "Draws the next state from its distribution given this one and the predicted data.",
        citation: "Ho, Jain & Abbeel, 2020",
        latex: r"a = \frac{\at}{\as}, \quad v = \st^2 - a^2 \ss^2 \\ \xs = \frac{\as v \, \hatone + a \, \ss^2 \, \xt}{\st^2} + \frac{\ss \sqrt{v}}{\st} \, \xi",
        kind: SamplerKind::Ancestral,
        order: 1.0,
        strong_order: Some(1.0),
    },
    &Sampler {
        key: "em-sigma",
        name: "Euler–Maruyama, g = κσ",
        about: "The SDE with noise in proportion to what is left of it.",
        citation: "Ma et al., 2024 (SiT)",
        latex: r"\g = \kappa \st \\ \xs = \xt + \h \, \u + \tfrac{1}{2} \h \g^2 \, \sc + \g \sqrt{\h} \; \xi",
        kind: SamplerKind::EulerMaruyama(Diffusion::Sigma),
        order: 1.0,
        strong_order: Some(1.0),
    },
    &Sampler {
        key: "em-constant",
        name: "Euler–Maruyama, g = κ",
        about: "The SDE with the same noise at every time; stiff near the data, where the score is steep.",
        citation: "Song et al., 2021; Albergo et al., 2023",
        latex: r"\g = \kappa \\ \xs = \xt + \h \, \u + \tfrac{1}{2} \h \g^2 \, \sc + \g \sqrt{\h} \; \xi",
        kind: SamplerKind::EulerMaruyama(Diffusion::Constant),
        order: 1.0,
        strong_order: Some(1.0),
    },
    &Sampler {
        key: "em-reverse",
        name: "Euler–Maruyama, reverse SDE",
        about: "The time reversal of the SDE that makes the noise; for VP, g² = β(t).",
        citation: "Anderson, 1982; Song et al., 2021",
        latex: r"\g^2 = 2 \kappa^2 \, \frac{\st}{\at} \left( \st \dat - \at \dst \right) \\ \xs = \xt + \h \, \u + \tfrac{1}{2} \h \g^2 \, \sc + \g \sqrt{\h} \; \xi",
        kind: SamplerKind::EulerMaruyama(Diffusion::Reverse),
        order: 1.0,
        strong_order: Some(1.0),
    },
    &Sampler {
        key: "stochastic-heun",
        name: "Stochastic Heun, g = κσ",
        about: "The mean of the drifts at both ends of an Euler–Maruyama step.",
        citation: "Kloeden & Platen, 1992",
        latex: r"\g = \kappa \st, \quad f_t = \u + \tfrac{1}{2} \g^2 \sc \\ \tilde x = \xt + \h f_t + \g \sqrt{\h} \; \xi \\ \xs = \xt + \tfrac{1}{2} \h (f_t + f_{t + h}(\tilde x)) + \tfrac{1}{2} (\g + g(t + h)) \sqrt{\h} \; \xi",
        kind: SamplerKind::StochasticHeun(Diffusion::Sigma),
        order: 2.0,
        strong_order: Some(1.0),
    },
    &Sampler {
        key: "predictor-corrector",
        name: "Predictor–corrector",
        about: "A step along the velocity, then a Langevin step at the new time.",
        citation: "Song et al., 2021",
        latex: r"\tilde x = \xt + \h \, \u \\ \delta = \tfrac{1}{2} \h \, (\kappa \ss)^2 \\ \xs = \tilde x + \delta \, s_\theta(\tilde x, \s) + \sqrt{2 \delta} \; \xi",
        kind: SamplerKind::PredictorCorrector,
        order: 1.0,
        strong_order: Some(1.0),
    },
    &Sampler {
        key: "annealed-langevin",
        name: "Annealed Langevin",
        about: "Four Langevin steps at each level of a falling ladder of noise.",
        citation: "Song & Ermon, 2019 (NCSN)",
        latex: r"\delta = \tfrac{1}{4} (\kappa \st)^2 \\ x \leftarrow x + \delta \, s_\theta(x, \t) + \sqrt{2 \delta} \; \xi \quad \text{four times}",
        kind: SamplerKind::AnnealedLangevin,
        order: 0.0,
        strong_order: None,
    },
];

impl Sampler {
    /// True where fresh noise goes in along the way.
    pub fn is_stochastic(&self) -> bool {
        match self.kind {
            SamplerKind::RungeKutta(_) | SamplerKind::Adaptive | SamplerKind::Ddim => false,
            SamplerKind::DdimEta
            | SamplerKind::Ancestral
            | SamplerKind::EulerMaruyama(_)
            | SamplerKind::StochasticHeun(_) => true,
            SamplerKind::PredictorCorrector | SamplerKind::AnnealedLangevin => true,
        }
    }

    /// True where the velocity is all it asks for: it suits any source, and no score is needed.
    pub fn follows_velocity(&self) -> bool {
        match self.kind {
            SamplerKind::RungeKutta(_) | SamplerKind::Adaptive => true,
            SamplerKind::Ddim
            | SamplerKind::DdimEta
            | SamplerKind::Ancestral
            | SamplerKind::EulerMaruyama(_)
            | SamplerKind::StochasticHeun(_) => false,
            SamplerKind::PredictorCorrector | SamplerKind::AnnealedLangevin => false,
        }
    }

    /// True where the tolerance and not the grid decides how many steps are taken.
    pub fn is_adaptive(&self) -> bool {
        self.kind == SamplerKind::Adaptive
    }

    /// Velocities of one interval, the one at its start included; `None` where a tolerance decides.
    pub fn cost(&self) -> Option<usize> {
        match self.kind {
            SamplerKind::RungeKutta(tableau) => Some(tableau.stages()),
            SamplerKind::Adaptive => None,
            SamplerKind::StochasticHeun(_) | SamplerKind::PredictorCorrector => Some(2),
            SamplerKind::AnnealedLangevin => Some(LANGEVIN_STEPS),
            SamplerKind::Ddim | SamplerKind::DdimEta | SamplerKind::Ancestral | SamplerKind::EulerMaruyama(_) => {
                Some(1)
            }
        }
    }

    /// Whether it makes sense on this path; otherwise a sentence why not. `gaussian`: x_0 is N(0, I) and knows nothing of x_1.
    pub fn fits(&self, schedule: &dyn Schedule, gaussian: bool) -> Result<(), String> {
        if !gaussian && !self.follows_velocity() {
            return Err("x_0 is no Gaussian noise here, so there is a velocity but no score".into());
        }
        let first = schedule.at(schedule.clip()[0]);
        match self.kind {
            SamplerKind::EulerMaruyama(Diffusion::Reverse)
                if (Diffusion::Reverse.at(&first, 1.0) / first.sigma_t).powi(2) > STIFFEST =>
            {
                let name = schedule.name();
                Err(format!("its g² is too large at t = 0 on the {name} schedule, where alpha_t all but vanishes"))
            }
            SamplerKind::AnnealedLangevin if first.alpha_t != 1.0 => {
                Err("its ladder of noise levels needs data that do not shrink: alpha_t = 1, the VE schedule".into())
            }
            _ => Ok(()),
        }
    }

    /// Across the interval from `start` to `next`; the adaptive one takes a single step of its pair. `dw(a, b)` is the
    /// Brownian increment W(b) - W(a). Of an interval that reaches beyond the clip only what lies within is crossed.
    pub fn step<S: State, F: VelocityField<S>>(
        &self,
        process: &Process<F>,
        start: StepStart<S>,
        next: f64,
        dw: &impl Fn(f64, f64) -> S,
    ) -> S {
        let (schedule, last) = (process.schedule, next == 1.0);
        let (start, end) = (StepStart { t: schedule.clamp(start.t), ..start }, schedule.clamp(next));
        if end <= start.t && !last {
            return start.x.clone();
        }
        let next = if last { next } else { end };
        let along = |tableau: &Tableau| tableau.step_from(process.field, start.x, start.u, start.t, end - start.t);
        let x = match self.kind {
            // These go to `next` themselves.
            SamplerKind::Ddim => return process.ddim(start, next, 0.0, dw),
            SamplerKind::DdimEta => return process.ddim(start, next, process.stochasticity.min(1.0), dw),
            SamplerKind::Ancestral => return process.ancestral(start, next, dw),
            SamplerKind::AnnealedLangevin => {
                let x = process.annealed(start, next, dw);
                return if last { process.jump(&x, start.t) } else { x };
            }
            _ if end <= start.t => start.x.clone(),
            SamplerKind::RungeKutta(tableau) => along(tableau),
            SamplerKind::Adaptive => along(&DORMAND_PRINCE),
            SamplerKind::StochasticHeun(_) if last => along(&HEUN),
            SamplerKind::EulerMaruyama(_) | SamplerKind::PredictorCorrector if last => along(&EULER),
            SamplerKind::EulerMaruyama(shape) => process.euler_maruyama(start, end, shape, dw),
            SamplerKind::StochasticHeun(shape) => process.heun(start, end, shape, dw),
            SamplerKind::PredictorCorrector => process.corrected(start, end, dw),
        };
        if last { process.land(x, end) } else { x }
    }
}

impl<F> Process<'_, F> {
    /// `x` at the end of the clip, without what noise the path has left there.
    pub fn land<S: State>(&self, x: S, end: f64) -> S
    where
        F: VelocityField<S>,
    {
        if self.schedule.at(end).sigma_t > 0.0 { self.jump(&x, end) } else { x }
    }
}

/// A choice from [`SAMPLERS`], written as its key.
///
/// ```
/// use flow::{brownian::Brownian, keyed::Keyed, mixture::Mixture, sampler::{Process, SamplerId}, schedule::ScheduleId, time::Grid};
///
/// // One Gaussian: x_1 = mean + std x_0, whatever the path.
/// let data = Mixture::new(vec![1.0], vec![vec![2.0]], vec![0.5])?;
/// let schedule = ScheduleId::default();
/// let field = data.field(schedule.0);
/// let process = Process { field: &field, schedule: schedule.0, stochasticity: 0.0 };
/// let points = Grid::Uniform.points(64, schedule.0);
/// let x_1 = SamplerId::HEUN.solve(&process, &points, vec![-1.0], 1e-3, &Brownian::new(0, 0, 1), |_t, _x_t| {});
/// assert!((x_1[0] - 1.5).abs() < 1e-3);
/// // Two evaluations a step.
/// assert_eq!(SamplerId::find("heun")?.cost(), Some(2));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SamplerId(pub &'static Sampler);

impl Keyed for SamplerId {
    const WHAT: &'static str = "sampler";

    fn all() -> impl Iterator<Item = Self> {
        SAMPLERS.iter().map(|sampler| Self(sampler))
    }

    fn key(self) -> &'static str {
        self.0.key
    }
}

crate::serde_by_key!(SamplerId);

impl SamplerId {
    pub const EULER: Self = Self::of("euler");
    pub const HEUN: Self = Self::of("heun");
    pub const RK4: Self = Self::of("rk4");
    pub const EM_SIGMA: Self = Self::of("em-sigma");

    /// The sampler of this key, found while compiling: a key that none has does not compile.
    const fn of(key: &str) -> Self {
        let mut at = 0;
        while at < SAMPLERS.len() {
            // Plain equality of texts is not to be had while compiling.
            if SAMPLERS[at].key.as_bytes().eq_ignore_ascii_case(key.as_bytes()) {
                return Self(SAMPLERS[at]);
            }
            at += 1;
        }
        panic!("no sampler has this key")
    }
}

impl Default for SamplerId {
    fn default() -> Self {
        Self(SAMPLERS[0])
    }
}

impl Deref for SamplerId {
    type Target = Sampler;

    fn deref(&self) -> &Sampler {
        self.0
    }
}
