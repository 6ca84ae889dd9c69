/**
 * Files for virtual threads: what Python's aiofiles is for asyncio.
 *
 * <table class="striped">
 *   <caption>aiofiles, and what it is here</caption>
 *   <thead>
 *     <tr><th>aiofiles</th><th>here</th></tr>
 *   </thead>
 *   <tbody>
 *     <tr><td>{@code async with aiofiles.open(p) as f:}</td>
 *         <td>{@code with(AsyncFiles.open(p)).run(f -> ...)}</td></tr>
 *     <tr><td>{@code f = await aiofiles.open(p)}</td>
 *         <td>{@code var f = AsyncFiles.open(p).open()}, in a try-with-resources</td></tr>
 *     <tr><td>{@code aiofiles.open(p, "wb")}</td>
 *         <td>{@code AsyncFiles.openBinary(p, "w")}</td></tr>
 *     <tr><td>{@code aiofiles.open(p, encoding="cp932")}</td>
 *         <td>{@code AsyncFiles.open(p, "r", Charset.forName("windows-31j"))}</td></tr>
 *     <tr><td>{@code await f.read()}, {@code f.read(n)}</td>
 *         <td>{@code f.read()}, {@code f.read(n)}</td></tr>
 *     <tr><td>{@code await f.readline()}</td><td>{@code f.readLine()}</td></tr>
 *     <tr><td>{@code async for line in f:}</td><td>{@code for (String line : f.lines())}</td></tr>
 *     <tr><td>{@code await f.readinto(b)}</td><td>{@code f.readInto(b)}</td></tr>
 *     <tr><td>{@code await f.write(x)}, {@code f.writelines(xs)}</td>
 *         <td>{@code f.write(x)}, {@code f.writeLines(xs)}</td></tr>
 *     <tr><td>{@code await f.seek(n)}, {@code f.tell()}</td>
 *         <td>{@code f.seek(n)}, {@code f.tell()} of bytes; {@code f.rewind()} of text</td></tr>
 *     <tr><td>{@code await f.seek(0, 2)}</td><td>{@code f.seek(f.size())}</td></tr>
 *     <tr><td>{@code await f.truncate(n)}</td>
 *         <td>{@code f.truncate(n)} of bytes; {@code f.truncate()} of text</td></tr>
 *     <tr><td>{@code await f.flush()}, {@code f.close()}</td>
 *         <td>{@code f.flush()}, {@code f.close()}</td></tr>
 *     <tr><td>{@code f.closed}, {@code f.name}, {@code f.encoding}</td>
 *         <td>{@code f.isClosed()}, {@code f.path()}, {@code f.charset()}</td></tr>
 *   </tbody>
 * </table>
 *
 * <p><b>What differs from Python:</b>
 *
 * <ul>
 *   <li>Lines come without their ends, {@code null} is the end of the file, and {@code writeLines}
 *       adds an LF to each. Reading and writing text as such changes no line end, on any system.
 *   <li>Text is UTF-8 unless a charset is given, on any system.
 *   <li>In modes with a + what is written after a line was read goes right behind that line; in
 *       Python's text files it goes behind all that was read ahead.
 *   <li>{@code a} on a file whose charset has a byte order mark (UTF-16) is refused.
 *   <li>A device such as {@code /dev/null} takes no mode with a +, as pipes do not in Python
 *       either.
 *   <li>Modes that do not fit a call, and calls after {@code close}, are {@link
 *       java.lang.IllegalStateException}; a malformed mode is refused where it is given.
 *   <li>Two threads at one file: the second is refused. In aiofiles they interleave.
 *   <li>A thread that is interrupted while it opens a file leaves none open; aiofiles leaks it.
 *   <li>A read of a pipe can be interrupted, and its bytes go to the next read; in aiofiles they
 *       are lost, and the program does not end before they come.
 *   <li>The cancel of a scope counts as an interrupt, also where it sends none; each call of a
 *       cancelled scope throws before it does anything. An operation on a regular file that has
 *       begun gives its true result.
 *   <li>{@code close} does nothing the second time, and writes the buffer under a set interrupt
 *       flag and in a cancelled scope.
 * </ul>
 *
 * <p><b>How it works.</b> A virtual thread that reads a file holds up its carrier thread, so a few
 * slow reads stop all virtual threads of the JVM; and an interrupt closes the channel it meets.
 * Therefore file operations run on platform threads of this library, while the caller waits parked.
 * Files have buffers of their own, so that few calls need that: not every line and not every small
 * write. There are as many of these threads as 4 times the processors, and at least 16; the system
 * property {@code dev.asyncwith.files.threads} sets another number, for files on a slow network,
 * say. A pipe or device has a thread of its own. All are daemons and end when they are idle.
 *
 * <p>A file that is not closed keeps its descriptor until it is collected as garbage, and loses
 * what is in its buffer.
 *
 * <p>No parameter and no result of this package is {@code null} unless it is marked so; passing
 * {@code null} elsewhere throws {@link NullPointerException}.
 *
 * @see <a href="https://github.com/Tinche/aiofiles">aiofiles</a>
 */
@NullMarked
package dev.asyncwith.files;

import org.jspecify.annotations.NullMarked;
