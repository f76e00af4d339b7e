"""From a Relax module to an executable for WebGPU with a wasm host."""

# TVM's annotations name fewer types than its functions take.
# pyright: reportArgumentType=false
from __future__ import annotations

import tvm
from tvm import relax
from tvm.runtime import Executable
from tvm.s_tir import dlight

TARGET = {"kind": "webgpu", "host": {"kind": "llvm", "mtriple": "wasm32-unknown-unknown-wasm"}}


def target() -> tvm.target.Target:
    """Return WebGPU code with a wasm32 host."""
    return tvm.target.Target(TARGET)


@tvm.transform.module_pass(opt_level=0)
def lower(module: tvm.IRModule, _context: tvm.transform.PassContext) -> tvm.IRModule:
    """Lower a module of already scheduled kernels; what TVM itself brings along gets its fallback schedule."""
    passes = [
        relax.transform.LegalizeOps(),
        relax.transform.AnnotateTIROpPattern(),
        relax.transform.FoldConstant(),
        relax.transform.DeadCodeElimination(),
        dlight.ApplyDefaultSchedule(dlight.gpu.Fallback()),
        _narrow_indices(),
        relax.transform.RewriteDataflowReshape(),
        relax.transform.ToNonDataflow(),
        relax.transform.RemovePurityChecking(),
        relax.transform.CallTIRRewrite(),
        relax.transform.StaticPlanBlockMemory(),
        relax.transform.LowerAllocTensor(),
        relax.transform.KillAfterLastUse(),
        relax.transform.LowerRuntimeBuiltin(),
        relax.transform.ComputePrimValue(),
        relax.transform.VMShapeLower(),
        relax.transform.AttachGlobalSymbol(),
    ]
    with target():
        return tvm.transform.Sequential(passes)(module)


def _narrow_indices() -> tvm.transform.Pass:
    """WGSL has no 64-bit integers."""
    return tvm.tirx.transform.ForceNarrowIndexToInt32()


def compile_module(module: tvm.IRModule) -> Executable:
    """Compile a Relax module for linking into one wasm file."""
    return relax.build(module, target(), relax_pipeline=lower, system_lib=True)
