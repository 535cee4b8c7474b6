//! What a schedule is: t → alpha_t, sigma_t and their derivatives.

/// alpha_t, sigma_t and their derivatives in t, always together.
///
/// ```
/// use flow::schedule::{Linear, Schedule};
///
/// let c = Linear.at(0.25);
/// assert_eq!((c.alpha_t, c.sigma_t), (0.25, 0.75));
/// assert_eq!((c.d_alpha_t, c.d_sigma_t), (1.0, -1.0));
/// assert!((c.snr() - 1.0 / 9.0).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficients {
    /// Weight of the data x_1.
    pub alpha_t: f64,
    /// Weight of the noise x_0.
    pub sigma_t: f64,
    /// d alpha_t / dt
    pub d_alpha_t: f64,
    /// d sigma_t / dt
    pub d_sigma_t: f64,
}

impl Coefficients {
    /// det = alpha_t d_sigma_t - sigma_t d_alpha_t, below 0 inside the clip of every schedule here.
    pub fn det(&self) -> f64 {
        self.alpha_t * self.d_sigma_t - self.sigma_t * self.d_alpha_t
    }

    /// The signal-to-noise ratio alpha_t² / sigma_t², infinite where sigma_t = 0.
    pub fn snr(&self) -> f64 {
        (self.alpha_t / self.sigma_t).powi(2)
    }
}

/// The data themselves: what every path comes to where no noise is left.
pub const DATA: Coefficients = Coefficients { alpha_t: 1.0, sigma_t: 0.0, d_alpha_t: 0.0, d_sigma_t: 0.0 };

/// A schedule t → coefficients on [0, 1], from noise (t = 0) to data (t = 1).
pub trait Schedule: Sync {
    /// The name by which links and lists know it.
    fn key(&self) -> &'static str;

    /// The name by which people know it.
    fn name(&self) -> &'static str;

    /// alpha_t and sigma_t as LaTeX.
    fn latex(&self) -> &'static str;

    /// Where it comes from.
    fn citation(&self) -> &'static str;

    /// The coefficients at `t` in [`clip`](Self::clip).
    fn at(&self, t: f64) -> Coefficients;

    /// The times at which derivatives are finite and readings can be told from each other. Fields are
    /// evaluated within these; what lies between the end of the clip and t = 1 is jumped over.
    fn clip(&self) -> [f64; 2] {
        [0.0, 1.0]
    }

    /// The number of noise levels T of a discrete schedule, which then has t = 1 - k/T.
    fn levels(&self) -> Option<usize> {
        None
    }

    /// Standard deviation of the noise from which sampling starts, at the first t of the clip.
    fn start(&self) -> f64 {
        self.at(self.clip()[0]).sigma_t
    }

    /// `t` moved into the clip.
    fn clamp(&self, t: f64) -> f64 {
        let [low, high] = self.clip();
        t.clamp(low, high)
    }

    /// True of an interval beyond the clip: nothing is left to cross in it before the last one, which jumps to t = 1.
    fn is_beyond(&self, t: f64, next: f64) -> bool {
        next < 1.0 && self.clamp(next) <= self.clamp(t)
    }

    /// alpha_t² / sigma_t² at `t`.
    fn snr(&self, t: f64) -> f64 {
        self.at(t).snr()
    }

    /// The t at which alpha_t² / sigma_t² is `snr`, to the last bits; the end of the clip where it is out of range.
    fn t_of_snr(&self, snr: f64) -> f64 {
        let [mut low, mut high] = self.clip();
        // The ratio rises with t on every schedule: halve until no number lies between.
        loop {
            let middle = (low + high) / 2.0;
            if middle <= low || middle >= high {
                return middle;
            }
            if self.snr(middle) < snr { low = middle } else { high = middle }
        }
    }
}
