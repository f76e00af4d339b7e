"""Kernels without workgroup barriers.

A software adapter runs the invocations of a workgroup as SIMD lanes of one core, and every barrier there costs a
switch between all of them; TVM's stock schedules need seconds a token on such an adapter. Each thread here works
alone: no shared memory, no barrier, neighbouring threads reading neighbouring words. All factories are cached, so
that one shape is built once, and return private, already scheduled TIR functions.
"""
