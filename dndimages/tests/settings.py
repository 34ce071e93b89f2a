"""The service's own settings, as tests want them: what stands in a developer's .env does not count."""

import os

os.environ["PYTHON_DOTENV_DISABLED"] = "1"

from dndimages.settings import *  # noqa: F403 - all of them, whichever come
