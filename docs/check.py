"""Look through the site, as `make docs` does: no link within it leads nowhere, no page fetches from elsewhere.

python docs/check.py site
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

# What a browser loads by itself, by tag; a link that a reader follows may lead anywhere.
LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "link": "href", "object": "data"}
# Of `link`, those that are addresses and no files.
ADDRESSES = ("canonical", "index", "search", "next", "prev", "author", "help")
ELSEWHERE = re.compile(r"(https?:)?//", re.IGNORECASE)


class Page(HTMLParser):
    """What a page links to, what it loads, and the places in it that a link can name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.without_words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if given.get(name)}
        if address := given.get("href") or given.get("src"):
            self.links.append(address)
        if (address := given.get(LOADED.get(tag, ""), "")) and given.get("rel") not in ADDRESSES:
            self.loaded.append(address)
        if tag == "img" and not given.get("alt"):
            self.without_words.append(given.get("src", ""))


def faults(site: Path) -> list[str]:
    """One line for each dead link, each thing from elsewhere and each picture without words."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        found += [f"{name}: {link} leads nowhere" for link in page.links if _is_dead(link, path, pages)]
        found += [f"{name}: {address} is fetched from elsewhere" for address in page.loaded if ELSEWHERE.match(address)]
        found += [f"{name}: {picture} has no words for those who do not see it" for picture in page.without_words]
    for path in sorted(site.rglob("*.css")):
        for address in re.findall(r"url\(['\"]?((?:https?:)?//[^)'\"]+)", path.read_text(encoding="utf-8")):
            found.append(f"{path.relative_to(site).as_posix()}: {address} is fetched from elsewhere")
    return found


def _is_dead(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    if re.match(r"[a-zA-Z][\w+.-]*:|//", link):
        return False
    name, _, place = unquote(link).partition("#")
    target = (path.parent / name.partition("?")[0]).resolve() if name else path
    if target.is_dir():
        target /= "index.html"
    if target in pages:
        return bool(place) and place not in pages[target].places
    return not target.is_file()


def main() -> int:
    """Check and say what is wrong."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else "site").resolve()
    found = faults(site)
    done = f"{site / 'index.html'}: all links lead somewhere, nothing is fetched from elsewhere"
    print("\n".join(found) or done, file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
