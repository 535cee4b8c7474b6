//! The page's worker on this machine: the same session, on the files of a folder, adding up as browsers do.

use super::files;
use burn::tensor::Device;
use lab::{session::Session, world::World};
use model::kernel::cpu::as_in_browsers;
use protocol::{
    catalogue::ModelId,
    message::{Command, Event, ModelReport},
};
use std::{
    path::{Path, PathBuf},
    task::Poll,
    time::Instant,
};

/// See the module.
pub struct Worker {
    session: Session<Folder>,
    /// What it has told of weights, the latest of each.
    models: Vec<ModelReport>,
}

/// What the page would fetch lies here.
struct Folder {
    root: PathBuf,
    begin: Instant,
}

impl World for Folder {
    fn fetch(&self, path: &str) -> Poll<Result<Vec<u8>, String>> {
        Poll::Ready(files::read(&self.root.join(path)))
    }

    fn arrivals(&self) -> u64 {
        0
    }

    fn now(&self) -> f64 {
        self.begin.elapsed().as_secs_f64() * 1000.0
    }
}

impl Worker {
    /// On the files below `public`.
    pub fn new(public: &Path) -> Self {
        as_in_browsers(true);
        let folder = Folder { root: public.into(), begin: Instant::now() };
        Self { session: Session::new(folder, Device::flex()), models: vec![] }
    }

    /// What is known of weights that were sampled.
    pub fn model(&self, id: ModelId) -> Option<&ModelReport> {
        self.models.iter().find(|report| report.model == id)
    }

    /// Sends a command, works until nothing is left to do, and hands on what happens; a sentence where something is refused.
    pub fn run(&mut self, command: Command, mut hear: impl FnMut(Event)) -> Result<(), String> {
        let mut events = pollster::block_on(self.session.handle(command));
        loop {
            for event in events {
                match event {
                    Event::Refused { message, .. } | Event::Lost { message } => return Err(here(&message)),
                    Event::Model(report) => {
                        self.models.retain(|other| other.model != report.model);
                        self.models.push(report);
                    }
                    event => hear(event),
                }
            }
            if !self.session.busy() {
                return Ok(());
            }
            events = pollster::block_on(self.session.work());
        }
    }
}

/// A sentence without its advice to whoever sits in front of the page.
fn here(sentence: &str) -> String {
    let advice = [". Play tries again.", ". Resume tries again."];
    advice.into_iter().find_map(|advice| sentence.strip_suffix(advice)).unwrap_or(sentence).into()
}
