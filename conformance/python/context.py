"""What a statement knows of where it runs."""

import sys


class Context:
    """The task, what the statement is part of, and the failure that its exit or handler was told.

    Python makes a failure that is being handled the context of every failure that is raised meanwhile, also where the
    two have nothing to do with each other. So a context knows which are being handled where it begins.
    """

    __slots__ = ("task", "place", "told", "handled")

    def __init__(self, task, place="body", told=None, handled=()):
        self.task = task
        self.place = place
        self.told = told
        self.handled = handled

    def within(self, place, told=None, handling=None):
        handled = (*self.handled, *(e for e in (told, handling, sys.exc_info()[1]) if e is not None))
        return Context(self.task, f"{place} in {self.place}", told, handled)

    def of_child(self):
        """The place of a task that is forked here."""
        return self.place if self.place.startswith("child of") else "body"

    def of_gather(self, gather):
        """The place of a task of a gather here."""
        around = self.of_child()
        return f"child of {gather}" + ("" if around == "body" else f" in {around}")
