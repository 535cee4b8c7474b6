//! What every job may need: the world, the device, the weights that are loaded, the pictures that some models start from.

use super::{pictures::PictureTraining, walk::Walk, world::World};
use burn::tensor::{Device, Tensor};
use data::{images::Images, sets::DataSet};
use flow::coupling::Coupling;
use model::{
    design::{Design, Model},
    parameters::upload,
    weights::{self, Header},
};
use protocol::{
    catalogue::ModelId,
    message::{Event, ModelReport, SampleSpec, TrainSpec},
};
use std::task::{Poll, ready};

/// What needs files: pending while one of them is on its way, a sentence if it cannot be had.
pub type Coming<T> = Poll<Result<T, String>>;

/// Weights that can be sampled.
#[derive(Clone)]
pub struct Loaded {
    id: ModelId,
    pub design: Design,
    pub coupling: Coupling,
    pub data: DataSet,
    pub model: Model,
    /// All parameters of it.
    pub theta: Tensor<1>,
}

/// See the module.
pub struct Stock<W> {
    pub world: W,
    pub device: Device,
    loaded: Vec<Loaded>,
    /// Test images of a set, from which models of a paired coupling start, and whose likelihood is asked for.
    sources: Option<(DataSet, Images)>,
    /// News of weights that came before what else their pictures need.
    untold: Vec<Event>,
}

impl<W: World> Stock<W> {
    pub fn new(world: W, device: Device) -> Self {
        Self { world, device, loaded: vec![], sources: None, untold: vec![] }
    }

    /// Reads a weights file and keeps it as `id`.
    pub fn load(&mut self, id: ModelId, bytes: &[u8]) -> Result<Event, String> {
        // A file's own words are not trusted to be short.
        let brief = |text: String| text.chars().take(200).collect::<String>();
        let (header, theta) = weights::read(bytes).map_err(|error| brief(error.to_string()))?;
        let parameters = theta.len();
        let Header { family, design, coupling, data, steps, loss, .. } = header;
        let theta = upload(theta, [parameters], &self.device);
        let model = Model::inference(&design, theta.clone());
        self.forget(id);
        self.loaded.push(Loaded { id, design, coupling, data, model, theta });
        Ok(Event::Model(ModelReport {
            model: id,
            family,
            data,
            architecture: brief(header.architecture),
            parameters,
            steps,
            schedule: design.schedule(),
            loss,
            coupling,
            hash: header.hash[..header.hash.len().min(12)].to_string(),
            latent: design.latent(),
            words: design.words(),
            labels: design.labels(),
        }))
    }

    /// Forgets the weights that were loaded as this.
    pub fn forget(&mut self, id: ModelId) {
        self.loaded.retain(|loaded| loaded.id != id);
    }

    /// The weights of a model, fetched if they are shipped and not there yet, or of `training` as they are now; and what there
    /// is to say about them.
    pub fn weights(&mut self, id: ModelId, training: Option<&PictureTraining>) -> Coming<(Loaded, Vec<Event>)> {
        let find = |loaded: &[Loaded]| loaded.iter().find(|loaded| loaded.id == id).cloned();
        if id == ModelId::Trained {
            let Some(training) = training else { return refused("no model has been trained here yet") };
            let TrainSpec { coupling, data, .. } = training.trainer.spec;
            let (design, theta) = (training.trainer.design, training.trainer.theta());
            let loaded = Loaded { id, design, coupling, data, model: Model::inference(&design, theta.clone()), theta };
            return Poll::Ready(Ok((loaded, vec![Event::Model(training.about())])));
        }
        match (find(&self.loaded), id.path()) {
            (Some(found), _) => Poll::Ready(Ok((found, vec![]))),
            (None, None) if id == ModelId::File => refused("no weights file has been opened yet"),
            (None, None) => refused("there is no such model on the shelf"),
            (None, Some(path)) => self.world.fetch(&path).map(|fetched| {
                let event = self.load(id, &fetched.map_err(missing)?).map_err(|error| format!("{path}: {error}"))?;
                Ok((find(&self.loaded).ok_or("the weights were lost")?, vec![event]))
            }),
        }
    }

    /// Fetches test images, unless those of this set are there.
    fn keep_sources(&mut self, data: DataSet) -> Coming<()> {
        if self.sources.as_ref().is_some_and(|(of, _)| *of == data) {
            return Poll::Ready(Ok(()));
        }
        let (shard, mut images) = (data.test_shards().swap_remove(0), Images::default());
        self.world.fetch(&shard).map(|fetched| {
            images.append(&fetched.map_err(missing)?).map_err(|error| format!("{shard}: {error}"))?;
            self.sources = Some((data, images));
            Ok(())
        })
    }

    /// Test images of a set, fetched unless they are there.
    pub fn tests(&mut self, data: DataSet) -> Coming<&Images> {
        match ready!(self.keep_sources(data)) {
            Ok(()) => Poll::Ready(self.sources.as_ref().map(|(_, images)| images).ok_or_else(|| "no images".into())),
            Err(sentence) => Poll::Ready(Err(sentence)),
        }
    }

    /// Keeps news of weights until what else is needed has come.
    pub fn keep_untold(&mut self, news: Vec<Event>) {
        self.untold.extend(news);
    }

    /// What was kept so, and this.
    pub fn untold(&mut self, news: Vec<Event>) -> Vec<Event> {
        self.untold.drain(..).chain(news).collect()
    }

    /// A sampling of `spec` at its beginning, and what there is to say about its weights.
    pub fn walk(&mut self, spec: SampleSpec, training: Option<&PictureTraining>) -> Coming<(Walk, Vec<Event>)> {
        let (loaded, events) = match ready!(self.weights(spec.model, training)) {
            Ok(found) => found,
            Err(sentence) => return Poll::Ready(Err(sentence)),
        };
        match self.walk_of(&loaded, spec) {
            Poll::Ready(walk) => Poll::Ready(walk.map(|walk| (walk, self.untold(events)))),
            // It leaves the weights where they are, and what is said of them for the next time.
            Poll::Pending => {
                self.keep_untold(events);
                Poll::Pending
            }
        }
    }

    /// A sampling of `spec` at its beginning with weights that are there.
    pub fn walk_of(&mut self, loaded: &Loaded, spec: SampleSpec) -> Coming<Walk> {
        let Loaded { design, coupling, data, model, .. } = loaded;
        let family = design.family();
        if family.has_path() {
            let unsuited = |why| format!("{} does not suit this model: {why}", spec.sampler.name);
            if let Err(why) = spec.sampler.fits(design.schedule().0, coupling.is_gaussian()).map_err(unsuited) {
                return Poll::Ready(Err(why));
            }
        }
        let of_pictures =
            family.has_path() && !coupling.is_gaussian() || family.translates() || family.has_readings() && spec.real;
        if of_pictures && let Err(sentence) = ready!(self.keep_sources(*data)) {
            return Poll::Ready(Err(sentence));
        }
        let none = Images::default();
        let images = self.sources.as_ref().map_or(&none, |(_, images)| images);
        Poll::Ready(Ok(Walk::new(model, *coupling, images, spec, &self.device)))
    }
}

fn refused<T>(sentence: &str) -> Coming<T> {
    Poll::Ready(Err(sentence.into()))
}

/// What is said of a file that pictures need.
fn missing(sentence: String) -> String {
    format!("{sentence}. Play tries again.")
}
