//! Networks: a network is a function of one parameter vector θ.

pub mod catalogue;

#[cfg(feature = "compute")]
pub mod adam;
#[cfg(feature = "compute")]
pub mod condition;
#[cfg(feature = "compute")]
pub mod field;
#[cfg(feature = "compute")]
pub mod kernel;
#[cfg(feature = "compute")]
pub mod layers;
#[cfg(feature = "compute")]
pub mod mixer;
#[cfg(feature = "compute")]
pub mod mlp;
#[cfg(feature = "compute")]
pub mod modulation;
#[cfg(feature = "compute")]
pub mod network;
#[cfg(feature = "compute")]
pub mod parameters;
#[cfg(feature = "compute")]
pub mod patches;
#[cfg(feature = "compute")]
pub mod point;
#[cfg(feature = "compute")]
pub mod quantise;
#[cfg(feature = "compute")]
pub mod transformer;
#[cfg(feature = "compute")]
pub mod unet;
#[cfg(feature = "compute")]
pub mod weights;
