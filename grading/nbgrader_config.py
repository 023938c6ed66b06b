# For instructors: nbgrader reads this when it is started in this folder. The course's source is the
# worked notebooks, as they are; an assignment is a folder of them, such as week1.
c = get_config()  # noqa: F821, nbgrader defines it

c.CourseDirectory.source_directory = "../notebooks"
c.Execute.timeout = 300  # seconds for one cell; nbgrader's 30 are too few for training
