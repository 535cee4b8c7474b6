//! For whom the page is hard to see or to point at: the focus is never hidden, text has room to be spaced, and colours that
//! the system chooses leave everything there to be seen.

use crate::{
    engine::{Engine, every_engine},
    image::Image,
    looks::shot,
    page::{Adapter, Page, key},
    server::Site,
};
use serde_json::json;
use std::collections::BTreeSet;

const VIEWS: [&str; 8] = [
    "?pictures=10&steps=4&frame=2",
    "?view=compare&pictures=4&steps=4&frame=2",
    "?view=train",
    "?model=mnist-vae&pictures=10&steps=4&frame=2",
    "?view=train&family=gan&kept=1~one~200~family:gan",
    "?view=plane&data=eight&family=gan&frame=20",
    "?view=plane&data=moons&frame=20",
    "?view=plane&tour=6",
];
const WINDOWS: [[u32; 2]; 2] = [[1280, 720], [390, 844]];
/// More controls than any view has.
const MOST: usize = 250;

fn open(page: &Page, link: &str) {
    page.go(link);
    page.wait("the page to be ready", |page| page.state() == "ready");
}

/// The focused element: who it is, and what is wrong with where it is; null once the focus has left the page.
const FOCUS: &str = "
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return null;
    window.numbered ??= new Map();
    if (!numbered.has(one)) numbered.set(one, numbered.size);
    const name = one.ariaLabel || one.labels?.[0]?.innerText || one.innerText?.slice(0, 40) || one.tagName;
    // An input may stand for a prettier button, which is its label.
    const seen = one.getBoundingClientRect().width > 2 ? one : one.closest('label') ?? one.labels?.[0] ?? one;
    const it = seen.getBoundingClientRect(), bar = document.querySelector('.time').getBoundingClientRect();
    const room = seen.closest('.time') ? innerHeight : bar.top;
    const box = [it.left, it.top, it.right, it.bottom].map(Math.round);
    let wrong = null;
    // Firefox scrolls to what is focused only where none of it is in sight, which WCAG 2.4.11 leaves to it.
    const fits = arguments[0] && it.height <= room;
    if (it.width === 0 || it.height === 0) wrong = 'has no size';
    else if (it.right < 0 || it.left > innerWidth) wrong = 'is beside the window';
    else if (fits && (it.top < -4 || it.bottom > room + 4) || !fits && (it.bottom <= 24 || it.top >= room - 24)) wrong = `is hidden below ${Math.round(room)}`;
    else {
        const x = Math.min(Math.max(it.left + it.width / 2, 1), innerWidth - 1), y = (Math.max(it.top, 0) + Math.min(it.bottom, room)) / 2;
        const hit = document.elementFromPoint(x, y);
        const parent = seen.closest('li, .frame, .field, label') ?? seen;
        if (!parent.contains(hit) && !hit?.contains(seen) && hit?.role !== 'tooltip' && !hit?.closest('[role=tooltip]'))
            wrong = `is covered by ${hit?.tagName} ${hit?.className}`;
    }
    return { id: numbered.get(one), name: name.trim(), wrong: wrong && `${wrong} [${box}]` };";

every_engine! {
    the_focus_is_never_hidden;
}

fn the_focus_is_never_hidden(engine: Engine) {
    let site = Site::new();
    let page = Page::blank(&site, engine);
    let (mut hidden, mut count) = (Vec::new(), 0);
    for link in VIEWS {
        // Only Chromium has a window as narrow as a phone.
        for window in if engine.is_chromium { &WINDOWS[..] } else { &WINDOWS[..1] } {
            page.resize(*window);
            open(&page, link);
            let mut seen = BTreeSet::new();
            for _ in 0..MOST {
                page.browser.press(key::TAB);
                let focus = page.browser.run(FOCUS, json!([engine.is_chromium]));
                // Past the last control, or round to the first.
                if focus.is_null() && !seen.is_empty() || !focus.is_null() && !seen.insert(focus["id"].as_u64()) {
                    break;
                }
                if let Some(wrong) = focus["wrong"].as_str() {
                    hidden.push(format!("{link} at {window:?}: {} {wrong}", focus["name"]));
                }
            }
            assert!(seen.len() > 8 && seen.len() < MOST, "{} controls of {link} were gone to", seen.len());
            count += seen.len();
        }
    }
    println!("focus in sight: {} of {count}", count - hidden.len());
    assert!(hidden.is_empty(), "{} of {count}:\n{}", hidden.len(), hidden.join("\n"));
    page.close_without_errors();
}

/// The spacing that WCAG 1.4.12 asks a page to bear.
const SPACING: &str = "
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }');
    document.adoptedStyleSheets.push(sheet);";

/// Texts that are cut off: within a box that hides what is longer, or beyond the edge of the window.
const CUT: &str = "
    await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
    const cut = [];
    for (const one of document.querySelectorAll('#app *')) {
        const text = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!text || one.closest('.unseen, svg, math') || !one.checkVisibility({ visibilityProperty: true })) continue;
        const range = document.createRange();
        range.selectNodeContents(one);
        const it = range.getBoundingClientRect();
        const say = (why) => cut.push(`${one.tagName.toLowerCase()}.${one.className} “${one.innerText.slice(0, 40)}” ${why}`);
        if (it.right > innerWidth + 1 && !one.closest('nav')) say(`ends at ${Math.round(it.right)}`);
        for (let box = one; box.id !== 'app'; box = box.parentElement) {
            const style = getComputedStyle(box);
            // Three dots say that there is more, and a title or a second place has it.
            if (style.textOverflow === 'ellipsis' || /auto|scroll/.test(style.overflowX + style.overflowY)) break;
            if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
            const { left, right, top, bottom } = box.getBoundingClientRect();
            if (it.left < left - 2 || it.right > right + 2 || it.top < top - 3 || it.bottom > bottom + 3) { say(`is cut off by ${box.className}`); break; }
        }
    }
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) cut.push(`the page is ${wide} px wide`);
    return cut;";

#[test]
fn text_may_be_spaced_and_nothing_is_cut_off() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    let mut cut = Vec::new();
    for link in VIEWS {
        open(&page, link);
        page.browser.run(SPACING, json!([]));
        for window in WINDOWS {
            page.resize(window);
            let found = page.browser.run_async(CUT, json!([]));
            let all = found.as_array().unwrap_or_else(|| panic!("{found}")).iter();
            cut.extend(all.map(|one| format!("{link} at {window:?}: {}", one.as_str().unwrap_or_default())));
        }
    }
    assert!(cut.is_empty(), "{} texts:\n{}", cut.len(), cut.join("\n"));
    page.close_without_errors();
}

/// What the screen shows of each of these, and so much around it.
fn shown(page: &Page, css: &str, around: f64) -> Vec<Image> {
    let script = "const all = [...document.querySelectorAll(arguments[0])].filter(one => one.checkVisibility());
        const one = all[arguments[1]];
        if (!one) return null;
        one.scrollIntoView({ block: 'center', behavior: 'instant' });
        await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
        const { left, top, right, bottom } = one.getBoundingClientRect();
        return [left, top, right, bottom];";
    let boxed = |k: usize| {
        let found = page.browser.run_async(script, json!([css, k]));
        let side = |at: usize| found[at].as_f64().expect("a side");
        (!found.is_null()).then(|| [side(0) - around, side(1) - around, side(2) + around, side(3) + around])
    };
    (0..).map_while(boxed).map(|it| shot(page).part(it)).collect()
}

/// The colours of a row of pixels.
fn colours(image: &Image, y: usize) -> BTreeSet<[u8; 3]> {
    (0..image.width).map(|x| image.at(x, y)).collect()
}

#[test]
fn colours_of_the_system_leave_tracks_ramps_and_the_chosen_picture_to_be_seen() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    for scheme in ["light", "dark"] {
        page.prefer(&[("forced-colors", "active"), ("prefers-color-scheme", scheme)]);
        open(&page, "?pictures=10&steps=4&frame=2&show=velocity");
        assert_eq!(page.browser.run("return matchMedia('(forced-colors: active)').matches", json!([])), true);
        for slider in shown(&page, "input[type=range]", 0.0) {
            // Beside the thumb, above the track and on it.
            let (edge, track) = (slider.at(3, 1), colours(&slider, slider.height / 2));
            assert!(track.iter().any(|colour| *colour != edge), "{scheme}: a track is not there");
            assert!(track.len() >= 3, "{scheme}: what is behind the thumb looks like what is before it: {track:?}");
        }
        let ramps = shown(&page, ".ramp", 0.0);
        assert!(!ramps.is_empty(), "the legend of a velocity");
        for ramp in ramps {
            assert!(colours(&ramp, ramp.height / 2).len() > 16, "{scheme}: a ramp is one colour");
        }
        let marked = "return [...document.querySelectorAll('nav a')].map(one => {
                const { borderBottomColor } = getComputedStyle(one);
                return borderBottomColor !== getComputedStyle(document.documentElement).backgroundColor; })";
        let marked = page.browser.run(marked, json!([]));
        assert_eq!(marked, json!([true, false, false, false, false]), "{scheme}: the views that look open");
        // The frame around a picture.
        let frames: Vec<_> = shown(&page, ".gallery li", 4.0)
            .iter()
            .map(|image| {
                // Its corners may hold a neighbour's.
                let wide = image.width as f64;
                let edge = image.part([0.25 * wide, 1.0, 0.75 * wide, 4.0]);
                (0..edge.height).flat_map(|y| colours(&edge, y)).collect::<BTreeSet<_>>()
            })
            .collect();
        let chosen: Vec<usize> = (0..frames.len()).filter(|k| frames[*k] != frames[9]).collect();
        assert_eq!(chosen, [0], "{scheme}: the pictures that look chosen");

        open(&page, "?view=plane&show=samplers&data=moons&frame=20");
        // Its module comes, and its worker answers, after the page is ready.
        page.wait(format_args!("{scheme}: ramps of the plane that are not one colour"), |page| {
            let ramps = shown(page, ".panel .ramp", 0.0);
            !ramps.is_empty() && ramps.iter().all(|ramp| colours(ramp, ramp.height / 2).len() > 16)
        });
    }
    page.close_without_errors();
}
