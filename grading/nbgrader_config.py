# For instructors: nbgrader reads this when it is started in this folder. The course's source is the
# worked notebooks, as they are; an assignment is a folder of them, such as week1.
import sys
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from nbgrader.validator import Validator

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from utils.course.autograde import Graded, Marked

c = get_config()  # noqa: F821, nbgrader defines it

c.CourseDirectory.source_directory = "../notebooks"
c.Execute.timeout = 300  # seconds for one cell; nbgrader's 30 are too few for training
c.HTMLExporter.sanitize_html = True  # a page of feedback carries no script of a learner's


def with_ours(steps):
    return [Graded if step is Execute else step for step in steps]


c.Autograde.sanitize_preprocessors = [Marked, *Autograde().sanitize_preprocessors]
c.Autograde.autograde_preprocessors = with_ours(Autograde().autograde_preprocessors)
Validator.preprocessors = [Marked, *with_ours(Validator().preprocessors)]  # no option of nbgrader's
