"""Groups of arrays and numbers that kernels take as one pointer.

A :class:`Group` reads like a NamedTuple: named fields, immutable, ``_fields``, ``_replace``,
iteration. What differs is how a compiled function receives it: not as hundreds of separate
values, each with a reference count, but as the address of a small table (for an array: data
pointer and shape; for a number: its bits; for a group: the address of its table). A kernel of
twenty arguments then compiles as one of twenty arguments, which is what keeps the whole day in
one compiled call affordable. Shapes are read at run time, so no size is part of a compiled type.

Arrays must be C-contiguous; the group keeps them alive, and its callers keep the group.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Self, dataclass_transform

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models, register_default
from numba.core.extending import NativeValue, typeof_impl, unbox
from numba.core.imputils import impl_ret_untracked, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.np import numpy_support
from numba.np.arrayobj import make_array, populate_array

Spec = tuple[tuple[str, Any, int], ...]  # (kind, dtype or type, dimensions) of each field
_word_of: Callable[[bytes], tuple[int]] = struct.Struct("=Q").unpack  # type: ignore[assignment]
_bytes_of: Callable[[float], bytes] = struct.Struct("=d").pack


@dataclass_transform(frozen_default=True)
class Group:
    """Base of every group; subclasses only list their fields with annotations.

    Fields are float numbers, C-contiguous arrays, or groups.

    Raises:
        TypeError: a field is missing, unknown, of another kind, or not C-contiguous.
    """

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = type(self)._fields
        given = dict(zip(fields, values, strict=False), **named)
        if len(values) > len(fields) or set(given) != set(fields):
            wrong = sorted(set(given) ^ set(fields))
            raise TypeError(f"{type(self).__name__}: missing or unknown fields {wrong}")
        for name in fields:
            object.__setattr__(self, name, given[name])
        # Thousands of groups are made in a sweep: the compiled type is looked up by cheap marks.
        words: list[int] = []
        marks = tuple(_pack(type(self), name, given[name], words) for name in fields)
        table = np.array(words, dtype=np.uint64)
        object.__setattr__(self, "_table", table)
        object.__setattr__(self, "_address", _address(table))
        object.__setattr__(self, "_numba_type_", _group_type(self, marks))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set; arrays change in place")

    def __iter__(self) -> Iterator[Any]:
        return (getattr(self, name) for name in type(self)._fields)

    def __len__(self) -> int:
        return len(type(self)._fields)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), tuple(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(type(self)._fields)})"

    def _replace(self, **changes: Any) -> Self:
        """A group with some fields replaced."""
        return type(self)(**{**dict(zip(type(self)._fields, self, strict=True)), **changes})


def _address(array: np.ndarray[Any, Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _pack(cls: type, name: str, value: Any, words: list[int]) -> Any:
    """Append a field's words to the table and return a mark of its kind."""
    if isinstance(value, np.ndarray):
        if not value.flags.c_contiguous:
            raise TypeError(f"{cls.__name__}.{name} is not C-contiguous")
        words.append(_address(value))
        words.extend(value.shape)
        return value.dtype.num, value.ndim
    if isinstance(value, Group):
        words.append(value._address)  # type: ignore[attr-defined]
        return id(value._numba_type_)  # type: ignore[attr-defined]
    if isinstance(value, int | float) and not isinstance(value, bool):
        words.extend(_word_of(_bytes_of(value)))
        return None
    raise TypeError(f"{cls.__name__}.{name} must be a number, an array or a group, not {value!r}")


def _kind(value: Any) -> tuple[str, Any, int]:
    """Kind of a packed field, its dtype or type, its dimensions."""
    if isinstance(value, np.ndarray):
        return "array", numpy_support.from_dtype(value.dtype), value.ndim
    if isinstance(value, Group):
        return "group", value._numba_type_, 0  # type: ignore[attr-defined]
    return "number", types.float64, 0


class GroupType(types.Type):  # type: ignore[misc]
    """The compiled type of a group: its class and the kinds of its fields, no sizes."""

    def __init__(self, cls: type[Group], spec: Spec) -> None:
        self.cls = cls
        self.spec = spec
        # The name is the type's identity in the kernel cache, so it holds the whole layout.
        inner = ", ".join(
            f"{field}:{kind}:{what}:{ndim}"
            for field, (kind, what, ndim) in zip(cls._fields, spec, strict=True)
        )
        super().__init__(name=f"{cls.__module__}.{cls.__qualname__}({inner})")

    @property
    def mangling_args(self) -> tuple[str, tuple[()]]:
        """A short name for symbols: whole layouts in the name of every function are megabytes."""
        digest = hashlib.sha256(self.name.encode()).hexdigest()[:12]
        return f"{self.cls.__qualname__}_{digest}", ()

    def place(self, name: str) -> tuple[int, tuple[str, Any, int]]:
        """Position of a field in the table, and its kind; KeyError where there is none."""
        offset = 0
        for field, (kind, what, ndim) in zip(self.cls._fields, self.spec, strict=True):
            if field == name:
                return offset, (kind, what, ndim)
            offset += 1 + ndim
        raise KeyError(name)


_types: dict[tuple[type, tuple[Any, ...]], GroupType] = {}  # kept for good, so ids stay theirs


def _group_type(group: Group, marks: tuple[Any, ...]) -> GroupType:
    key = (type(group), marks)
    if key not in _types:
        _types[key] = GroupType(type(group), tuple(_kind(value) for value in group))
    return _types[key]


@typeof_impl.register(Group)
def _typeof(value: Group, context: Any) -> GroupType:
    return value._numba_type_  # type: ignore[attr-defined, no-any-return]


@register_default(GroupType)
class GroupModel(models.PrimitiveModel):  # type: ignore[misc]
    """In machine code a group is the address of its table."""

    def __init__(self, manager: Any, fe_type: GroupType) -> None:
        super().__init__(manager, fe_type, ir.IntType(64).as_pointer())


@unbox(GroupType)  # type: ignore[untyped-decorator, unused-ignore]
def _unbox(typ: GroupType, obj: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(obj, "_address")
    raw = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(c.builder.bitcast(raw, c.context.get_value_type(typ)))


@infer_getattr  # type: ignore[untyped-decorator, unused-ignore]
class GroupAttribute(AttributeTemplate):  # type: ignore[misc]
    """Types of a group's fields."""

    key = GroupType

    def generic_resolve(self, typ: GroupType, name: str) -> Any:
        """Return the type of field ``name``, or None where there is none."""
        try:
            _, (kind, what, ndim) = typ.place(name)
        except KeyError:
            return None
        return types.Array(what, ndim, "C") if kind == "array" else what


@lower_getattr_generic(GroupType)  # type: ignore[untyped-decorator, unused-ignore]
def _getattr(context: Any, builder: Any, typ: GroupType, table: Any, name: str) -> Any:
    """Read a field from the table. The table never changes, so its loads may be hoisted."""
    offset, (kind, what, ndim) = typ.place(name)

    def word(place: int, pointer: Any = table) -> Any:
        loaded = builder.load(builder.gep(pointer, [ir.Constant(ir.IntType(64), place)]))
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    if kind == "number":
        value = word(offset, builder.bitcast(table, ir.DoubleType().as_pointer()))
        return impl_ret_untracked(context, builder, what, value)
    if kind == "group":
        value = builder.inttoptr(word(offset), context.get_value_type(what))
        return impl_ret_untracked(context, builder, what, value)
    array_type = types.Array(what, ndim, "C")
    array = make_array(array_type)(context, builder)
    size = context.get_constant(types.intp, numpy_support.as_dtype(what).itemsize)
    shape = [word(offset + 1 + axis) for axis in range(ndim)]
    strides = [size] * ndim
    for axis in range(ndim - 2, -1, -1):
        strides[axis] = builder.mul(strides[axis + 1], shape[axis + 1])
    populate_array(
        array,
        data=builder.inttoptr(word(offset), context.get_data_type(what).as_pointer()),
        shape=cgutils.pack_array(builder, shape),
        strides=cgutils.pack_array(builder, strides),
        itemsize=size,
        meminfo=None,
    )
    return impl_ret_untracked(context, builder, array_type, array._getvalue())
