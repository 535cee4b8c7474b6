//! Heat maps: what is positive in viridis, what has a sign from blue to red; nothing is transparent.

use crate::{
    colour::{sheer, sheer_diverging},
    mark::{Colour, Mark, faded},
};
use flow::lattice::Lattice;

/// How a share s = value / top of the scale becomes a place in [0, 1] on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// s
    Linear,
    /// s to this power, above 0; below 1 it lifts what is small.
    Power(f64),
    /// 1 + log10(s) / decades: so many decades below the top there is nothing.
    Log(f64),
}

impl Scale {
    /// Where `share` in [0, 1] stands on the map; 0 for what is no number.
    pub fn place(self, share: f64) -> f64 {
        let share = if share > 0.0 { share.min(1.0) } else { 0.0 };
        match self {
            Self::Linear => share,
            Self::Power(power) => share.powf(power),
            Self::Log(decades) => (1.0 + share.log10() / decades).max(0.0),
        }
    }
}

/// A map and the number that its last colour stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    pub mark: Mark,
    /// The top of the scale, above 0; of a map with a sign, its limit on both sides.
    pub top: f64,
}

impl Heat {
    /// The same at `share` of its opacity, for what something else is to stand out from.
    pub fn paler(mut self, share: f64) -> Self {
        if let Mark::Map { rgba, .. } = &mut self.mark {
            rgba.as_chunks_mut().0.iter_mut().for_each(|cell| *cell = faded(*cell, share));
        }
        self
    }
}

/// `values` ≥ 0 of the cells of `lattice` in viridis up to `top`, or up to the greatest of them.
pub fn heat(values: &[f64], lattice: &Lattice, top: Option<f64>, scale: Scale) -> Heat {
    let top = sound(top.unwrap_or_else(|| greatest(values.iter().copied())));
    // A table: 256 colours for many more cells.
    let table: Vec<Colour> = (0..=255).map(|i| sheer(f64::from(i) / 255.0)).collect();
    let colour = |value: f64| table[(255.0 * scale.place(value / top)).round() as usize];
    Heat { mark: map(values, lattice, colour), top }
}

/// `values` of any sign, from blue at -`limit` to red at `limit`, or at the greatest size among them.
pub fn signed(values: &[f64], lattice: &Lattice, limit: Option<f64>) -> Heat {
    let top = sound(limit.unwrap_or_else(|| greatest(values.iter().map(|value| value.abs()))));
    Heat { mark: map(values, lattice, |value| sheer_diverging(value / top)), top }
}

/// The greatest finite number, 0 if there is none above it.
pub fn greatest(values: impl Iterator<Item = f64>) -> f64 {
    values.filter(|value| value.is_finite()).fold(0.0, f64::max)
}

/// 1 for a top that is none, so that an empty map has a legend too.
fn sound(top: f64) -> f64 {
    if top.is_finite() && top > 0.0 { top } else { 1.0 }
}

/// Cells without a value stay transparent.
fn map(values: &[f64], lattice: &Lattice, colour: impl Fn(f64) -> Colour) -> Mark {
    let mut rgba = vec![0; 4 * lattice.len()];
    rgba.as_chunks_mut().0.iter_mut().zip(values).for_each(|(cell, value)| *cell = colour(*value));
    Mark::Map { place: [lattice.low, lattice.high], columns: lattice.columns, rows: lattice.rows, rgba }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::viridis;

    const LATTICE: Lattice = Lattice { low: [-1.0, 0.0], high: [2.0, 2.0], columns: 3, rows: 2 };

    fn cells(heat: &Heat) -> &[Colour] {
        let Mark::Map { rgba, .. } = &heat.mark else { panic!("{heat:?} is no map") };
        rgba.as_chunks().0
    }

    #[test]
    fn cells_have_the_colours_of_their_shares() {
        let heat = heat(&[0.0, 1.0, 2.0, 3.0, f64::NAN, 4.0], &LATTICE, None, Scale::Linear);
        assert_eq!(heat.top, 4.0);
        let Mark::Map { place, columns, rows, .. } = &heat.mark else { unreachable!() };
        assert_eq!((*place, *columns, *rows), ([[-1.0, 0.0], [2.0, 2.0]], 3, 2));
        let seen = cells(&heat);
        assert_eq!((seen[0][3], seen[4][3]), (0, 0), "nothing and no number are transparent");
        assert_eq!(seen[5], viridis(1.0));
        for (i, share) in [(1, 64.0 / 255.0), (2, 128.0 / 255.0), (3, 191.0 / 255.0)] {
            assert_eq!(seen[i], viridis(share));
        }
    }

    #[test]
    fn a_stated_top_holds_whatever_the_values_are() {
        let heat = heat(&[1.0, 2.0, 9.0], &LATTICE, Some(2.0), Scale::Linear);
        assert_eq!(heat.top, 2.0);
        assert_eq!(cells(&heat)[1..3], [viridis(1.0); 2]);
        assert_eq!(cells(&heat)[3..], [[0; 4]; 3], "cells without a value");
    }

    #[test]
    fn a_paler_map_has_the_same_colours_and_scale() {
        let whole = heat(&[0.0, 1.0, 2.0, 3.0, f64::NAN, 4.0], &LATTICE, None, Scale::Linear);
        let pale = whole.clone().paler(0.5);
        assert_eq!(pale.top, whole.top);
        for (pale, whole) in cells(&pale).iter().zip(cells(&whole)) {
            assert_eq!(*pale, faded(*whole, 0.5));
        }
        assert_eq!(cells(&pale)[5][3], 128);
    }

    #[test]
    fn empty_and_hopeless_maps_have_a_scale() {
        for values in [vec![], vec![0.0; 6], vec![f64::NAN; 6], vec![f64::INFINITY; 6]] {
            assert_eq!(
                (heat(&values, &LATTICE, None, Scale::Log(3.0)).top, signed(&values, &LATTICE, None).top),
                (1.0, 1.0)
            );
        }
        let none = Lattice { columns: 0, ..LATTICE };
        assert!(cells(&heat(&[1.0], &none, None, Scale::Linear)).is_empty());
    }

    #[test]
    fn scales_are_their_formulas() {
        for (scale, share, place) in [
            (Scale::Linear, 0.3, 0.3),
            (Scale::Power(0.5), 0.25, 0.5),
            (Scale::Log(4.0), 0.01, 0.5),
            (Scale::Log(2.0), 1e-3, 0.0),
            (Scale::Log(2.0), 0.0, 0.0),
            (Scale::Power(0.5), -1.0, 0.0),
            (Scale::Linear, f64::NAN, 0.0),
            (Scale::Log(2.0), 5.0, 1.0),
        ] {
            assert!((scale.place(share) - place).abs() < 1e-15, "{scale:?} at {share}: {}", scale.place(share));
        }
    }

    #[test]
    fn signed_maps_are_the_same_to_both_sides() {
        let heat = signed(&[-3.0, 0.0, 1.5, 3.0, f64::NAN], &LATTICE, None);
        assert_eq!(heat.top, 3.0);
        let seen = cells(&heat);
        assert_eq!((seen[0], seen[2], seen[3]), (sheer_diverging(-1.0), sheer_diverging(0.5), sheer_diverging(1.0)));
        assert_eq!((seen[1][3], seen[4][3]), (0, 0));
    }
}
