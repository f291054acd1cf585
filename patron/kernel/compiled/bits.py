"""
Sixty-four bytes at a time: the few machine operations on byte masks that compiled functions use and Python has no word for.

They are plain LLVM instructions, not those of one processor: a machine without wide vectors runs the same code in narrower steps.
"""

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

_BYTE = ir.IntType(8)
_WORD = ir.IntType(64)
_BYTES = ir.VectorType(_BYTE, 64)


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def equal_bytes(context: Any, array: Any, start: Any, byte: Any) -> Any:
    """Return which of the 64 bytes of a uint8 array from *start* equal *byte*: bit i of the word for byte start + i."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sixty_four = _load(context, builder, signature, arguments)
        first = builder.insert_element(ir.Constant(_BYTES, ir.Undefined), arguments[2], ir.Constant(ir.IntType(32), 0))
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), 64), [ir.Constant(ir.IntType(32), 0)] * 64)
        repeated = builder.shuffle_vector(first, ir.Constant(_BYTES, ir.Undefined), everywhere)
        return builder.bitcast(builder.icmp_unsigned("==", sixty_four, repeated), _WORD)

    return types.uint64(array, types.int64, types.uint8), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def high_bytes(context: Any, array: Any, start: Any) -> Any:
    """Return which of the 64 bytes of a uint8 array from *start* are 128 or more: bit i of the word for byte start + i."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sixty_four = _load(context, builder, signature, arguments)
        zero = ir.Constant(_BYTES, [ir.Constant(_BYTE, 0)] * 64)
        return builder.bitcast(builder.icmp_signed("<", sixty_four, zero), _WORD)

    return types.uint64(array, types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def trailing_zeros(context: Any, word: Any) -> Any:
    """Return the position of the lowest bit that is set in a word that is not 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def bits_set(context: Any, word: Any) -> Any:
    """Return how many bits of a word are set."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba has no types
def will_read(context: Any, array: Any, position: Any) -> Any:
    """Ask the processor to bring a place of an array into its cache; a place beyond the end does no harm."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = builder.bitcast(builder.gep(data, [arguments[1]]), _BYTE.as_pointer())
        integer = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [place.type, integer, integer, integer])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", (place.type,), kind)
        builder.call(prefetch, [place, integer(0), integer(3), integer(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


def _load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
    place = builder.bitcast(builder.gep(data, [arguments[1]]), _BYTES.as_pointer())
    loaded = builder.load(place)
    loaded.align = 1
    return loaded
