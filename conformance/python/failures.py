"""The failures of the programs, and their normal form, which both sides print."""

import asyncio


class A(Exception):
    pass


class B(Exception):
    pass


class C(Exception):
    pass


class CancelledTask(Exception):
    """What a get throws for a task that was cancelled; Python's own cannot be told from a cancel of the caller."""


TYPES = {"A": A, "B": B, "C": C}

# Where a message says what was done wrong, both sides have a name for it; other messages are not compared.
MISUSES = {
    "generator didn't yield": "no yield",
    "generator didn't stop": "second yield",
    "generator didn't stop after athrow()": "second yield",
    "'_AsyncGeneratorContextManager' object has no attribute 'args'": "used twice",
}

KINDS = {
    BaseExceptionGroup: "group",
    TimeoutError: "timeout",
    asyncio.BrokenBarrierError: "broken",
    RuntimeError: "misuse",
    ValueError: "misuse",
}


def is_cancellation(e):
    return isinstance(e, asyncio.CancelledError)


def chain(e, handled=()):
    """The failure and what it was raised after, oldest first, without cancellations: Java's primary and suppressed.

    It ends at failures that are being handled all the while.
    """
    found = []
    known = []
    while e is not None and e not in found and not (found and e in handled):
        if e not in known and not isinstance(e, (asyncio.CancelledError, StopAsyncIteration)):
            found.append(e)
        if isinstance(e, BaseExceptionGroup):  # it is raised after that member which is the failure of the body
            known += [each for member in e.exceptions for each in chain(member, handled)]
        if isinstance(e, TimeoutError) and is_cancellation(e.__cause__):
            e = e.__cause__  # it stands for the cancellation, and for what that was raised after
        else:
            e = e.__context__ if e.__cause__ is None else None
    return found[::-1]


def only_member(e):
    """The failure that a group of one holds, for not every failure of one body comes in a group in Java; else None."""
    if isinstance(e, BaseExceptionGroup) and len(e.exceptions) == 1:
        return e.exceptions[0]
    return None


def alone(e, handled):
    """A failure without those it was raised after."""
    if isinstance(e, BaseExceptionGroup):
        return "group(" + ", ".join(sorted(normal_form(member, handled) for member in e.exceptions)) + ")"
    if isinstance(e, (A, B, C, CancelledTask)):
        cause = "" if e.__cause__ is None else f" from ({normal_form(e.__cause__, handled)})"
        return f"{type(e).__name__}:{e}{cause}"
    return MISUSES.get(str(e), own_kind(e))


def parts(e, handled=()):
    """What a failure consists of, the first that was raised first."""
    found = []
    for each in chain(e, handled):
        inner = only_member(each)
        found += [alone(each, handled)] if inner is None else parts(inner, handled)
    return found


def normal_form(e, handled=()):
    if e is None:
        return "ok"
    if is_cancellation(e):
        return "cancelled"
    primary, *later = parts(e, handled)
    return " + ".join([primary, *sorted(later)])


def kind(e, handled=()):
    """What a type of a program is compared with."""
    if is_cancellation(e):
        return "cancelled"
    primary = chain(e, handled)[0]
    inner = only_member(primary)
    return own_kind(primary) if inner is None else kind(inner, handled)


def own_kind(e):
    if isinstance(e, (A, B, C, CancelledTask)):
        return type(e).__name__
    for type_, name in KINDS.items():
        if isinstance(e, type_):
            return name
    return f"crash {e!r}"


def matches(e, wanted, handled=()):
    return wanted == kind(e, handled) or (wanted == "any" and not is_cancellation(e))
