//! Where on the plane a pointer is.

use super::state::Plane;
use crate::plane::{camera::Camera, spec::Show};
use leptos::prelude::*;
use web_sys::{Element, PointerEvent};

/// Where on the plane a pointer is.
pub fn place_of(plane: Plane, canvas: &Element, event: &PointerEvent) -> [f64; 2] {
    let rect = canvas.get_bounding_client_rect();
    let pixel = [f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top()];
    // The figure in one dimension has a camera of its own.
    let is_line = plane.show.get_untracked() == Show::Line;
    let camera = plane.spec.with_untracked(|spec| if is_line { Camera::default() } else { spec.camera });
    camera.to_plane([rect.width().max(1.0), rect.height().max(1.0)], pixel)
}
