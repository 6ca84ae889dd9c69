"""Blocks, managers, exit stacks and failures."""

import contextlib

from failures import TYPES, matches, normal_form


class ClassManager:
    """A manager with __aenter__ and __aexit__."""

    def __init__(self, run, name, spec, ctx):
        self.run = run
        self.name = name
        self.spec = spec
        self.ctx = ctx

    async def __aenter__(self):
        ctx = self.ctx.within(f"enter of {self.name}")
        await self.run.run(self.spec["enter"], ctx)
        self.run.log(ctx, f"{self.name} entered")
        return self.name

    async def __aexit__(self, type_, e, traceback):
        ctx = self.ctx.within(f"exit of {self.name}", e)
        self.run.log(ctx, f"{self.name} exits, told {normal_form(e, self.ctx.handled)}")
        await self.run.run(self.spec["exit"], ctx)
        suppresses = self.spec.get("suppress")
        answer = e is not None and suppresses is not None and matches(e, suppresses, self.ctx.handled)
        self.run.log(ctx, f"{self.name} exited {str(answer).lower()}")
        return answer


class Suppress:
    """contextlib.suppress, which has no asynchronous twin."""

    def __init__(self, run, name, types, ctx):
        self.run = run
        self.name = name
        self.suppress = contextlib.suppress(*types)
        self.ctx = ctx

    async def __aenter__(self):
        return self.suppress.__enter__()

    async def __aexit__(self, type_, e, traceback):
        self.run.log(self.ctx, f"{self.name} exits, told {normal_form(e, self.ctx.handled)}")
        answer = bool(self.suppress.__exit__(type_, e, traceback))
        self.run.log(self.ctx, f"{self.name} exited {str(answer).lower()}")
        return answer


@contextlib.asynccontextmanager
async def generator_manager(run, name, spec, ctx):
    await run.run(spec["before"], ctx.within(f"enter of {name}"))
    if spec["yields"] == "never":
        return
    run.log(ctx, f"{name} yields")
    place = f"exit of {name}"
    again = spec["yields"] == "twice"
    try:
        try:
            yield name
            run.log(ctx, f"{name} goes on")
        except BaseException as e:
            run.log(ctx, f"{name} is thrown {normal_form(e, ctx.handled)}")
            handler = spec.get("catch")
            if handler is None or not matches(e, handler["type"], ctx.handled):
                raise
            again = spec["yields"] == "after throw"
            await run.run(handler["then"], ctx.within(place, e))
        await run.run(spec["after"], ctx.within(place))
    finally:
        await run.run(spec["finally"], ctx.within(place))
        run.log(ctx, f"{name} ends")
    if again:
        yield name


class Managers:
    """Part of a run."""

    def manager(self, name, ctx):
        """The manager of that name, made when it is first used."""
        manager = self.managers.get(name)
        if manager is None:
            manager = self.managers[name] = self.make(name, self.program["managers"][name], ctx)
        elif isinstance(manager, (ClassManager, Suppress)):
            manager.ctx = ctx  # it runs where it is used last
        return manager

    def make(self, name, spec, ctx):
        if spec["kind"] == "class":
            return ClassManager(self, name, spec, ctx)
        if spec["kind"] == "generator":
            return generator_manager(self, name, spec, ctx)
        if spec["kind"] == "suppress":
            types = [TYPES.get(each, Exception) for each in spec["types"]]
            return Suppress(self, name, types, ctx)
        raise KeyError(spec["kind"])

    async def do_block(self, statement, ctx):
        await self.tells(ctx, statement["id"], self.block(statement, ctx))

    async def block(self, statement, ctx):
        managers = [self.manager(name, ctx) for name in statement["managers"]]
        body = statement["body"]
        match managers:
            case [a]:
                async with a:
                    return await self.run(body, ctx)
            case [a, b]:
                async with a, b:
                    return await self.run(body, ctx)
            case [a, b, c]:
                async with a, b, c:
                    return await self.run(body, ctx)
            case [a, b, c, d]:
                async with a, b, c, d:
                    return await self.run(body, ctx)
        return "suppressed"

    async def do_raise(self, statement, ctx):
        if "type" not in statement:
            if ctx.told is None:
                raise RuntimeError("nothing was told that could be raised again")
            raise ctx.told
        if statement.get("from") == "told":
            raise TYPES[statement["type"]](statement["id"]) from ctx.told
        raise TYPES[statement["type"]](statement["id"])

    async def do_try(self, statement, ctx):
        """Its handler runs after the except, so that what it raises is not raised while the failure is handled."""
        handler = statement.get("catch")
        try:
            try:
                return await self.run(statement["body"], ctx)
            except BaseException as e:
                if handler is None or not matches(e, handler["type"], ctx.handled):
                    raise
                caught = e
            self.log(ctx, f"caught {normal_form(caught, ctx.handled)}")
            return await self.run(handler["then"], ctx.within("handler", caught))
        finally:
            await self.run(statement.get("finally", []), ctx.within("finally"))

    async def do_stack(self, statement, ctx):
        async def body():
            async with contextlib.AsyncExitStack() as stack:
                self.stacks[statement["id"]] = stack
                try:
                    return await self.run(statement["body"], ctx)
                except BaseException as e:
                    self.failed[stack] = e  # CPython itself forgets it while a cancellation is thrown into the task
                    raise
            return "suppressed"

        await self.tells(ctx, statement["id"], body())

    async def do_new_stack(self, statement, ctx):
        self.stacks[statement["id"]] = contextlib.AsyncExitStack()

    async def do_enter(self, statement, ctx):
        stack = self.known(self.stacks, statement["stack"], ctx)
        if stack:
            await stack.enter_async_context(self.manager(statement["manager"], ctx))

    async def do_push(self, statement, ctx):
        stack = self.known(self.stacks, statement["stack"], ctx)
        if stack:
            stack.push_async_exit(self.manager(statement["manager"], ctx))

    async def do_callback(self, statement, ctx):
        name = statement["id"]
        stack = self.known(self.stacks, statement["stack"], ctx)

        async def callback():
            self.log(ctx, f"{name} called")
            await self.run(statement["body"], ctx.within(f"exit of {name}", handling=self.failed.get(stack)))
            self.log(ctx, f"{name} done")

        if stack:
            stack.push_async_callback(callback)

    async def do_pop_all(self, statement, ctx):
        stack = self.known(self.stacks, statement["stack"], ctx)
        if stack:
            self.stacks[statement["into"]] = stack.pop_all()

    async def do_close(self, statement, ctx):
        stack = self.known(self.stacks, statement["stack"], ctx)
        failure = statement.get("failure")

        async def body():
            if failure is None:
                return await stack.aclose()
            try:
                raise TYPES[failure["type"]](failure["id"])
            except Exception as e:
                if not await stack.__aexit__(type(e), e, e.__traceback__):
                    raise
            return "suppressed"

        if stack:
            await self.tells(ctx, f"{statement['stack']} closed", body())
