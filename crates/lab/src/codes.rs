//! Pictures of codes z as a job: of a model that draws in one pass.

use super::{lost::lost, stock::Loaded, walk};
use burn::tensor::Device;
use data::sets::CLASSES;
use model::parameters::upload;
use protocol::{
    catalogue::ModelId,
    message::{Event, MAX_DECODED},
};

/// Multiplications of codes that are drawn at once: some tenths of a second in a browser.
const MAX_DECODING: u64 = 1 << 31;

/// What was asked; see [`Command::Decode`](protocol::message::Command::Decode).
pub struct Codes {
    pub model: ModelId,
    /// The answer carries it.
    pub id: u32,
    pub z: Vec<f32>,
    pub classes: Vec<f32>,
}

impl Codes {
    /// The pictures, with the `news` of weights that had to be fetched for them.
    pub async fn work(&mut self, loaded: &Loaded, news: Vec<Event>, device: &Device) -> Result<Vec<Event>, String> {
        // Which weights of a training are seen is told with its frames, not with what is asked beside them.
        let mut events = if self.model == ModelId::Trained { vec![] } else { news };
        let Some(model) = loaded.model.decoder() else {
            return Err("a model that samples along a path of pictures has no codes to draw".into());
        };
        let latent = model.blueprint().latent();
        let (z, classes) = (&self.z, &self.classes);
        let rows = z.len() / latent;
        if rows * latent != z.len() || !(1..=MAX_DECODED).contains(&rows) || !z.iter().all(|z| z.is_finite()) {
            return Err(format!("codes of this model are {latent} finite numbers each, 1 to {MAX_DECODED} codes"));
        }
        let most = (MAX_DECODING / loaded.design.cost().max(1)).max(1);
        if rows as u64 > most {
            return Err(format!("so large a model draws at most {most} codes at once, not {rows}"));
        }
        if classes.len() != rows * CLASSES || !classes.iter().all(|share| (0.0..=1.0).contains(share)) {
            return Err(format!("every code comes with {CLASSES} shares of classes, from 0 to 1"));
        }
        let classes = upload(classes.clone(), [rows, CLASSES], device);
        let pictures = model.pictures(upload(z.clone(), [rows, latent], device), &classes);
        let pixels = match walk::numbers(pictures).await {
            Ok(pixels) => pixels,
            Err(_) => return Ok(vec![lost("drawing")]),
        };
        if !pixels.iter().all(|x| x.is_finite()) {
            return Err("the picture of this code is not finite: the weights are at fault".into());
        }
        events.push(Event::Decoded { id: self.id, pixels });
        Ok(events)
    }
}
