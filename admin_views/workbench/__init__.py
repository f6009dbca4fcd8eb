"""The workbench at /workbench: what an institution's people work with."""
