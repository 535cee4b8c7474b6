//! The most that a reader can be made to hold, byte for byte: long inputs, of a mebibyte or so, of the shortest things that it
//! knows.

use super::seeds;
use data::idx;
use flate2::{Compression, GzBuilder};
use flow::family::FamilyId;
use lab::{checkpoint, train::Trainer};
use model::{
    condition::Head,
    design::Design,
    mlp::MlpConfig,
    network::{Body, Config},
    weights::Precision,
};
use protocol::{
    catalogue::ModelId,
    message::{Command, Event, SampleSpec, TrainSpec, encode},
    saved::{self, Head as SavedHead, points::PointsSubject},
};
use std::io::Write;

const LENGTH: usize = 1 << 20;

fn again(text: &str) -> Vec<u8> {
    text.repeat(LENGTH / text.len()).into_bytes()
}

fn design(width: usize, hidden: usize) -> Design {
    let body = Body::Mlp(MlpConfig { width, hidden, depth: 1 });
    Design::Flow(Config { body, head: Head::Data, schedule: Default::default(), sigma: 0.9 })
}

pub fn weights() -> Vec<Vec<u8>> {
    let wide = design(1024, 1500);
    let half = seeds::file(wide, Precision::F16);
    // Longer than that no header is looked at.
    let header = |inside: &str, of: &str, end: &str| {
        let json = format!("{{\"__metadata__\":{{}}{inside}{}{end}}}", of.repeat((1 << 17) / of.len() - 10));
        [&(json.len() as u64).to_le_bytes()[..], json.as_bytes()].concat()
    };
    vec![
        seeds::whole(&half),
        seeds::file(wide, Precision::F32),
        half,
        header("", ",\"\":1", ""),
        header(",\"a\":[1", ",1", "]"),
        header(",\"a\":{\"dtype\":\"F16\",\"shape\":[1", ",1", "],\"data_offsets\":[0,0]}"),
    ]
}

pub fn checkpoints() -> Vec<Vec<u8>> {
    let trainer = Trainer::new(TrainSpec::default(), design(320, 400), &Default::default());
    vec![pollster::block_on(checkpoint::write(&trainer)).expect("a checkpoint")]
}

fn losses() -> Vec<(u64, Vec<f32>)> {
    vec![(1, vec![]); LENGTH / 2]
}

pub fn saved() -> Vec<Vec<u8>> {
    let head = |losses| SavedHead { at: 0.0, step: 1, recipe: TrainSpec::of(FamilyId::FLOW), until: None, losses };
    vec![saved::write(&head(losses()), &[]), saved::write(&head(vec![]), &[0; LENGTH])]
}

pub fn saved_points() -> Vec<Vec<u8>> {
    let recipe =
        PointsSubject { words: String::new(), recipe: seeds::on_points(FamilyId::FLOW), rounds: 0, reports: vec![] };
    vec![saved::write(&SavedHead { at: 0.0, step: 1, recipe, until: None, losses: losses() }, &[])]
}

pub fn commands() -> Vec<Vec<u8>> {
    let model = ModelId::File;
    let lanes = vec![SampleSpec::default(); LENGTH / 100];
    [
        Command::Load { model, name: String::new(), bytes: vec![1; LENGTH] },
        Command::Decode { model, id: 1, z: vec![0.0; LENGTH / 8], classes: vec![0.0; LENGTH / 8] },
        Command::Study { run: 1, lanes },
    ]
    .iter()
    .map(encode)
    .collect()
}

pub fn events() -> Vec<Vec<u8>> {
    let report = seeds::report(losses());
    let pixels = vec![0.0; LENGTH / 4];
    [Event::Train(report), Event::Decoded { id: 1, pixels }].iter().map(encode).collect()
}

pub fn links() -> Vec<Vec<u8>> {
    ["seed&", "kept=1&", "%", "%25", "seed%3D%26", "é", "lane=heun,2,1,mnist&", "view=plane&seed&"].map(again).to_vec()
}

pub fn idx() -> Vec<Vec<u8>> {
    let (pixels, labels) = (vec![0; 1300 * 784], vec![0; 1300]);
    vec![[idx::write(&[1300, 28, 28], &pixels), idx::write(&[1300], &labels)].concat(), vec![0; LENGTH]]
}

pub fn shards() -> Vec<Vec<u8>> {
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    idx().iter().chain(&idx()).for_each(|part| gzip.write_all(part).expect("memory"));
    vec![gzip.finish().expect("memory")]
}

pub fn texts() -> Vec<Vec<u8>> {
    let lines =
        ["1\n", "1,1\n", "1,", "a,", "\"\",", "1 ", "\n", "1\r", "\r", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n", "1\0"];
    let lists = ["[],", "[1,1],", "[1],", "1,"].map(|one| [b"[", &again(one)[..], b"[1,1]]"].concat());
    lines.map(again).into_iter().chain(lists).collect()
}

pub fn points() -> Vec<Vec<u8>> {
    [[b"\0", &again("1\n")[..]].concat(), [b"\x02", &again("1,1,1\n")[..]].concat()].into()
}

pub fn numbers() -> Vec<Vec<u8>> {
    ["1", "é", "\u{200b}", ",", "1e9"].map(again).to_vec()
}

pub fn none() -> Vec<Vec<u8>> {
    vec![]
}
