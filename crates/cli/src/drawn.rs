//! `flowstep sample --link`: what a link of the page shows, as a file.

use super::{
    address, files, picture,
    pictures::{self, Opened},
    plane_link, product,
    say::say,
    worker::Worker,
};
use flow::keyed::Keyed;
use protocol::{
    contest::Rival,
    link::{Link, View},
    message::Frame,
    shown::{Shown, limit, shown},
};
use std::path::Path;

/// Draws the frame that `text` names, or the last where it plays, into `out`.
pub fn draw(text: &str, out: Option<&Path>, public: &Path) -> Result<(), String> {
    let link = address::read(text)?;
    let kind = if link.view == View::Plane { product::DRAWING } else { product::PICTURE };
    let out = product::file(out.unwrap_or(Path::new("samples")), kind)?;
    files::claim(&out)?;
    let mut worker = Worker::new(public);
    let (file, said) = match link.view {
        View::Plane => plane(&link, &mut worker)?,
        _ => sheet(&link, &mut worker)?,
    };
    files::write(&out, file)?;
    say!("{said}: {}", out.display())
}

/// The panels of the plane, and what they are.
fn plane(link: &Link, worker: &mut Worker) -> Result<(Vec<u8>, String), String> {
    let spec = plane_link::read(&link.plane)?;
    if spec.has_learned() {
        let steps = |rival: Rival| rival.until.unwrap_or(0);
        let kinds = spec.rivals().into_iter().map(steps).sum::<u64>();
        say!("training {} steps first, as the link says", kinds + spec.learning.trained)?;
    }
    let figure = plane_link::open(&spec, worker)?;
    let times = spec.times();
    let frame = spec.frame.unwrap_or(times.len()).min(times.len() - 1);
    let said = format!("frame {frame} of {}, t = {}", times.len() - 1, times[frame]);
    Ok((plane_link::drawing(&spec, &figure, frame).into_bytes(), said))
}

/// The pictures, those of the lanes of a comparison one below the other, and what they are.
fn sheet(link: &Link, worker: &mut Worker) -> Result<(Vec<u8>, String), String> {
    if link.trained > 0 {
        say!("training {} steps first, as far as the link asks for it", link.trained)?;
    }
    let opened = pictures::open(link, worker)?;
    for note in opened.lanes.iter().filter_map(|lane| lane.note.as_ref()) {
        say!("{note}")?;
    }
    let (frames, all) = seen(link, &opened)?;
    let pictures = opened.lanes[0].spec.pictures;
    // Lane by lane, each in rows of its own.
    let columns = if opened.lanes.len() > 1 { pictures } else { pictures.min(10) };
    let file = match all.limit {
        None => picture::grid(&all.values, columns)?,
        Some(limit) => picture::signed(&all.values, columns, limit)?,
    };
    let places: Vec<_> = frames
        .iter()
        .map(|frame| {
            format!("frame {} of {}, t = {}, {} evaluations each", frame.index, frame.steps, frame.t, frame.nfe)
        })
        .collect();
    let lanes = if frames.len() > 1 { format!("{} lanes of ", frames.len()) } else { String::new() };
    Ok((file, format!("{lanes}{pictures} pictures, {}, {}", link.show.key(), places.join("; "))))
}

/// The frame of each lane at the place of the link, and all that they show.
fn seen<'a>(link: &Link, opened: &'a Opened) -> Result<(Vec<&'a Frame>, Shown), String> {
    let first = opened.lanes[0].model.schedule;
    let position = link.frame.unwrap_or(link.sample.steps);
    let (mut frames, mut values, mut signed) = (vec![], vec![], false);
    for lane in &opened.lanes {
        let frame = lane.seen(link, first, position).ok_or("there is no frame to draw")?;
        // A comparison shows x_t alone.
        let show = if link.view == View::Compare { Default::default() } else { link.show };
        let shown = shown(frame, &lane.model, show)?;
        signed |= shown.limit.is_some();
        values.extend(shown.values);
        frames.push(frame);
    }
    let limit = signed.then(|| limit(&values));
    Ok((frames, Shown { values, limit }))
}
