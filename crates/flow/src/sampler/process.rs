//! One interval of a trajectory: where it starts, what is known there, and the steps of the samplers that add noise.
//!
//! Every step goes from x at t to x' at t + h, in the code `next`, with u = u(x, t); dW is the Brownian increment, ξ = dW / sqrt(h).

use super::noise::Diffusion;
use crate::{
    field::VelocityField,
    prediction::{data_from_velocity, noise_from_velocity, score_from_velocity},
    schedule::{Coefficients, DATA, Schedule},
    state::State,
};

/// A field on a Gaussian path.
#[derive(Clone, Copy)]
pub struct Process<'a, F> {
    pub field: &'a F,
    pub schedule: &'a dyn Schedule,
    /// κ, or η.
    pub stochasticity: f64,
}

/// What is known at the start of an interval.
pub struct StepStart<'a, S> {
    pub t: f64,
    pub x: &'a S,
    /// u(x, t), or at the end of the clip where t lies beyond it.
    pub u: &'a S,
}

impl<S> Clone for StepStart<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for StepStart<'_, S> {}

/// Langevin steps of each level of [`Process::annealed`].
pub const LANGEVIN_STEPS: usize = 4;

/// x ← x + δ s + sqrt(2δ) ξ, whose stationary density has the score s (Langevin).
pub fn langevin<S: State>(x: &S, score: &S, delta: f64, xi: &S) -> S {
    x.add_scaled(delta, score).add_scaled(libm::sqrt(2.0 * delta), xi)
}

impl<F> Process<'_, F> {
    /// x̂_1 at (x, t): how trajectories leave a path that ends in some noise.
    pub fn jump<S: State>(&self, x: &S, t: f64) -> S
    where
        F: VelocityField<S>,
    {
        data_from_velocity(&self.schedule.at(t), x, &self.field.velocity(x, t))
    }

    /// DDIM (Song et al., 2021): with α' and σ' for the coefficients at t + h,
    /// x' = α' x̂_1 + sqrt(σ'² - η² β̃) x̂_0 + η sqrt(β̃) ξ, where β̃ = (1 - q²) σ'² with q = alpha_t σ' / (α' sigma_t) is the
    /// variance of x' given x_t and x_1.
    pub fn ddim<S: State>(&self, start: StepStart<S>, next: f64, eta: f64, dw: &impl Fn(f64, f64) -> S) -> S {
        let (c, to) = (self.schedule.at(start.t), self.target(next));
        let (x_1, x_0) = (data_from_velocity(&c, start.x, start.u), noise_from_velocity(&c, start.x, start.u));
        let q = c.alpha_t * to.sigma_t / (to.alpha_t * c.sigma_t);
        // σ'² - η² β̃ = (1 - η² + η² q²) σ'², without the digits lost where β̃ is nearly all.
        let kept = to.sigma_t * libm::sqrt((1.0 - eta) * (1.0 + eta) + (eta * q).powi(2));
        let x = x_1.combine(to.alpha_t, kept, &x_0);
        let variance = (eta * to.sigma_t).powi(2) * ((1.0 - q) * (1.0 + q)).max(0.0);
        if variance == 0.0 { x } else { x.add_scaled(libm::sqrt(variance / (next - start.t)), &dw(start.t, next)) }
    }

    /// The ancestral step of DDPM (Ho et al., 2020), for any path: with a = alpha_t / α' and
    /// v = sigma_t² - a² σ'², mean (α' v x̂_1 + a σ'² x) / sigma_t² and variance β̃ = v σ'² / sigma_t².
    pub fn ancestral<S: State>(&self, start: StepStart<S>, next: f64, dw: &impl Fn(f64, f64) -> S) -> S {
        let (c, to) = (self.schedule.at(start.t), self.target(next));
        let a = c.alpha_t / to.alpha_t;
        let (before, after) = (c.sigma_t.powi(2), to.sigma_t.powi(2));
        let v = (before - a * a * after).max(0.0);
        let x_1 = data_from_velocity(&c, start.x, start.u);
        let mean = x_1.combine(to.alpha_t * v / before, a * after / before, start.x);
        if after == 0.0 {
            mean
        } else {
            mean.add_scaled(libm::sqrt(v * after / before / (next - start.t)), &dw(start.t, next))
        }
    }

    /// Where a step to `next` without derivatives goes: the end of the path is the data themselves.
    fn target(&self, next: f64) -> Coefficients {
        if next == 1.0 { DATA } else { self.schedule.at(next) }
    }

    /// u + (g²/2) s, the drift of the SDE.
    fn drift<S: State>(&self, c: &Coefficients, g: f64, x: &S, u: &S) -> S {
        if g == 0.0 { u.clone() } else { u.add_scaled(g * g / 2.0, &score_from_velocity(c, x, u)) }
    }

    /// Euler–Maruyama: x' = x + h [u + (g²/2) s] + g dW.
    pub fn euler_maruyama<S: State>(
        &self,
        start: StepStart<S>,
        next: f64,
        shape: Diffusion,
        dw: &impl Fn(f64, f64) -> S,
    ) -> S {
        let c = self.schedule.at(start.t);
        let g = shape.at(&c, self.stochasticity);
        let x = start.x.add_scaled(next - start.t, &self.drift(&c, g, start.x, start.u));
        if g == 0.0 { x } else { x.add_scaled(g, &dw(start.t, next)) }
    }

    /// Stochastic Heun: the trapezium of drift and g over the Euler–Maruyama step, with the same dW.
    pub fn heun<S: State>(&self, start: StepStart<S>, next: f64, shape: Diffusion, dw: &impl Fn(f64, f64) -> S) -> S
    where
        F: VelocityField<S>,
    {
        let (c, h) = ([start.t, next].map(|t| self.schedule.at(t)), next - start.t);
        let g = c.map(|c| shape.at(&c, self.stochasticity));
        let dw = dw(start.t, next);
        let first = self.drift(&c[0], g[0], start.x, start.u);
        let there = start.x.add_scaled(h, &first).add_scaled(g[0], &dw);
        let second = self.drift(&c[1], g[1], &there, &self.field.velocity(&there, next));
        start.x.add_scaled(h / 2.0, &first).add_scaled(h / 2.0, &second).add_scaled((g[0] + g[1]) / 2.0, &dw)
    }

    /// Predictor–corrector (Song et al., 2021): an Euler step of the ODE, then a Langevin step at t + h of
    /// length δ = h g²/2, g = κ σ'.
    pub fn corrected<S: State>(&self, start: StepStart<S>, next: f64, dw: &impl Fn(f64, f64) -> S) -> S
    where
        F: VelocityField<S>,
    {
        let (c, h) = (self.schedule.at(next), next - start.t);
        let x = start.x.add_scaled(h, start.u);
        let g = Diffusion::Sigma.at(&c, self.stochasticity);
        if g == 0.0 {
            return x;
        }
        let score = score_from_velocity(&c, &x, &self.field.velocity(&x, next));
        let dw = dw(start.t, next);
        langevin(&x, &score, h * g * g / 2.0, &dw.combine(1.0 / libm::sqrt(h), 0.0, &dw))
    }

    /// Annealed Langevin (Song & Ermon, 2019): [`LANGEVIN_STEPS`] Langevin steps of δ = (κ sigma_t)² / 4 at the noise
    /// level of t, then on to the next level.
    pub fn annealed<S: State>(&self, start: StepStart<S>, next: f64, dw: &impl Fn(f64, f64) -> S) -> S
    where
        F: VelocityField<S>,
    {
        let c = self.schedule.at(start.t);
        let delta = (self.stochasticity * c.sigma_t).powi(2) / 4.0;
        let part = (next - start.t) / LANGEVIN_STEPS as f64;
        let mut x = start.x.clone();
        for i in 0..LANGEVIN_STEPS {
            let u = if i == 0 { start.u.clone() } else { self.field.velocity(&x, start.t) };
            let (from, to) = (start.t + i as f64 * part, start.t + (i + 1) as f64 * part);
            let dw = dw(from, to);
            let xi = dw.combine(1.0 / libm::sqrt(to - from), 0.0, &dw);
            x = langevin(&x, &score_from_velocity(&c, &x, &u), delta, &xi);
        }
        x
    }
}
