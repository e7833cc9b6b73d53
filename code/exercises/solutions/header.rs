/// The header of a safetensors file, if there is a whole one.
fn header(file: &[u8]) -> Option<&str> {
    let (length, rest) = file.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    std::str::from_utf8(rest.get(..length)?).ok()
}
