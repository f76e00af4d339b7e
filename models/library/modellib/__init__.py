"""Builds WebLLM model libraries (.wasm) for Llama and Qwen2 configurations from apache-tvm and emscripten."""
