//! Trajectories: the way of every particle through the frames up to now, what is long past the fainter.

use crate::mark::{Colour, Mark, Spot, faded};

/// Opacities of the parts of a trajectory, from the oldest on, each of as many frames as the next.
const FADES: [f64; 3] = [0.3, 0.55, 0.9];

/// The paths of the first `count` particles through `frames` 0 … `now` (flat clouds, one a frame), in one colour or one
/// for each particle. Neighbouring parts share a point, so that no way has a gap.
pub fn trajectories(frames: &[Vec<f64>], now: usize, count: usize, colours: &[Colour]) -> Mark {
    let seen = &frames[..frames.len().min(now.saturating_add(1))];
    paths(seen, count, colours, |frame, i| frame.as_chunks().0.get(i).copied())
}

/// Ways through frames, of each of which `place` tells where particle i is.
pub(super) fn paths<F>(
    frames: &[F],
    count: usize,
    colours: &[Colour],
    place: impl Fn(&F, usize) -> Option<Spot>,
) -> Mark {
    let count = if frames.len() < 2 { 0 } else { count };
    let steps = frames.len().saturating_sub(1);
    let ends: Vec<usize> = (0..=FADES.len()).map(|part| steps * part / FADES.len()).collect();
    let (mut lines, mut shades) = (vec![], vec![]);
    for i in 0..count {
        let Some(colour) = colours.get(i).or(colours.last()) else { break };
        for (part, fade) in ends.windows(2).zip(FADES).filter(|(part, _)| part[0] < part[1]) {
            let line: Vec<Spot> = frames[part[0]..=part[1]].iter().map_while(|frame| place(frame, i)).collect();
            if line.len() > 1 {
                lines.push(line);
                shades.push(faded(*colour, fade));
            }
        }
    }
    Mark::Lines { lines, width: 1.0, colours: shades, closed: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::CLASSES;

    /// Two particles on circles, one frame a degree.
    fn frames(count: usize) -> Vec<Vec<f64>> {
        let at = |i: usize| (i as f64).to_radians();
        (0..count).map(|i| vec![at(i).cos(), at(i).sin(), 2.0 * at(i).cos(), -2.0 * at(i).sin()]).collect()
    }

    fn lines(mark: Mark) -> (Vec<Vec<Spot>>, Vec<Colour>) {
        let Mark::Lines { lines, colours, closed: false, .. } = mark else { panic!("no open lines") };
        (lines, colours)
    }

    #[test]
    fn parts_join_to_the_whole_way_and_grow_fainter_backwards() {
        let (lines, colours) = lines(trajectories(&frames(40), 30, 2, &CLASSES[..2]));
        assert_eq!((lines.len(), colours.len()), (6, 6));
        for (i, parts) in lines.chunks(3).enumerate() {
            assert!(parts.windows(2).all(|pair| pair[0].last() == pair[1].first()));
            let way: Vec<Spot> = parts.iter().flat_map(|part| &part[..part.len() - 1]).copied().collect();
            let whole: Vec<Spot> = frames(30).iter().map(|frame| [frame[2 * i], frame[2 * i + 1]]).collect();
            assert_eq!(way, whole);
            assert_eq!(parts[2].last(), Some(&[frames(31)[30][2 * i], frames(31)[30][2 * i + 1]]));
            let radius = [1.0, 2.0][i];
            assert!(parts.iter().flatten().all(|p| (p[0].hypot(p[1]) - radius).abs() < 1e-12));
            let shades = &colours[3 * i..3 * i + 3];
            assert!(shades.iter().all(|shade| shade[..3] == CLASSES[i][..3]));
            assert!(shades.is_sorted_by_key(|shade| shade[3]) && shades[0][3] < shades[2][3]);
        }
    }

    #[test]
    fn short_paths_and_missing_particles_are_no_harm() {
        for (count, now, expected) in [(0, 0, 0), (1, 0, 0), (5, 0, 0), (2, 1, 2), (3, 2, 4), (3, usize::MAX, 4)] {
            let (lines, _) = lines(trajectories(&frames(count), now, 7, &CLASSES[..1]));
            assert_eq!(lines.len(), expected, "{count} frames up to {now}");
        }
        assert!(lines(trajectories(&frames(9), 8, 2, &[])).0.is_empty());
        assert_eq!(lines(trajectories(&frames(9), 8, 1, &CLASSES)).0.len(), 3);
    }
}
