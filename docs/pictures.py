"""The pictures of the README, from the real things: the report of a finished run of `classify`, and its page.

    python docs/pictures.py runs/classify

Wants chromium and Pillow; the pictures go to docs/pictures/, each below 200 kB.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

FOLDER = Path(__file__).resolve().parent / "pictures"
MOST_BYTES = 200_000
REPORT_SIZE, PAGE_SIZE = ViewportSize(width=1100, height=780), ViewportSize(width=1100, height=500)
TEXT = "The food was awful, but the evening was wonderful."
# The browser has no sandbox of its own where it runs as root, as in a container.
FLAGS = ["--no-sandbox", "--disable-gpu"]


def take(page: Page, name: str) -> None:
    """Save what the window shows, in few colours."""
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as shown:
        shown.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path}: {size // 1000} kB")
    if size > MOST_BYTES:
        raise SystemExit(f"{path} has {size:,} bytes, more than {MOST_BYTES:,}; make it smaller")


def main() -> None:
    """Serve the run, and take both pictures."""
    run_dir = Path(sys.argv[1])
    FOLDER.mkdir(exist_ok=True)
    server = subprocess.Popen(
        [sys.executable, "-m", "nlpseq", "serve", str(run_dir), "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        address = next(found[0] for line in server.stdout if (found := re.search(r"http://[\w.:]+", line)))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_page(viewport=REPORT_SIZE)
            page.goto((run_dir / "report.html").resolve().as_uri())
            take(page, "report")
            page.set_viewport_size(PAGE_SIZE)
            page.goto(address)
            page.locator("#classify-input").fill(TEXT)
            page.locator("#panel-classify .results li").first.wait_for()
            page.wait_for_timeout(1000)
            take(page, "page")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
