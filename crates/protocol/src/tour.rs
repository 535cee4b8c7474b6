//! The guided tour: what a stop is, and the stops that show pictures. They follow those of the plane, which has its own
//! (`plane::tour`).

/// One stop: a link, two or three sentences, a formula, and a question that is answered by moving something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    pub title: &'static str,
    /// Two or three sentences.
    pub says: &'static str,
    /// The key of its formula in `flow::formula`.
    pub formula: &'static str,
    /// What to find out, and by moving what.
    pub asks: &'static str,
    /// What one finds, for whoever wants to compare.
    pub answer: &'static str,
    /// The keys of what is to be moved, where it does not stand beside the figure.
    pub moves: &'static [&'static str],
    /// What is shown, in the language of its view, in which a link names no more than what differs from its stop.
    pub link: &'static str,
}

/// Stops of the plane, which come first.
pub const POINTS: usize = 13;
/// All stops there are.
pub const ALL: usize = POINTS + PICTURES.len();

/// The stop of this number, where it shows pictures.
pub fn of_pictures(n: usize) -> Option<&'static Stop> {
    PICTURES.get(n.checked_sub(POINTS + 1)?)
}

/// Those that show pictures, in the language of the page's links (`link`).
pub const PICTURES: [Stop; 9] = [
    Stop {
        title: "Forward noising",
        says: "Training begins with a real picture x_1 and noise x_0 of its own, mixed: the smaller t, the more noise. \
               Nothing is learned on this way, and every pair is known at every t.",
        formula: "path",
        asks: "Step back from t = 1: at which t can you no longer tell most of the ten digits?",
        answer: "Most of them go below t = 0.3, where the noise is more than twice as wide as the picture; the plain strokes of 0 \
                 and 1 last longest.",
        moves: &[],
        link: "model=mnist&seed=3&digit=any&pictures=10&steps=20&sampler=euler&guidance=1&real=1&frame=20",
    },
    Stop {
        title: "What the network sees",
        says: "The network is given x_t, t and the class, and predicts the velocity, which tells the picture x̂_1 that it expects. \
               Where much fits x_t that is a blur, the mean of all of it.",
        formula: "predicted",
        asks: "Drag time: at which t is x̂_1 the very picture, and what is x_t there? “Show” has both.",
        answer: "At t = 0 it is the mean of the class. From t = 0.4 on it is nearer to the picture itself, though x_t is still \
                 more noise than picture; from 0.8 on nearly all of it is there.",
        moves: &[],
        link: "model=mnist&seed=3&digit=any&pictures=10&steps=20&sampler=euler&guidance=1&real=1&show=data&frame=4",
    },
    Stop {
        title: "Reverse: DDPM",
        says: "A DDPM learned the noise in x_t, and walks back from noise to data: each step takes some of the predicted noise \
               away, and adds a share η of fresh noise.",
        formula: "sampler/ddim-eta",
        asks: "Move η from 1 to 0, and look at single frames on the way: what changes, and what does not?",
        answer: "With η = 1 every frame is noised afresh, at 0 the way is smooth: that is DDIM, which the first noise decides \
                 alone. The class stays, the handwriting is another.",
        moves: &["stochasticity"],
        link: "model=mnist-ddpm&seed=7&digit=any&pictures=10&steps=40&sampler=ddim-eta&guidance=2&stochasticity=1",
    },
    Stop {
        title: "Guidance on digits",
        says: "With and without the class the network predicts two velocities. Guidance goes beyond the first, away from the \
               second, and pays with a second evaluation.",
        formula: "guidance",
        asks: "Move w from 0 to 6: what is gained up to 2, and what is lost beyond?",
        answer: "At 0 no class is asked for; at 1 six in ten are what was asked for, at 2 nearly all. Beyond, strokes grow \
                 thicker, and pictures of one class more and more alike.",
        moves: &["guidance"],
        link: "model=mnist&seed=11&digit=any&pictures=20&steps=20&sampler=heun&guidance=0&frame=20",
    },
    Stop {
        title: "Few steps",
        says: "A step of Euler goes straight on along the velocity at its beginning. From pure noise that is the way to the mean \
               of the class, so a single step draws blurs.",
        formula: "sampler/euler",
        asks: "Raise the steps one by one: how many does Euler need until the digits are whole?",
        answer: "About eight. One step gives the means of the classes, two to four have holes and grey strokes; from 16 on more \
                 steps change little that one can see.",
        moves: &["steps"],
        link: "model=mnist&seed=11&digit=any&pictures=20&steps=1&sampler=euler&guidance=2&frame=1",
    },
    Stop {
        title: "The plane of a VAE",
        says: "An autoencoder gives every picture a place z, and is trained so that all places together look like noise. \
               The map is what the decoder draws at places of this plane.",
        formula: "family/vae",
        asks: "Move the hand over the map: what lies between two digits? And far from the middle?",
        answer: "In between, one digit bends into the other, often through a blur that is neither: the decoder draws the mean of \
                 what may be there. Far out little was learned, and strokes swell.",
        moves: &[],
        link: "model=mnist-vae&seed=3&digit=any&pictures=10&steps=10&sampler=euler&guidance=1&frame=10",
    },
    Stop {
        title: "The words of a VQ-VAE",
        says: "Here a picture is 49 words of a small book, one for each place. The decoder reads them all, and a prior learned \
               which words stand beside each other.",
        formula: "family/vq-vae",
        asks: "Choose a place and give it another word: how far around it does the picture change?",
        answer: "Only in the square of its place and at the edges of those beside it. Words are strokes: a bow, an end, a gap. A \
                 wrong one breaks the line there, and nothing else.",
        moves: &[],
        link: "model=mnist-vq&seed=5&digit=any&pictures=10&steps=20&sampler=euler&guidance=2&frame=20",
    },
    Stop {
        title: "A game of two",
        says: "A generator draws from noise in one pass; a critic learns to tell its pictures from real ones, and the generator \
               learns what makes the critic wrong. Neither loss need fall.",
        formula: "family/gan",
        asks: "Press Train and watch both losses: who leads, and do the pictures get better meanwhile?",
        answer: "The critic leads, and its verdict on what is drawn stays below one half. The pictures get better all the same: \
                 the losses say who is ahead, not how good the pictures are.",
        moves: &[],
        link: "view=train&family=gan&size=tiny&batch=32&train-seed=1",
    },
    Stop {
        title: "Mixed styles",
        says: "A network turns z into a style w, and each resolution of the generator is told its own. So one picture may have the \
               coarse of one style and the fine of another.",
        formula: "family/stylegan",
        asks: "Move the slider of the table: which resolutions decide the shape, and which only the stroke?",
        answer: "The coarsest decides the shape nearly alone: as soon as it comes from the other picture, so does the form. The \
                 finest changes how thick and how dark the stroke is.",
        moves: &[],
        link: "model=mnist-stylegan&seed=4&digit=any&pictures=10&steps=10&sampler=euler&guidance=1&frame=10",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_short_and_every_question_has_an_answer() {
        for stop in PICTURES {
            let [says, asks, answer] = [stop.says, stop.asks, stop.answer].map(|words| words.chars().count());
            assert!(
                says <= 260 && asks <= 150 && (40..=240).contains(&answer),
                "{}: {says}, {asks}, {answer}",
                stop.title
            );
            assert!(stop.asks.contains('?') && stop.answer.ends_with('.') && stop.moves.len() <= 1, "{}", stop.title);
        }
        assert_eq!(of_pictures(POINTS), None);
        assert_eq!(of_pictures(ALL).map(|stop| stop.title), Some("Mixed styles"));
        assert_eq!((of_pictures(0), of_pictures(ALL + 1)), (None, None));
    }
}
