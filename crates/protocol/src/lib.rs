//! What the page and its worker say to each other, and what a link says to both: commands and events, the state of the
//! page as text, the models by name, and what training is expected to take. No tensors, no web.

pub mod catalogue;
pub mod cloud;
pub mod comparison;
pub mod contest;
pub mod files;
pub mod hello;
pub mod learned;
pub mod likelihood;
pub mod link;
pub mod message;
pub mod method;
pub mod outlook;
pub mod plane;
pub mod quality;
pub mod recipe;
pub mod recipe_bytes;
pub mod reel;
pub mod sampling;
pub mod saved;
pub mod setting;
pub mod shelf;
pub mod shown;
pub mod styles;
pub mod tour;
