//! Networks: a network is a function of one parameter vector θ.

pub mod catalogue;
