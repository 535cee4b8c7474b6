//! Networks: a network is a function of one parameter vector θ.

pub mod adam;
pub mod blueprint;
pub mod browser;
pub mod classes;
pub mod condition;
pub mod coupling;
pub mod design;
pub mod field;
pub mod gan;
pub mod kernel;
pub mod layers;
pub mod mixer;
pub mod mlp;
pub mod modulation;
pub mod network;
pub mod normalising;
pub mod parameters;
pub mod patches;
pub mod perceptron;
pub mod point;
pub mod quantise;
pub mod raw;
pub mod transformer;
pub mod unet;
pub mod vae;
pub mod weights;
