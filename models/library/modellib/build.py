"""Command line: ``python -m modellib.build config.json out.wasm``."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from .config import ACTIVATIONS, ConfigError, ModelConfig, load
from .model import build_module
from .pipeline import compile_module, target
from .runtime import LINK_FLAGS, BuildError, run, runtime_objects, toolchain


def build_library(config: ModelConfig, out: Path, small: bool = True) -> None:
    """Write the model library of a configuration to a file; one that need not be small links ten times faster.

    Raises:
        BuildError: a compiler or the linker failed.
    """
    runtime = [str(path) for path in runtime_objects()]
    executable = compile_module(build_module(config, target()))

    def link(output: str, objects: Sequence[str], **_options: object) -> None:
        run(["emcc", "-Os" if small else "-O1", *LINK_FLAGS, "-o", output, *runtime, *objects])

    # TVM then writes wasm objects: emscripten's older LLVM could not read its bitcode.
    link.object_format = "o"  # type: ignore[attr-defined]
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        linked = Path(folder) / "library.wasm"
        executable.export_library(str(linked), fcompile=link, workspace_dir=folder)
        out.write_bytes(linked.read_bytes())


def record(config: ModelConfig, out: Path, command: str) -> Path:
    """Write beside a library what made it: command, configuration, versions, size and hash."""
    content = out.read_bytes()
    path = out.with_suffix(".json")
    made = {
        "command": command,
        "config": config.to_dict(),
        "versions": asdict(toolchain()),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    path.write_text(json.dumps(made, indent=2) + "\n")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Build one library; return the exit status."""
    parser = argparse.ArgumentParser(prog="build-library", description="Build a WebLLM model library.")
    parser.add_argument("config", type=Path, help="a Hugging Face config.json of a Llama or Qwen2 model")
    parser.add_argument("out", type=Path, help="the .wasm to write; a .json with its provenance goes beside it")
    parser.add_argument("--zero-point", type=int, default=7, help="4-bit value that is zero: 7 MLC, 8 GGUF (default 7)")
    parser.add_argument("--prefill-chunk", type=int, default=128, help="prompt tokens a pass (default 128)")
    parser.add_argument(
        "--quantization",
        choices=list(ACTIVATIONS),
        default="q4f32",
        help="q4f16 needs an adapter with shader-f16 (default q4f32)",
    )
    chosen = parser.parse_args(arguments)
    try:
        config = load(chosen.config, chosen.zero_point, chosen.prefill_chunk, chosen.quantization)
        build_library(config, chosen.out)
    except (ConfigError, BuildError, OSError) as error:
        print(f"No library was written: {error}", file=sys.stderr)
        return 1
    options = f"--quantization {chosen.quantization} --zero-point {chosen.zero_point}"
    options += f" --prefill-chunk {chosen.prefill_chunk}"
    command = f"uv run --project models/library build-library {chosen.config} {chosen.out} {options}"
    written = record(config, chosen.out, command)
    print(f"{chosen.out}: {chosen.out.stat().st_size:,} bytes; see {written}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
