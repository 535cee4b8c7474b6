//! What every job may need: the world, the device, the weights that are loaded, the pictures that some models start from.

use super::{pictures::PictureTraining, walk::Walk, world::World};
use burn::tensor::Device;
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

/// Weights that can be sampled.
#[derive(Clone)]
pub struct Loaded {
    id: ModelId,
    design: Design,
    coupling: Coupling,
    data: DataSet,
    pub model: Model,
}

/// See the module.
pub struct Stock<W> {
    pub world: W,
    pub device: Device,
    loaded: Vec<Loaded>,
    /// Test images of a set, from which models of a paired coupling start.
    sources: Option<(DataSet, Images)>,
}

impl<W: World> Stock<W> {
    pub fn new(world: W, device: Device) -> Self {
        Self { world, device, loaded: vec![], sources: None }
    }

    /// Reads a weights file and keeps it as `id`.
    pub fn load(&mut self, id: ModelId, bytes: &[u8]) -> Result<Event, String> {
        // A file's own words are not trusted to be short.
        let brief = |text: String| text.chars().take(200).collect::<String>();
        let (header, theta) = weights::read(bytes).map_err(|error| brief(error.to_string()))?;
        let parameters = theta.len();
        let Header { family, design, coupling, data, steps, loss, .. } = header;
        let model = Model::inference(&design, upload(theta, [parameters], &self.device));
        self.forget(id);
        self.loaded.push(Loaded { id, design, coupling, data, model });
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
            labels: design.labels(),
        }))
    }

    /// Forgets the weights that were loaded as this.
    pub fn forget(&mut self, id: ModelId) {
        self.loaded.retain(|loaded| loaded.id != id);
    }

    /// The weights of a model, fetched if they are shipped and not there yet, or of `training` as they are now; and what there
    /// is to say about them.
    pub async fn weights(
        &mut self,
        id: ModelId,
        training: Option<&PictureTraining>,
    ) -> Result<(Loaded, Vec<Event>), String> {
        let find = |loaded: &[Loaded]| loaded.iter().find(|loaded| loaded.id == id).cloned();
        if id == ModelId::Trained {
            let training = training.ok_or("no model has been trained here yet")?;
            let TrainSpec { coupling, data, .. } = training.trainer.spec;
            let (design, model) = (training.trainer.design, training.trainer.average());
            let loaded = Loaded { id, design, coupling, data, model };
            return Ok((loaded, vec![Event::Model(training.about())]));
        }
        match (find(&self.loaded), id.path()) {
            (Some(found), _) => Ok((found, vec![])),
            (None, None) if id == ModelId::File => Err("no weights file has been opened yet".into()),
            (None, None) => Err("there is no such model on the shelf".into()),
            (None, Some(path)) => {
                let bytes = self.world.fetch(&path).await.map_err(missing)?;
                let event = self.load(id, &bytes).map_err(|error| format!("{path}: {error}"))?;
                Ok((find(&self.loaded).ok_or("the weights were lost")?, vec![event]))
            }
        }
    }

    /// Fetches the pictures from which models of a paired coupling start, unless they are there.
    async fn keep_sources(&mut self, data: DataSet) -> Result<(), String> {
        if self.sources.as_ref().is_none_or(|(of, _)| *of != data) {
            let (shard, mut images) = (data.test_shards().swap_remove(0), Images::default());
            images
                .append(&self.world.fetch(&shard).await.map_err(missing)?)
                .map_err(|error| format!("{shard}: {error}"))?;
            self.sources = Some((data, images));
        }
        Ok(())
    }

    /// A sampling of `spec` at its beginning, and what there is to say about its weights.
    pub async fn walk(
        &mut self,
        spec: SampleSpec,
        training: Option<&PictureTraining>,
    ) -> Result<(Walk, Vec<Event>), String> {
        let (Loaded { design, coupling, data, model, .. }, events) = self.weights(spec.model, training).await?;
        if design.family().has_path() {
            let unsuited = |why| format!("{} does not suit this model: {why}", spec.sampler.name);
            spec.sampler.fits(design.schedule().0, coupling.is_gaussian()).map_err(unsuited)?;
        }
        if design.family().has_path() && !coupling.is_gaussian() {
            self.keep_sources(data).await?;
        }
        let none = Images::default();
        let images = self.sources.as_ref().map_or(&none, |(_, images)| images);
        let walk = Walk::new(&model, coupling, images, spec, &self.device);
        Ok((walk, events))
    }
}

/// What is said of a file that pictures need.
fn missing(sentence: String) -> String {
    format!("{sentence}. Play tries again.")
}
