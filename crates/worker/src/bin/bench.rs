//! What `benches/` measures in a browser: a network, its gradient and its training steps as the worker computes them.
//! On anything but wasm there is nothing for it to do.

#[cfg(all(target_arch = "wasm32", feature = "gpu"))]
#[path = "bench/check.rs"]
mod check;

fn main() {
    #[cfg(target_arch = "wasm32")]
    browser::start();
}

/// What a tensor holds, on whichever device.
#[cfg(target_arch = "wasm32")]
async fn numbers<const D: usize>(tensor: burn::tensor::Tensor<D>) -> Vec<f32> {
    tensor.into_data_async().await.expect("the device answers").try_to_vec().expect("f32")
}

#[cfg(target_arch = "wasm32")]
mod browser {
    #[cfg(feature = "gpu")]
    use super::check;
    use super::numbers;
    use burn::tensor::{Device, Tensor};
    use data::sets::PIXELS;
    use js_sys::{Float32Array, Promise, Reflect};
    use lab::family::{
        Row, Slope,
        flow::{descend, slope},
    };
    use model::{
        adam::{Adam, Decays, Rates},
        blueprint::Blueprint,
        condition::{Condition, FEATURES, WIDTH},
        kernel::{Repeated, cpu},
        network::{Config, Network},
        parameters::{Entry, initial, upload},
    };
    use std::cell::RefCell;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::future_to_promise;

    thread_local! {
        /// The device of this build, once it is open.
        static DEVICE: RefCell<Option<Device>> = const { RefCell::new(None) };
    }

    pub fn start() {
        worker::shell::construct();
        console_error_panic_hook::set_once();
        #[cfg(feature = "gpu")]
        {
            let _ = log::set_logger(&Console);
            log::set_max_level(log::LevelFilter::Warn);
        }
    }

    /// Warnings of wgpu, of cubecl and of the recorder.
    #[cfg(feature = "gpu")]
    struct Console;

    #[cfg(feature = "gpu")]
    impl log::Log for Console {
        fn enabled(&self, metadata: &log::Metadata) -> bool {
            metadata.level() <= log::Level::Warn
        }

        fn log(&self, record: &log::Record) {
            web_sys::console::warn_1(&format!("{}: {}", record.target(), record.args()).into());
        }

        fn flush(&self) {}
    }

    /// Opens the device of this build.
    #[wasm_bindgen]
    pub async fn init() -> Result<String, JsError> {
        let lost = |message: String| web_sys::console::error_1(&message.into());
        let (device, report) = worker::device::open(lost).await.map_err(|error| JsError::new(&error))?;
        DEVICE.set(Some(device));
        Ok(report.name)
    }

    /// A promise of the numbers of a tensor.
    fn promised<const D: usize>(tensor: Tensor<D>) -> Promise {
        future_to_promise(async move { Ok(Float32Array::from(&numbers(tensor).await[..]).into()) })
    }

    fn now() -> f64 {
        let performance = Reflect::get(&js_sys::global(), &"performance".into()).expect("a clock");
        performance.unchecked_into::<web_sys::Performance>().now()
    }

    /// A network with its weights, a batch, and Adam.
    #[wasm_bindgen]
    pub struct Net {
        config: Config,
        size: usize,
        device: Device,
        adam: Adam,
        network: Network,
        repeated: Repeated,
        /// x_t, targets and rows of conditions, as a training step takes them.
        input: Vec<f32>,
        /// What a forward pass takes of it, once there was one.
        seen: Option<(Tensor<2>, Condition)>,
        last: Option<Tensor<1>>,
    }

    #[wasm_bindgen]
    impl Net {
        /// The network of `config` (JSON) with the weights of `seed`, for batches of `batch`.
        #[wasm_bindgen(constructor)]
        pub fn new(config: &str, batch: usize, seed: u32) -> Result<Self, JsError> {
            let config: Config = serde_json::from_str(config)?;
            config.check().map_err(|error| JsError::new(&error))?;
            let device = DEVICE.with_borrow(Clone::clone).ok_or_else(|| JsError::new("init was not called"))?;
            let theta = initial(&config.entries(), u64::from(seed));
            let size = theta.len();
            let theta = upload(theta, [size], &device);
            Ok(Self {
                network: Network::inference(&config, theta.clone()),
                adam: Adam::new(theta),
                repeated: Repeated::default(),
                input: vec![0.0; batch * (2 * PIXELS + WIDTH)],
                seen: None,
                last: None,
                size: batch,
                config,
                device,
            })
        }

        /// JSON, [{ name, shape, start }] in the order of θ.
        pub fn entries(&self) -> String {
            let entry =
                |entry: Entry| serde_json::json!({ "name": entry.name, "shape": entry.shape, "start": entry.start });
            serde_json::Value::from_iter(self.config.entries().into_iter().map(entry)).to_string()
        }

        /// θ.
        pub fn theta(&self) -> Promise {
            promised(self.adam.theta.clone())
        }

        /// New weights; Adam begins anew.
        pub fn set_theta(&mut self, theta: Vec<f32>) {
            let size = theta.len();
            let theta = upload(theta, [size], &self.device);
            self.network = Network::inference(&self.config, theta.clone());
            self.adam = Adam::new(theta);
            self.repeated = Repeated::default();
        }

        /// x: [n × 784], target: [n × 784], features: [n × 43], head: [n × 3], rows.
        pub fn set_batch(&mut self, x: Vec<f32>, target: Vec<f32>, features: Vec<f32>, head: Vec<f32>) {
            let pairs = features.chunks_exact(FEATURES).zip(head.chunks_exact(WIDTH - FEATURES));
            let rows: Vec<f32> = pairs.flat_map(|(features, head)| [features, head].concat()).collect();
            self.input = [x, target, rows].concat();
            self.seen = None;
        }

        fn read(&mut self) -> Tensor<2> {
            let (x, condition) = self.seen.get_or_insert_with(|| {
                let part = |start: usize, width: usize| {
                    let numbers = self.input[start * self.size..][..width * self.size].to_vec();
                    upload(numbers, [self.size, width], &self.device)
                };
                (part(0, PIXELS), Condition::of(part(2 * PIXELS, WIDTH)))
            });
            self.network.read(x.clone(), condition)
        }

        /// The reading of every picture, [n × 784].
        pub fn forward(&mut self) -> Promise {
            promised(self.read())
        }

        fn slope(&self) -> Slope {
            let mut input = self.input.clone();
            input.extend(Rates::default());
            let length = input.len();
            let mut row = Row::new(&upload(input, [length], &self.device), 1);
            slope(&self.config, self.adam.theta.clone(), &mut row, self.size)
        }

        /// The gradient of the loss by θ.
        pub fn gradient(&self) -> Promise {
            promised(self.slope().gradient)
        }

        /// The loss.
        pub fn loss(&self) -> Promise {
            let loss = self.slope().terms;
            future_to_promise(async move { Ok(numbers(loss).await[0].into()) })
        }

        /// A forward pass that nobody reads.
        pub fn forward_run(&mut self) {
            self.last = Some(self.read().reshape([self.size * PIXELS]));
        }

        /// A training step as the worker does it; nobody reads the loss.
        pub fn train_run(&mut self, learning_rate: f64) {
            let mut input = self.input.clone();
            input.extend(self.adam.rates(learning_rate, Decays::default()));
            let (config, adam, size) = (&self.config, &mut self.adam, self.size);
            self.last = Some(self.repeated.run(input, &self.device, |input| descend(config, adam, input, size)));
        }

        /// Resolves when the last run has been computed, to its first number.
        pub fn sync(&self) -> Promise {
            let last = self.last.clone();
            future_to_promise(async move {
                match last {
                    Some(last) => Ok(numbers(last.narrow(0, 0, 1)).await[0].into()),
                    None => Ok(JsValue::UNDEFINED),
                }
            })
        }
    }

    /// Milliseconds of one product of two n × n matrices on the CPU, the mean of `repeats`.
    #[wasm_bindgen]
    pub fn matmul(n: usize, repeats: u32) -> f64 {
        let a: Vec<f32> = (0..n * n).map(|i| (i % 7) as f32 - 3.0).collect();
        let b: Vec<f32> = (0..n * n).map(|i| (i % 5) as f32 - 2.0).collect();
        let mut c = vec![0.0; n * n];
        let start = now();
        for _ in 0..repeats {
            cpu::product([n, n, n], cpu::MatrixView::new(&a, n), cpu::MatrixView::new(&b, n), &mut c, n, false);
        }
        (now() - start) / f64::from(repeats)
    }

    /// GFLOP/s of twelve independent chains of products and sums of four lanes: what one core can do without FMA.
    #[wasm_bindgen]
    pub fn peak(repeats: u32) -> f64 {
        use core::arch::wasm32::{f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, v128_xor};
        let (factor, sign) = (f32x4_splat(0.999), f32x4_splat(-0.0));
        // Another x for each product, so that none is computed once for all; the sums wait only for themselves.
        let mut x = f32x4_splat(0.001);
        let mut chains: [_; 12] = core::array::from_fn(|i| f32x4_splat(i as f32));
        let start = now();
        for _ in 0..repeats {
            for chain in &mut chains {
                *chain = f32x4_add(f32x4_mul(x, factor), *chain);
                x = v128_xor(x, sign);
            }
        }
        let seconds = (now() - start) / 1e3;
        // Looked at, so that the compiler computes it.
        let sum: f32 = chains.iter().map(|chain| f32x4_extract_lane::<0>(*chain)).sum();
        assert!(sum.is_finite());
        f64::from(repeats) * 12.0 * 4.0 * 2.0 / seconds / 1e9
    }

    /// Every kernel and gradient on CPU and GPU: JSON of the largest differences, relative to the largest number.
    #[cfg(feature = "gpu")]
    #[wasm_bindgen]
    pub async fn check() -> String {
        let gpu = DEVICE.with_borrow(Clone::clone).expect("init was called");
        let found = [check::operations(&gpu).await, check::trainings(&gpu).await, check::families(&gpu).await];
        serde_json::Value::Object(found.into_iter().flatten().collect()).to_string()
    }
}
