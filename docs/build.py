"""Make the pages of the project: its guides, and an API page from the docstrings. Every link is checked.

Run by `make docs`; the pages go to site/. The examples on them are run by the tests: the docstrings' as doctests, the
guides' by tests/docs.
"""

from __future__ import annotations

import argparse
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import markdown2
import pdoc

import nlpseq
from nlpseq.config import RECIPES, choices

ROOT = Path(__file__).resolve().parent.parent
# Public beside the names of nlpseq itself.
API = [
    "nlpseq.config",
    "nlpseq.evaluation.translation",
    "nlpseq.runs.trained",
    "nlpseq.compat.torchtext",
    "!nlpseq.compat.torchtext.legacy",
]
GUIDES = {
    "inside": "Inside",
    "text-library": "The text library",
    "from-torchtext": "From torchtext",
    "torchtext-differences": "Differences",
}
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - nlpseq</title>
<link rel="stylesheet" href="guide.css">
</head>
<body>
<nav>{menu}</nav>
<main>
{body}
</main>
</body>
</html>
"""
STYLE = """\
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; font: 1rem/1.55 system-ui, sans-serif; }
nav { display: flex; flex-wrap: wrap; gap: 0 1.2rem; border-bottom: 1px solid #8888; padding-bottom: .5rem; }
pre { overflow-x: auto; padding: .8rem; border: 1px solid #8886; border-radius: .4rem; }
code { font: .9em ui-monospace, monospace; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
"""
# Links that lead out of the site, to the project's files: shown as text there.
OUTSIDE = re.compile(r"\[([^\]]+)\]\((?!https?://|#|[\w-]+\.md[)#])[^)]*\)")


class _Links(HTMLParser):
    """The `href`s of a page and the places in it that a link can name."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href" and value:
                self.links.append(value)
            elif name in ("id", "name") and value:
                self.places.add(value)


def build(site: Path) -> None:
    """Write all pages to `site`."""
    # The names of the public module are imported when they are first used; pdoc looks for what is there.
    vars(nlpseq).update({name: getattr(nlpseq, name) for name in nlpseq.__all__})
    # The types of inherited settings are looked up in the module that inherits them.
    for settings in RECIPES.values():
        module = vars(sys.modules[settings.__module__])
        module.update({name: kind for name, kind in vars(choices).items() if name not in module})
    pdoc.render.configure(docformat="google", footer_text=f"nlpseq {nlpseq.__version__}")
    pdoc.pdoc("nlpseq", *API, output_directory=site)
    (site / "index.html").rename(site / "modules.html")
    (site / "guide.css").write_text(STYLE, encoding="utf-8")
    menu = '<a href="index.html">nlpseq</a>' + "".join(
        f'<a href="{stem}.html">{title}</a>' for stem, title in GUIDES.items()
    )
    menu += '<a href="nlpseq.html">API</a>'
    pages = {"index": ("nlpseq", ROOT / "README.md")}
    pages |= {stem: (title, ROOT / "docs" / f"{stem}.md") for stem, title in GUIDES.items()}
    pages["CONTRIBUTING"] = ("Contributing", ROOT / "CONTRIBUTING.md")
    for stem, (title, source) in pages.items():
        text = source.read_text(encoding="utf-8").replace("](docs/", "](")
        text = re.sub(r"\]\(([\w-]+)\.md", r"](\1.html", OUTSIDE.sub(r"\1", text))
        body = markdown2.markdown(text, extras=["fenced-code-blocks", "tables", "header-ids"])
        (site / f"{stem}.html").write_text(PAGE.format(title=title, menu=menu, body=body), encoding="utf-8")


def dead_links(site: Path) -> list[str]:
    """One line for each link within the site that leads nowhere."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        found[path] = _Links()
        found[path].feed(path.read_text(encoding="utf-8"))
    dead = []
    for path, page in found.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            name, _, place = unquote(link).partition("#")
            target = (path.parent / name).resolve() if name else path
            if target.is_dir():
                target /= "index.html"
            known = target in found and (not place or place in found[target].places)
            if not known and not (target.is_file() and not place):
                dead.append(f"{path.relative_to(site)}: {link} leads nowhere")
    return dead


def main() -> int:
    """Build, check and say what is wrong."""
    parser = argparse.ArgumentParser(description="Make the project's pages and check their links.")
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site", help="folder to write to (site/)")
    site = parser.parse_args().site.resolve()
    site.mkdir(parents=True, exist_ok=True)
    build(site)
    dead = dead_links(site)
    print(
        "\n".join(dead) or f"{site / 'index.html'}: all links lead somewhere", file=sys.stderr if dead else sys.stdout
    )
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
