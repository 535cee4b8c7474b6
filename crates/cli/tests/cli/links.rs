//! Links of the page on the command line: drawn, and held against what browsers gave.

use super::{flowstep, prints, refused, scratch};
use std::{
    fs::{self, File},
    io::BufReader,
    path::Path,
};

/// Size, colour type and bytes of a PNG.
fn png(path: &str) -> ([u32; 2], png::ColorType, Vec<u8>) {
    let file = BufReader::new(File::open(path).unwrap_or_else(|error| panic!("{path}: {error}")));
    let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a small picture")];
    let info = reader.next_frame(&mut bytes).expect("a picture");
    bytes.truncate(info.buffer_size());
    ([info.width, info.height], info.color_type, bytes)
}

#[test]
fn links_give_the_very_bytes_that_they_gave_in_a_browser() {
    // Those of the plane's exact field are the tests of tests/golden.
    let files = ["samples", "comparisons", "recipes", "learned"].map(|name| format!("tests/golden/{name}.txt"));
    let said = prints(&[&["verify"], &files.each_ref().map(String::as_str)[..]].concat());
    let lines: Vec<_> = said.lines().filter(|line| line.contains(" links, ")).collect();
    assert_eq!(lines.len(), 4, "{said}");
    assert!(lines.iter().all(|line| line.contains(" hashes, all the same")), "{said}");
    // Every link is held but those that train otherwise than along a path, and each of those is named.
    let text: String =
        files.iter().map(|file| fs::read_to_string(Path::new("../..").join(file)).expect(file)).collect();
    let beyond = |link: &&str| link.contains("&family=") && link.contains("&trained=");
    let links = || text.lines().filter(|line| line.starts_with('?'));
    let number = |line: &&str| line.split(": ").nth(1).and_then(|it| it.split(' ').next()?.parse::<usize>().ok());
    assert_eq!(lines.iter().filter_map(number).sum::<usize>() + links().filter(beyond).count(), links().count());
    links().filter(beyond).for_each(|link| assert!(said.contains(&format!("{link}: not held, since a ")), "{link}"));
    let plane = prints(&["verify", "tests/golden/plane.txt", "--only", "tour=5"]);
    assert!(plane.contains(": 1 links, 8 hashes, all the same"), "{plane}");
}

#[test]
fn a_hash_that_is_another_is_told_and_so_is_a_file_that_is_none() {
    let folder = scratch("verify");
    let golden = fs::read_to_string("../../tests/golden/samples.txt").expect("the file");
    let first: Vec<&str> = golden.lines().take(5).collect();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let changed = file("changed.txt", &first.join("\n").replace("frame 2 2c", "frame 2 2d"));
    let run = flowstep(&["verify", &changed]);
    let [out, said] = [run.stdout, run.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(
        out.contains(&format!("{}: frame 2 differs", first[0])) && said.contains("of 4 hashes 1 are not"),
        "{out}{said}"
    );
    for (name, text, words) in [
        ("none.txt", "no link", "line 1 is neither a link"),
        ("bare.txt", "?seed=1", "stands no hash"),
        ("bad.txt", &format!("?seed=many\n{}", first[1]), "seed cannot be “many”"),
    ] {
        let path = file(name, text);
        let said = refused(flowstep(&["verify", &path]), &[name]);
        assert!(said.contains(words), "{said}");
    }
    let said = flowstep(&["verify", &changed, "--only", "model=none"]).stderr;
    assert!(String::from_utf8_lossy(&said).contains("no link contains"));
}

#[test]
fn a_link_is_drawn_as_the_page_shows_it() {
    let folder = scratch("link");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let draw = |link: &str, name: &str| prints(&["sample", "--link", link, "--out", &path(name)]);
    let link =
        "https://example.org/flowstep/?view=sample&model=mnist&seed=7&pictures=12&steps=3&sampler=heun&guidance=1.5";
    let said = draw(link, "whole");
    assert!(said.starts_with("12 pictures, state, frame 3 of 3, t = 1, "), "{said}");
    let (size, grey, whole) = png(&path("whole.png"));
    assert_eq!((size, grey), ([10 * 87 + 3, 2 * 87 + 3], png::ColorType::Grayscale));
    // The same settings by hand, added up otherwise: at most a level apart.
    let weights = concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/weights/mnist.safetensors");
    let hand = ["--seed=7", "--pictures=12", "--steps=3", "--sampler=heun", "--guidance=1.5"];
    prints(&[&["sample", weights, "--out", &path("hand")], &hand[..]].concat());
    let far = png(&path("hand.png")).2.iter().zip(&whole).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(far <= Some(1), "{far:?} levels");
    // At an earlier frame, and what the network says there.
    let earlier = draw(&format!("{link}&frame=1"), "earlier");
    assert!(earlier.contains("frame 1 of 3"), "{earlier}");
    assert_ne!(png(&path("earlier.png")).2, whole);
    draw(&format!("{link}&frame=1&show=data"), "data");
    assert_eq!(png(&path("data.png")).1, png::ColorType::Grayscale);
    draw(&format!("{link}&frame=1&show=velocity"), "velocity");
    assert_eq!(png(&path("velocity.png")).1, png::ColorType::Rgb);
    // A comparison, lane by lane; without noise at both lanes' start they begin alike.
    let said = draw("?view=compare&pictures=3&steps=2&frame=0&lane=euler,1,1,mnist&lane=heun,1,1,fashion", "lanes");
    assert!(said.starts_with("2 lanes of 3 pictures, "), "{said}");
    let ([wide, high], _, lanes) = png(&path("lanes.png"));
    assert_eq!([wide, high], [3 * 87 + 3, 2 * 87 + 3]);
    let half = (87 * wide) as usize;
    assert!(lanes[..half] == lanes[half..2 * half]);
    let note = draw("?model=mnist&sampler=em-reverse&pictures=1&steps=1", "note");
    assert!(note.contains("is not for this model, since ") && note.contains("Euler is used instead."), "{note}");
}

#[test]
fn what_a_link_says_was_trained_is_trained_and_the_plane_is_drawn() {
    let folder = scratch("trained-link");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let draw = |link: &str, name: &str| prints(&["sample", "--link", link, "--out", &path(name)]);
    let trained = "?model=trained&pictures=2&steps=2&batch=2&trained=3";
    assert!(draw(trained, "trained").starts_with("training 3 steps first"));
    draw("?model=kept-2&pictures=2&steps=2&kept=2~mine~3~family:flow~batch:2", "kept");
    assert_eq!(png(&path("kept.png")), png(&path("trained.png")));
    draw(&format!("{trained}&train-seed=9"), "other");
    assert_ne!(png(&path("other.png")).2, png(&path("trained.png")).2);
    let said = draw("?view=plane&data=moons&particles=50&steps=4&frame=2", "plane");
    assert!(said.starts_with("frame 2 of 4, t = 0.5: "), "{said}");
    draw("?view=plane&data=moons&particles=50&steps=4&frame=2&trained=5&batch=16", "learned");
    let [plain, learned] =
        ["plane.svg", "learned.svg"].map(|name| fs::read_to_string(path(name)).expect("the drawing"));
    assert!(plain.starts_with("<svg ") && learned.matches("<svg ").count() > plain.matches("<svg ").count());
}

#[test]
fn links_that_cannot_be_drawn_get_a_sentence() {
    let folder = scratch("bad-link");
    let out = folder.join("never").to_string_lossy().into_owned();
    for (link, more, words) in [
        ("nothing", None, "question mark"),
        ("?seed=many", None, "seed cannot be “many”"),
        ("?view=train&seed=7", None, "view Train"),
        ("?model=file&seed=7", None, "opened from a file"),
        ("?model=trained&seed=7", None, "not for how many steps"),
        ("?model=kept-3&seed=7", None, "model 3 of the shelf"),
        ("?model=mnist&steps=2&frame=2&show=score&pictures=1", None, "no score at t = 1"),
        ("?view=compare&lane=euler,2,1,mnist&lane=em-reverse,2,1,mnist", None, "lane 2"),
        ("?view=plane&data=cubes", None, "no data set of the plane is called “cubes”"),
        ("?seed=7", Some("--seed=8"), "cannot be used with"),
        ("?seed=7", Some("--public=/no/such/folder"), "/no/such/folder/weights/mnist.safetensors"),
        ("?seed=7", Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")), "cannot be used with"),
    ] {
        let arguments: Vec<&str> = ["sample", "--link", link, "--out", &out].into_iter().chain(more).collect();
        let said = refused(flowstep(&arguments), &arguments);
        assert!(said.contains(words) && !said.contains("Play"), "{link}: {said}");
    }
    refused(flowstep(&["sample"]), &["sample"]);
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 0, "something was written");
}
