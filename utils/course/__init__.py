"""Tools around the notebooks: set-up, JupyterLab, and what their makers use."""
