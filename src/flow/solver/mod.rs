//! Solvers of dx/dt = u(x, t): a solver is a tableau and an order, and joins one list.

mod tableau;

pub use tableau::{EULER, HEUN, MIDPOINT, RK4, SOLVERS, Solver, Tableau};
