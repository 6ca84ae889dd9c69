"""The work of the benchmarks in CPython's contextlib and asyncio, of the standard library alone.

    python3 scale.py block | nested | generator | stack N | lock | timeout | group N | tasks N | waiters N TURNS | open N

With --smoke in front it does next to nothing. Prints what it measured, a line of a name and a number each. The body of every block adds, as the bodies in Java do.
"""

import asyncio
import contextlib
import resource
import sys
import time

WARM_UP = 0.2
MEASURED = 0.6
WARM_UP_TURNS = 3


class Resource:
    def __init__(self):
        self.opened = 0
        self.closed = 0
        self.failed = 0

    async def __aenter__(self):
        self.opened += 1
        return self

    async def __aexit__(self, kind, failure, traceback):
        if failure is not None:
            self.failed += 1
        self.closed += 1
        return False


def check(found, expected, what):
    if found != expected:
        sys.exit(f"{what} is {found}, not {expected}")


async def repeat(work, seconds):
    """How many nanoseconds a call takes."""
    begin = time.perf_counter_ns()
    calls = 0
    while time.perf_counter_ns() - begin < seconds * 1e9:
        for _ in range(20):
            await work()
        calls += 20
    return (time.perf_counter_ns() - begin) / calls


async def measure(work):
    await repeat(work, WARM_UP)
    print("NANOS", await repeat(work, MEASURED))


async def block():
    a = Resource()

    async def work():
        async with a as r:
            return r.opened + 0

    check(await work(), 1, "the result")
    await measure(work)
    check(a.closed, a.opened, "the number of closed resources")


async def nested():
    a, b, c, d = resources = [Resource() for _ in range(4)]

    async def work():
        async with a as r, b as s, c as t, d as u:
            return r.opened + s.opened + t.opened + u.opened + 0

    check(await work(), 4, "the result")
    await measure(work)
    check([r.closed for r in resources], [r.opened for r in resources], "the number of closed resources")


async def generator():
    a = Resource()

    @contextlib.asynccontextmanager
    async def opened():
        a.opened += 1
        try:
            yield a
        except BaseException:
            a.failed += 1
            raise
        finally:
            a.closed += 1

    async def work():
        async with opened() as r:
            return r.opened + 0

    check(await work(), 1, "the result")
    await measure(work)
    check(a.closed, a.opened, "the number of closed resources")


async def stack(size):
    resources = [Resource() for _ in range(size)]

    async def work():
        async with contextlib.AsyncExitStack() as exits:
            total = 0
            for resource in resources:
                total += (await exits.enter_async_context(resource)).opened
            return total

    check(await work(), size, "the result")
    await measure(work)
    check(resources[0].closed, resources[0].opened, "the number of closed resources")


async def lock():
    locked = asyncio.Lock()
    count = 0

    async def work():
        nonlocal count
        async with locked:
            count += 1

    await measure(work)
    check(locked.locked(), False, "the lock")


async def timeout():
    count = 0

    async def work():
        nonlocal count
        async with asyncio.timeout(3600):
            count += 1

    await measure(work)


async def run_group(size):
    """The sum of the indices that the children were told."""
    total = 0

    async def child(index):
        nonlocal total
        total += index

    async with asyncio.TaskGroup() as group:
        for index in range(size):
            group.create_task(child(index))
    return total


async def group(size):
    check(await run_group(size), size * (size - 1) // 2, "the sum of the children")
    await measure(lambda: run_group(size))


async def tasks(size):
    await run_group(min(size, 20_000))
    begin = time.perf_counter_ns()
    groups = 0
    while time.perf_counter_ns() - begin < MEASURED * 1e9:
        check(await run_group(size), size * (size - 1) // 2, "the sum of the children")
        groups += 1
    print("NANOS", (time.perf_counter_ns() - begin) / groups / size)


async def take_turns(number, turns):
    """How long each turn waited, how long all took, and how many were overtaken."""
    locked = asyncio.Lock()
    waits = []
    tickets = last = -1
    overtaken = 0

    async def take():
        nonlocal tickets, last, overtaken
        for _ in range(turns):
            tickets += 1
            ticket = tickets
            begin = time.perf_counter_ns()
            async with locked:
                waits.append(time.perf_counter_ns() - begin)
                if ticket < last:
                    overtaken += 1
                last = max(last, ticket)

    await locked.acquire()
    waiting = [asyncio.create_task(take()) for _ in range(number)]
    await asyncio.sleep(0)
    begin = time.perf_counter_ns()
    locked.release()
    for each in waiting:
        await each
    return waits, time.perf_counter_ns() - begin, overtaken


async def waiters(number, turns):
    await take_turns(number, WARM_UP_TURNS)
    waits, nanos, overtaken = await take_turns(number, turns)
    check(len(waits), number * turns, "the count of turns")
    print("NANOS", nanos / len(waits))
    print("P99", sorted(waits)[int(0.99 * (len(waits) - 1))])
    print("OVERTAKEN", overtaken)


async def hold(begun, over):
    async with Resource():
        begun.append(1)
        await over.wait()


def resident():
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except FileNotFoundError:  # its peak, then, which begins with that of who started this process
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


async def open_blocks(number):
    over = asyncio.Event()
    begun = []
    before = resident()
    holders = [asyncio.create_task(hold(begun, over)) for _ in range(number)]
    await asyncio.sleep(0)
    check(len(begun), number, "the number of open blocks")
    print("BYTES", (resident() - before) / number)
    over.set()
    for each in holders:
        await each


WORK = {
    "block": block,
    "nested": nested,
    "generator": generator,
    "stack": stack,
    "lock": lock,
    "timeout": timeout,
    "group": group,
    "tasks": tasks,
    "waiters": waiters,
    "open": open_blocks,
}


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[0] == "--smoke":
        WARM_UP = MEASURED = 0.001
        arguments = arguments[1:]
    name, *numbers = arguments
    asyncio.run(WORK[name](*map(int, numbers)))
