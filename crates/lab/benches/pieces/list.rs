//! The pieces of training and sampling on the CPU, each ready to run: name and closure.

use burn::tensor::{Device, Tensor};
use data::{images::Images, sets::DataSet};
use divan::black_box;
use flow::{
    prediction::Reading,
    rng::{Purpose, Stream},
    schedule::ScheduleId,
};
use lab::{batch::Batch, train::Trainer};
use model::{
    adam::{Adam, Decays},
    design::Design,
    kernel::cpu::{MatrixView, product},
    network::{Config, Network},
    parameters::{initial, upload},
};
use protocol::{catalogue::Architecture, message::TrainSpec};

/// Every name.
pub const NAMES: [&str; 9] = [
    "noise of 32 pictures",
    "batch of 32",
    "product 512 x 384 x 128",
    "forward of 16, tiny",
    "forward of 16, small",
    "step of 32, tiny",
    "step of 32, small",
    "adam, tiny",
    "adam, small",
];

/// The piece called `name`.
pub fn piece(name: &str) -> Box<dyn FnMut()> {
    let architecture = if name.ends_with("tiny") { Architecture::Tiny } else { Architecture::Small };
    let spec = TrainSpec { architecture, ..TrainSpec::default() };
    match name {
        "noise of 32 pictures" => Box::new(|| {
            let mut stream = Stream::new(1, Purpose::Noise, 0);
            black_box(stream.normals(32 * 784));
        }),
        "batch of 32" => {
            let images = Images::blank(64);
            Box::new(move || drop(black_box(Batch::draw(&spec, &images, 64, 3))))
        }
        "product 512 x 384 x 128" => {
            let (a, b, mut c) = (vec![0.5; 512 * 128], vec![0.25; 128 * 384], vec![0.0; 512 * 384]);
            Box::new(move || {
                product(
                    [512, 384, 128],
                    MatrixView::new(&a, 128),
                    MatrixView::new(&b, 384),
                    black_box(&mut c),
                    384,
                    false,
                );
            })
        }
        forward if forward.starts_with("forward") => forward_of_16(architecture),
        step if step.starts_with("step") => {
            let mut trainer = Trainer::new(spec, Design::Flow(config(architecture)), &Device::flex());
            let images = Images::blank(64);
            Box::new(move || drop(black_box(trainer.train(&images))))
        }
        _ => {
            let mut adam = Adam::new(theta(architecture));
            let (gradient, device) = (adam.theta.clone() * 0.01, Device::flex());
            Box::new(move || {
                let rates = adam.rates(1e-3, Decays::default());
                adam.update(gradient.clone(), upload(rates.to_vec(), [rates.len()], &device));
            })
        }
    }
}

fn config(architecture: Architecture) -> Config {
    Config::of(architecture, DataSet::Mnist, ScheduleId::default())
}

fn theta(architecture: Architecture) -> Tensor<1> {
    let theta = initial(&config(architecture).entries(), 1);
    let length = theta.len();
    upload(theta, [length], &Device::flex())
}

fn forward_of_16(architecture: Architecture) -> Box<dyn FnMut()> {
    let (config, device) = (config(architecture), Device::flex());
    let network = Network::inference(&config, theta(architecture));
    let condition = config.condition(Reading::Velocity, &[0.5; 16], &[3; 16], &device);
    let x = upload(vec![0.1; 16 * 784], [16, 784], &device);
    Box::new(move || drop(black_box(network.read(x.clone(), &condition))))
}
