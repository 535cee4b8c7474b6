//! Particles: a cloud as dots.

use crate::plane::{
    colour::{class, hue, of_particle},
    mark::{Colour, Mark, points},
};
use std::f64::consts::TAU;

/// A flat cloud as dots, in one colour or one each.
pub fn particles(cloud: &[f64], radius: f64, colours: &[Colour]) -> Mark {
    Mark::Dots { at: points(cloud), radius, colours: colours.to_vec() }
}

/// A hue for each of `count` particles, by its number.
pub fn by_number(count: usize) -> Vec<Colour> {
    (0..count).map(of_particle).collect()
}

/// Hues that [`by_direction`] tells apart: few enough to draw each in one go.
const HUES: usize = 48;

/// Hues by the direction in which each particle of a flat cloud lies: who starts side by side looks alike.
pub fn by_direction(cloud: &[f64]) -> Vec<Colour> {
    let hues: Vec<Colour> = (0..HUES).map(|i| hue(i as f64 / HUES as f64)).collect();
    let of = |[x, y]: &[f64; 2]| hues[((y.atan2(*x) / TAU).rem_euclid(1.0) * HUES as f64).round() as usize % HUES];
    cloud.as_chunks::<2>().0.iter().map(of).collect()
}

/// The colours of classes.
pub fn by_class(classes: &[u8]) -> Vec<Colour> {
    classes.iter().map(|k| class((*k).into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plane::colour::CLASSES;

    #[test]
    fn dots_are_where_the_particles_are() {
        let mark = particles(&[1.0, 2.0, 3.0, 4.0], 1.5, &CLASSES[..1]);
        let at = vec![[1.0, 2.0], [3.0, 4.0]];
        assert_eq!(mark, Mark::Dots { at, radius: 1.5, colours: vec![CLASSES[0]] });
    }

    #[test]
    fn colours_follow_number_direction_or_class() {
        assert_eq!(by_number(2), [of_particle(0), of_particle(1)]);
        assert_eq!(by_direction(&[2.0, 0.0, 0.0, 0.1, -3.0, 0.0]), [hue(0.0), hue(0.25), hue(0.5)]);
        assert_eq!(by_class(&[1, 0]), [CLASSES[1], CLASSES[0]]);
    }
}
