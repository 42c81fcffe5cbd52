//! What only a browser can show: the stores where they live.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod web;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
