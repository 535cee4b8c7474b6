//! What the learners of each family do in a step. Facts about families are in `flow::family`, under the same `Kind`.
//!
//! A step is one row of numbers, drawn on the CPU from (seed, step), and one or several passes that it decides: so the same
//! step gives the same weights everywhere, and a GPU records all of it once.

pub mod cycle;
pub mod flow;
pub mod gan;
pub mod latent;
mod lesson;
pub mod normalising;
pub mod pairs;
pub mod vae;
pub mod vq;

pub use lesson::{Among, Lesson, Pass, Row, Slope, gradient};

use model::design::Design;
use protocol::message::TrainSpec;

/// The lesson of a recipe on pictures.
pub fn lesson<'a>(spec: &'a TrainSpec, design: &'a Design, data: Among<'a>) -> Box<dyn Lesson + 'a> {
    match design {
        Design::Flow(config) => Box::new(flow::Velocities { spec, config, data }),
        Design::Vae(config) => Box::new(vae::Autoencoder { spec, config, data }),
        Design::Gan(config) => Box::new(gan::Adversaries { spec, config, data }),
        Design::Style(config) => Box::new(gan::Adversaries { spec, config, data }),
        Design::Pairs(config) => Box::new(pairs::Painting { spec, config, data }),
        Design::Cycle(config) => Box::new(cycle::Translation { spec, config, data }),
        Design::Normalising(config) => Box::new(normalising::Layers { spec, config, data }),
        Design::Latent(config) => {
            let alone = Box::new(vae::Autoencoder { spec, config: &config.codes, data });
            Box::new(latent::Latents { spec, config, data, alone })
        }
        Design::Vq(config) => {
            let alone = Box::new(vq::Quantiser { spec, config: &config.codes, data });
            Box::new(latent::Latents { spec, config, data, alone })
        }
    }
}
