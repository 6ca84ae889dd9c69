"""An event loop whose time is virtual: when nothing is ready it goes to its next timer at once."""

import asyncio


class Deadlock(Exception):
    """Nothing is ready and no timer is set."""


class VirtualTimeLoop(asyncio.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self.now = 0.0
        self._selector = self
        self.set_exception_handler(lambda loop, context: None)

    def time(self):
        return self.now

    def select(self, timeout=None):
        if timeout is None:
            raise Deadlock()
        self.now += timeout
        return []

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass
