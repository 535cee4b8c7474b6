//! What tells a lane from the others: sampler, model, guidance, stochasticity.

use crate::{
    app::{
        form::{Choice, Entry, Slider},
        sample::{settings::model_entry, ways},
        store::Store,
        text,
    },
    flow::{keyed::Keyed, sampler::SamplerId},
    lab::{
        comparison::{Comparison, Lane},
        protocol::MAX_GUIDANCE,
    },
    model::catalogue::ModelId,
};
use leptos::prelude::*;

/// The controls of one lane.
#[component]
pub fn Controls(lane: usize) -> impl IntoView {
    let store = expect_context::<Store>();
    // A lane that is being removed keeps its last values.
    let way = Memo::new(move |before: Option<&Lane>| {
        let now = store.comparison.with(|it| it.lanes.get(lane).copied());
        now.or(before.copied()).unwrap_or(Comparison::default().lanes[0])
    });
    let change = move |change: &dyn Fn(&mut Lane)| {
        store.change_lanes(|lanes| lanes.get_mut(lane).into_iter().for_each(change));
    };
    let choose_sampler = move |key: String| match SamplerId::find(&key) {
        Ok(sampler) => change(&|lane| lane.sampler = sampler),
        Err(sentence) => store.alerts.say(sentence),
    };
    let choose_model = move |key: String| match key.parse() {
        Ok(model) => change(&|lane| lane.model = model),
        Err(sentence) => store.alerts.say(sentence),
    };
    let name = move |what: &str| format!("{what} of lane {}", text::letter(lane));
    let key = move |what: &str| format!("lane-{lane}-{what}");
    let model = Memo::new(move |_| way.get().model);
    let samplers = Memo::new(move |_| samplers(store, way.get()));
    let models = Memo::new(move |_| ModelId::ALL.map(|model| model_entry(store, model)).to_vec());
    let noise = Memo::new(move |_| ways::noise(&way.get().sampler));
    view! {
        <div class="ways">
            <Choice label="Sampler" key=key("sampler") name=name("Sampler") entries=samplers.into()
                value=Signal::derive(move || way.get().sampler.to_string()) on_choose=choose_sampler />
            <Choice label="Model" key=key("model") name=name("Model") entries=models.into()
                value=Signal::derive(move || model.get().to_string()) on_choose=choose_model />
            <Slider label="Guidance" key=key("guidance") name=name("Guidance") symbol="w" max=MAX_GUIDANCE step=0.1
                value=Signal::derive(move || way.get().guidance)
                on_take=move |w: f64| change(&|lane| lane.guidance = w) />
            {move || noise.get().map(|(symbol, max)| view! {
                <Slider label="Stochasticity" key=key("stochasticity") name=name("Stochasticity") symbol max step=0.1
                    value=Signal::derive(move || way.get().stochasticity.min(max))
                    on_take=move |kappa: f64| change(&|lane| lane.stochasticity = kappa) />
            })}
        </div>
    }
}

/// Every sampler; those that make no sense with the lane's model say why and cannot be chosen.
fn samplers(store: Store, way: Lane) -> Vec<Entry> {
    let path = store.path_of(way.model);
    let entry = |sampler: SamplerId| match sampler.fits(path.schedule.0, path.gaussian) {
        Ok(()) => Entry::new(sampler, sampler.name),
        Err(why) => Entry { disabled: true, ..Entry::new(sampler, format!("{}: {why}", sampler.name)) },
    };
    SamplerId::all().map(entry).collect()
}
