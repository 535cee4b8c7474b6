//! The guided tour through points, in the order of the lectures. What shows pictures follows (`protocol::tour`).

use protocol::tour::POINTS;
pub use protocol::tour::Stop;

/// All of them.
pub const STOPS: [Stop; POINTS] = [
    Stop {
        title: "Probability path",
        says: "Noise is moved into data along a path of densities p_t, from N(0, I) at t = 0 to the data at t = 1. \
               The colours are the exact density, the dots are particles that follow it.",
        formula: "tour/path",
        asks: "At which t do two moons first show? Drag the time slider and watch the colours, not the dots.",
        answer: "At about t = 0.6. Before that the density has a single hump, though every particle is already on its way.",
        moves: &[],
        link: "data=moons&layers=particles,heat&frame=20",
    },
    Stop {
        title: "Velocity",
        says: "A velocity u_t(x) at every place and time says where particles there go next. \
               It is right if the density that flows away from a place is the density that is lost there: then the residual is 0.",
        formula: "tour/velocity",
        asks: "The colours are that residual. Drag time: how much is left, as a share of the fastest change?",
        answer: "Less than 0.1 % at every t, and that comes from taking differences in time: the arrows are exact.",
        moves: &[],
        link: "data=rings&layers=velocity,residual&frame=24",
    },
    Stop {
        title: "Conditional to marginal",
        says: "With a single data point the field is simple: it points along straight lines to that point. \
               With more points, u_t(x) is the mean of those lines through x, each weighted by how likely it passes there.",
        formula: "tour/marginal",
        asks: "Raise the number of data points from 1, one by one: which lines does the arrow at the cross average?",
        answer: "With one point it lies on the one line. With all 86, 54 lines make nine tenths of it: those from noise that is \
                 not too unlikely. The closer to t = 1, the fewer.",
        moves: &["points"],
        link: "data=rings&points=1&layers=velocity,lines,heat&frame=18&probe=0.3,0.2",
    },
    Stop {
        title: "Training",
        says: "A network never sees u_t(x), only the line of one pair at a time; the mean of such targets is u_t(x), so least squares finds it. \
               Here a small one is trained in your browser, beside the exact field.",
        formula: "tour/training",
        asks: "Press Train and watch the velocity error fall. Then drag time: at which t do the two panels still differ?",
        answer: "Between 0.7 and 0.95, where the field is steep and changes fast. The loss stops at its floor, not at 0: pairs \
                 that pass through one place have different lines.",
        moves: &["trained"],
        link: "data=moons&layers=particles,velocity,heat&frame=20",
    },
    Stop {
        title: "Euler",
        says: "To sample, start in the noise and take N steps along the arrows. \
               Each step pretends that the velocity stays what it was, so few steps miss the data.",
        formula: "tour/euler",
        asks: "Change the number of steps: how many does it take until the dots lie on the spirals?",
        answer: "About a dozen. With 6 steps one dot in six is off the arms, with 12 as few as with 64.",
        moves: &["steps"],
        link: "data=spirals&sampler=euler&steps=6&layers=particles,trajectories,heat",
    },
    Stop {
        title: "Solver error",
        says: "Heun looks at both ends of a step and gains an order: half the step, a quarter of the error. \
               The chart counts evaluations of the field (NFE), since that is what sampling costs.",
        formula: "tour/heun",
        asks: "Choose midpoint or RK4 in “Against”: which is best at 8 evaluations, and which at 128?",
        answer: "At 8 midpoint, RK4 and Heun are nearly level, all better than Euler. At 128 RK4 is best by far: its error is \
                 below a fifth of theirs.",
        moves: &["against"],
        link: "show=samplers&data=spirals&sampler=euler&against=heun&steps=8&layers=particles,trajectories,heat",
    },
    Stop {
        title: "The SDE",
        says: "The same densities are also reached with fresh noise at every step, if the drift gains half g² times the score. \
               Single trajectories differ, the cloud at each t does not.",
        formula: "tour/sde",
        asks: "Move the stochasticity κ between 0 and 2: what changes, the trajectories or the picture at t = 1?",
        answer: "Only the trajectories: smooth at κ = 0, where both panels agree, the rougher the larger κ. The moons at t = 1 \
                 stay as full and as wide.",
        moves: &["stochasticity"],
        link: "show=samplers&data=moons&sampler=heun&against=em-sigma&steps=60&layers=particles,trajectories",
    },
    Stop {
        title: "Score and Langevin",
        says: "The score is the direction in which log p_t grows fastest. \
               Steps along it with noise of the right size, at a fixed t, lead from anywhere to p_t: Langevin dynamics.",
        formula: "tour/langevin",
        asks: "All particles begin in one corner. Watch them: does Langevin's cloud find both moons? And at t = 0.9, with less noise?",
        answer: "At t = 0.75 it does, four in ten reach the far moon. At t = 0.9 nearly all stay on the near one: with little \
                 noise the gap is too deep. The flow takes all of them to one place, since it adds no noise.",
        moves: &["level"],
        link: "show=samplers&data=moons&against=langevin&level=0.75&steps=120&layers=particles,trajectories,heat&start=-2.5,-2",
    },
    Stop {
        title: "Schedules",
        says: "alpha_t and sigma_t decide how fast data appear and noise fades on the way. \
               The path of a pair is straight where alpha_t + sigma_t = 1, and where alpha_t does not change; on the cosine schedule it bends.",
        formula: "tour/schedule",
        asks: "Choose other schedules: on which do the lines stay straight, and on which do the moons show late?",
        answer: "Straight: linear, both polynomials, and VE, where only noise is taken away. Bent: cosine, VP, DDPM. Latest: the \
                 cubic polynomial, VP and DDPM with linear β, where noise is down to half the data at t = 0.86 (linear: 0.67).",
        moves: &["schedule"],
        link: "data=moons&schedule=cosine&layers=lines,heat&frame=20",
    },
    Stop {
        title: "Guidance",
        says: "With classes there are two fields: one of all data, one of the class. \
               Guidance goes beyond the second, away from the first: samples fit the class better, and vary less.",
        formula: "tour/guidance",
        asks: "Move w, here and at t = 1: where does the guided cloud lie beside the class, and when does it leave it?",
        answer: "w = 1 is the class. At 3 the cloud is a third narrower and gathers at the end that is far from the other moon; \
                 at 8 it lies beside the moon, twice as far from its centres.",
        moves: &["guidance"],
        link: "show=guidance&data=moons&guidance=3&layers=particles,velocity,heat&frame=26",
    },
    Stop {
        title: "Couplings and reflow",
        says: "Independent pairs cross, so trajectories bend. \
               Reflow trains again on the pairs that the first flow made: they cross less, S falls, and a single step comes nearer.",
        formula: "tour/reflow",
        asks: "Once Reflow 1 is trained: which panel lands on the data in this single step of Euler? How many does the other need?",
        answer: "Reflow 1, whose lines are straight. The first step of the others leads to the mean of the data, since at t = 0 the \
                 mean line goes there; with 5 steps they are near too.",
        moves: &["steps"],
        link: "data=mixture&layers=particles,trajectories,heat&sampler=euler&steps=1&trained=1500&rounds=1",
    },
    Stop {
        title: "Likelihood",
        says: "Along the flow log p changes by minus the divergence of the velocity, so a sample's density can be followed back to its noise. \
               A trained field then has a density too, to be held against the exact one.",
        formula: "tour/likelihood",
        asks: "Click on a moon and beside it: what does log p gain along the way? Train a field and press “Map log p”: where is it wrong?",
        answer: "On a moon it gains, since the flow contracts there; at the cross, between the moons, it loses 3.9. A trained field \
                 is right on the moons and claims too much where there are no data to learn from.",
        moves: &["trained"],
        link: "show=likelihood&data=moons&layers=heat&probe=1,0.6",
    },
    Stop {
        title: "Kinds side by side",
        says: "Flow, autoencoder, adversaries, layers that can be undone and an energy learn the same eight Gaussians, each with \
               eight seconds of steps. The same measures are taken of all.",
        formula: "tour/kinds",
        asks: "Press Train and wait a minute: who is sharp, who fills the gaps between, who tells a density, who needs one pass?",
        answer: "All reach all eight. The flow is sharp, for 32 passes a point. In one pass the VAE fills the middle, the GAN draws \
                 a thin ring, and layers leave threads. Flow, layers and energy tell a density.",
        moves: &["trained"],
        link: "show=kinds&data=eight&particles=500&steps=20&frame=20",
    },
];

#[cfg(test)]
mod tests;
