//! Particles: a cloud as dots.

use crate::mark::{Colour, Mark, points};

/// A flat cloud as dots, in one colour or one each.
pub fn particles(cloud: &[f64], radius: f64, colours: &[Colour]) -> Mark {
    Mark::Dots { at: points(cloud), radius, colours: colours.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::CLASSES;

    #[test]
    fn dots_are_where_the_particles_are() {
        let mark = particles(&[1.0, 2.0, 3.0, 4.0], 1.5, &CLASSES[..1]);
        let at = vec![[1.0, 2.0], [3.0, 4.0]];
        assert_eq!(mark, Mark::Dots { at, radius: 1.5, colours: vec![CLASSES[0]] });
    }
}
