//! Styles mixed between pictures, and noise made stronger or weaker.

use super::{
    codes::{class, drawn, weights},
    line::line,
};
use crate::{
    dom::{El, el, follow},
    picture::tiles,
    store::{Ask, Store},
    text,
};
use data::sets::PIXELS;
use flow::{
    family::FamilyId,
    rng::{Purpose, Stream},
};
use leptos::prelude::*;
use protocol::styles::{LEVELS, NOISE, SIDES, numbers};

/// Pictures whose coarse styles are taken, and as many whose fine ones are.
const PARENTS: usize = 3;

/// The code of picture `k`, as the worker draws it, with noise this strong.
fn code(seed: u64, k: usize, n: usize, strength: f32) -> Vec<f32> {
    let mut stream = Stream::new(seed, Purpose::Sample, k as u64);
    let z = stream.normals(n);
    let noise = stream.normals(NOISE).into_iter().map(|z| z * strength);
    z.repeat(LEVELS).into_iter().chain(noise).collect()
}

/// The first styles of one code, the others of another, and the noise of the first.
fn mixed(coarse: &[f32], fine: &[f32], levels: usize, n: usize) -> Vec<f32> {
    let split = levels * n;
    [&coarse[..split], &fine[split..LEVELS * n], &coarse[LEVELS * n..]].concat()
}

/// The table of mixtures, and the chosen picture under other noise.
pub fn panels(store: Store) -> Vec<El> {
    let model = Memo::new(move |_| store.sample.with(|sample| sample.model));
    let known = Memo::new(move |_| store.codes_of(model.get()));
    let of = Memo::new(move |_| (model.get(), weights(store, model.get())));
    let (levels, strength) = (RwSignal::new(1usize), RwSignal::new(1.0));
    let parent = move |k: usize| {
        let (latent, labels) = known.get().unwrap_or_default();
        let seed = store.sample.with(|sample| sample.seed);
        (code(seed, k, numbers(latent), 1.0), class(store, k, labels))
    };
    follow(move || {
        let (k, n) = (store.picture.get(), numbers(known.get().unwrap_or_default().0));
        // Another family takes its place in a moment.
        if n == 0 || store.family_of(of.get().0) != FamilyId::STYLE {
            return;
        }
        let [coarse, fine] = [0, PARENTS].map(|from| (k + from..k + from + PARENTS).map(parent).collect::<Vec<_>>());
        let (mut z, mut classes) = (vec![], vec![]);
        let mut add = |code: Vec<f32>, class: &[f32]| {
            z.extend(code);
            classes.extend(class);
        };
        fine.iter().for_each(|(code, class)| add(code.clone(), class));
        for (first, class) in &coarse {
            add(first.clone(), class);
            fine.iter().for_each(|(second, _)| add(mixed(first, second, levels.get(), n), class));
        }
        store.map.ask(Ask { model: of.get().0, z, classes });
    });
    follow(move || {
        let (k, (latent, labels)) = (store.picture.get(), known.get().unwrap_or_default());
        if numbers(latent) > 0 && store.family_of(of.get().0) == FamilyId::STYLE {
            let seed = store.sample.with(|sample| sample.seed);
            let z = code(seed, k, numbers(latent), strength.get() as f32);
            store.hand.ask(Ask { model: of.get().0, z, classes: class(store, k, labels).to_vec() });
        }
    });
    vec![table(store, levels), noise(store, strength)]
}

fn table(store: Store, levels: RwSignal<usize>) -> El {
    let places = |k: usize| format!("{0} × {0}", SIDES[k]);
    let said = move || match levels.get() {
        0 => "all styles from above".to_string(),
        LEVELS => "all styles from the left".into(),
        1 => format!("{} left, finer from above", places(0)),
        _ => format!("{} above, coarser left", places(LEVELS - 1)),
    };
    let slider = line(
        "Styles from the left",
        [0.0, LEVELS as f64, 1.0],
        move || levels.get() as f64,
        move |to| levels.set((to as usize).min(LEVELS)),
    )
    .live_attr("aria-valuetext", said);
    let name = move || {
        let said = said();
        format!(
            "Three pictures on the left and three above, and their styles mixed: {said}; class and noise from the left"
        )
    };
    // Nobody stands where both rows of parents meet.
    let all = move || store.map.pixels.get().map(|all| [&[-1.0; PIXELS], &all[..]].concat());
    el("figure", "panel")
        .attr("title", "Class and noise are those of the picture on the left")
        .child(tiles(name, [PARENTS + 1, (PARENTS + 1) * (PARENTS + 1)], all))
        .child(
            el("figcaption", "")
                .child(el("span", "title").child(el("span", "what").live_text(said)))
                .child(el("span", "legend").child(slider)),
        )
}

fn noise(store: Store, strength: RwSignal<f64>) -> El {
    let slider = line("Strength of noise", [0.0, 3.0, 0.25], move || strength.get(), move |to| strength.set(to))
        .live_attr("aria-valuetext", move || format!("noise times {}", text::brief(strength.get(), 2)));
    let said = move || match strength.get() {
        0.0 => "without noise".to_string(),
        1.0 => "with its own noise".into(),
        times => format!("with its noise times {}", text::brief(times, 2)),
    };
    let below = el("figcaption", "")
        .child(el("span", "title").child(el("span", "what").live_text(said)))
        .child(el("span", "legend").child(slider));
    drawn(store, "The picture with its noise made stronger or weaker", below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixture_at_no_level_or_at_all_has_the_styles_of_one_parent() {
        let [a, b] = [3, 4].map(|k| code(7, k, 5, 1.0));
        assert_eq!(a.len(), 15 + NOISE);
        assert_eq!(mixed(&a, &b, LEVELS, 5), a);
        assert_eq!(mixed(&a, &b, 0, 5)[..15], b[..15]);
        let half = mixed(&a, &b, 1, 5);
        assert_eq!((&half[..5], &half[5..15], &half[15..]), (&a[..5], &b[5..15], &a[15..]));
        assert!(code(7, 3, 5, 0.0)[15..].iter().all(|noise| *noise == 0.0));
    }
}
