//! The panels of each figure, made of layers.

pub mod field;
mod guidance;
mod kinds;
mod likelihood;
mod line;
mod one_pass;
mod samplers;

use super::{
    figure::Figure,
    panel::{Detail, Panel},
    spec::{FigureKind, Layer},
};

impl FigureKind {
    /// Whether a layer can act in this figure.
    pub fn has(self, layer: Layer) -> bool {
        match self {
            Self::Path => true,
            Self::Line => matches!(layer, Layer::Heat | Layer::Particles | Layer::Trajectories),
            Self::Samplers => {
                let drawn = [Layer::Heat, Layer::Contours, Layer::Particles, Layer::Trajectories, Layer::Classes];
                drawn.contains(&layer)
            }
            Self::Likelihood => false,
            Self::Kinds => {
                let drawn = [Layer::Heat, Layer::Contours, Layer::Particles, Layer::Trajectories, Layer::Grid];
                drawn.contains(&layer)
            }
            Self::Guidance => {
                let drawn = [Layer::Heat, Layer::Velocity, Layer::Particles, Layer::Trajectories, Layer::Classes];
                drawn.contains(&layer)
            }
        }
    }
}

/// Everything that is seen at frame `index`.
pub fn panels(figure: &Figure, index: usize, detail: &Detail) -> Vec<Panel> {
    let Ok(truth) = &figure.truth else { return vec![] };
    let index = index.min(figure.times.len() - 1);
    match figure.spec.show {
        FigureKind::Path => field::panels(figure, truth, index, detail),
        FigureKind::Line => line::panels(figure, truth, index, detail),
        FigureKind::Samplers => samplers::panels(figure, truth, index, detail),
        FigureKind::Likelihood => likelihood::panels(figure, truth, index, detail),
        FigureKind::Guidance => guidance::panels(figure, truth, index, detail),
        FigureKind::Kinds => kinds::panels(figure, truth, index, detail),
    }
}

#[cfg(test)]
mod tests;
