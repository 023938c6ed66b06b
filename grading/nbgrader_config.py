# For instructors: nbgrader reads this when it is started in this folder. The course's source is the
# worked notebooks, as they are; an assignment is a folder of them, such as week1.
import sys
from pathlib import Path

from bleach import ALLOWED_TAGS
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.preprocessors import Execute
from nbgrader.validator import Validator

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from utils.course.autograde import Graded, Marked

c = get_config()  # noqa: F821, nbgrader defines it

c.CourseDirectory.source_directory = "../notebooks"
c.Execute.timeout = 300  # seconds for one cell; nbgrader's 30 are too few for training


def with_ours(steps):
    return [Graded if step is Execute else step for step in steps]


c.Autograde.sanitize_preprocessors = [Marked, *Autograde().sanitize_preprocessors]
c.Graded.enabled = True  # with --no-execute, too
c.Autograde.autograde_preprocessors = with_ours(Autograde().autograde_preprocessors)
Validator.preprocessors = [Marked, *with_ours(Validator().preprocessors)]  # no option of nbgrader's

# A page of feedback carries no script of a learner's.
c.GenerateFeedback.preprocessors = [SanitizeHTML, *GenerateFeedback().preprocessors]
c.SanitizeHTML.enabled = c.SanitizeHTML.strip = True
c.SanitizeHTML.tags = sorted(ALLOWED_TAGS | {"br", "details", "p", "pre", "sub", "summary", "sup"})
