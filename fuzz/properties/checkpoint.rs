//! What holds for any bytes as a checkpoint.

use microgpt::checkpoint::Checkpoint;

/// Fails unless the bytes are refused in a line, or are a checkpoint that
/// comes back the same.
pub fn holds(bytes: &[u8]) {
    let checkpoint = match Checkpoint::from_bytes(bytes) {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            let line = error.to_string();
            assert!(line.len() < 400 && !line.contains(char::is_control));
            return;
        }
    };
    let numbers = checkpoint.model.params();
    assert!(numbers.len() <= bytes.len() / 8);
    assert!(numbers.iter().all(|number| number.is_finite()));

    let again = checkpoint.to_bytes().expect("it can be written");
    let again = Checkpoint::from_bytes(&again).expect("it can be read");
    assert_eq!(again.model, checkpoint.model);
    assert_eq!(again.tokenizer.alphabet(), checkpoint.tokenizer.alphabet());
    assert_eq!(again.training.is_some(), checkpoint.training.is_some());
    if let (Some(one), Some(other)) = (checkpoint.training, again.training) {
        assert_eq!(one.adam, other.adam);
        assert_eq!(one.schedule, other.schedule);
        assert_eq!(one.chance.state(), other.chance.state());
        assert_eq!((one.seed, one.engine), (other.seed, other.engine));
        assert_eq!(one.documents, other.documents);
    }
}
