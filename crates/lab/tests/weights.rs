//! The weights that ship: small enough for the web, and as good as `docs/model.md` says.
#![cfg(not(target_arch = "wasm32"))]

use burn::tensor::Device;
use data::{images::Images, sets::PIXELS};
use flate2::{Compression, write::GzEncoder};
use flow::{family::FamilyId, keyed::Keyed};
use lab::evaluate::held_out;
use model::{
    design::{Design, Model},
    parameters::{Builder, upload},
    vq::Vq,
    weights::{self, Header},
};
use protocol::catalogue::ModelId;
use std::{fs, io::Write, path::PathBuf};

fn public(path: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../public").join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Test pictures whose words are counted.
const PICTURES: usize = 1000;

/// Held-out loss of the weights as they were trained, in f16, on the first 2,000 test images.
const TRAINED: [(&str, f64); 14] = [
    ("mnist", 0.184033),
    ("fashion", 0.238736),
    ("mnist-ddpm", 0.031784),
    // Nats a picture.
    ("mnist-vae", 138.549001),
    ("fashion-vae", 255.446741),
    ("mnist-normalising", 1063.312659),
    ("fashion-normalising", 2198.709375),
    // Of the flow, in codes.
    ("mnist-latent", 1.239527),
    ("fashion-latent", 1.233477),
    ("mnist-vq", 0.744842),
    ("fashion-vq", 0.753382),
    // Mean distance of a pixel from its pair; of a CycleGAN too, which has never seen one.
    ("mnist-pix2pix", 0.042373),
    ("fashion-pix2pix", 0.123073),
    ("mnist-cyclegan", 0.299389),
];

#[test]
fn shipped_weights_are_those_that_links_mean() {
    for model in ModelId::all().filter(|model| model.path().is_some()) {
        let (header, _) = weights::read(&public(&model.path().expect("a path"))).expect("a weights file");
        assert_eq!(&header.hash[..12], model.shipped().expect("it ships").hash, "{}", model.key());
    }
}

#[test]
fn shipped_weights_are_small() {
    for path in ModelId::all().filter_map(ModelId::path) {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&public(&path)).expect("memory");
        let size = packed.finish().expect("memory").len();
        // Brotli, which has no encoder here, takes a tenth off.
        // Layers that can be undone want their numbers finer.
        // A latent flow has two networks.
        let large = ["normalising", "latent"].iter().any(|family| path.contains(family));
        let most = if large { 950_000 } else { 700_000 };
        assert!(size < most, "{path} has {size} bytes as gzip");
    }
}

#[test]
fn shipped_weights_lose_little_to_their_size() {
    let device = Device::flex();
    for (key, trained) in TRAINED {
        let model = ModelId::find(key).expect("a model");
        let path = model.path().expect("it ships");
        let (header, theta) = weights::read(&public(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let shipped = model.shipped().expect("it ships");
        assert_eq!((header.family, header.data), (shipped.family, shipped.data), "{path}");
        let Header { design, loss, coupling, data, .. } = header;
        let mut images = Images::default();
        data.test_shards().iter().for_each(|shard| images.append(&public(shard)).expect("a shard"));
        let size = theta.len();
        let model = Model::inference(&design, upload(theta, [size], &device));
        let found = held_out(&model, (loss, coupling), &images, 2000, &device);
        let found = pollster::block_on(found).expect("a loss").expect("of all but adversaries there is one");
        // The few numbers of a code are worth their precision more than a velocity is.
        let most = if header.family == FamilyId::FLOW { 1.005 } else { 1.01 };
        assert!(found < trained * most, "{path}: {found:.6} for {trained}");
    }
}

#[test]
fn every_word_of_a_shipped_book_is_used() {
    let device = Device::flex();
    for key in ["mnist-vq", "fashion-vq"] {
        let path = ModelId::find(key).expect("a model").path().expect("it ships");
        let (Header { design, data, .. }, theta) = weights::read(&public(&path)).expect("weights");
        let Design::Vq(config) = design else { panic!("{path} has no book") };
        let size = theta.len();
        let vq = Vq::new(&mut Builder::inference(upload(theta, [size], &device)), &config.codes);
        let mut images = Images::default();
        images.append(&public(&data.test_shards()[0])).expect("a shard");
        let x: Vec<f32> = (0..PICTURES).flat_map(|i| images.x_1(i)).collect();
        let chosen = vq.nearest(vq.look(upload(x, [PICTURES, PIXELS], &device)));
        let counts: Vec<f32> = chosen.sum_dim(0).into_data().try_to_vec().expect("f32");
        let places: f32 = counts.iter().sum();
        let entropy: f32 = counts.iter().map(|n| n / places).filter(|p| *p > 0.0).map(|p| -p * p.ln()).sum();
        let used = counts.iter().filter(|n| **n >= 1.0).count();
        println!(
            "{key}: {used} of {} words, perplexity {:.1}, rarest {:?}",
            counts.len(),
            entropy.exp(),
            counts.iter().copied().fold(f32::MAX, f32::min)
        );
        assert!(used * 2 > counts.len(), "{key}");
    }
}
