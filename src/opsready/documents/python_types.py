"""What a Python annotation says about the value that carries it."""

import ast

# Wrappers of a type that leave it what it is.
_TRANSPARENT = {"Annotated", "Optional", "Final", "ClassVar", "Required", "NotRequired"}
_GENERATORS = {"AsyncIterator", "Iterator", "AsyncGenerator", "Generator", "AsyncIterable"}
# FastAPI and Litestar call the function given here and pass on its result.
_INJECTORS = {"Depends", "Security", "Provide"}


def word_of(node: ast.expr) -> str:
    """The last word of a name, of an attribute, or of what is called; "" for none."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def named_type(annotation: ast.expr | None) -> ast.expr | None:
    """The class in `T`, `T | None`, `Optional[T]`, `Annotated[T, …]`, `T[U]`; None for a union."""
    for _ in range(8):  # wrappers in wrappers: more than three are not met
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            sides = (annotation.left, annotation.right)
            said = [s for s in sides if not (isinstance(s, ast.Constant) and s.value is None)]
            annotation = said[0] if len(said) == 1 else None
        elif isinstance(annotation, ast.Subscript):
            wraps = word_of(annotation.value) in _TRANSPARENT
            annotation = _elements(annotation)[0] if wraps else annotation.value
        else:
            return annotation
    return None


def notes(annotation: ast.expr | None) -> list[ast.expr]:
    """What follows the type in `Annotated[T, …]`."""
    is_annotated = isinstance(annotation, ast.Subscript) and (
        word_of(annotation.value) == "Annotated"
    )
    return _elements(annotation)[1:] if is_annotated else []


def injected(candidate: ast.expr | None) -> ast.expr | None:
    """`f` of `Depends(f)` and its kin."""
    if isinstance(candidate, ast.Call) and candidate.args:
        return candidate.args[0] if word_of(candidate.func) in _INJECTORS else None
    return None


def handed_out(annotation: ast.expr | None) -> ast.expr | None:
    """`T` of `Iterator[T]` and its kin: what a context manager or a dependency hands out."""
    if isinstance(annotation, ast.Subscript) and word_of(annotation.value) in _GENERATORS:
        return _elements(annotation)[0]
    return annotation


def _elements(annotation: ast.expr | None) -> list[ast.expr]:
    inside = annotation.slice if isinstance(annotation, ast.Subscript) else None
    if isinstance(inside, ast.Tuple) and inside.elts:
        return inside.elts
    return [inside] if inside is not None else []
