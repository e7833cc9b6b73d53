//! The fast engine asks for no memory inside a step.

use std::alloc::System;

use microgpt::chance::Chance;
use microgpt::fast::{Fast, FastAdam};
use microgpt::model::{Config, Gpt};
use microgpt::training::{Schedule, Session};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
    let mut fast = Fast::new(*model.config());
    let (adam, schedule) = (FastAdam::default(), Schedule::default());
    let mut session = Session::new(model, adam, schedule);
    // Twice eight tokens: this text fills its room to the last place.
    let full = vec![[26, 4, 12, 12, 0, 11, 8, 26].repeat(2)];
    let mut turns = session.turns(&full);
    // The first step makes room.
    assert!(session.step_with(&mut fast, &mut turns).is_ok());
    let region = Region::new(COUNTED);
    for _ in 0..100 {
        assert!(session.step_with(&mut fast, &mut turns).is_ok());
    }
    let change = region.change();
    assert_eq!(change.allocations + change.reallocations, 0, "{change:?}");
    println!("test a_step_allocates_nothing ... ok");
}
