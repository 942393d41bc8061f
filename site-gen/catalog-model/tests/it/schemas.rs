//! The JSON Schemas that editors are given are the generated ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use catalog_model::schemas;

#[test]
fn shipped_schemas_are_the_generated_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let generated = schemas::all();
    for (name, schema) in &generated {
        let shipped = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            shipped == schemas::to_text(schema),
            "{name} is not what the types say: run `cargo run -p site-gen -- schemas`"
        );
    }
    let shipped = fs::read_dir(folder).expect("the schemas are in the repository");
    let shipped: BTreeSet<_> = shipped.map(|entry| entry.expect("it can be listed").file_name()).collect();
    assert_eq!(shipped, generated.iter().map(|(name, _)| (*name).into()).collect());
}
