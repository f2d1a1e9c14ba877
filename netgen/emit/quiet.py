"""Importing SKiDL without its traces.

On import SKiDL opens two log files in the working directory (emptying files of the same name),
creates folders below the user's data directory, prints a warning for every KiCad version whose
symbol folder is not in the environment, replaces the class of all future loggers, and loads its
SPICE interface, which has matplotlib write a font cache into the user's folders. None of that is
wanted by a library that writes nowhere but where it is told to.
"""

import contextlib
import io
import logging
import os
import sys
import tempfile
from collections.abc import Generator


@contextlib.contextmanager
def quiet_skidl_import() -> Generator[None]:
    """Import SKiDL inside this: its files go to a temporary folder, its messages nowhere.

    The working directory, `XDG_DATA_HOME` and the logger class are as before afterwards. SKiDL's
    log handlers are closed while the temporary folder is still current, because they remove their
    files by relative name.
    """
    logger_class = logging.getLoggerClass()
    # SKiDL does without its SPICE interface where the package is missing; None makes it so.
    hidden = [name for name in ("InSpice",) if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # pyright: ignore[reportArgumentType, reportCallIssue]
    before = os.open(".", os.O_RDONLY)
    data_home = os.environ.get("XDG_DATA_HOME")
    try:
        with tempfile.TemporaryDirectory(prefix="twinboard-") as folder:
            os.environ["XDG_DATA_HOME"] = folder
            os.chdir(folder)
            try:
                silence = io.StringIO()
                with contextlib.redirect_stderr(silence), contextlib.redirect_stdout(silence):
                    yield
                for name in ("skidl", "ERC_Logger"):
                    logger = logging.getLogger(name)
                    for handler in list(logger.handlers):
                        logger.removeHandler(handler)
                        handler.close()
                    logger.addHandler(logging.NullHandler())
            finally:
                os.fchdir(before)
    finally:
        os.close(before)
        for name in hidden:
            del sys.modules[name]
        logging.setLoggerClass(logger_class)
        if data_home is None:
            os.environ.pop("XDG_DATA_HOME", None)
        else:
            os.environ["XDG_DATA_HOME"] = data_home
