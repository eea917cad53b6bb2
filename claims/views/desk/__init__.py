"""The workbench: one module for each thing a desk does, one door to each object (``access``)."""
