//! A training as a file: the record that the page keeps between visits, too, or a bare checkpoint as this command line wrote
//! before it knew records.

use super::files;
use burn::tensor::Device;
use lab::{checkpoint, train::Trainer};
use protocol::saved::{self, Head};
use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// A head holds the losses of so many steps at most; of more, every other one.
const MOST_LOSSES: usize = 200_000;

/// A training, and what is known of it besides.
pub struct Record {
    pub head: Head,
    pub trainer: Trainer,
}

/// What a file holds; a sentence where it is not whole.
pub fn read(path: &Path, device: &Device) -> Result<Record, String> {
    let bytes = files::read(path)?;
    let whole = saved::read(&bytes);
    let checkpoint = whole.as_ref().map_or(&bytes[..], |(_, checkpoint)| checkpoint);
    let trainer = checkpoint::read(checkpoint, device).map_err(|error| format!("{}: {error}", path.display()))?;
    let head = whole.map_or_else(|| head(&trainer, None, vec![]), |(head, _)| head);
    // A head has a checksum of its own, and may have been put before another checkpoint.
    if head.step != trainer.step() || head.recipe != trainer.spec {
        return Err(format!("{}: its head is of another training than its checkpoint", path.display()));
    }
    Ok(Record { head, trainer })
}

/// What is said of `trainer`, which is to rest after step `until`; nothing of when.
fn head(trainer: &Trainer, until: Option<u64>, losses: Vec<(u64, Vec<f32>)>) -> Head {
    Head { at: 0.0, step: trainer.step(), recipe: trainer.spec.clone(), until, losses }
}

/// The bytes of a record of `trainer` as it is now; nothing where its numbers are not finite.
pub fn write(trainer: &Trainer, until: u64, losses: &[(u64, Vec<f32>)]) -> Result<Option<Vec<u8>>, String> {
    let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0);
    let head = Head { at, ..head(trainer, Some(until), losses.to_vec()) };
    let checkpoint = pollster::block_on(checkpoint::write_sound(trainer))?;
    Ok(checkpoint.map(|checkpoint| saved::write(&head, &checkpoint)))
}

/// Leaves out every other loss where there are too many.
pub fn thin(losses: &mut Vec<(u64, Vec<f32>)>) {
    if losses.len() > MOST_LOSSES {
        let mut place = 0;
        losses.retain(|_| {
            place += 1;
            place % 2 == 0
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_thinned_and_stay_in_order() {
        let mut losses: Vec<_> = (1..=MOST_LOSSES as u64).map(|step| (step, vec![0.5])).collect();
        thin(&mut losses);
        assert_eq!(losses.len(), MOST_LOSSES);
        losses.push((MOST_LOSSES as u64 + 1, vec![0.5]));
        thin(&mut losses);
        assert_eq!((losses.len(), losses[0].0, losses[1].0), (MOST_LOSSES / 2, 2, 4));
    }
}
