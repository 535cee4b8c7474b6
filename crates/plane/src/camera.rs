//! What part of the plane is seen: pixel = size / 2 + scale · (x - centre), scale = width / span, with y turned over.

use super::mark::Spot;

/// Smallest and largest width of what is seen.
pub const SPANS: [f64; 2] = [0.5, 40.0];
/// Largest size of a coordinate of the centre.
pub const REACH: f64 = 20.0;

/// A view of the plane. Sizes of the screen are [width, height] in CSS pixels, both above 0; pixels count from its upper left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    centre: Spot,
    span: f64,
}

impl Default for Camera {
    /// Standard normal noise, and data of that size, with some room.
    fn default() -> Self {
        Self { centre: [0.0; 2], span: 8.0 }
    }
}

impl Camera {
    /// `span` units of the plane side by side around `centre`; both are moved into bounds, and numbers that are none
    /// replaced by those of the default.
    pub fn new(centre: Spot, span: f64) -> Self {
        let bounded = |x: f64| if x.is_finite() { x.clamp(-REACH, REACH) } else { 0.0 };
        let span = if span.is_finite() { span } else { Self::default().span };
        Self { centre: centre.map(bounded), span: span.clamp(SPANS[0], SPANS[1]) }
    }

    /// A view that holds the rectangle from `low` to `high` with a margin of a tenth.
    pub fn around(low: Spot, high: Spot, size: [f64; 2]) -> Self {
        let [width, height] = [high[0] - low[0], high[1] - low[1]];
        let centre = [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0];
        Self::new(centre, 1.2 * width.max(height * size[0] / size[1]))
    }

    /// The place in the middle.
    pub fn centre(&self) -> Spot {
        self.centre
    }

    /// Width of what is seen, in units of the plane.
    pub fn span(&self) -> f64 {
        self.span
    }

    /// Pixels to a unit of the plane.
    pub fn scale(&self, size: [f64; 2]) -> f64 {
        size[0] / self.span
    }

    /// Where `point` is on the screen.
    pub fn to_pixel(&self, size: [f64; 2], point: Spot) -> [f64; 2] {
        let scale = self.scale(size);
        let [x, y] = [point[0] - self.centre[0], point[1] - self.centre[1]];
        [size[0] / 2.0 + scale * x, size[1] / 2.0 - scale * y]
    }

    /// What place of the plane is at `pixel`.
    pub fn to_plane(&self, size: [f64; 2], pixel: [f64; 2]) -> Spot {
        let scale = self.scale(size);
        [self.centre[0] + (pixel[0] - size[0] / 2.0) / scale, self.centre[1] - (pixel[1] - size[1] / 2.0) / scale]
    }

    /// The low and the high corner of what is seen.
    pub fn seen(&self, size: [f64; 2]) -> [Spot; 2] {
        [self.to_plane(size, [0.0, size[1]]), self.to_plane(size, [size[0], 0.0])]
    }

    /// `factor` > 0 times as near, while the place under `pixel` stays there (as far as the bounds allow).
    pub fn zoomed(&self, size: [f64; 2], pixel: [f64; 2], factor: f64) -> Self {
        let factor = if factor.is_nan() { 1.0 } else { factor.clamp(1e-3, 1e3) };
        let near = Self::new(self.centre, self.span / factor);
        let (before, after) = (self.to_plane(size, pixel), near.to_plane(size, pixel));
        Self::new(std::array::from_fn(|i| near.centre[i] + before[i] - after[i]), near.span)
    }

    /// Moved so that what is drawn goes `by` pixels to the right and down.
    pub fn panned(&self, size: [f64; 2], by: [f64; 2]) -> Self {
        let scale = self.scale(size);
        Self::new([self.centre[0] - by[0] / scale, self.centre[1] + by[1] / scale], self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: [f64; 2] = [640.0, 480.0];

    fn near(a: [f64; 2], b: [f64; 2], error: f64) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() <= error)
    }

    #[test]
    fn known_places_are_at_known_pixels() {
        let camera = Camera::new([1.0, -2.0], 4.0);
        assert_eq!(camera.scale(SIZE), 160.0);
        assert_eq!(camera.to_pixel(SIZE, [1.0, -2.0]), [320.0, 240.0]);
        // One to the right and one up.
        assert_eq!(camera.to_pixel(SIZE, [2.0, -1.0]), [480.0, 80.0]);
        assert_eq!(camera.seen(SIZE), [[-1.0, -3.5], [3.0, -0.5]]);
    }

    #[test]
    fn a_rectangle_is_held_whichever_side_is_longer() {
        for (low, high) in [([-1.0, -1.0], [3.0, 0.0]), ([0.0, -4.0], [0.5, 5.0])] {
            let [seen_low, seen_high] = Camera::around(low, high, SIZE).seen(SIZE);
            assert!((0..2).all(|i| seen_low[i] < low[i] && high[i] < seen_high[i]));
            let [width, height] = [0, 1].map(|i| (seen_high[i] - seen_low[i]) / (high[i] - low[i]));
            assert!((width.min(height) - 1.2).abs() < 1e-12);
        }
    }

    #[test]
    fn bad_numbers_are_replaced() {
        assert_eq!(Camera::new([f64::NAN, f64::INFINITY], f64::NAN), Camera::default());
        assert_eq!(Camera::new([1e9, -1e9], 0.0), Camera { centre: [REACH, -REACH], span: 0.5 });
        assert_eq!(Camera::new([0.0; 2], 1e9).span(), 40.0);
        for (factor, span) in [(f64::NAN, 8.0), (0.0, 40.0), (-1.0, 40.0), (f64::INFINITY, 0.5)] {
            assert_eq!(Camera::default().zoomed(SIZE, [0.0; 2], factor).span(), span);
        }
    }

    proptest! {
        #[test]
        fn pixels_come_back_to_themselves(
            x in -20.0..20.0, y in -20.0..20.0, span in 0.5..40.0, px in 0.0..4000.0, py in 0.0..4000.0,
        ) {
            let camera = Camera::new([x, y], span);
            let back = camera.to_pixel(SIZE, camera.to_plane(SIZE, [px, py]));
            prop_assert!(near(back, [px, py], 1e-9), "{back:?}");
        }

        #[test]
        fn zooming_keeps_the_place_under_the_pointer(
            x in -9.0..9.0, y in -9.0..9.0, span in 2.0..8.0, px in 0.0..640.0, py in 0.0..480.0, factor in 0.5..2.0,
        ) {
            let camera = Camera::new([x, y], span);
            let zoomed = camera.zoomed(SIZE, [px, py], factor);
            prop_assert!((zoomed.span() * factor - span).abs() < 1e-12);
            prop_assert!(near(zoomed.to_plane(SIZE, [px, py]), camera.to_plane(SIZE, [px, py]), 1e-12));
        }

        #[test]
        fn panning_moves_every_place_by_as_many_pixels(
            x in -9.0..9.0, y in -9.0..9.0, span in 0.5..8.0, right in -99.0..99.0, down in -99.0..99.0,
        ) {
            let (camera, place) = (Camera::new([x, y], span), [0.3, -0.7]);
            let [px, py] = camera.to_pixel(SIZE, place);
            let moved = camera.panned(SIZE, [right, down]).to_pixel(SIZE, place);
            prop_assert!(near(moved, [px + right, py + down], 1e-9));
        }
    }
}
