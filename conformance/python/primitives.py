"""Locks and their siblings, and queues."""

import asyncio

QUEUES = {"fifo": asyncio.Queue, "lifo": asyncio.LifoQueue, "priority": asyncio.PriorityQueue}


class Primitives:
    """Part of a run."""

    def primitive(self, name):
        made = self.primitives.get(name)
        if made is None:
            made = self.primitives[name] = self.make_primitive(self.program["primitives"][name])
        return made

    def make_primitive(self, spec):
        match spec["kind"]:
            case "lock":
                return asyncio.Lock()
            case "semaphore":
                return asyncio.Semaphore(spec["permits"])
            case "bounded":
                return asyncio.BoundedSemaphore(spec["permits"])
            case "condition":
                return asyncio.Condition(self.primitive(spec["lock"]))
            case "event":
                return asyncio.Event()
            case "barrier":
                return asyncio.Barrier(spec["parties"])
            case "queue":
                return QUEUES[spec["order"]](spec["size"])
        raise KeyError(spec["kind"])

    async def do_with(self, statement, ctx):
        name = statement["primitive"]

        async def body():
            held = False
            try:
                async with self.primitive(name):
                    held = True
                    self.log(ctx, f"{name} acquired")
                    return await self.run(statement["body"], ctx)
            except asyncio.CancelledError:
                if not held:
                    self.log(ctx, f"cancelled acquire in {ctx.place}")
                raise

        await self.tells(ctx, name, body())

    async def do_acquire(self, statement, ctx):
        await self.waits(ctx, "acquire", self.primitive(statement["primitive"]).acquire())
        self.log(ctx, f"{statement['primitive']} acquired")

    async def do_release(self, statement, ctx):
        self.primitive(statement["primitive"]).release()
        self.log(ctx, f"{statement['primitive']} released")

    async def do_await(self, statement, ctx):
        """Waits for an event, a condition or the others of a barrier."""
        await self.waits(ctx, "wait", self.primitive(statement["primitive"]).wait())
        self.log(ctx, f"{statement['primitive']} came")

    async def do_notify(self, statement, ctx):
        self.primitive(statement["primitive"]).notify(statement["n"])

    async def do_notify_all(self, statement, ctx):
        self.primitive(statement["primitive"]).notify_all()

    async def do_set(self, statement, ctx):
        self.primitive(statement["primitive"]).set()

    async def do_clear(self, statement, ctx):
        self.primitive(statement["primitive"]).clear()

    async def do_abort(self, statement, ctx):
        await self.primitive(statement["primitive"]).abort()

    async def do_reset(self, statement, ctx):
        await self.primitive(statement["primitive"]).reset()

    async def do_put(self, statement, ctx):
        await self.waits(ctx, "put", self.primitive(statement["primitive"]).put(statement["item"]))
        self.log(ctx, f"put {statement['item']}")

    async def do_get_item(self, statement, ctx):
        item = await self.waits(ctx, "get", self.primitive(statement["primitive"]).get())
        self.log(ctx, f"got {item}")

    async def do_try_put(self, statement, ctx):
        try:
            self.primitive(statement["primitive"]).put_nowait(statement["item"])
            self.log(ctx, f"put {statement['item']}")
        except asyncio.QueueFull:
            self.log(ctx, "full")

    async def do_try_get(self, statement, ctx):
        try:
            self.log(ctx, f"got {self.primitive(statement['primitive']).get_nowait()}")
        except asyncio.QueueEmpty:
            self.log(ctx, "empty")

    async def do_task_done(self, statement, ctx):
        self.primitive(statement["primitive"]).task_done()

    async def do_join(self, statement, ctx):
        await self.waits(ctx, "join", self.primitive(statement["primitive"]).join())
        self.log(ctx, f"{statement['primitive']} joined")
