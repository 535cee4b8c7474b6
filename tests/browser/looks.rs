//! Looks: every view, every figure of the plane and every stop of the tour, as they were when somebody last looked at them.
//!
//! `make looks` keeps new ones, and takes the pictures of the README from the same run.

use crate::{
    image::Image,
    page::{Adapter, Page, scratch},
    recorder,
    server::Site,
};
use flow::keyed::Keyed;
use plane::spec::FigureKind;
use protocol::{link::Link, tour::ALL};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

/// Share of blocks that may differ from the kept picture; and where the font of the kept ones is not there.
const SHARE: f64 = 0.0025;
const ROUGH: f64 = 0.3;

/// Letters are the same on every machine that has these fonts; numbers that no two runs have the same are away.
const STYLE: &str = "
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        :root { --sans: 'DejaVu Sans', sans-serif; --serif: 'DejaVu Serif', serif; }
        math { font-family: 'DejaVu Serif', serif; }
        [data-term=ms], .learn p.quiet.figure, .view.train .readouts { visibility: hidden; }
        /* An estimate is as many lines as the machine is slow. */
        .view.train .settings .roomy .note { display: none; }
    `);
    document.adoptedStyleSheets.push(sheet);";

#[derive(Clone, Copy, PartialEq)]
enum Theme {
    Light,
    Dark,
}

impl Theme {
    fn key(self) -> &'static str {
        if self == Self::Light { "light" } else { "dark" }
    }
}

/// A window and a theme.
type Look = (&'static str, [u32; 2], Theme);

const DESKTOP: [u32; 2] = [1280, 800];
const PHONE: [u32; 2] = [390, 844];
const EVERY: [Look; 4] = [
    ("desktop", DESKTOP, Theme::Light),
    ("desktop", DESKTOP, Theme::Dark),
    ("phone", PHONE, Theme::Light),
    ("phone", PHONE, Theme::Dark),
];
const SOME: [Look; 2] = [("desktop", DESKTOP, Theme::Light), ("phone", PHONE, Theme::Dark)];

/// Something that has looks: its name, its link, in which windows.
struct Case {
    name: String,
    link: String,
    looks: Vec<Look>,
    /// The picture of the README that is the first of them.
    docs: Option<&'static str>,
}

impl Case {
    fn new(name: &str, link: &str, looks: &[Look]) -> Self {
        Self { name: name.into(), link: link.into(), looks: looks.to_vec(), docs: None }
    }

    fn with_docs(self, docs: &'static str) -> Self {
        Self { docs: Some(docs), ..self }
    }
}

fn views() -> Vec<Case> {
    let lanes = "?view=compare&pictures=10&steps=10&frame=6";
    vec![
        Case::new("sample", "?steps=20&frame=12", &EVERY).with_docs("screenshot"),
        Case::new("compare", lanes, &EVERY).with_docs("compare"),
        Case::new("train", "?view=train", &EVERY),
        Case::new("codes", "?model=mnist-vae&steps=20&frame=20", &SOME),
        Case::new("critic", "?model=mnist-gan&steps=20&frame=20", &SOME),
        Case::new("train-gan", "?view=train&family=gan", &SOME),
        Case::new("present", "?steps=20&frame=12&present=1", &[("desktop", DESKTOP, Theme::Dark)]),
        Case::new("embed", "?steps=20&frame=12&embed=1", &[("frame", [960, 540], Theme::Light)]),
    ]
}

fn planes() -> Vec<Case> {
    let figure = |show: FigureKind| {
        Case::new(&format!("plane-{show}"), &format!("?view=plane&show={show}&data=moons&frame=20"), &EVERY)
    };
    let learned = Case::new("plane-learned", "?view=plane&data=moons&trained=1500&frame=20", &SOME).with_docs("plane");
    FigureKind::all().map(figure).chain([learned]).collect()
}

fn stops() -> Vec<Case> {
    (1..=ALL).map(|n| Case::new(&format!("tour-{n:02}"), &Link::stop(n).to_query(), &SOME)).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/looks")
}

fn file(case: &Case, (window, _, theme): Look) -> String {
    format!("{}-{window}-{}.png", case.name, theme.key())
}

/// What the window shows.
pub fn shot(page: &Page) -> Image {
    let png = page.browser.chromium("Page.captureScreenshot", json!({ "format": "png" }));
    Image::read(&recorder::bytes(&png["data"]))
}

/// True where everything that is to be drawn has been.
const DRAWN: &str = "
    scrollTo(0, 0);
    await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
    const blank = (one) => {
        const { data } = one.getContext('2d').getImageData(0, 0, one.width, one.height);
        return data.every((byte, i) => byte === data[i % 4]);
    };
    const canvases = [...document.querySelectorAll('main canvas')].filter(one => one.checkVisibility());
    return document.getElementById('app').dataset.state === 'ready' && !document.querySelector('main [aria-busy=true]')
        && (document.querySelector('.view.train') !== null || canvases.length > 0 && !canvases.some(blank));";

/// The page once it stands still: three times the same.
fn still(page: &Page) -> Image {
    let mut last: Option<Image> = None;
    let mut same = 0;
    page.wait_for("the page to stand still", |page| {
        let drawn = page.browser.run_async(DRAWN, json!([])) == true;
        let now = shot(page);
        same = if drawn && last.as_ref() == Some(&now) { same + 1 } else { 0 };
        last = Some(now);
        if same >= 2 { last.clone() } else { None }
    })
}

/// Whether the font of the kept pictures is here.
fn has_font(page: &Page) -> bool {
    let script = "const pen = document.createElement('canvas').getContext('2d');
        const wide = (font) => { pen.font = `40px ${font}`; return pen.measureText('flowstep 0123 WMil').width; };
        return ['serif', 'monospace'].some(other => wide(`'DejaVu Sans', ${other}`) !== wide(other))";
    page.browser.run(script, json!([])) == Value::Bool(true)
}

/// Compares every look of these with the kept ones, or keeps new ones.
fn compare(cases: &[Case]) {
    let renew = env::var("FLOWSTEP_LOOKS").is_ok_and(|it| it == "renew");
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    page.run_before(STYLE);
    page.browser.chromium("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    let (mut different, mut count) = (Vec::new(), 0);
    for case in cases {
        for (at, &look) in case.looks.iter().enumerate() {
            page.resize(look.1);
            page.prefer(&[("prefers-reduced-motion", "reduce"), ("prefers-color-scheme", look.2.key())]);
            if at == 0 {
                page.go(&case.link);
                page.wait("the page to leave data-state=loading", |page| page.state() != "loading");
            }
            let whole = still(&page);
            count += 1;
            let name = file(case, look);
            if renew {
                keep(&name, &whole, case.docs.filter(|_| at == 0));
            } else if let Err(why) = judge(&page, &name, whole) {
                different.push(why);
            }
        }
    }
    println!("looks: {} of {count} as kept", count - different.len());
    assert!(
        different.is_empty(),
        "{} looks differ; `make looks` keeps the new ones:\n{}",
        different.len(),
        different.join("\n")
    );
    page.close_without_errors();
}

fn keep(name: &str, whole: &Image, docs: Option<&str>) {
    let write = |path: PathBuf, image: &Image| {
        fs::write(&path, image.write()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    };
    fs::create_dir_all(folder()).expect("the folder of the kept pictures");
    write(folder().join(name), &whole.coarse());
    if let Some(docs) = docs {
        write(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{docs}.png")), whole);
    }
}

/// A sentence if a look is not as it was kept, which a picture of both illustrates.
fn judge(page: &Page, name: &str, whole: Image) -> Result<(), String> {
    let kept = fs::read(folder().join(name)).map_err(|_| format!("{name}: none is kept"))?;
    let (kept, new) = (Image::read(&kept), whole.coarse());
    let most = if has_font(page) { SHARE } else { ROUGH };
    let share = kept.difference(&new);
    if share <= most {
        return Ok(());
    }
    let both = scratch("looks").join(name);
    fs::write(&both, kept.beside(&new).write()).map_err(|error| format!("{}: {error}", both.display()))?;
    Err(format!("{name}: {:.1} % differ; kept, new, difference: {}", 100.0 * share, both.display()))
}

#[test]
fn views_look_as_they_did() {
    compare(&views());
}

#[test]
fn figures_of_the_plane_look_as_they_did() {
    compare(&planes());
}

#[test]
fn stops_of_the_tour_look_as_they_did() {
    compare(&stops());
}

#[test]
fn every_kept_picture_is_of_something() {
    let all = views().into_iter().chain(planes()).chain(stops());
    let files = |case: Case| case.looks.iter().map(|look| file(&case, *look)).collect::<Vec<_>>();
    let wanted: BTreeSet<String> = all.flat_map(files).collect();
    let kept: BTreeSet<String> = fs::read_dir(folder())
        .expect("tests/looks")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(kept, wanted);
}
