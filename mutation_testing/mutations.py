"""The small changes that mutation testing makes to a module.

Add a kind of change here. This module lists the changes of a file and compiles the file with one of them;
`__main__.py` runs the tests.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_OPPOSITE = {
    "min": "max", "max": "min", "first": "last", "last": "first", "any": "all", "all": "any", "maximum": "minimum",
    "minimum": "maximum", "fmax": "fmin", "fmin": "fmax", "cummin": "cummax", "cummax": "cummin",
}  # fmt: skip
_LEFT_OUT = {
    "abs", "clip", "drop_duplicates", "dropna", "fillna", "mask", "removeprefix", "round", "sort_values", "strip", "lower",
    "casefold", "where", "reset_index", "set_axis", "normalize",
}  # fmt: skip
"""Methods whose call may be left out, so that what they were called on stays."""
_MODULES = {"np", "pd", "math", "re", "unicodedata"}
"""Names of modules: a call of their functions is no method's, and nothing would stay."""


def variants(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """The small changes of one node, each with a word for it: the node that takes its place, or None to leave it out."""
    if isinstance(node, ast.Compare):
        for place, sign in enumerate(node.ops):
            signs = [*node.ops[:place], _COMPARED[type(sign)](), *node.ops[place + 1 :]]
            yield "comparison", ast.Compare(node.left, signs, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in _COMPUTED and not _is_text(node):
        yield "operator", ast.BinOp(node.left, _COMPUTED[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in _COMPUTED:
        yield "operator", ast.AugAssign(node.target, _COMPUTED[type(node.op)](), node.value)
    elif isinstance(node, ast.BoolOp):
        yield "and/or", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for place in range(len(node.values)):
            kept = [*node.values[:place], *node.values[place + 1 :]]
            yield "condition left out", kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert | ast.USub):
        yield "sign left out", node.operand
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and not (
        isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp) or ast.unparse(node.test) == "TYPE_CHECKING"
    ):
        turned = ast.UnaryOp(ast.Not(), node.test)
        rest = {name: value for name, value in ast.iter_fields(node) if name != "test"}
        yield "condition turned", type(node)(test=turned, **rest)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield "constant", ast.Constant(not node.value)
        elif isinstance(node.value, int | float):
            yield "constant", ast.Constant(node.value + 1)
    elif isinstance(node, ast.List | ast.Tuple | ast.Set) and len(node.elts) > 1:
        for place in range(len(node.elts)):
            kept = [*node.elts[:place], *node.elts[place + 1 :]]
            yield "element left out", type(node)(kept, **({} if isinstance(node, ast.Set) else {"ctx": ast.Load()}))
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Expr | ast.Raise | ast.Continue | ast.Break):
        yield "statement left out", ast.Pass()


def _is_text(node: ast.AST) -> bool:
    """Whether a sum holds a word: texts can be joined and nothing else, and words are not mutated."""
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _calls(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    for place, keyword in enumerate(node.keywords):
        if keyword.arg and (len(node.keywords) > 1 or node.args or keyword.arg in ("axis", "ascending")):
            kept = [*node.keywords[:place], *node.keywords[place + 1 :]]
            yield f"{keyword.arg}= left out", ast.Call(node.func, node.args, kept)
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in _OPPOSITE:
            other = ast.Attribute(node.func.value, _OPPOSITE[node.func.attr], ast.Load())
            yield f"{node.func.attr} turned", ast.Call(other, node.args, node.keywords)
        if node.func.attr in _LEFT_OUT and ast.unparse(node.func.value) not in _MODULES:
            yield f"{node.func.attr} left out", node.func.value
    elif isinstance(node.func, ast.Name) and node.func.id in _OPPOSITE:
        yield (
            f"{node.func.id} turned",
            ast.Call(ast.Name(_OPPOSITE[node.func.id], ast.Load()), node.args, node.keywords),
        )


@dataclass(frozen=True)
class Mutant:
    """One change of one file: the node's and the variant's number, and the function that holds it (None: module or class)."""

    path: Path
    node: int
    variant: int
    line: int
    kind: str
    before: str
    after: str
    function: tuple[str, ...] | None
    in_class: bool = False
    """In a class, outside its methods or inside them."""


def _nodes(tree: ast.Module) -> list[tuple[ast.AST, ast.AST, str, int | None]]:
    """Every node with its parent and place there, in one order for equal text; annotations, texts and lists of exported names left out."""
    found: list[tuple[ast.AST, ast.AST, str, int | None]] = []

    def visit(parent: ast.AST) -> None:
        for name, value in ast.iter_fields(parent):
            if name in ("annotation", "returns", "decorator_list", "targets", "target"):
                continue
            if isinstance(parent, ast.Subscript) and name == "slice" and isinstance(value, ast.Tuple):
                continue
            if isinstance(parent, ast.Assign) and ast.unparse(parent.targets[0]) == "__all__":
                continue
            for place, child in enumerate(value) if isinstance(value, list) else ((None, value),):
                is_text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
                if isinstance(child, ast.AST) and not is_text and not isinstance(child, ast.JoinedStr):
                    found.append((child, parent, name, place))
                    visit(child)

    visit(tree)
    return found


def mutants_of(path: Path) -> list[Mutant]:
    """All mutants of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    owner: dict[int, tuple[str, ...]] = {}
    in_class = {id(node) for top in tree.body if isinstance(top, ast.ClassDef) for node in ast.walk(top)}
    for top in tree.body:
        inside = [(top, ())] if isinstance(top, ast.FunctionDef) else []
        if isinstance(top, ast.ClassDef):
            inside = [(one, (top.name,)) for one in top.body if isinstance(one, ast.FunctionDef)]
        for function, outer in inside:
            for statement in function.body:
                for node in ast.walk(statement):
                    owner[id(node)] = (*outer, function.name)
    found = []
    for number, (node, parent, _, _) in enumerate(_nodes(tree)):
        if isinstance(node, ast.Raise) and isinstance(parent, ast.ExceptHandler):
            continue
        for variant, (kind, new) in enumerate(variants(node)):
            if kind == "element left out" and _is_taken_apart(node, parent):
                continue
            line = getattr(node, "lineno", getattr(parent, "lineno", 0))
            after = "" if new is None else ast.unparse(ast.fix_missing_locations(new))
            found.append(
                Mutant(
                    path,
                    number,
                    variant,
                    line,
                    kind,
                    _short(ast.unparse(node)),
                    _short(after),
                    owner.get(id(node)),
                    id(node) in in_class,
                )
            )
    return found


def _is_taken_apart(node: ast.AST, parent: ast.AST) -> bool:
    """Whether a tuple has a name for each element on the other side: with one less the function would break whatever it is given."""
    if not isinstance(node, ast.Tuple):
        return False
    return isinstance(parent, ast.Return) or (
        isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Tuple)
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 110 else text[:107] + "..."


def mutated(mutant: Mutant) -> types.CodeType:
    """The compiled module with the change."""
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    node, parent, name, place = _nodes(tree)[mutant.node]
    _, new = list(variants(node))[mutant.variant]
    if place is None:
        setattr(parent, name, new)
    else:
        getattr(parent, name)[place] = new
    return compile(ast.fix_missing_locations(tree), str(mutant.path), "exec")
