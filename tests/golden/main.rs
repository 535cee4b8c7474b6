//! The numbers of the plane's golden links. They are scalar f64 without fused operations, which every machine and every
//! browser computes alike, so that no browser is needed.

mod kept;

use plane::{figure::Figure, spec::Spec};

/// Every state of every course, frame by frame, and the density over (t, x) of the figure in one dimension.
fn give(link: &str) -> Vec<(String, String)> {
    let (spec, complaints) = Spec::parse(link.trim_start_matches("?view=plane").trim_start_matches('&'));
    assert_eq!(complaints, [""; 0], "{link}");
    let mut figure = Figure::new(&spec);
    assert_eq!(figure.complaint(), None, "{link}");
    while figure.work() {}
    let frame = |k: usize| {
        let numbers = figure.states(k).into_iter().flatten().map(|x| x as f32);
        (format!("frame {k}"), kept::hash(numbers))
    };
    (0..spec.times().len())
        .map(frame)
        .chain([("density".into(), kept::hash(figure.density().map(|p| p as f32)))])
        .collect()
}

#[test]
fn golden_links_of_the_plane_give_the_same_numbers() {
    kept::hold("plane.txt", give);
}
