//! The fast engine asks for no memory inside a step.

use std::alloc::System;

use microgpt::chance::Chance;
use microgpt::fast::{Fast, FastAdam};
use microgpt::model::{Config, Gpt};
use microgpt::training::{Schedule, train};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let mut model =
        Gpt::new(Config::default(), &mut Chance::seeded(42)).unwrap();
    let mut fast = Fast::new(*model.config());
    let mut adam = FastAdam::default();
    // Twice eight tokens: this text fills its room to the last place.
    let full = vec![[26, 4, 12, 12, 0, 11, 8, 26].repeat(2)];
    let mut steps =
        train(&mut model, &mut fast, &mut adam, &full, Schedule::default());
    // The first step makes room.
    assert!(steps.next().is_some_and(|step| step.is_ok()));
    let region = Region::new(COUNTED);
    assert!(steps.by_ref().take(100).all(|step| step.is_ok()));
    let change = region.change();
    assert_eq!(change.allocations + change.reallocations, 0, "{change:?}");
    println!("test a_step_allocates_nothing ... ok");
}
