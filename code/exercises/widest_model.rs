// ANCHOR: task
use microgpt::model::Config;

// ANCHOR: stub
/// The widest model of one layer and four heads with so many weights at most.
fn widest(limit: usize) -> Option<Config> {
    todo!("four heads share the width")
}
// ANCHOR_END: stub

#[test]
fn the_widest_is_as_wide_as_can_be() {
    let width = |limit| widest(limit).map(|config| config.n_embd);
    assert_eq!(width(4_192), Some(16));
    assert_eq!(width(4_191), Some(12));
    assert_eq!(width(1_000_000), Some(284));
    assert_eq!(width(100), None);
}
// ANCHOR_END: task
