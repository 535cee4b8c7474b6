//! The architectures and the shipped weights that the page offers, without any tensor.

use data::sets::DataSet;
use flow::{
    family::FamilyId,
    keyed::Keyed,
    schedule::{Betas, Ddpm, Linear, ScheduleId},
};
use serde::{Deserialize, Serialize};

/// An architecture that can be trained, by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Architecture {
    /// The quick one: readable digits in about a minute on a CPU.
    #[default]
    Tiny,
    /// The one whose weights ship with the page.
    Small,
}

impl Architecture {
    /// Every architecture, the quickest first.
    pub const ALL: [Self; 2] = [Self::Tiny, Self::Small];

    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiny => "Tiny",
            Self::Small => "Small",
        }
    }

    /// A short description for a list.
    pub fn about(self) -> &'static str {
        match self {
            Self::Tiny => "tiny: a mixer, quick to readable digits",
            Self::Small => "small: the transformer that ships",
        }
    }

    /// The same of the perceptrons of autoencoders and adversaries.
    pub fn about_perceptrons(self) -> &'static str {
        match self {
            Self::Tiny => "tiny: perceptrons, 256 wide at the pixels",
            Self::Small => "small: perceptrons, 400 wide, as those that ship",
        }
    }

    /// Training steps of 32 images after which most digits can be read (`docs/model.md`).
    pub fn readable_after(self) -> u64 {
        match self {
            Self::Tiny => 1_500,
            Self::Small => 1_500,
        }
    }

    /// Training steps of 32 images after which the digits are clean (`docs/model.md`).
    pub fn clean_after(self) -> u64 {
        match self {
            Self::Tiny => 10_000,
            Self::Small => 8_000,
        }
    }
}

impl Keyed for Architecture {
    const WHAT: &'static str = "model size";

    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
        }
    }
}

flow::by_key!(Architecture);

/// Which weights to sample with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ModelId {
    /// The weights that ship with the page for this data set.
    Shipped(DataSet),
    /// The DDPM of the digits that ships with the page: noise reading, 1000 levels.
    Ddpm,
    /// The variational autoencoder of this data set that ships with the page.
    Vae(DataSet),
    /// The generator and critic of this data set that ship with the page.
    Gan(DataSet),
    /// The model trained in the Train view (its EMA).
    Trained,
    /// A model that was trained here and kept: its place on the [shelf](crate::shelf), from 1.
    Kept(u8),
    /// A weights file that the person opened.
    File,
}

/// Most models on the shelf.
pub const MAX_KEPT: u8 = 6;

/// Keys of the places of the shelf.
const KEPT: [&str; MAX_KEPT as usize] = ["kept-1", "kept-2", "kept-3", "kept-4", "kept-5", "kept-6"];

impl Default for ModelId {
    fn default() -> Self {
        Self::Shipped(DataSet::Mnist)
    }
}

impl ModelId {
    /// Every choice, in the order in which the page offers them.
    pub const ALL: [Self; 15] = [
        Self::Shipped(DataSet::Mnist),
        Self::Shipped(DataSet::Fashion),
        Self::Ddpm,
        Self::Vae(DataSet::Mnist),
        Self::Vae(DataSet::Fashion),
        Self::Gan(DataSet::Mnist),
        Self::Gan(DataSet::Fashion),
        Self::Trained,
        Self::Kept(1),
        Self::Kept(2),
        Self::Kept(3),
        Self::Kept(4),
        Self::Kept(5),
        Self::Kept(6),
        Self::File,
    ];

    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shipped(DataSet::Mnist) => "MNIST digits",
            Self::Shipped(DataSet::Fashion) => "Fashion-MNIST",
            Self::Ddpm => "MNIST digits, DDPM",
            Self::Vae(DataSet::Mnist) => "MNIST digits, VAE",
            Self::Vae(DataSet::Fashion) => "Fashion-MNIST, VAE",
            Self::Gan(DataSet::Mnist) => "MNIST digits, GAN",
            Self::Gan(DataSet::Fashion) => "Fashion-MNIST, GAN",
            Self::Trained => "trained here",
            Self::Kept(_) => "kept",
            Self::File => "from file",
        }
    }

    /// The family and the data of shipped weights, known before they have arrived.
    pub fn shipped(self) -> Option<(FamilyId, DataSet)> {
        match self {
            Self::Shipped(set) => Some((FamilyId::FLOW, set)),
            Self::Ddpm => Some((FamilyId::FLOW, DataSet::Mnist)),
            Self::Vae(set) => Some((FamilyId::VAE, set)),
            Self::Gan(set) => Some((FamilyId::GAN, set)),
            Self::Trained | Self::Kept(_) | Self::File => None,
        }
    }

    /// Path of the shipped weights, relative to the page.
    pub fn path(self) -> Option<String> {
        self.shipped().map(|_| format!("weights/{}.safetensors", self.key()))
    }

    /// The schedule of shipped weights, known before they have arrived.
    pub fn schedule(self) -> Option<ScheduleId> {
        match self {
            Self::Shipped(_) => Some(ScheduleId(&Linear)),
            Self::Ddpm => Some(ScheduleId(&Ddpm(Betas::Linear))),
            // Their frames lie evenly between 0 and 1.
            Self::Vae(_) | Self::Gan(_) => Some(ScheduleId(&Linear)),
            Self::Trained | Self::Kept(_) | Self::File => None,
        }
    }
}

impl Keyed for ModelId {
    const WHAT: &'static str = "model";

    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Shipped(set) => set.key(),
            Self::Ddpm => "mnist-ddpm",
            Self::Vae(DataSet::Mnist) => "mnist-vae",
            Self::Vae(DataSet::Fashion) => "fashion-vae",
            Self::Gan(DataSet::Mnist) => "mnist-gan",
            Self::Gan(DataSet::Fashion) => "fashion-gan",
            Self::Trained => "trained",
            Self::Kept(slot) => KEPT[usize::from(slot.clamp(1, MAX_KEPT)) - 1],
            Self::File => "file",
        }
    }
}

flow::by_key!(ModelId);
