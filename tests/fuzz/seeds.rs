//! Good inputs, small, one for each way through a reader.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use data::{
    cloud, idx,
    images::Images,
    inline,
    sets::{DataSet, PIXELS, SIDE},
    shapes::Shape,
};
use flow::{
    adversarial::Objective, coupling::Coupling, elbo::Likelihood, family::FamilyId, keyed::Keyed, lattice::Lattice,
    prediction::Reading, sampler::SamplerId, schedule::ScheduleId,
};
use half::f16;
use model::{
    condition::Head,
    design::Design,
    gan::GanConfig,
    mixer::MixerConfig,
    mlp::MlpConfig,
    network::{Body, Config},
    normalising::NormalisingConfig,
    parameters::initial,
    transformer::TransformerConfig,
    unet::UNetConfig,
    vae::VaeConfig,
    weights::{Header, Precision, write},
};
use plane::{spec::Spec, tour::STOPS};
use protocol::{
    catalogue::ModelId,
    cloud::CloudSpec,
    comparison::Comparison,
    contest::{Contest, Rival},
    learned::{DensityMap, Distances, Inquiry, Snapshot, TracedPath},
    likelihood::{DrawnPicture, WeighSpec, Weight},
    link::{Link, View},
    message::{
        Command, DeviceReport, Event, Frame, MeasureSpec, ModelReport, Request, SampleSpec, StudyPoint, Task,
        TrainReport, TrainSpec, encode,
    },
    method::Method,
    plane::{PlaneRecipe, SnapshotSpec},
};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

/// The smallest network of each kind.
pub fn designs() -> Vec<Design> {
    let flow = |body| Design::Flow(Config { body, head: Head::Data, schedule: ScheduleId::default(), sigma: 0.9 });
    vec![
        flow(Body::Mlp(MlpConfig { width: 1, hidden: 1, depth: 1 })),
        flow(Body::Mixer(MixerConfig { patch: 14, width: 1, depth: 1, across: 1, within: 1 })),
        flow(Body::Transformer(TransformerConfig { patch: 14, width: 2, depth: 1, heads: 1 })),
        flow(Body::UNet(UNetConfig { channels: 8, depth: 1 })),
        Design::Vae(VaeConfig { latent: 1, hidden: 1, labels: true, likelihood: Likelihood::Gaussian }),
        Design::Gan(GanConfig { latent: 1, hidden: 1, labels: false, adversarial: Objective::Wasserstein }),
        Design::Normalising(NormalisingConfig::of(DataSet::Mnist, 1, 1, false)),
    ]
}

fn header(design: Design) -> Header {
    Header {
        family: design.family(),
        design,
        data: DataSet::Mnist,
        architecture: "own".into(),
        steps: 7,
        loss: Reading::Noise,
        coupling: Coupling::Optimal,
        recipe: serde_json::json!({ "seed": 1 }),
        hash: String::new(),
    }
}

pub fn file(design: Design, precision: Precision) -> Vec<u8> {
    write(header(design), &initial(&design.entries(), 3), precision).expect("a file")
}

/// The same with every matrix as whole numbers, also those that a writer would leave as they are.
pub fn whole(file: &[u8]) -> Vec<u8> {
    let (tensors, metadata) = (SafeTensors::deserialize(file).expect("a file"), SafeTensors::read_metadata(file));
    let mut stored: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = vec![];
    for (name, tensor) in tensors.iter() {
        let (shape, data) = (tensor.shape().to_vec(), tensor.data());
        if let [_, outputs] = shape[..] {
            let steps = vec![f16::from_f32(0.01); outputs].into_iter().flat_map(f16::to_le_bytes).collect();
            stored.push((format!("{name}.scale"), Dtype::F16, vec![outputs], steps));
            stored.push((name.into(), Dtype::I8, shape, data.iter().step_by(2).copied().collect()));
        } else {
            stored.push((name.into(), tensor.dtype(), shape, data.to_vec()));
        }
    }
    let views = stored
        .iter()
        .map(|(name, kind, shape, bytes)| (name, TensorView::new(*kind, shape.clone(), bytes).expect("a tensor")));
    let mut file = safetensors::serialize(views, metadata.expect("metadata").1.metadata().clone()).expect("a file");
    super::repair::weights(&mut file);
    file
}

/// Without tensors: what is behind the header is reached with less work.
fn bare(file: &[u8]) -> Vec<u8> {
    let metadata = SafeTensors::read_metadata(file).expect("metadata").1.metadata().clone();
    safetensors::serialize(Vec::<(String, TensorView)>::new(), metadata).expect("a file")
}

pub fn weights() -> Vec<Vec<u8>> {
    let halves: Vec<Vec<u8>> = designs().into_iter().map(|design| file(design, Precision::F16)).collect();
    let mut all: Vec<Vec<u8>> = halves.iter().map(|file| bare(file)).collect();
    all.extend([0, 1, 2, 4, 5, 6].map(|k| whole(&halves[k])));
    all.extend([halves[1].clone(), halves[0].clone(), file(designs()[1], Precision::F32)]);
    all
}

pub fn networks() -> Vec<Vec<u8>> {
    let json = |design: &Design| serde_json::to_vec(design).expect("JSON");
    let number = |design: &Design| FamilyId::all().position(|it| it == design.family()).map_or(0, |k| k as u8);
    designs().iter().map(|design| [vec![number(design)], json(design)].concat()).collect()
}

/// Of points: a recipe of a family.
pub fn on_points(family: FamilyId) -> PlaneRecipe {
    let data = Shape::Eight.parts('A');
    PlaneRecipe {
        method: Method { family, ..Method::default() },
        source: Some(data[..2].to_vec()),
        data,
        schedule: ScheduleId::default(),
    }
}

const LATTICE: Lattice = Lattice { low: [-2.0; 2], high: [2.0; 2], columns: 3, rows: 2 };

pub fn shown() -> SnapshotSpec {
    SnapshotSpec { cloud: CloudSpec::default(), lattice: LATTICE }
}

fn contest() -> Contest {
    let rivals = [(FamilyId::FLOW, None), (FamilyId::GAN, Some(7))].map(|(family, until)| Rival { family, until });
    Contest { recipe: on_points(FamilyId::FLOW), rivals: rivals.into(), shown: shown(), seconds: 2.0 }
}

pub fn commands() -> Vec<Vec<u8>> {
    let spec = SampleSpec { digit: Some(3), ..SampleSpec::default() };
    let recipe = on_points(FamilyId::FLOW);
    let model = ModelId::File;
    let gan = TrainSpec::of(FamilyId::GAN);
    let weigh = WeighSpec { model, tests: 8, drawn: Some(DrawnPicture { pixels: vec![0.5; 784], label: 3 }) };
    let (name, bytes) = ("own.safetensors".to_string(), vec![7; 30]);
    [
        Command::Sample { lane: 1, generation: 7, spec: spec.clone() },
        Command::Advance { lane: 1, to: 30 },
        Command::Clear { lane: 0 },
        Command::Study { run: 3, lanes: vec![spec.clone(), SampleSpec { sampler: SamplerId::HEUN, ..spec }] },
        Command::Weigh { run: 3, models: vec![weigh] },
        Command::Train { run: 1, task: Task::Pictures(gan.clone()), until: Some(400) },
        Command::Train { run: 1, task: Task::Points { recipe, shown: shown(), rounds: 2 }, until: None },
        Command::Train { run: 1, task: Task::Contest(contest()), until: None },
        Command::Pause { turn: 2 },
        Command::Resume { turn: 3 },
        Command::Reset,
        Command::Checkpoint,
        Command::Download,
        Command::Keep { slot: 4 },
        Command::Forget { model: ModelId::Kept(2) },
        Command::Load { model, name, bytes: bytes.clone() },
        Command::Restore { run: 2, bytes, running: true, until: Some(5) },
        Command::Decode { model, id: 4, z: vec![0.5; 6], classes: vec![0.1; 20] },
        Command::Measure(MeasureSpec { recipe: gan, config: Some("{\"latent\":2}".into()), steps: 3, frames: 2 }),
        Command::Ask(Inquiry::Look(shown())),
        Command::Ask(Inquiry::Reflow),
        Command::Ask(Inquiry::Likelihood { round: 0, lattice: LATTICE }),
        Command::Ask(Inquiry::Trace { round: 1, x: [0.5, -1.0] }),
    ]
    .iter()
    .map(encode)
    .collect()
}

/// News of a training.
pub fn report(losses: Vec<(u64, Vec<f32>)>) -> TrainReport {
    TrainReport {
        run: 1,
        turn: 1,
        round: 0,
        step: 70,
        losses,
        seconds: 2.0,
        steps_per_second: 31.0,
        images: 5000,
        parameters: 274_000,
        running: true,
        until: Some(400),
        pairs: Some(0.4),
        distances: Distances { energy: Some(0.1), modes: Some([7, 8]), ..Distances::default() },
    }
}

/// News of what a training learned.
fn learned() -> Vec<Event> {
    let (run, round, step, times) = (1, 0, 70, vec![0.0, 0.5, 1.0]);
    let snapshot = Snapshot {
        run,
        round,
        step,
        sampler: SamplerId::HEUN,
        whole: true,
        times: times.clone(),
        particles: 2,
        x: vec![0.5; 12],
        lattice: LATTICE,
        velocity: vec![0.1; 36],
        energy: vec![0.2; 18],
        verdicts: vec![0.5; 6],
        grid: vec![],
    };
    let map = DensityMap { run, round, step, lattice: LATTICE, log_density: vec![-1.0; 6], done: 6, total: 6 };
    let traced = TracedPath { run, round, step, times, path: vec![0.1; 6], log_density: vec![-1.0; 3] };
    let report = report((0..9).map(|step| (step, vec![0.5, 0.1])).collect());
    vec![Event::Train(report), Event::Snapshot(snapshot), Event::Map(map), Event::Trace(traced)]
}

pub fn events() -> Vec<Vec<u8>> {
    let frame = Frame {
        index: 1,
        steps: 30,
        t: 0.1,
        nfe: 2,
        tried: 1,
        ms: 4.0,
        labels: vec![3, 4],
        x_t: vec![0.5; 20],
        velocity: vec![-0.5; 20],
        verdicts: vec![0.9; 2],
        codes: vec![0.5; 3],
        costs: vec![1.5; 2],
    };
    let report = ModelReport {
        model: ModelId::Shipped(1),
        family: FamilyId::VAE,
        data: DataSet::Fashion,
        architecture: "small".into(),
        parameters: 400_000,
        steps: 8000,
        schedule: ScheduleId::default(),
        loss: Reading::Velocity,
        coupling: Coupling::Independent,
        hash: "0123456789ab".into(),
        latent: 16,
        words: 0,
        labels: true,
    };
    let point = StudyPoint { lane: 1, steps: 8, nfe: 16, error: 0.1 };
    let (pixels, error) = (vec![0.5; 784], Some(0.1));
    let weight = Weight { place: 1, index: Some(4), label: 7, pixels, bits: 2.4, error, converged: true };
    let bytes = vec![7; 30];
    let others = [
        Event::Ready(DeviceReport { gpu: true, name: "WebGPU".into() }),
        Event::Model(report),
        Event::Frame { generation: 7, frame },
        Event::Preview { run: 1, step: 70, pixels: vec![0.1; 30], verdicts: vec![0.5; 3] },
        Event::Weights { name: "flowstep.safetensors".into(), bytes: bytes.clone() },
        Event::Kept { slot: 2, recipe: TrainSpec::of(FamilyId::VAE), steps: 70, bytes: bytes.clone() },
        Event::Checkpoint { run: 1, step: 70, bytes },
        Event::Study { run: 3, done: 5, total: 90, point: Some(point) },
        Event::Weighed { run: 3, share: 0.5, weight: Some(weight) },
        Event::Decoded { id: 4, pixels: vec![0.5; 30] },
        Event::Measured { recipe: TrainSpec::default(), parameters: 9, step_ms: 70.0, forward_ms: 4.0 },
        Event::Refused { request: Request::Train { run: 1 }, message: "it was refused".into() },
        Event::Lost { message: "the device is gone".into() },
    ];
    others.iter().chain(&learned()).map(encode).collect()
}

pub fn links() -> Vec<Vec<u8>> {
    let compare = Link { view: View::Compare, compare: Comparison::default(), picture: 2, ..Link::default() };
    let train = Link { view: View::Train, train: TrainSpec::of(FamilyId::GAN), trained: 400, ..Link::default() };
    let mut all: Vec<String> = [Link::default(), compare, train].iter().map(Link::to_query).collect();
    all.extend(
        [
            "?view=sample&model=mnist&seed=42&digit=7&pictures=9&steps=50&sampler=heun&guidance=2&guided=0.2-0.8&show=data",
            "?view=compare&lane=heun,2,1,mnist&lane=dopri5,0,0.5,fashion&lock=nfe&frame=12&picture=3&device=cpu&embed=1",
            "?view=train&kept=1~my_own_GAN~1200~family:gan~batch:8~critic-steps:3~labels:1&present=1&trained=200",
            "view%3Dsample%26seed%3D5%26amp%3Blane=heun%252C2%2C1,mnist&utm_source=x&solver=rk4&tolerance=1e-3).",
            "?view=plane&data=rings&frame=3&source=moons&layers=heat,velocity&probe=-0.5,1&camera=0.5,0,12&device=gpu",
        ]
        .map(String::from),
    );
    all.into_iter().map(String::into_bytes).collect()
}

pub fn plane_links() -> Vec<Vec<u8>> {
    let own = inline::text(&Shape::Moons.parts('R')[..9]).expect("few points");
    let stops = (1..=STOPS.len()).map(|n| Spec::stop(n).to_query());
    let rest = [
        format!("data=points&parts={own}&points=3&layers=heat,velocity&probe=-0.5,1&camera=0.5,0,12&tour=3"),
        "show=samplers&sampler=heun&against=langevin&level=0.9&start=1,-2&tolerance=0.001&rate=0.001&train-seed=7"
            .into(),
        "show=guidance&guidance=3&coupling=optimal&loss=noise&batch=64&trained=20&rounds=1&letter=S&grid=cosine".into(),
        "family=gan&critic-steps=2&particles=300&seed=9&steps=20&schedule=vp&source=rings&frame=play".into(),
    ];
    stops.chain(rest).map(String::into_bytes).collect()
}

fn images(count: usize) -> Images {
    let mut images = Images::default();
    let pixels: Vec<u8> = (0..count * PIXELS).map(|i| (i / 3) as u8).collect();
    let labels: Vec<u8> = (0..count).map(|i| i as u8).collect();
    images.add([count, SIDE, SIDE], &pixels, &labels).expect("images");
    images
}

pub fn idx() -> Vec<Vec<u8>> {
    let pixels = vec![9; 2 * PIXELS];
    let shard = [idx::write(&[2, SIDE, SIDE], &pixels), idx::write(&[2], &[3, 4])].concat();
    vec![idx::write(&[3], &[1, 2, 3]), idx::write(&[2, 3], &[7; 6]), idx::write(&[1, 2, 3], &[7; 6]), shard]
}

pub fn shards() -> Vec<Vec<u8>> {
    [1, 3].map(|count| images(count).shard(0..count).expect("a shard")).into_iter().chain(idx()).collect()
}

pub fn tables() -> Vec<Vec<u8>> {
    let texts = [
        "1.2,0.3\n-4,.5\n",
        "x;y\n1,2;0,3\n-4,0;0,5",
        "sep=;\nx;y\n1,2;0,3\n-4;0,5",
        "\u{feff}\"sep=;\"\r\n1.2;0.3\r\n-4;0.5",
        "\n\n \n\"X\",\"Y\"\n\"1.2\",\"0.3\"\n\n-4,0.5\n",
        ",x,y\n0,1.2,0.3\n1,-4,0.5",
        "index\tx\ty\n0\t1.2\t0.3\n1\t-4\t0.5",
        "# x,y\n1.2,0.3\n-4,0.5",
        "x y\n1,2 0,3\n−4 0,5",
        "x,y\r1.2,0.3\r-4,0.5\r",
        "x;y;;\n1,2;0,3;;\n-4;0,5;;",
        "1\n2\n3\n4\n5\n6\n7\n8\n9\n1\n2\n3\n4\n5\n6\n7\n8\n9\n",
        "1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0",
        "x,y,class,std,weight\n0.5,-1,1,0.2,3\n1,1,0,0.1,1\n",
    ];
    let wide = "x,y\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    texts.iter().map(|text| text.as_bytes().to_vec()).chain([wide]).collect()
}

pub fn clouds() -> Vec<Vec<u8>> {
    let parts = Shape::Eight.parts('A');
    let mut all = tables();
    all.extend([cloud::csv(&parts), cloud::json(&parts)].map(String::into_bytes));
    all.extend(
        [
            "{\"points\": [[1, 2], [3, 4.5, 1], [-9, 0]], \"std\": 0.2}",
            "[[1, 2], [3, 4]]",
            "[[],[],[],[],[],[],[],[],[],[],[],[]]",
            "{\"weights\": [1, 2], \"means\": [[1, 0], [-2, 0.5]], \"stds\": [0.5, 0.8], \"classes\": [0, 1]}",
        ]
        .map(|text| text.as_bytes().to_vec()),
    );
    all
}

pub fn inline() -> Vec<Vec<u8>> {
    let texts = [Shape::Moons, Shape::Eight, Shape::Letter].map(|shape| inline::text(&shape.parts('S')));
    texts.map(|text| text.expect("it fits").into_bytes()).to_vec()
}

/// Bytes as a link has them, deflated in one stored block.
pub fn packed(bytes: &[u8]) -> String {
    let length = bytes.len().min(4000) as u16;
    let block = [&[1], &length.to_le_bytes()[..], &(!length).to_le_bytes(), &bytes[..usize::from(length)]].concat();
    BASE64.encode(block)
}

/// A count and columns of numbers, seven bits a byte.
pub fn unpacked() -> Vec<Vec<u8>> {
    let one = vec![1, 0x80, 2, 0, 0xc8, 1, 0x80, 0xe0, 0x0f, 0];
    let three = vec![3, 2, 2, 2, 9, 9, 9, 0xc8, 1, 0, 0, 0x80, 0xe0, 0x0f, 0, 0, 0, 2, 0];
    vec![one, three, vec![0], vec![0x80, 4]]
}

pub fn numbers() -> Vec<Vec<u8>> {
    ["0,05", " 12 ", "−1.5", "０，０５", "٠٫٥", "1e1", "1,5e2", "10\u{202f}000", "18446744073709551615", "1.234,5"]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}
