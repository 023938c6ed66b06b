# For instructors: nbgrader reads this when it is started in this folder. The course's source is the
# worked notebooks, as they are; an assignment is a folder of them, such as week1.
import sys
from pathlib import Path

from bleach import ALLOWED_TAGS
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.preprocessors import Execute
from nbgrader.validator import Validator

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from utils.course.autograde import VALIDATE, Graded, Marked, find_notebooks, markdown

c = get_config()  # noqa: F821, nbgrader defines it

c.CourseDirectory.source_directory = "../notebooks"
GenerateAssignment.init_notebooks = find_notebooks  # nbgrader has no option for it, nor below
Validator.preprocessors = VALIDATE

c.Autograde.sanitize_preprocessors = [Marked, *Autograde().sanitize_preprocessors]
c.Graded.enabled = True  # with --no-execute, too
steps = Autograde().autograde_preprocessors
c.Autograde.autograde_preprocessors = [Graded if step is Execute else step for step in steps]

# A page of feedback carries no script of a learner's, and no link to one.
c.GenerateFeedback.preprocessors = [SanitizeHTML, *GenerateFeedback().preprocessors]
c.SanitizeHTML.enabled = c.SanitizeHTML.strip = True
c.SanitizeHTML.tags = sorted(ALLOWED_TAGS | {"br", "details", "p", "pre", "sub", "summary", "sup"})
c.HTMLExporter.filters = {"markdown2html": markdown}
