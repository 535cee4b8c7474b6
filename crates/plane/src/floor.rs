//! The exact floor of the training loss of the plane: what is left of it at the best field there is.

use data::shapes::gaussians;
use flow::{
    between::Between,
    coupling::Coupling,
    floor::{Estimate, Floor},
    prediction::Reading,
};
use protocol::plane::{PlaneLoss, PlaneRecipe};

/// Why a loss that falls does not reach 0, for beside its chart.
pub const WHY: &str = "The target is the velocity of one pair, but many pairs pass through the same place at the same time. \
                       The best field is their mean, and how much they differ from it is left: the floor.";

/// The floor of the loss of a recipe, on its way.
pub struct LossFloor {
    floor: Floor<2>,
    loss: PlaneLoss,
}

impl LossFloor {
    /// Of what `recipe` trains first; nothing where it is not known, since ends are paired by what else is in a batch, or where
    /// the data are no mixture.
    pub fn of(recipe: &PlaneRecipe) -> Option<Self> {
        // Of another family nothing is known that its terms come to.
        if recipe.coupling != Coupling::Independent || !recipe.family.has_path() {
            return None;
        }
        let data = gaussians(&recipe.data);
        let between = match &recipe.source {
            Some(source) => Between::product(&gaussians(source), &data),
            None => Between::from_noise(&data),
        };
        let reading = if recipe.loss == PlaneLoss::Velocity { Reading::Velocity } else { Reading::Noise };
        Some(Self { floor: Floor::new(between.ok()?, recipe.schedule, reading), loss: recipe.loss })
    }

    /// A piece more; false when all is known.
    pub fn work(&mut self) -> bool {
        self.floor.work()
    }

    /// The floor, once it is known.
    pub fn value(&self) -> Option<Estimate> {
        let Estimate { value, error } = self.floor.value()?;
        Some(match self.loss {
            // -E sigma_t² |∇ log p_t|² / 2, and sigma_t ∇ log p_t = -E[x_0 | x_t], of which E |x_0|² = 2 is the rest.
            PlaneLoss::Implicit => Estimate { value: value / 2.0 - 1.0, error: error / 2.0 },
            PlaneLoss::Velocity | PlaneLoss::Noise | PlaneLoss::Score => Estimate { value, error },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Spec;
    use flow::keyed::Keyed;

    fn value(query: &str) -> Option<f64> {
        let (spec, complaints) = Spec::parse(query);
        assert!(complaints.is_empty(), "{complaints:?}");
        let mut floor = LossFloor::of(&spec.recipe())?;
        assert!(floor.value().is_none());
        while floor.work() {}
        floor.value().map(|found| found.value)
    }

    #[test]
    fn every_loss_has_a_floor_and_pairs_of_a_batch_have_none_that_is_known() {
        let of = |loss: PlaneLoss| value(&format!("data=moons&loss={loss}")).unwrap();
        let all: Vec<f64> = PlaneLoss::all().map(of).collect();
        println!("moons: {all:.4?}");
        assert!(all[0] > 0.5 && all[0] < 5.0);
        assert_eq!(all[1], all[2], "the score is weighted so that its loss is that of the noise");
        assert_eq!(all[3], all[1] / 2.0 - 1.0);
        assert_eq!(value("data=moons&coupling=optimal"), None);
        assert!(value("data=moons&source=rings").unwrap() > 0.0);
    }
}
