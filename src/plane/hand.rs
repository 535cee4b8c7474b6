//! What a pointer, a wheel and keys do on a panel: look, pin, paint, pan and zoom.

use super::{
    pointer::{pixel, pixel_in, place_of, size},
    state::Plane,
};
use crate::dom::El;
use data::shapes::Shape;
use leptos::prelude::*;
use plane::spec::FigureKind;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent, WheelEvent};

/// A mouse that has moved less than this many pixels has clicked.
const CLICK: f64 = 4.0;

/// The hand over one panel.
pub struct Hand {
    plane: Plane,
    /// Where the pointer went down, or was last while it drags.
    held: Cell<Option<[f64; 2]>>,
    dragged: Cell<bool>,
    /// Where each finger is that is down.
    fingers: RefCell<BTreeMap<i32, [f64; 2]>>,
}

impl Hand {
    pub fn new(plane: Plane) -> Self {
        Self { plane, held: Cell::new(None), dragged: Cell::new(false), fingers: RefCell::default() }
    }

    /// Listens on `canvas`.
    pub fn hold(self, canvas: El) -> El {
        let hand = Rc::new(self);
        let events = ["pointerdown", "pointermove", "pointerup", "pointerleave", "pointercancel", "wheel", "keydown"];
        events.into_iter().fold(canvas, |canvas, name| {
            let (hand, element) = (hand.clone(), canvas.dom().clone());
            canvas.on(name, move |event| hand.hear(&element, &event))
        })
    }

    fn hear(&self, canvas: &Element, event: &Event) {
        match event.type_().as_str() {
            "pointerdown" => self.down(canvas, event),
            "pointermove" => self.moved(canvas, event),
            "pointerup" => self.up(canvas, event),
            "wheel" => self.wheel(canvas, event),
            "keydown" => self.press(event),
            name => {
                self.plane.hover.set(None);
                self.fingers.borrow_mut().remove(&event.unchecked_ref::<PointerEvent>().pointer_id());
                if name == "pointercancel" {
                    self.held.set(None);
                }
            }
        }
    }

    /// True where a stroke of this pointer paints.
    fn paints(&self, pointer: &PointerEvent) -> bool {
        self.plane.is_painting() && (pointer.pointer_type() != "touch" || self.plane.strokes.get_untracked())
    }

    fn down(&self, canvas: &Element, event: &Event) {
        let pointer: &PointerEvent = event.unchecked_ref();
        if pointer.pointer_type() == "touch" {
            self.fingers.borrow_mut().insert(pointer.pointer_id(), pixel(pointer));
        }
        if self.paints(pointer) {
            event.prevent_default();
            let _ = canvas.set_pointer_capture(pointer.pointer_id());
            // A finger may be one of two.
            if pointer.pointer_type() == "touch" {
                self.dragged.set(false);
            } else {
                self.plane.paint(place_of(self.plane, canvas, pointer));
            }
        } else if pointer.button() == 0 {
            self.held.set(Some(pixel(pointer)));
            self.dragged.set(false);
        }
    }

    fn moved(&self, canvas: &Element, event: &Event) {
        let pointer: &PointerEvent = event.unchecked_ref();
        if self.pinch(canvas, pointer) {
            return;
        }
        let pressed = pointer.buttons() == 1;
        if pressed && self.paints(pointer) && self.fingers.borrow().len() < 2 {
            self.dragged.set(true);
            return self.plane.paint(place_of(self.plane, canvas, pointer));
        }
        if !pressed {
            self.held.set(None);
        }
        // A finger scrolls the page; a mouse moves the plane, once it is clear that it is no click.
        match self.held.get().filter(|_| pointer.pointer_type() == "mouse") {
            Some(before) => self.drag(canvas, before, pixel(pointer)),
            None => self.plane.hover.set(Some(place_of(self.plane, canvas, pointer))),
        }
    }

    /// Two fingers zoom about the place between them; true where they do.
    fn pinch(&self, canvas: &Element, pointer: &PointerEvent) -> bool {
        let mut fingers = self.fingers.borrow_mut();
        let now = pixel(pointer);
        let Some(before) = fingers.insert(pointer.pointer_id(), now).filter(|_| pointer.pointer_type() == "touch")
        else {
            fingers.remove(&pointer.pointer_id());
            return false;
        };
        let other = fingers.iter().find(|(id, _)| **id != pointer.pointer_id()).map(|(_, place)| *place);
        let Some(other) = other.filter(|_| self.plane.show.get_untracked() != FigureKind::Line) else { return false };
        let apart = |place: [f64; 2]| (place[0] - other[0]).hypot(place[1] - other[1]).max(1.0);
        let rect = canvas.get_bounding_client_rect();
        let middle = [(now[0] + other[0]) / 2.0 - rect.left(), (now[1] + other[1]) / 2.0 - rect.top()];
        let (factor, size) = (apart(now) / apart(before), size(canvas));
        self.dragged.set(true);
        self.plane.edit(|spec| spec.camera = spec.camera.zoomed(size, middle, factor));
        true
    }

    fn drag(&self, canvas: &Element, before: [f64; 2], now: [f64; 2]) {
        let by = [now[0] - before[0], now[1] - before[1]];
        if self.dragged.get() || by[0].hypot(by[1]) > CLICK {
            self.dragged.set(true);
            self.held.set(Some(now));
            // The figure in one dimension has a camera of its own, which stands.
            if self.plane.show.get_untracked() != FigureKind::Line {
                let size = size(canvas);
                self.plane.edit(|spec| spec.camera = spec.camera.panned(size, by));
            }
        }
    }

    fn up(&self, canvas: &Element, event: &Event) {
        let pointer: &PointerEvent = event.unchecked_ref();
        self.fingers.borrow_mut().remove(&pointer.pointer_id());
        if pointer.pointer_type() == "touch" && self.paints(pointer) && !self.dragged.get() {
            return self.plane.paint(place_of(self.plane, canvas, pointer));
        }
        if self.held.take().is_some() && !self.dragged.take() {
            self.plane.pin(place_of(self.plane, canvas, event.unchecked_ref()));
        }
    }

    fn wheel(&self, canvas: &Element, event: &Event) {
        let wheel: &WheelEvent = event.unchecked_ref();
        // The wheel alone scrolls the page.
        if wheel.ctrl_key() || wheel.meta_key() {
            event.prevent_default();
            let factor = if wheel.delta_y() < 0.0 { 1.15 } else { 1.0 / 1.15 };
            let (pixel, size) = (pixel_in(canvas, event.unchecked_ref()), size(canvas));
            self.plane.edit(|spec| spec.camera = spec.camera.zoomed(size, pixel, factor));
        }
    }

    /// The arrows move the place that is looked into; Enter paints there, Escape lets go of it.
    fn press(&self, event: &Event) {
        let (key, plane): (&KeyboardEvent, _) = (event.unchecked_ref(), self.plane);
        if key.ctrl_key() || key.meta_key() || key.alt_key() {
            return;
        }
        let step = if key.shift_key() { 0.02 } else { 0.1 };
        let by = match key.key().as_str() {
            "ArrowLeft" => [-step, 0.0],
            "ArrowRight" => [step, 0.0],
            "ArrowUp" => [0.0, step],
            "ArrowDown" => [0.0, -step],
            "Enter" if plane.data.get_untracked() == Shape::Points => {
                let place = plane.spec.with_untracked(|spec| spec.probe.unwrap_or_default());
                event.prevent_default();
                return plane.paint(place);
            }
            "Escape" if plane.spec.with_untracked(|spec| spec.probe.is_some()) => {
                event.prevent_default();
                return plane.edit(|spec| spec.probe = None);
            }
            "+" | "=" => return plane.zoom(1.25),
            "-" => return plane.zoom(0.8),
            "0" => return plane.fit_camera(),
            _ => return,
        };
        event.prevent_default();
        let [x, y] = plane.spec.with_untracked(|spec| spec.probe.unwrap_or_default());
        plane.pin([x + by[0], y + by[1]]);
    }
}
