"""Runs programs of the differential harness on CPython's contextlib and asyncio.

Programs come in on standard input and traces go out on standard output, one a line, as JSON; an empty line flushes the
output. ../README.md has the language. Needs CPython 3.11 and nothing but its standard library.
"""

import asyncio
import gc
import json
import sys

from context import Context
from failures import normal_form
from managers import Managers
from primitives import Primitives
from tasks import Tasks
from virtual_time import Deadlock, VirtualTimeLoop


class Run(Managers, Tasks, Primitives):
    """One run of one program."""

    def __init__(self, program, loop):
        self.program = program
        self.loop = loop
        self.stride = program["stride"]
        self.events = []
        self.ended = False
        self.tasks = {}
        self.groups = {}
        self.stacks = {}
        self.failed = {}
        self.timeouts = {}
        self.managers = {}
        self.primitives = {}

    def log(self, ctx, text):
        if not self.ended:  # what the garbage collector ends afterwards is no part of the program
            self.events.append(f"{int(self.loop.time())} {ctx.task} {text}")

    def time_of(self, wait):
        """The first time after now that belongs to a slot, some rounds from now: no two statements share a slot."""
        rounds, slot = wait
        now = int(self.loop.time())
        time = now - now % self.stride + rounds * self.stride + slot
        return time if time > now else time + self.stride

    async def waits(self, ctx, what, awaitable):
        try:
            return await awaitable
        except asyncio.CancelledError:
            self.log(ctx, f"cancelled {what} in {ctx.place}")
            raise

    async def run(self, body, ctx):
        """Runs statements; what a return gave, None without one."""
        for statement in body:
            wait = statement.get("wait")
            if wait is not None:
                delay = self.time_of(wait) - self.loop.time()
                await self.waits(ctx, "waiting", asyncio.sleep(delay))
            value = await getattr(self, "do_" + statement["do"])(statement, ctx)
            if value is not None:
                return value
        return None

    async def tells(self, ctx, what, coroutine):
        """Runs a statement with a body, and logs how it ended; gives what a return in it gave."""
        try:
            value = await coroutine
        except BaseException as e:
            self.log(ctx, f"{what} raised {normal_form(e, ctx.handled)}")
            raise
        self.log(ctx, f"{what} ended {value}")
        return value

    async def main(self):
        ctx = Context("main")
        try:
            await self.tells(ctx, "main", self.run(self.program["main"], ctx))
        except BaseException:
            pass  # it is in the trace

    def known(self, things, name, ctx):
        """What a statement made before, if it was reached."""
        if name not in things:
            self.log(ctx, f"no {name}")
        return things.get(name)

    async def do_sleep(self, statement, ctx):
        self.log(ctx, "slept")

    async def do_return(self, statement, ctx):
        return statement["value"]


def execute(program, loop):
    """Runs a program until all of its tasks have ended; the trace."""
    run = Run(program, loop)
    main = loop.create_task(run.main())
    run.tasks["main"] = main
    try:
        loop.run_until_complete(asyncio.wait([main]))
        while left := asyncio.all_tasks(loop):  # what was shielded
            loop.run_until_complete(asyncio.wait(left))
    except Deadlock:
        run.events.append("1000000000 main deadlock")  # the clocks need not stand at one time
    run.ended = True
    return run.events


def main():
    # A task that waits for ever is ended by the garbage collector, which runs its finally blocks: in the loop that runs
    # then, as part of the task that runs then, whose program would hear of timeouts and tasks that are not its own.
    gc.disable()
    for line in sys.stdin:
        if not line.strip():
            sys.stdout.flush()
            gc.collect()  # no loop runs
            continue
        sys.stdout.write(json.dumps(execute(json.loads(line), VirtualTimeLoop())) + "\n")


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit(f"the programs need CPython 3.11 or newer, this is {sys.version.split()[0]}")
    sys.unraisablehook = lambda _: None  # what is left of a program goes with its loop
    main()
