//! Sampling as an iterator of frames: each call computes one step and keeps what the next one needs.

use super::protocol::{Frame, SampleSpec};
use crate::{
    data::sets::PIXELS,
    flow::{
        field::VelocityField,
        guidance::Guided,
        prediction,
        rng::{Purpose, Stream},
        schedule::{Linear, Schedule},
        time::uniform_grid,
    },
    model::{
        condition::NULL,
        field::LabelledField,
        network::{Config, Network},
        parameters::upload,
    },
};
use burn::tensor::{Device, ExecutionError, Tensor, Transaction};

/// x_0 of `pictures` pictures, each from its own stream, so that picture k is the same in every grid.
pub fn noise(seed: u64, pictures: usize) -> Vec<f32> {
    (0..pictures as u64).flat_map(|k| Stream::new(seed, Purpose::Sample, k).normals(PIXELS)).collect()
}

/// A trajectory from noise to data, as far as it has been computed.
pub struct Trajectory {
    spec: SampleSpec,
    config: Config,
    network: Network,
    labels: Vec<u8>,
    device: Device,
    last: Option<Last>,
}

/// The last frame: its u(x_t, t) is the first stage of the next step.
struct Last {
    index: usize,
    x: Tensor<2>,
    u: Tensor<2>,
}

impl Trajectory {
    /// Nothing evaluated yet.
    pub fn new(spec: SampleSpec, config: Config, network: Network, device: &Device) -> Self {
        let labels = (0..spec.pictures).map(|k| spec.label(k)).collect();
        Self { spec, config, network, labels, device: device.clone(), last: None }
    }

    /// The index of the frame that [`advance`](Self::advance) would compute.
    pub fn next_index(&self) -> usize {
        self.last.as_ref().map_or(0, |last| last.index + 1)
    }

    /// u_w(x, t | y) of the loaded network.
    fn field(&self) -> impl VelocityField<Tensor<2>> {
        let labelled = |labels| LabelledField { network: &self.network, config: &self.config, labels };
        Guided {
            conditional: labelled(self.labels.clone()),
            unconditional: labelled(vec![NULL; self.labels.len()]),
            w: self.spec.guidance,
        }
    }

    /// x_t of frame `index`: the noise, or one step from the last frame.
    fn state(&self, index: usize, field: &impl VelocityField<Tensor<2>>) -> Tensor<2> {
        let SampleSpec { seed, pictures, steps, solver, .. } = self.spec;
        match &self.last {
            None => upload(noise(seed, pictures), [pictures, PIXELS], &self.device),
            Some(Last { x, u, .. }) => {
                let (from, to) = (uniform_grid(index - 1, steps), uniform_grid(index, steps));
                solver.0.step_from(field, x, u, from, to - from)
            }
        }
    }

    /// The state and velocity of the next frame.
    fn following(&self) -> Last {
        let (index, field) = (self.next_index(), self.field());
        let x = self.state(index, &field);
        let u = field.velocity(&x, uniform_grid(index, self.spec.steps));
        Last { index, x, u }
    }

    /// Computes the next frame; `None` after the last.
    pub async fn advance(&mut self) -> Result<Option<Frame>, ExecutionError> {
        let (index, steps) = (self.next_index(), self.spec.steps);
        if index > steps {
            return Ok(None);
        }
        let t = uniform_grid(index, steps);
        let c = Linear.at(t);
        let nfe = index * self.spec.solver.0.stages() * self.field().evaluations();
        let Last { x, u, .. } = self.following();
        let x_1 = prediction::data_from_velocity(&c, &x, &u);
        let reads = Transaction::default().register(x.clone()).register(x_1).register(u.clone());
        let mut reads = reads.execute_async().await?.into_iter();
        let mut read = || reads.next().and_then(|data| data.try_to_vec::<f32>().ok()).unwrap_or_default();
        let (x_t, x_1, velocity) = (read(), read(), read());
        self.last = Some(Last { index, x, u });
        let labels = self.labels.clone();
        let (alpha_t, sigma_t) = (c.alpha_t, c.sigma_t);
        Ok(Some(Frame { index, steps, t, alpha_t, sigma_t, nfe, ms: 0.0, labels, x_t, x_1, velocity }))
    }

    /// x_1 at the end of the trajectory, [pictures × 784]; reads back only the last state.
    pub async fn finish(&mut self) -> Result<Vec<f32>, ExecutionError> {
        while self.next_index() <= self.spec.steps {
            self.last = Some(self.following());
        }
        let Some(last) = &self.last else { return Ok(vec![]) };
        Ok(last.x.clone().into_data_async().await?.try_to_vec().unwrap_or_default())
    }
}
