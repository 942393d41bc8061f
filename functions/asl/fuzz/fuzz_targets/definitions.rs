//! Any text as a definition: it is parsed, or refused with places that exist.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    asl_fuzz::parse(text);
});
