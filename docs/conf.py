"""What Sphinx is told about the site: pages in Markdown, nothing fetched from anywhere, every warning an error."""

from __future__ import annotations

project = "fhir-matters"
author = "fhir-matters"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
root_doc = "index"
html_theme = "furo"
html_title = "fhir-matters"
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["look"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False

myst_heading_anchors = 4
default_role = "code"  # docstrings say `code` as Markdown does
highlight_language = "none"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
