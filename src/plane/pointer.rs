//! Where on the plane a pointer is.

use super::state::Plane;
use leptos::prelude::*;
use plane::spec::Spec;
use web_sys::{Element, PointerEvent};

/// Where on the plane a pointer is.
pub fn place_of(plane: Plane, canvas: &Element, event: &PointerEvent) -> [f64; 2] {
    plane.spec.with_untracked(Spec::eye).to_plane(size(canvas), pixel_in(canvas, event))
}

/// Where a pointer is on the screen.
pub fn pixel(pointer: &PointerEvent) -> [f64; 2] {
    [pointer.client_x(), pointer.client_y()].map(f64::from)
}

/// Where a pointer is in an element.
pub fn pixel_in(element: &Element, pointer: &PointerEvent) -> [f64; 2] {
    let (rect, [x, y]) = (element.get_bounding_client_rect(), pixel(pointer));
    [x - rect.left(), y - rect.top()]
}

/// Width and height of an element on the screen.
pub fn size(element: &Element) -> [f64; 2] {
    let rect = element.get_bounding_client_rect();
    [rect.width().max(1.0), rect.height().max(1.0)]
}
