"""Functions in a row, applied to a token or to each of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Pipeline"]


class Pipeline:
    """A function on tokens, and those to be called before and after it.

    Args:
        convert_token: takes a token, and what else the pipeline is called with; default: gives the token back.

    Raises:
        ValueError: it cannot be called.

    >>> Pipeline(str.lower).add_after(lambda token: token + "!")(["No", "YES"])
    ['no!', 'yes!']
    """

    def __init__(self, convert_token: Callable[..., Any] | None = None) -> None:
        if convert_token is not None and not callable(convert_token):
            raise ValueError(f"convert_token: a function or None is wanted, not {convert_token!r}")
        self.convert_token = Pipeline.identity if convert_token is None else convert_token
        self.pipes: list[Pipeline] = [self]

    def __call__(self, x: Any, *args: Any) -> Any:
        """What all functions in their order make of `x`."""
        for pipe in self.pipes:
            x = pipe.call(x, *args)
        return x

    def call(self, x: Any, *args: Any) -> Any:
        """What this pipeline's own function makes of `x`, or of each item if it is a list."""
        if isinstance(x, list):
            return [self.convert_token(token, *args) for token in x]
        return self.convert_token(x, *args)

    def add_before(self, pipeline: Pipeline | Callable[..., Any]) -> Pipeline:
        """Call another pipeline or function first; gives this pipeline."""
        self.pipes = _pipes(pipeline) + self.pipes
        return self

    def add_after(self, pipeline: Pipeline | Callable[..., Any]) -> Pipeline:
        """Call another pipeline or function last; gives this pipeline."""
        self.pipes = self.pipes + _pipes(pipeline)
        return self

    @staticmethod
    def identity(x: Any) -> Any:
        """`x` as it is."""
        return x


def _pipes(pipeline: Pipeline | Callable[..., Any]) -> list[Pipeline]:
    return pipeline.pipes if isinstance(pipeline, Pipeline) else [Pipeline(pipeline)]
