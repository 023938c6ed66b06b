"""The site, as `make site` makes it: read as files, and in a real browser without a network."""

import re
import resource
import shutil
import subprocess
import sys
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

from utils.course import exercises, headline

ROOT = exercises.NOTEBOOKS.parent
WORKED = exercises.worked_notebooks()
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DATES = "notebooks/week3/1_date_translation_attention.html"
SOUNDS = "notebooks/week3/2_trigger_word_detection.html"
FIVE = ("index.html", "notebooks/index.html", "notebooks/glossary.html", DATES, SOUNDS)
PHONE, DESK = (390, 800), (1280, 900)
NOT_OURS = {"search.html", "genindex.html"}  # what Sphinx adds


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    begin = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = [sys.executable, "-m", "utils.course.site", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begin < 90  # seconds of one core
    return folder / "pages"


@pytest.fixture(scope="module")
def pages(site):
    """All pages, by address."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in site.rglob("*.html")
        if path.name not in NOT_OURS and "_static" not in path.parts
    }


def address(path):
    return path.relative_to(ROOT).with_suffix(".html").as_posix()


def used(page):
    """Return what a page loads by itself: styles, scripts, pictures."""
    found = page.select("link[rel=stylesheet], link[rel=icon], script[src], img[src]")
    return {each.get("src") or each["href"] for each in found}


def test_each_notebook_is_a_page_that_opens_in_colab_and_can_be_taken_home(pages):
    for path in WORKED:
        page = pages[address(path)]
        words = re.findall(r"\w+", headline.title(nbformat.read(path, as_version=4)))
        assert re.findall(r"\w+", page.h1.text) == words
        colab = [each["href"] for each in page("a", href=re.compile("colab"))]
        copy = exercises.copy_path(path)
        assert [link.split("/blob/main/")[1] for link in colab] == [
            each.relative_to(ROOT).as_posix() for each in (copy, path)
        ]
        assert len(page("a", download="")) == 2


def test_every_link_and_picture_is_there(site, pages):
    ids = {name: {each["id"] for each in page(id=True)} for name, page in pages.items()}
    for name, page in pages.items():
        found = [each["href"] for each in page("a", href=True)] + sorted(used(page))
        for link in found + [each["src"] for each in page.select("audio [src], audio[src]")]:
            url = urlsplit(link)
            if url.scheme in ("http", "https", "mailto"):
                continue
            there = (site / name).parent / unquote(url.path) if url.path else site / name
            assert there.resolve().is_file(), f"{name}: {link}"
            other = there.resolve().relative_to(site.resolve()).as_posix()
            if url.fragment and other in pages:
                assert unquote(url.fragment) in ids[other], f"{name}: {link}"


def test_no_page_needs_a_network_or_much_of_one(site, pages):
    for name, page in pages.items():
        assert not [link for link in used(page) if urlsplit(link).scheme], name
        here = (site / name).parent
        weights = [(here / urlsplit(link).path).stat().st_size for link in used(page)]
        assert (site / name).stat().st_size + sum(weights) < 1_000_000, name
        assert all(each["preload"] == "none" for each in page("audio", controls=True)), name


def test_what_is_played_has_a_name_and_what_stands_still_says_so(pages):
    for path in WORKED:
        page = pages[address(path)]
        names = [each["aria-label"] for each in page("audio")]
        assert all(names) and len(set(names)) == len(names)
        assert not page.select("article [onclick]")  # it is for a notebook that runs
        cells = nbformat.read(path, as_version=4).cells
        sliders = sum(bool(re.search(r"^slider\(", cell.source, re.MULTILINE)) for cell in cells)
        assert page.article.text.count("On this page the picture stands still") == sliders


def test_every_picture_has_its_words_and_every_heading_its_place(pages):
    for name, page in pages.items():
        assert all(each.get("alt", "").strip() for each in page("img")), name
        levels = [int(each.name[1]) for each in page.article(re.compile("^h[1-6]$"))]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_hints_and_answers_stay_folded(pages):
    for path in WORKED:
        notebook = nbformat.read(path, as_version=4)
        solutions = sum(exercises.BEGIN in cell.source for cell in notebook.cells)
        hints = sum(cell.source.count("<details") for cell in notebook.cells)
        page = pages[address(path)]
        assert len(page("details")) == solutions + hints + 1  # the setup
        assert not page("details", open=True)
        assert exercises.BEGIN not in page.article.text and exercises.END not in page.article.text


def test_every_formula_is_a_formula(pages):
    for path in WORKED:
        page = pages[address(path)]
        notebook = nbformat.read(path, as_version=4)
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        text = re.sub(r"`[^`]*`|!\[.*?\]\(", "", text)
        stored = re.findall(r"\$\$.+?\$\$|\$[^$]+\$", text, flags=re.DOTALL)
        assert len(page("math")) == len(stored), path.stem
        assert len(page("mtable")) == text.count("\\begin{")
        for formula in page("math"):
            assert not set("\\&") & set(formula.text) and not formula("merror"), formula
        for each in page.article(["pre", "code"]):
            each.extract()
        assert "$" not in page.article.text


def test_the_front_page_shows_results(pages):
    page = pages["index.html"]
    assert len(page.select(".result img")) == 5
    assert len(page.select(".result audio")) >= 2
    assert len(page.select("table tbody tr")) == len(WORKED)
    assert "make lab" in page.pre.text and "make test" in page.pre.text
    assert all(each["aria-label"] for each in page("audio"))


def test_the_indexes_know_each_notebook(pages):
    for name in ("concepts.html", "papers.html", "notebooks/index.html"):
        links = {each["href"].split("#")[0] for each in pages[name].article("a", href=True)}
        ours = {address(path) for path in WORKED}
        assert {link.split("/", 1)[1] for link in ours} <= {
            link.removeprefix("notebooks/") for link in links
        }


@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("No Chromium or Chrome is installed, so the site is not tried in a browser.")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])


@pytest.fixture(params=[(PHONE, "dark"), (DESK, "light")], ids=["phone, dark", "desk, light"])
def page(browser, request):
    """A page of a size and a theme, which may read files alone."""
    (width, height), theme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, offline=True
    )
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda it: it.url[:5] in ("file:", "data:") or faults.append(it.url))
    yield page
    assert faults == []
    context.close()


DRAWN = """[...document.querySelectorAll("math")].every((formula) => {
  const {width, height} = formula.getBoundingClientRect();
  return formula.closest("details") || (width > 2 && height > 5);
}) && [...document.fonts].some((font) => font.status === "loaded")"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
PLAY = """async (player) => {
  player.load();
  player.preload = "auto";
  await new Promise((done, failed) => {
    player.onloadedmetadata = done;
    player.onerror = failed;
  });
  return player.duration;
}"""


def test_formulas_are_drawn_and_nothing_is_wider_than_the_page(site, page):
    for name in ("index.html", DATES, SOUNDS):
        page.goto((site / name).as_uri())
        page.evaluate("document.fonts.ready")
        assert page.evaluate(TOO_WIDE) <= 0, name
        if name == DATES:
            assert page.locator("math").count() > 20
            assert page.evaluate(DRAWN)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    wanted = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert (dark != "rgb(255, 255, 255)") == wanted


CUT_OFF = """[...document.querySelectorAll(".curriculum text")].filter((text) => {
  const right = text.getBoundingClientRect().right;
  return right > text.ownerSVGElement.getBoundingClientRect().right + 1;
}).map((text) => text.textContent)"""


def test_folds_have_their_own_names_and_the_map_shows_whole_titles(site, page):
    page.goto((site / DATES).as_uri())
    assert page.get_by_text("Our answer").first.is_visible()
    assert page.locator("summary").count() > 5
    assert page.locator("summary[aria-label]").count() == 0
    page.goto((site / "notebooks/index.html").as_uri())
    assert page.evaluate(CUT_OFF) == []


def test_a_sound_has_a_length(site, page):
    page.goto((site / SOUNDS).as_uri())
    player = page.locator("audio[controls]").first
    assert player.evaluate("player => player.readyState") == 0  # nothing before it is played
    assert 0.3 < player.evaluate(PLAY) < 60


def test_the_keyboard_is_seen_where_it_is(site, page):
    page.goto((site / "index.html").as_uri())
    search = page.locator(".sidebar-search")
    search.evaluate("field => field.focus({focusVisible: true})")
    assert search.evaluate("field => getComputedStyle(field).outlineStyle") == "auto"


def test_search_finds_the_notebook(site, page):
    page.goto((site / "search.html").as_uri() + "?q=attention")
    page.locator(f"#search-results a[href^='{DATES}']").first.wait_for(timeout=10_000)


# Contrast takes axe half a minute on a long page; further down it is of the same kinds.
SHORTEN = """[...document.querySelectorAll("article section > section")].slice(3).forEach(
  (section) => section.remove()
);
[...document.querySelectorAll("article tbody tr")].slice(15).forEach((row) => row.remove())"""


def test_axe_finds_nothing(site, page):
    for name in FIVE:
        page.goto((site / name).as_uri())
        page.evaluate(SHORTEN)
        options = {"preload": False, "resultTypes": ["violations"]}  # preload fetches
        found = Axe().run(page, options=options).response["violations"]
        assert not found, [(name, each["id"], each["nodes"][0]["html"]) for each in found]
