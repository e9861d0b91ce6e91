"""What a gradient diagnosis found, for people: tables, panels titled by their findings, one sentence, one page."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.evaluation.plots.drawing import Plot
from nlpseq.evaluation.plots.gradients import Panel, gradient_plot
from nlpseq.evaluation.report.blocks import Paragraph, Section, Table
from nlpseq.files import atomic_path, write_text_atomically

if TYPE_CHECKING:
    from nlpseq.training.gradient_flow import GradientFlow
