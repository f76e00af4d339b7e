"""Compiles TVM's runtime, whose C++ sources ship in the apache-tvm wheel, to wasm objects with emscripten.

The wheel's sources lack a few headers, which ``runtime/`` beside this package supplies. The objects depend on
the wheel, the headers and emscripten alone, so one compilation serves every model; it is kept in a cache folder
named by the hash of all three.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import tvm
import tvm_ffi

HERE = Path(__file__).resolve().parent
SHIMS = HERE.parent / "runtime"
CACHE = HERE.parent / ".cache"

#: What the page never calls: remote procedure calls, CPU sorting, test functions.
LEFT_OUT = ("src/runtime/rpc/", "contrib/sort/", "ffi/testing/")

COMPILE_FLAGS = ["-Os", "-std=c++17", "-Wno-ignored-attributes", "-Wno-deprecated-declarations"]
#: Folders as seen from the staged sources.
INCLUDES = [
    "-I.",
    "-Iinclude",
    "-I3rdparty/tvm-ffi/include",
    "-I3rdparty/tvm-ffi/3rdparty/dlpack/include",
]
LINK_FLAGS = [
    "--no-entry",
    *("-s", "WASM_BIGINT=1"),
    # The two functions of the page's that make JavaScript callable from wasm stay undefined.
    *("-s", "ERROR_ON_UNDEFINED_SYMBOLS=0"),
    *("-s", "STANDALONE_WASM=1"),
    *("-s", "ALLOW_MEMORY_GROWTH=1"),
    *("-s", "TOTAL_MEMORY=64MB"),
]


class BuildError(RuntimeError):
    """A compiler or linker failed; the message holds its command and what it wrote."""


@dataclass(frozen=True)
class Toolchain:
    """The versions that a library depends on."""

    tvm: str
    tvm_ffi: str
    emscripten: str


def toolchain() -> Toolchain:
    """Return the versions in use.

    Raises:
        BuildError: emscripten is not installed.
    """
    first_line = run(["emcc", "--version"]).splitlines()[0]
    return Toolchain(version("apache-tvm"), version("apache-tvm-ffi"), first_line.split(") ")[-1].split(" ")[0])


def run(command: list[str], folder: Path | None = None) -> str:
    """Run a command, in a folder where one is given, and return what it printed.

    Raises:
        BuildError: it is not installed, or failed.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    except FileNotFoundError as error:
        raise BuildError(f"{command[0]} is not installed; on Debian: apt-get install emscripten") from error
    if done.returncode != 0:
        raise BuildError(f"{' '.join(command)} failed ({done.returncode}):\n{done.stderr[-6000:]}")
    return done.stdout


def runtime_objects() -> list[Path]:
    """Return the runtime's wasm objects, compiled if the cache lacks them (about two minutes)."""
    folder = CACHE / f"runtime-{_fingerprint()}"
    sources = ["wasm_runtime.cc", "webgpu_runtime.cc", "page_exports.cc"]
    objects = [folder / source.replace(".cc", ".o") for source in sources]
    if all(path.exists() for path in objects):
        return objects
    stage = CACHE / "stage"
    _stage(stage)
    folder.mkdir(parents=True, exist_ok=True)
    for source, target in zip(sources, objects, strict=True):
        partial = target.with_suffix(".partial.o")
        # From inside and by relative names: messages name sources, which must not tell where they lay.
        run(["emcc", *COMPILE_FLAGS, *INCLUDES, "-c", f"web/emcc/{source}", "-o", str(partial)], stage)
        partial.rename(target)
    shutil.rmtree(stage)
    return objects


def _stage(stage: Path) -> None:
    """Lay the wheel's sources and our headers out as TVM's repository has them, so that relative includes hold."""
    shutil.rmtree(stage, ignore_errors=True)
    tvm_root, ffi_root = Path(str(tvm.__file__)).parent, Path(str(tvm_ffi.__file__)).parent
    for folder in ("src", "include", "web/emcc"):
        shutil.copytree(tvm_root / folder, stage / folder)
    for folder in ("src", "include", "3rdparty/dlpack/include"):
        shutil.copytree(ffi_root / folder, stage / "3rdparty" / "tvm-ffi" / folder)
    shutil.copytree(SHIMS / "include", stage / "include", dirs_exist_ok=True)
    shutil.copytree(SHIMS / "src", stage / "src", dirs_exist_ok=True)
    shutil.copy(SHIMS / "page_exports.cc", stage / "web" / "emcc" / "page_exports.cc")
    pack = stage / "web" / "emcc" / "wasm_runtime.cc"
    lines = pack.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not (line.startswith("#include") and any(part in line for part in LEFT_OUT))]
    pack.write_text("".join(kept))


def _fingerprint() -> str:
    """Return 16 hex digits that change with the wheels, the shims, the flags and emscripten."""
    digest = hashlib.sha256(repr((toolchain(), COMPILE_FLAGS, INCLUDES, LEFT_OUT)).encode())
    for path in sorted(SHIMS.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
