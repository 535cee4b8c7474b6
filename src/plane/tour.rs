//! The plane's part of the tour.

use super::{
    knobs::{Stand, knob},
    state::Plane,
};
use crate::{dom::El, formula, tour::Leads};
use plane::{
    spec::Spec,
    tour::{STOPS, Stop},
};
use protocol::link::Link;
use web::history;

impl Leads for Plane {
    fn stop(self, n: usize) -> Option<&'static Stop> {
        STOPS.get(n.checked_sub(1)?)
    }

    fn go(self, n: usize) {
        if n <= STOPS.len() {
            Plane::go(self, Spec::stop(n));
        } else {
            // For an audience it goes on for an audience.
            let Link { device, mode, .. } = Link::parse(&history::query()).0;
            self.leave_for(&Link { device, mode, ..Link::stop(n) }.to_query());
        }
    }

    fn leave(self) {
        self.edit(|spec| spec.tour = None);
    }

    fn formula(self, key: &str) -> Option<El> {
        formula::symbols_of_tour(key)
    }

    fn knob(self, key: &str) -> Option<El> {
        knob(self, key, Stand::Card)
    }
}

impl Plane {
    /// Goes to another view of the page, which reads the address as if one had come back to it.
    fn leave_for(self, query: &str) {
        self.tell();
        history::visit(query);
    }
}
