//! Modes of the data: which part a place belongs to, and what a cloud looks like in words.

use data::shapes::Part;

/// Data of so few parts are told part by part, others class by class.
const FEW: usize = 6;
/// Particles that a sentence is about, at most.
const COUNTED: usize = 500;

/// Finds the part to which a sample at x most likely belongs: the largest ln w - |x - c|² / 2 std² - 2 ln std. Nothing where no
/// part has a weight.
fn finder(parts: &[Part]) -> impl Fn([f64; 2]) -> Option<usize> {
    // Logarithms once for all places, of which there are hundreds in every drawing.
    let logs: Vec<_> = parts.iter().map(|part| (part.weight.ln(), 2.0 * part.std.ln())).collect();
    move |x| {
        let log = |(part, (weight, std)): (&Part, &(f64, f64))| {
            let square = (x[0] - part.centre[0]).powi(2) + (x[1] - part.centre[1]).powi(2);
            weight - square / (2.0 * part.std * part.std) - std
        };
        let all = parts.iter().zip(&logs).map(log).enumerate().filter(|(_, log)| log.is_finite());
        all.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(k, _)| k)
    }
}

/// The class of the part to which each place of a flat cloud belongs.
pub fn classes(parts: &[Part], cloud: &[f64]) -> Vec<u8> {
    let part_at = finder(parts);
    let class = |x: &[f64; 2]| part_at(*x).map_or(0, |k| parts[k].class);
    cloud.as_chunks().0.iter().map(class).collect()
}

/// What a flat cloud looks like: where it is, how wide, how far from the data, and how it is shared among their modes.
pub fn spoken(parts: &[Part], cloud: &[f64]) -> String {
    let all = cloud.as_chunks::<2>().0;
    let places: Vec<[f64; 2]> = all.iter().take(COUNTED).copied().filter(|x| x.iter().all(|x| x.is_finite())).collect();
    let n = places.len() as f64;
    if places.is_empty() || parts.is_empty() {
        return String::new();
    }
    let mean = [0, 1].map(|i| places.iter().map(|x| x[i]).sum::<f64>() / n);
    let spread = [0, 1].map(|i| (places.iter().map(|x| (x[i] - mean[i]).powi(2)).sum::<f64>() / n).sqrt());
    let nearest = |x: &[f64; 2]| {
        let distance = |part: &Part| (x[0] - part.centre[0]).hypot(x[1] - part.centre[1]);
        parts.iter().map(distance).fold(f64::INFINITY, f64::min)
    };
    let far = places.iter().map(nearest).sum::<f64>() / n;
    let [x, y] = mean;
    let words = format!(
        "A cloud around ({x:.1}, {y:.1}), {:.1} wide and {:.1} high (standard deviations), on average {far:.2} from the nearest centre of the data",
        spread[0], spread[1]
    );
    let words = words.replace("-0.0", "0.0").replace('-', "−");
    match shares(parts, &places) {
        shares if shares.is_empty() => words,
        shares => format!("{words}; {} by the nearest mode", shares.join(", ")),
    }
}

/// “52 % part 1”, for every mode where there are two or more.
fn shares(parts: &[Part], places: &[[f64; 2]]) -> Vec<String> {
    let by_part = parts.len() <= FEW;
    let names: Vec<String> = match by_part {
        true => (1..=parts.len()).map(|k| format!("part {k}")).collect(),
        false => ["first class", "second class"].map(String::from).into(),
    };
    let mut counts = vec![0usize; names.len()];
    let part_at = finder(parts);
    for k in places.iter().filter_map(|x| part_at(*x)) {
        counts[if by_part { k } else { usize::from(parts[k].class.min(1)) }] += 1;
    }
    let told = counts.iter().filter(|count| by_part || **count > 0).count();
    if told < 2 {
        return vec![];
    }
    let percent = |count: usize| 100.0 * count as f64 / places.len() as f64;
    names.iter().zip(counts).map(|(name, count)| format!("{:.0} % {name}", percent(count))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use data::shapes::Shape;

    fn part(weight: f64, x: f64, std: f64, class: u8) -> Part {
        Part { weight, centre: [x, 0.0], std, class }
    }

    #[test]
    fn a_place_belongs_to_the_likelier_part() {
        // Equal densities of N(0, 1) and N(3, 1) meet at 1.5; a weight of e^3 moves that by 1.
        let parts = [part(1.0, 0.0, 1.0, 0), part(1.0, 3.0, 1.0, 1)];
        assert_eq!([1.49, 1.51].map(|x| finder(&parts)([x, 0.0])), [Some(0), Some(1)]);
        let heavy = [part(3f64.exp(), 0.0, 1.0, 0), parts[1]];
        assert_eq!([2.49, 2.51].map(|x| finder(&heavy)([x, 0.0])), [Some(0), Some(1)]);
        assert_eq!(finder(&[part(0.0, 0.0, 1.0, 0)])([0.0; 2]), None);
        assert_eq!(classes(&parts, &[0.0, 0.0, 3.0, 0.5]), [0, 1]);
    }

    #[test]
    fn a_cloud_is_told_by_place_width_distance_and_modes() {
        let parts = [part(1.0, 0.0, 0.5, 0), part(1.0, 3.0, 0.5, 0)];
        let said = spoken(&parts, &[0.0, 0.5, 0.0, -0.5, 0.0, 0.5, 3.0, -0.5]);
        assert_eq!(
            said,
            "A cloud around (0.8, 0.0), 1.3 wide and 0.5 high (standard deviations), on average 0.50 from the nearest \
             centre of the data; 75 % part 1, 25 % part 2 by the nearest mode"
        );
        assert_eq!(spoken(&parts, &[]), "");
        assert_eq!(spoken(&[], &[1.0, 1.0]), "");
        assert_eq!(spoken(&parts, &[f64::NAN, 1.0]), "");
        let moons = Shape::Moons.parts('A');
        let half = spoken(&moons, &[moons[0].centre, moons[47].centre].concat());
        assert!(half.ends_with("; 50 % first class, 50 % second class by the nearest mode"), "{half}");
        assert!(!spoken(&parts[..1], &[0.0, 0.0]).contains("mode"));
    }
}
