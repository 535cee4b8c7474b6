//! Where on the plane a pointer is.

use super::state::Plane;
use leptos::prelude::*;
use web_sys::{Element, PointerEvent};

/// Where on the plane a pointer is.
pub fn place_of(plane: Plane, canvas: &Element, event: &PointerEvent) -> [f64; 2] {
    let rect = canvas.get_bounding_client_rect();
    let pixel = [f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top()];
    let camera = plane.spec.with_untracked(|spec| spec.camera);
    camera.to_plane([rect.width().max(1.0), rect.height().max(1.0)], pixel)
}
