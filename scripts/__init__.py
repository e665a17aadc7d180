"""Tools for this repository; not installed with the package."""
