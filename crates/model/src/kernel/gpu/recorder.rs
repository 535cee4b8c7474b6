//! The recording of a repeated computation, on cubecl's graphs: see [`super::super::repeat`].

use super::adam;
use burn::{
    backend::{BackendTensor, DispatchDevice, DispatchTensorKind},
    tensor::{Bytes, Device, Tensor},
};
use burn_cubecl::{
    cubecl::{
        client::{Client, Graph},
        server::ServerError,
    },
    tensor::CubeTensor,
};

/// Does `device` compute with these kernels?
pub fn runs(device: &Device) -> bool {
    matches!(device.as_dispatch(), DispatchDevice::Cube(_))
}

/// Calls that run as they are before one is recorded: they compile the pipelines and fill the caches.
const WARM: u32 = 2;
/// Calls after which nothing more is recorded.
const PATIENCE: u32 = WARM + 3;

/// A computation that is recorded when it is called for the third time.
#[derive(Default)]
pub struct Recorder {
    /// Where every call's input is written.
    input: Option<Tensor<1>>,
    calls: u32,
    /// Held by calls that are not recorded, so that a recorded one, which has the result of the call before it beside its
    /// own, finds room for that.
    room: Vec<Tensor<1>>,
    recording: Option<Recording>,
}

/// The kernels in their order with all buffers that they use, and where they leave the result.
struct Recording {
    graph: Graph,
    output: Tensor<1>,
}

/// cubecl asks for `Send` where it calls back at once, on the same thread.
struct Here<T>(T);

// SAFETY: see `exact`, which alone makes them.
unsafe impl<T> Send for Here<T> {}

impl<T> Here<T> {
    fn take(self) -> T {
        self.0
    }
}

/// `f` with memory in pieces of exact sizes, which are kept: a recording may not ask for new memory, and finds there
/// what the calls before it left. (The first calls as well, since autodiff lets go of a graph only in the next.)
fn exact<T>(client: &Client, f: impl FnOnce() -> T) -> T {
    client.memory_persistent_allocation(Here(f), |f| Here(f.take()())).take()
}

/// The tensor of the GPU that `tensor` stands for.
fn primitive(tensor: &Tensor<1>) -> CubeTensor {
    match tensor.clone().into_dispatch().kind {
        DispatchTensorKind::Cube(BackendTensor::Float(inner)) => inner,
        other => unreachable!("the input was made on a GPU, and is {other:?}"),
    }
}

impl Recorder {
    /// `f` of `input`, as [`Repeated::run`](super::super::Repeated::run) says.
    pub fn run(&mut self, input: Vec<f32>, device: &Device, mut f: impl FnMut(&Tensor<1>) -> Tensor<1>) -> Tensor<1> {
        let length = input.len();
        let kept = match self.input.take().filter(|kept| kept.dims() == [length] && kept.device() == *device) {
            Some(kept) => {
                let place = primitive(&kept);
                place.client.write(&place.handle, Bytes::from_elems(input));
                kept
            }
            None => {
                *self = Self::default();
                crate::parameters::upload(input, [length], device)
            }
        };
        self.calls = self.calls.saturating_add(1);
        let client = primitive(&kept).client;
        let output = match &self.recording {
            // SAFETY: input and output are kept here, the graph itself guards the pages of everything between them,
            // and what `f` changes in place its owner keeps. All of it is on the one stream of this thread.
            Some(Recording { graph, output }) => match unsafe { graph.replay() } {
                // A copy, since the next call writes over it.
                Ok(()) => output.clone() * 1.0,
                Err(error) => {
                    log::warn!("a recorded computation is run in full from now on: {error}");
                    self.recording = None;
                    f(&kept)
                }
            },
            None if self.calls <= PATIENCE => exact(&client, || self.prepare(&client, &kept, &mut f)),
            None => f(&kept),
        };
        self.input = Some(kept);
        output
    }

    /// Runs `f`; after the first calls, then records it.
    fn prepare(
        &mut self,
        client: &Client,
        input: &Tensor<1>,
        f: &mut impl FnMut(&Tensor<1>) -> Tensor<1>,
    ) -> Tensor<1> {
        let records = self.calls > WARM && client.graph_prepare().is_ok();
        let output = f(input);
        if records {
            self.room.clear();
            match record(client, || f(input)) {
                Ok(recording) => self.recording = Some(recording),
                Err(error) => log::warn!("a repeated computation was not recorded: {error}"),
            }
        }
        if self.recording.is_none() && self.calls < PATIENCE {
            self.room.extend((0..=self.calls).map(|_| output.clone() * 1.0));
        } else {
            self.room.clear();
        }
        output
    }
}

/// The recording of one call of `f`, which computes nothing.
fn record(client: &Client, f: impl FnOnce() -> Tensor<1>) -> Result<Recording, ServerError> {
    adam::watch();
    let recorded = client.start_capture().map(|()| f()).and_then(|output| {
        let graph = client.stop_capture()?;
        Ok(Recording { graph, output })
    });
    let watched = adam::watched();
    if recorded.is_err() {
        adam::reprieve(watched);
    }
    recorded
}

impl Drop for Recorder {
    /// Memory of exact sizes serves nobody else.
    fn drop(&mut self) {
        if let Some(Recording { graph, output }) = self.recording.take() {
            let client = primitive(&output).client;
            drop((graph, output));
            // Refused while something else is recorded; the next cleanup does it then.
            let _ = client.memory_cleanup();
        }
    }
}
