//! Round trips, and files that are none.

use super::*;
use crate::{
    condition::Head,
    mlp::MlpConfig,
    network::{Body, Config},
    parameters::initial,
    quantise::rounded,
};
use flow::schedule::ScheduleId;
use proptest::prelude::*;

fn config(body: Body) -> Config {
    Config { body, head: Head::Data, schedule: ScheduleId::default(), sigma: 0.9 }
}

fn header() -> Header {
    let body = Body::Mlp(MlpConfig { width: 8, hidden: 8, depth: 1 });
    Header {
        family: FamilyId::FLOW,
        design: Design::Flow(config(body)),
        data: DataSet::Mnist,
        architecture: "test".into(),
        steps: 7,
        loss: Reading::Noise,
        coupling: Coupling::Optimal,
        recipe: serde_json::json!({ "seed": 1 }),
        hash: String::new(),
    }
}

#[test]
fn weights_round_trip() {
    let theta = initial(&header().design.entries(), 3);
    let (read_header, exact) = read(&write(header(), &theta, Precision::F32).unwrap()).unwrap();
    assert_eq!(exact, theta);
    assert_eq!(Header { hash: String::new(), ..read_header }, header());
    let half = read(&write(header(), &theta, Precision::F16).unwrap()).unwrap().1;
    assert!(half.iter().zip(&theta).all(|(a, b)| (a - b).abs() <= b.abs() / 1024.0 + 1e-7));
    assert_ne!(half, theta);
}

#[test]
fn the_same_weights_give_the_same_file() {
    let theta = initial(&header().design.entries(), 3);
    let file = || write(header(), &theta, Precision::F16).unwrap();
    assert_eq!(file(), file());
}

#[test]
fn every_fault_has_its_sentence() {
    let theta = initial(&header().design.entries(), 3);
    let good = write(header(), &theta, Precision::F32).unwrap();
    let sentence = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
    assert!(sentence(b"").contains("not a safetensors file"));
    assert!(sentence(b"<!doctype html><title>404</title>").contains("this is a web page"));
    assert!(sentence(&good[..good.len() - 1]).contains("not a safetensors file"));
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(sentence(&damaged).contains("damaged"));
    let mut wild = theta.clone();
    wild[5] = f32::NAN;
    assert!(sentence(&write(header(), &wild, Precision::F32).unwrap()).contains("not finite"));
    let foreign = safetensors::serialize(Vec::<(String, TensorView)>::new(), None).unwrap();
    assert!(sentence(&foreign).contains("not written by flowstep"));
    let swap = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = good.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        let mut file = good.clone();
        file[at..at + from.len()].copy_from_slice(to.as_bytes());
        file
    };
    assert!(sentence(&swap("\\\"width\\\":8", "\\\"width\\\":0")).contains("makes no network"));
    assert!(sentence(&swap("\\\"width\\\":8", "\\\"width\\\":9")).contains("instead of"));
    assert!(sentence(&swap("input.weight", "input.heavyy")).contains("no tensor “input.weight”"));
    assert!(sentence(&swap("\\\"data\\\":", "\\\"dada\\\":")).contains("metadata cannot be read"));
}

/// A network with a matrix that is worth rounding, and its file with whole numbers.
fn whole() -> (Header, Vec<f32>, Vec<u8>) {
    let body = Body::Mlp(MlpConfig { width: 16, hidden: 8, depth: 1 });
    let header = Header { design: Design::Flow(config(body)), ..header() };
    let theta = initial(&header.design.entries(), 3);
    let file = write(header.clone(), &theta, Precision::Whole { fineness: 10 }).unwrap();
    (header, theta, file)
}

#[test]
fn whole_numbers_round_trip() {
    let (header, theta, file) = whole();
    let (of_file, read_back) = read(&file).unwrap();
    assert_eq!(Header { hash: String::new(), ..of_file }, header);
    assert_eq!(read_back, rounded(&header.design.entries(), &theta, 10));
    let tensors = SafeTensors::deserialize(&file).unwrap();
    let kind = |name: &str| tensors.tensor(name).unwrap().dtype();
    assert_eq!(["input.weight", "input.weight.scale", "input.bias"].map(kind), [Dtype::I8, Dtype::F16, Dtype::F16]);
    // What is a whole number of steps already stays what it is, in any file.
    let again = write(header.clone(), &read_back, Precision::F32).unwrap();
    assert_eq!(read(&again).unwrap().1, read_back);
}

/// `file` with its tensors changed by `change`, its metadata as they were.
fn changed(file: &[u8], change: impl Fn(&mut Vec<Stored>)) -> Vec<u8> {
    let (tensors, metadata) = (SafeTensors::deserialize(file).unwrap(), SafeTensors::read_metadata(file).unwrap().1);
    let stored = |(name, tensor): (&str, TensorView)| {
        let (kind, shape, bytes) = (tensor.dtype(), tensor.shape().to_vec(), tensor.data().to_vec());
        Stored { name: name.into(), kind, shape, bytes }
    };
    let mut all: Vec<Stored> = tensors.iter().map(stored).collect();
    change(&mut all);
    let views = all.iter().map(|one| (&one.name, one.view().unwrap()));
    safetensors::serialize(views, metadata.metadata().clone()).unwrap()
}

#[test]
fn every_fault_of_whole_numbers_has_its_sentence() {
    let file = whole().2;
    const SCALE: &str = "input.weight.scale";
    let sentence = |name: &str, change: &dyn Fn(&mut Stored)| {
        let change = |all: &mut Vec<Stored>| change(all.iter_mut().find(|one| one.name == name).unwrap());
        read(&changed(&file, change)).unwrap_err().to_string()
    };
    assert_eq!(read(&changed(&file, |_| {})).unwrap(), read(&file).unwrap());
    let missing = changed(&file, |all| all.retain(|one| one.name != SCALE));
    assert!(read(&missing).unwrap_err().to_string().contains("no tensor “input.weight.scale”"));
    let short = sentence(SCALE, &|one| {
        one.bytes.truncate(30);
        one.shape = vec![15];
    });
    assert!(short.contains("shape [15] instead of [16]"), "{short}");
    let exact = sentence(SCALE, &|one| {
        one.bytes = vec![0; 64];
        one.kind = Dtype::F32;
    });
    assert!(exact.contains("is not f16"), "{exact}");
    for (step, word) in [(f16::NAN, "not finite"), (f16::INFINITY, "not finite"), (-f16::ONE, "below zero")] {
        let said = sentence(SCALE, &|one| one.bytes[6..8].copy_from_slice(&step.to_le_bytes()));
        assert!(said.contains(word), "{step}: {said}");
    }
    let stray = sentence("input.weight", &|one| {
        one.bytes = vec![0; 2 * one.bytes.len()];
        one.kind = Dtype::F16;
    });
    assert!(stray.contains("“input.weight.scale” is the scale of numbers that are not i8"), "{stray}");
    let unsigned = sentence("input.weight", &|one| one.kind = Dtype::U8);
    assert!(unsigned.contains("scale of numbers that are not i8"), "{unsigned}");
    let bias = sentence("input.bias", &|one| {
        one.bytes.truncate(16);
        one.kind = Dtype::I8;
    });
    assert!(bias.contains("“input.bias” is neither f16 nor f32, nor a matrix"), "{bias}");
    let more = |all: &mut Vec<Stored>| {
        all.push(Stored { name: "more".into(), kind: Dtype::U8, shape: vec![1], bytes: vec![0] });
    };
    let more = read(&changed(&file, more)).unwrap_err().to_string();
    assert!(more.contains("of which the network takes"), "{more}");
    for name in ["input.weight", SCALE] {
        assert!(sentence(name, &|one| one.bytes[0] ^= 1).contains("damaged"));
    }
}

proptest! {
    #[test]
    fn any_damage_to_whole_numbers_is_refused_or_harmless(at: prop::sample::Index, value: u8) {
        let mut file = whole().2;
        let at = at.index(file.len());
        file[at] = value;
        if let Ok((_, read)) = read(&file) {
            prop_assert!(read.iter().all(|x| x.is_finite()));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn any_damage_is_refused_or_harmless(at: prop::sample::Index, value: u8) {
        let theta = initial(&header().design.entries(), 3);
        let mut file = write(header(), &theta, Precision::F16).unwrap();
        let at = at.index(file.len());
        file[at] = value;
        if let Ok((_, read)) = read(&file) {
            prop_assert!(read.iter().all(|x| x.is_finite()));
        }
    }
}

#[test]
fn what_is_something_else_is_called_so() {
    for (bytes, kind) in
        [(b"\x89PNG\r\n".as_slice(), "a PNG picture"), (b"x,y\n1,2\n", "a CSV file"), (b"PK\x03\x04", "a ZIP")]
    {
        let sentence = read(bytes).expect_err("these are no weights").to_string();
        assert!(sentence.contains(kind) && sentence.contains(".safetensors"), "{sentence}");
    }
}
