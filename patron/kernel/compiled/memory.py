"""
Two instructions that plain loops can't express: ask for a cache line ahead of its use, and load eight bytes at any address.

Tables of customers are larger than the caches and are hit in random order; asking for a line some rows ahead hides most of the
wait. Both are hints or loads without side effects: results do not depend on them.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic  # type: ignore[untyped-decorator]  # numba's decorators carry no types
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of `array[index]` for a later write; *index* must lie inside the array."""
    if not isinstance(array, types.Array) or array.ndim != 1:
        return None

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_type, index_type = signature.args
        view = context.make_array(array_type)(context, builder, arguments[0])
        position = context.cast(builder, arguments[1], index_type, types.intp)
        pointer = cgutils.get_item_pointer(context, builder, array_type, view, [position], wraparound=False)
        byte_pointer = ir.IntType(8).as_pointer()
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte_pointer, word, word, word])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        # for writing (1), keep in all caches (3), data (1)
        builder.call(call, [builder.bitcast(pointer, byte_pointer), word(1), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, index), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba's decorators carry no types
def load_word(typing_context: Any, data: Any, index: Any) -> Any:
    """Return the eight bytes that begin at `data[index]` as a little-endian uint64; `index + 8 <= data.size` must hold."""
    if not isinstance(data, types.Array) or data.dtype != types.uint8:
        return None

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_type, index_type = signature.args
        view = context.make_array(array_type)(context, builder, arguments[0])
        position = context.cast(builder, arguments[1], index_type, types.intp)
        pointer = cgutils.get_item_pointer(context, builder, array_type, view, [position], wraparound=False)
        word_pointer = builder.bitcast(pointer, ir.IntType(64).as_pointer())
        return builder.load(word_pointer, align=1)

    return types.uint64(data, index), generate
