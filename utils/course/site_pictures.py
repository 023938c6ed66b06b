"""Pictures of the site for the README: `python -m utils.course.site_pictures`.

`make site` comes first.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from utils.course.exercises import NOTEBOOKS
from utils.course.opening import PICTURES, small
from utils.files import write_atomically

PAGES = NOTEBOOKS.parent / "build" / "site" / "pages"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
STYLE = ".back-to-top { display: none !important } section { scroll-margin-top: 4rem !important }"
SHOWN = {  # the page, what to look at, the width of the screen, the theme
    "front": ("index.html", "#what-comes-out", 390, "light"),
    "lesson": (
        "notebooks/week3/1_date_translation_attention.html",
        "#exercise-1-a-masked-softmax",
        390,
        "dark",
    ),
    "map": ("notebooks/index.html", "#what-needs-what", 390, "light"),
}


def main(pages: Path = PAGES) -> None:
    """Take the pictures."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        for name, (address, place, width, theme) in SHOWN.items():
            size = {"width": width, "height": 640}
            page = browser.new_page(viewport=size, color_scheme=theme)
            page.goto((pages / address).as_uri())
            page.add_style_tag(content=STYLE)
            page.locator(place).evaluate("part => part.scrollIntoView({behavior: 'instant'})")
            page.wait_for_timeout(1000)  # pictures are loaded when they are seen
            write_atomically(PICTURES / f"site_{name}.png", small(page.screenshot()))


if __name__ == "__main__":
    main()
