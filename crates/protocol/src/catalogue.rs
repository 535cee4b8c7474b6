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

    /// The same of layers that can be undone.
    pub fn about_layers(self) -> &'static str {
        match self {
            Self::Tiny => "tiny: four coupling layers, 64 wide",
            Self::Small => "small: six coupling layers, 128 wide, as those that ship",
        }
    }

    /// The same of an autoencoder and the flow of its codes.
    pub fn about_codes(self) -> &'static str {
        match self {
            Self::Tiny => "tiny: perceptrons, 256 wide at the pixels, and two blocks on codes",
            Self::Small => "small: perceptrons, 400 wide at the pixels, and three blocks on codes, as those that ship",
        }
    }

    /// The same of an autoencoder with words, and the flow of these.
    pub fn about_words(self) -> &'static str {
        match self {
            Self::Tiny => "tiny: perceptrons at every place, 64 wide, and two blocks on all codes",
            Self::Small => {
                "small: perceptrons at every place, 96 wide, and three blocks on all codes, as those that ship"
            }
        }
    }

    /// The same of networks from pictures to pictures.
    pub fn about_translators(self) -> &'static str {
        match self {
            Self::Tiny => "tiny: 49 places of 24 numbers each, mixed once",
            Self::Small => "small: 49 places of 48 numbers each, mixed twice, as those that ship",
        }
    }

    /// The same of a generator with styles.
    pub fn about_styles(self) -> &'static str {
        match self {
            Self::Tiny => "tiny: 48, 16 and 8 channels from coarse to fine, and a perceptron as critic",
            Self::Small => {
                "small: 64, 24 and 12 channels from coarse to fine, and a perceptron as critic, as those that ship"
            }
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

/// Weights that ship with the page, and what is known of them before they have arrived.
#[derive(Debug)]
pub struct Shipped {
    pub key: &'static str,
    /// The name by which people know them.
    pub name: &'static str,
    pub family: FamilyId,
    pub data: DataSet,
    /// The path on which they were trained; without one, on which their frames lie.
    pub schedule: ScheduleId,
    /// First 12 hexadecimal digits of the SHA-256 of the weights, as links carry it.
    pub hash: &'static str,
}

const LINEAR: ScheduleId = ScheduleId(&Linear);

/// All of them, in the order in which the page offers them: files `weights/KEY.safetensors`.
pub const SHIPPED: &[Shipped] = &[
    Shipped {
        key: "mnist",
        name: "MNIST digits",
        family: FamilyId::FLOW,
        data: DataSet::Mnist,
        schedule: LINEAR,
        hash: "19c3ffccbaf3",
    },
    Shipped {
        key: "fashion",
        name: "Fashion-MNIST",
        family: FamilyId::FLOW,
        data: DataSet::Fashion,
        schedule: LINEAR,
        hash: "896a54cc7da9",
    },
    Shipped {
        key: "mnist-ddpm",
        name: "MNIST digits, DDPM",
        family: FamilyId::FLOW,
        data: DataSet::Mnist,
        schedule: ScheduleId(&Ddpm(Betas::Linear)),
        hash: "a70a7aded697",
    },
    Shipped {
        key: "mnist-vae",
        name: "MNIST digits, VAE",
        family: FamilyId::VAE,
        data: DataSet::Mnist,
        schedule: LINEAR,
        hash: "058c5a673b6e",
    },
    Shipped {
        key: "fashion-vae",
        name: "Fashion-MNIST, VAE",
        family: FamilyId::VAE,
        data: DataSet::Fashion,
        schedule: LINEAR,
        hash: "e71f7bf077b4",
    },
    Shipped {
        key: "mnist-gan",
        name: "MNIST digits, GAN",
        family: FamilyId::GAN,
        data: DataSet::Mnist,
        schedule: LINEAR,
        hash: "4d33471d8b94",
    },
    Shipped {
        key: "fashion-gan",
        name: "Fashion-MNIST, GAN",
        family: FamilyId::GAN,
        data: DataSet::Fashion,
        schedule: LINEAR,
        hash: "fbea48dc388f",
    },
    Shipped {
        key: "mnist-normalising",
        name: "MNIST digits, normalising flow",
        family: FamilyId::NORMALISING,
        data: DataSet::Mnist,
        schedule: LINEAR,
        hash: "eba752561a11",
    },
    Shipped {
        key: "fashion-normalising",
        name: "Fashion-MNIST, normalising flow",
        family: FamilyId::NORMALISING,
        data: DataSet::Fashion,
        schedule: LINEAR,
        hash: "98105231e7cc",
    },
    Shipped {
        key: "mnist-latent",
        name: "MNIST digits, latent flow",
        family: FamilyId::LATENT,
        data: DataSet::Mnist,
        schedule: LINEAR,
        hash: "4cd9ab42138f",
    },
    Shipped {
        key: "fashion-latent",
        name: "Fashion-MNIST, latent flow",
        family: FamilyId::LATENT,
        data: DataSet::Fashion,
        schedule: LINEAR,
        hash: "434ba84ec198",
    },
    Shipped {
        key: "mnist-vq",
        name: "MNIST digits, VQ-VAE",
        family: FamilyId::VQ,
        data: DataSet::Mnist,
        schedule: LINEAR,
        hash: "1b49788324af",
    },
    Shipped {
        key: "fashion-vq",
        name: "Fashion-MNIST, VQ-VAE",
        family: FamilyId::VQ,
        data: DataSet::Fashion,
        schedule: LINEAR,
        hash: "52c05aaa41a1",
    },
    Shipped {
        key: "mnist-pix2pix",
        name: "MNIST digits, pix2pix",
        family: FamilyId::PAIRS,
        data: DataSet::Mnist,
        schedule: LINEAR,
        hash: "8a27810d73d3",
    },
    Shipped {
        key: "fashion-pix2pix",
        name: "Fashion-MNIST, pix2pix",
        family: FamilyId::PAIRS,
        data: DataSet::Fashion,
        schedule: LINEAR,
        hash: "7110cd68d285",
    },
    Shipped {
        key: "mnist-cyclegan",
        name: "MNIST digits, CycleGAN",
        family: FamilyId::CYCLE,
        data: DataSet::Mnist,
        schedule: LINEAR,
        hash: "d13b4d8d0f52",
    },
    Shipped {
        key: "mnist-stylegan",
        name: "MNIST digits, StyleGAN",
        family: FamilyId::STYLE,
        data: DataSet::Mnist,
        schedule: LINEAR,
        hash: "a529a7530f99",
    },
    Shipped {
        key: "fashion-stylegan",
        name: "Fashion-MNIST, StyleGAN",
        family: FamilyId::STYLE,
        data: DataSet::Fashion,
        schedule: LINEAR,
        hash: "8eaf34ea5aee",
    },
];

/// Which weights to sample with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ModelId {
    /// Those at this place of [`SHIPPED`].
    Shipped(u8),
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
        Self::Shipped(0)
    }
}

impl ModelId {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shipped(_) => self.shipped().map_or("", |shipped| shipped.name),
            Self::Trained => "trained here",
            Self::Kept(_) => "kept",
            Self::File => "from file",
        }
    }

    /// What is known of shipped weights.
    pub fn shipped(self) -> Option<&'static Shipped> {
        match self {
            Self::Shipped(place) => SHIPPED.get(usize::from(place)),
            Self::Trained | Self::Kept(_) | Self::File => None,
        }
    }

    /// Path of the shipped weights, relative to the page.
    pub fn path(self) -> Option<String> {
        self.shipped().map(|shipped| format!("weights/{}.safetensors", shipped.key))
    }

    /// The schedule of shipped weights.
    pub fn schedule(self) -> Option<ScheduleId> {
        self.shipped().map(|shipped| shipped.schedule)
    }
}

impl Keyed for ModelId {
    const WHAT: &'static str = "model";

    fn all() -> impl Iterator<Item = Self> {
        let shipped = (0..SHIPPED.len() as u8).map(Self::Shipped);
        shipped.chain([Self::Trained]).chain((1..=MAX_KEPT).map(Self::Kept)).chain([Self::File])
    }

    fn key(self) -> &'static str {
        match self {
            Self::Shipped(_) => self.shipped().map_or("", |shipped| shipped.key),
            Self::Trained => "trained",
            Self::Kept(slot) => KEPT[usize::from(slot.clamp(1, MAX_KEPT)) - 1],
            Self::File => "file",
        }
    }
}

flow::by_key!(ModelId);
