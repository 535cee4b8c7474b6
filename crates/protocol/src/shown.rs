//! What the pictures of a frame show: x_t, or a reading of the network there.

use crate::{
    link::Show,
    message::{Frame, ModelReport},
};
use flow::{
    prediction::{Reading, convert},
    schedule::ScheduleId,
};

/// Numbers to paint, [pictures × 784].
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub values: Vec<f32>,
    /// The number that gets the last of two colours; none where pictures are grey, -1 black and 1 white.
    pub limit: Option<f32>,
}

/// What is shown of a frame that `model` made. Without a path there are no readings, and without noise at its start neither
/// noise nor score, so x_t stands for them; a sentence where there is no such reading at this t.
pub fn shown(frame: &Frame, model: &ModelReport, show: Show) -> Result<Shown, String> {
    let noisy = matches!(show, Show::Reading(Reading::Noise | Reading::Score));
    let can = model.family.has_readings() && (model.coupling.is_gaussian() || !noisy);
    let show = if can { show } else { Show::State };
    let (values, limit) = read(model.schedule, frame.t, show, &frame.x_t, &frame.velocity)
        .ok_or_else(|| format!("there is no score at t = {}, where no noise is left", frame.t))?;
    let grey = matches!(show, Show::State | Show::Reading(Reading::Data));
    Ok(Shown { values, limit: (!grey).then_some(limit) })
}

/// The numbers of some pictures and their limit, from x_t and the velocity at t of a schedule, which are all that a frame
/// brings; of x_t itself, what it was divided by. `None` where there is no such reading.
pub fn read(schedule: ScheduleId, t: f64, show: Show, x_t: &[f32], velocity: &[f32]) -> Option<(Vec<f32>, f32)> {
    let c = schedule.at(schedule.clamp(t));
    let reading = match show {
        Show::State => {
            // On VE the noise is far louder than what a screen can show.
            let loudest = c.sigma_t.max(1.0) as f32;
            return Some((x_t.iter().map(|value| value / loudest).collect(), loudest));
        }
        Show::Reading(Reading::Score) if c.sigma_t == 0.0 => return None,
        Show::Reading(reading) => reading,
    };
    let values = convert(&c, Reading::Velocity, reading, &x_t.to_vec(), &velocity.to_vec());
    let limit = if reading == Reading::Data { 1.0 } else { limit(&values) };
    Some((values, limit))
}

/// The smallest whole number (at least 1) that no value exceeds in size: a limit that rarely moves.
pub fn limit(values: &[f32]) -> f32 {
    values.iter().fold(1.0f32, |limit, value| limit.max(value.abs())).ceil().min(1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::ModelId;
    use data::sets::DataSet;
    use flow::{coupling::Coupling, family::FamilyId};

    fn model(coupling: Coupling, family: FamilyId) -> ModelReport {
        let (model, data, schedule, loss) =
            (ModelId::default(), DataSet::default(), ScheduleId::default(), Reading::Velocity);
        let [architecture, hash] = [const { String::new() }; 2];
        let (parameters, steps, latent, words, labels) = (0, 0, 0, 0, false);
        ModelReport {
            model,
            family,
            data,
            architecture,
            parameters,
            steps,
            schedule,
            loss,
            coupling,
            hash,
            latent,
            words,
            labels,
        }
    }

    /// On the straight line from x_0 = -3 to x_1 = 0.5.
    fn frame(t: f64) -> Frame {
        let (x_t, velocity) = (vec![(-3.0 + 3.5 * t) as f32], vec![3.5]);
        let (index, steps, nfe, tried, ms, labels) = (1, 2, 1, 1, 0.0, vec![0]);
        Frame { index, steps, t, nfe, tried, ms, labels, x_t, velocity, codes: vec![], verdicts: vec![], costs: vec![] }
    }

    #[test]
    fn readings_are_those_of_the_line() {
        let flow = model(Coupling::default(), FamilyId::FLOW);
        for (show, value, limit) in [
            ("state", -1.25, None),
            ("data", 0.5, None),
            ("noise", -3.0, Some(3.0)),
            ("velocity", 3.5, Some(4.0)),
            ("score", 6.0, Some(6.0)),
        ] {
            let found = shown(&frame(0.5), &flow, show.parse().expect("a reading")).expect("a reading");
            assert!((found.values[0] - value).abs() < 1e-6 && found.limit == limit, "{show}: {found:?}");
        }
        let said = shown(&frame(1.0), &flow, Show::Reading(Reading::Score)).expect_err("no score");
        assert!(said.contains("t = 1"), "{said}");
    }

    #[test]
    fn what_cannot_be_read_is_the_state() {
        let state = |model: &ModelReport, reading| {
            shown(&frame(0.5), model, Show::Reading(reading)) == shown(&frame(0.5), model, Show::State)
        };
        let paired = model(Coupling::Noised, FamilyId::FLOW);
        assert!(state(&paired, Reading::Noise) && state(&paired, Reading::Score) && !state(&paired, Reading::Data));
        assert!(state(&model(Coupling::default(), FamilyId::VAE), Reading::Data));
    }
}
