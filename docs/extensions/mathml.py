"""Formulas as MathML, which every browser draws by itself: no script, nothing fetched."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

# A name of a function stands apart from what it is of, as TeX has it: "log x", not "logx".
NAMES = re.compile(r"\\(ln|log|exp|max|min|tanh)\s+(?=[\w\\])")


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx of the renderer `mathml`."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(_mathml(node, as_block=False))
    raise nodes.SkipNode


def _block(writer: Any, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="formula">{_mathml(node, as_block=True)}</div>')
    raise nodes.SkipNode


def _mathml(node: nodes.Element, *, as_block: bool) -> str:
    return tex2mathml(NAMES.sub(r"\\\1\\, ", node.astext()), as_block=as_block)
