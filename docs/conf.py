"""The site: `sphinx-build -W -b html docs docs/_build`."""

from importlib.metadata import version as version_of

project = "django-finances"
author = "The django-finances contributors"
version = release = version_of("django-finances")
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"django-finances {version}"
html_show_sphinx = False
