"""Sphinx settings: Markdown by MyST, nothing fetched from another host."""

import logging
from importlib import metadata

project = "sahelsim"
author = "The sahelsim authors"
project_copyright = "The sahelsim authors, Apache-2.0"
try:
    release = metadata.version("sahelsim")
except metadata.PackageNotFoundError:
    release = "unreleased"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"sahelsim {release}"
html_show_sphinx = False

# A quarter of the map that has no page yet is no fault; Sphinx gives this warning no type that
# suppress_warnings could name.
logging.getLogger("sphinx.sphinx.directives.other").addFilter(
    lambda record: "didn't match any documents" not in str(record.msg)
)
