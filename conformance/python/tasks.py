"""Tasks, cancellation and timeouts."""

import asyncio

from context import Context
from failures import CancelledTask, normal_form


class Tasks:
    """Part of a run."""

    async def task(self, child, place="body"):
        """The body of a task."""
        ctx = Context(child["task"], place)
        return await self.tells(ctx, "task", self.run(child["body"], ctx))

    async def do_cancel(self, statement, ctx):
        name = ctx.task if statement["task"] == "self" else statement["task"]
        task = self.known(self.tasks, name, ctx)
        if task:
            self.log(ctx, f"cancels {name}")
            task.cancel()

    async def do_timeout(self, statement, ctx):
        after = statement["for"]
        timeout = asyncio.timeout_at(None if after is None else self.time_of(after))
        self.timeouts[statement["id"]] = timeout

        async def body():
            try:
                async with timeout:
                    return await self.run(statement["body"], ctx)
            finally:
                self.log(ctx, f"{statement['id']} expired {str(timeout.expired()).lower()}")

        await self.tells(ctx, statement["id"], body())

    async def do_reschedule(self, statement, ctx):
        after = statement["for"]
        timeout = self.known(self.timeouts, statement["timeout"], ctx)
        if timeout:
            timeout.reschedule(None if after is None else self.time_of(after))

    async def do_wait_for(self, statement, ctx):
        timeout = self.time_of(statement["for"]) - self.loop.time()
        await self.tells(ctx, statement["id"], asyncio.wait_for(self.run(statement["body"], ctx), timeout))

    async def do_group(self, statement, ctx):
        async def body():
            async with asyncio.TaskGroup() as group:
                self.groups[statement["id"]] = group
                return await self.run(statement["body"], ctx)

        gathered = "" if ctx.of_child() == "body" else f" in {ctx.of_child()}"
        await self.tells(ctx, statement["id"] + gathered, body())

    async def do_fork(self, statement, ctx):
        group = self.known(self.groups, statement["group"], ctx)
        if not group:
            return
        coroutine = self.task(statement, ctx.of_child())
        try:
            self.tasks[statement["task"]] = group.create_task(coroutine)
        except RuntimeError:
            coroutine.close()
            raise

    async def do_gather(self, statement, ctx):
        async def body():
            place = ctx.of_gather(("settled " if statement["settled"] else "") + statement["id"])
            children = [self.task(child, place) for child in statement["children"]]
            gathering = asyncio.gather(*children, return_exceptions=statement["settled"])
            results = await self.waits(ctx, "gather", gathering)
            return ", ".join(normal_form(r) if isinstance(r, BaseException) else str(r) for r in results)

        await self.tells(ctx, statement["id"], body())

    async def do_shield(self, statement, ctx):
        async def body():
            task = self.loop.create_task(self.task(statement, ctx.of_child()))
            return await self.waits(ctx, "shield", asyncio.shield(task))

        await self.tells(ctx, statement["id"], body())

    async def do_wait(self, statement, ctx):
        names = {self.tasks[name]: name for name in statement["tasks"] if self.known(self.tasks, name, ctx)}
        if not names:
            return
        until = {"all": asyncio.ALL_COMPLETED, "first": asyncio.FIRST_COMPLETED, "failure": asyncio.FIRST_EXCEPTION}
        after = statement.get("for")
        timeout = None if after is None else self.time_of(after) - self.loop.time()
        waiting = asyncio.wait(names, timeout=timeout, return_when=until[statement["until"]])
        done, _ = await self.waits(ctx, "wait", waiting)
        self.log(ctx, "done " + ", ".join(sorted(f"{names[task]} {state(task)}" for task in done)))

    async def do_get(self, statement, ctx):
        task = self.known(self.tasks, statement["task"], ctx)
        if not task:
            return

        async def get():
            try:
                return await asyncio.shield(task)
            except asyncio.CancelledError:
                if task.cancelled() and not asyncio.current_task().cancelling():
                    self.log(ctx, "got cancelled")
                    raise CancelledTask(statement["task"]) from None
                raise
            except Exception as e:
                self.log(ctx, f"got {normal_form(e, ctx.handled)}")
                raise

        self.log(ctx, f"got {await self.waits(ctx, 'get', get())}")


def state(task):
    if task.cancelled():
        return "cancelled"
    return normal_form(task.exception()) if task.exception() else f"ok {task.result()}"
