"""What grades the exercises: the framework, and a module for each notebook that has exercises.

A notebook's checks stand in the module of the same name, `utils.checks.week1.dinosaurus_island`
for `notebooks/week1/2_dinosaurus_island.ipynb`. Such a module makes one `grading.Checks` and
registers a grader for each exercise; the notebook's check cells are then one line each::

    rnn_cell_forward = check(rnn_cell_forward)
"""
