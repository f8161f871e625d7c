"""A destruction in processes that are killed: each life is a fork that carries the act on until it dies or ends."""

import os
import random
import signal
import time
from datetime import datetime

from governance.core.keystore import KeyStore
from governance.core.masters import FileMaster
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect
from governance.destruction.acting import runner
from governance.destruction.acting.means import Means
from tests.actions.destroying import Installation


def carried_on(here: Installation, identifier: str, at: datetime) -> bool:
    """Carry an act on with connections and keys of one's own, as a process that starts does."""
    url = here.means.engine.url.render_as_string(hide_password=False)
    store = KeyStore(here.folder / "keys", FileMaster(here.folder / "master"))
    means = Means(sessions_on(connect(url), store), here.means.setup)
    return runner.carry_on(means, identifier, at)


def life(here: Installation, identifier: str, at: datetime, seconds: float | None) -> bool:
    """Carry an act on in a process of its own, killed after so many seconds; say whether it ended by itself, done."""
    child = os.fork()
    if child == 0:
        status = 3
        try:
            status = 0 if carried_on(here, identifier, at) else 1
        finally:
            os._exit(status)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, ended = os.waitpid(child, 0)
    return os.WIFEXITED(ended) and os.WEXITSTATUS(ended) == 0


def kill_until_done(
    here: Installation, identifier: str, at: datetime, kills: int, longest: float, chance: random.Random
) -> int:
    """Kill an act at random instants, then let it end; return how often it was killed. Raises AssertionError."""
    here.means.engine.dispose()
    killed = 0
    while killed < kills:
        if life(here, identifier, at, chance.uniform(0.0, longest)):
            return killed
        killed += 1
    for _ in range(3):
        if life(here, identifier, at, None):
            return killed
    raise AssertionError("a destruction that was killed does not end")
