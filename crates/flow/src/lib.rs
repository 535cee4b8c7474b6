//! Flow matching and diffusion as mathematics, for points, slices and tensors alike: no network, no web, no files.
//!
//! Time runs from noise (t = 0) to data (t = 1). x_0 is noise, N(0, I) unless something else is said, x_1 is data, and
//!
//! | what | formula | where |
//! |---|---|---|
//! | the path | x_t = alpha_t x_1 + sigma_t x_0 | [`schedule`], [`path`] |
//! | its velocity | u(x, t) = E[alpha_t' x_1 + sigma_t' x_0 \| x_t = x] | [`field`], [`loss`] |
//! | readings | x̂_1, x̂_0 and the score follow from u and the schedule | [`prediction`] |
//! | samplers | dx = u dt, and the SDEs with the same marginals | [`sampler`], [`time`], [`brownian`] |
//! | guidance | u_w = (1 - w) u_∅ + w u_y | [`guidance`] |
//! | likelihood | d log p_t(x_t) = -div u dt | [`likelihood`], [`divergence`] |
//! | couplings, reflow | which x_0 meets which x_1 | [`coupling`], [`reflow`] |
//! | neighbours | the bound of autoencoders, the objectives of adversaries, layers that can be undone | [`elbo`], [`adversarial`], [`normalising`] |
//! | sets of pictures | how far one is from another | [`frechet`], [`sliced`], [`precision`] |
//! | the truth | all of it in closed form for mixtures | [`mixture`], [`between`], [`floor`] |
//!
//! Whatever can be added and scaled is a [`state::State`]; whatever has a velocity is a [`field::VelocityField`].
//!
//! ```
//! use flow::{mixture::Mixture, schedule::ScheduleId};
//!
//! // On the linear path the velocity tells the score: s = (t u - x) / (1 - t).
//! let data = Mixture::new(vec![1.0, 2.0], vec![vec![-1.0], vec![2.0]], vec![0.5, 0.3])?;
//! let (t, x) = (0.4, [0.7]);
//! let c = ScheduleId::default().at(t);
//! let (u, s) = (data.velocity(&c, &x)[0], data.score(&c, &x)[0]);
//! assert!((s - (t * u - x[0]) / (1.0 - t)).abs() < 1e-12);
//! # Ok::<(), String>(())
//! ```

pub mod adversarial;
pub mod between;
pub mod bounded;
pub mod brownian;
pub mod components;
pub mod coupling;
pub mod divergence;
pub mod draw;
pub mod elbo;
pub mod empirical;
pub mod energy;
pub mod exp;
pub mod family;
pub mod field;
#[cfg(test)]
mod fixture;
pub mod floor;
pub mod formula;
pub mod frechet;
pub mod glossary;
pub mod guidance;
pub mod keyed;
pub mod lattice;
pub mod likelihood;
pub mod loss;
pub mod mixture;
pub mod norm;
pub mod normalising;
pub mod path;
pub mod precision;
pub mod prediction;
pub mod reflow;
pub mod rng;
pub mod sampler;
pub mod schedule;
pub mod sliced;
pub mod state;
pub mod time;
