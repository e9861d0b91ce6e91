"""How Sphinx makes the site (`make docs`). Chapters of the course are executed, and kept until their text changes.

Without the course's figures it takes a quarter of a minute: `sphinx-build -W -D nb_execution_mode=off docs site`.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import nlpseq  # noqa: E402

project = "nlpseq"
author = "The nlpseq developers"
copyright = "The nlpseq developers; Apache-2.0"
version = release = nlpseq.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "extensions.mathml",
    "extensions.reference",
]
exclude_patterns = ["extensions", "pictures", "tutorials"]
smartquotes = False  # two dashes are an option
suppress_warnings = ["misc.highlighting_failure"]  # outputs of commands are no program

# Nothing of a page comes from elsewhere: formulas are MathML, the theme's fonts are the reader's own.
html_math_renderer = "mathml"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}

html_theme = "furo"
html_title = f"nlpseq {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style, pygments_dark_style = "a11y-light", "a11y-dark"

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# The chapters' kernels take their settings from a folder of their own: none of the reader's, and no warning that they
# talk over TCP unencrypted, as each does with this process on this machine alone.
ipython = tempfile.TemporaryDirectory(prefix="ipython-")
(Path(ipython.name) / "profile_default").mkdir()
(Path(ipython.name) / "profile_default" / "ipython_kernel_config.py").write_text(
    'c.IPKernelApp.log_level = "ERROR"\n', encoding="utf-8"
)
os.environ["IPYTHONDIR"] = ipython.name
logging.getLogger("traitlets").setLevel(logging.WARNING)  # not a line for each chapter that begins

nb_execution_mode = "cache"
nb_execution_in_temp = True  # what a chapter writes goes with it
nb_execution_cache_path = str(HERE.parent / "build" / "course")
nb_execution_timeout = 900  # seconds, of a cell
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_output_stderr = "remove"  # progress is for terminals
nb_number_source_lines = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_default_options = {
    "members": True,
    "exclude-members": "set_score_request, set_fit_request, set_predict_request, set_partial_fit_request",
}
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = ["Shape"]
default_role = "code"  # docstrings have `names` in single backticks
