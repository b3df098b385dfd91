"""
Where tests run: a plug-in of pytest (see pyproject.toml), loaded before the settings, so
that no test reads or writes the developer's own installation.
"""

import atexit
import os
import shutil
import tempfile

# Each process of a test run has a folder to itself; commands that tests start share it.
_folder = tempfile.mkdtemp(prefix="gapless-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for _name in [name for name in os.environ if name.startswith("GAPLESS_")]:
    del os.environ[_name]
os.environ["GAPLESS_DATA"] = _folder
os.environ["GAPLESS_SECRET_KEY"] = "only for tests, and the same in all of them"
