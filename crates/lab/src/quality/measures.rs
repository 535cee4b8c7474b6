//! The numbers by which a set of pictures is held against another.

use super::eye::{DIRECTIONS, Sights};
use data::sets::CLASSES;
use flow::{frechet::Moments, precision::Balls, sliced::Slices};
use model::condition::NULL;
use protocol::quality::Quality;

/// What test pictures come to, once and for all that are held against them.
pub struct Reference {
    sights: Sights,
    moments: Moments,
    pixels: Slices,
    random: Slices,
    /// Spread of features within a class.
    spread: f64,
    /// One in a hundred test pictures is as near as this to a training picture, squared.
    near: f32,
}

/// Of 100 test pictures, so many count as near to a training picture.
const NEAR: f64 = 0.01;

impl Reference {
    /// Of test pictures, some of which were seen beside the training pictures.
    pub fn of(sights: Sights) -> Self {
        let mut nearest = sights.nearest.clone();
        nearest.sort_unstable_by(f32::total_cmp);
        let place = (NEAR * nearest.len() as f64) as usize;
        Self {
            moments: Moments::of(&sights.features, sights.width()),
            pixels: Slices::of(&sights.pixels, DIRECTIONS),
            random: Slices::of(&sights.random, DIRECTIONS),
            spread: spread(&sights, &sights.labels),
            near: nearest.get(place).copied().unwrap_or(0.0),
            sights,
        }
    }

    /// The measures of other pictures, whose drawing took so many evaluations and milliseconds each.
    pub fn measure(&self, of: &Sights, nfe: usize, ms: f64) -> Quality {
        let (n, width) = (of.len(), of.width());
        // As many as there are of the others, from all of the set, which may lie writer by writer.
        let tests = self.sights.features.chunks_exact(width);
        let count = n.min(tests.len());
        let some: Vec<f32> =
            (0..count).flat_map(|k| tests.clone().nth(k * tests.len() / count).unwrap_or(&[])).copied().collect();
        let [theirs, own] = [Balls::about(&some, width), Balls::about(&of.features, width)];
        let asked = of.labels.iter().any(|label| *label != NULL);
        let share = |count: usize, of: usize| count as f64 / of.max(1) as f64;
        let right = of.labels.iter().zip(&of.seen).filter(|(label, seen)| label == seen).count();
        let pixels = match asked {
            true => Slices::of_classes(&of.pixels, DIRECTIONS, &of.labels),
            false => Slices::of(&of.pixels, DIRECTIONS),
        };
        let near = of.nearest.iter().filter(|far| **far < self.near).count();
        Quality {
            pictures: n,
            accuracy: asked.then(|| share(right, n)),
            frechet: self.moments.distance(&Moments::of(&of.features, width)),
            energy: self.pixels.energy(&pixels),
            sliced: self.pixels.distance(&pixels),
            random: self.random.distance(&Slices::of(&of.random, DIRECTIONS)),
            precision: theirs.hold(&own),
            recall: own.hold(&theirs),
            diversity: spread(of, if asked { &of.labels } else { &of.seen }) / self.spread,
            memorised: share(near, of.nearest.len()),
            nfe,
            ms,
        }
    }
}

/// The root of the mean square distance of features from the middle of their class, over classes with two pictures at least.
fn spread(sights: &Sights, labels: &[u8]) -> f64 {
    let width = sights.width();
    let of_class = |class: usize| {
        let own = labels.iter().zip(sights.features.chunks_exact(width)).filter(|(label, _)| **label as usize == class);
        own.flat_map(|(_, features)| features.iter().copied()).collect::<Vec<f32>>()
    };
    let classes: Vec<Vec<f32>> = (0..CLASSES).map(of_class).filter(|own| own.len() >= 2 * width).collect();
    let total: f64 = classes.iter().map(|own| Moments::of(own, width).variance()).sum();
    (total / classes.len().max(1) as f64).sqrt()
}
